// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/geometry.h"
#include "core/runs/train_config.h"
#include "core/train/training_data.h"

namespace intersect::train {

/// One picture of an epoch: which, and the number of the random stream its augmentation draws from.
struct PlannedSample {
    std::size_t picture = 0;
    std::uint64_t stream = 0;
    bool operator==(const PlannedSample&) const = default;
};

/// Pictures that go through the network together, and the size they go in at.
struct PlannedInputs {
    std::vector<PlannedSample> samples;
    Size input;
};

/// What an epoch shows.
struct EpochPlan {
    std::vector<PlannedInputs> batches;
    std::vector<std::size_t> drawn; ///< with image weights: the pictures that mosaics take their others from; else empty, which is all
};

/// The order in which an epoch (from 0) shows `count` samples: the same for the same seed.
std::vector<std::size_t> epochOrder(std::uint64_t seed, int epoch, std::size_t count);

/// As many pictures as there are weights, each drawn with a chance proportional to its weight, some more than once, some never (Python's
/// `random.choices`, as YOLOv5 does with --image-weights). Weights that sum to 0 mean epochOrder. Weights are finite and >= 0.
std::vector<std::size_t> weightedOrder(std::uint64_t seed, int epoch, std::span<const double> weights);

/// The batches of an epoch (from 0). `imageWeights`: empty, or one a sample. Where config.rect: by aspect ratio, pictures of like ratio in a
/// new order every epoch, each batch in the smallest rectangle of multiples of `stride` that holds them; the order of the batches is drawn too
/// (YOLOv5 shows the same batches in the same order every epoch: the widest pictures first). The number of batches is the same in every epoch.
/// Source of the rectangles: YOLOv5 7.0 `LoadImagesAndLabels` with rect and pad 0. Any thread; pure.
EpochPlan planEpoch(std::span<const Sample> samples, const runs::TrainConfig& config, int batch, int stride, int epoch, std::span<const double> imageWeights = {});

} // namespace intersect::train

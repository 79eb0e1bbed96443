// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/base/result.h"
#include "core/weights/named_arrays.h"

namespace intersect::train {

/// All that a training needs to go on after a finished epoch as if it had never ended. What follows from seed, epoch and index (order of
/// the pictures, augmentation) or from the number of batches (rates, loader position) is not in it. Random numbers are drawn on the
/// CPU only, from streams of their own, whatever the device: no generator has a state.
struct TrainingState {
    int epoch = 0; ///< finished epochs
    int bestEpoch = 0;
    double bestFitness = 0, bestMap50 = 0, bestMap5095 = 0;
    std::int64_t lastStep = -1; ///< iteration of the last optimiser step: where accumulation stands
    std::int64_t averageUpdates = 0;
    int batchesPerEpoch = 0;
    int threads = 0;             ///< of the network; sums of floats depend on it
    std::vector<double> classAp; ///< AP@0.5:0.95 of each class at the last validation, which image weights draw the next epoch by
    weights::ArrayFile network;  ///< float32, and the metadata that make a network of it
    weights::ArrayFile average;  ///< EMA, float32
    weights::ArrayFile momentum; ///< of the optimiser, float32, by parameter; none before its first step
    weights::ArrayFile squares, steps; ///< Adam's and AdamW's, see OptimizerState
};

/// Writes resume.safetensors atomically: arrays `network/…`, `average/…`, `momentum/…`, `squares/…` and `steps/…`, numbers as metadata. Takes the arrays over.
Result<void> writeTrainingState(const std::filesystem::path& path, TrainingState state);

/// Reads it; a damaged file is refused with a sentence.
Result<TrainingState> readTrainingState(const std::filesystem::path& path);

} // namespace intersect::train

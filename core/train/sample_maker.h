// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/runs/train_config.h"
#include "core/train/epoch_plan.h"
#include "core/train/targets.h"
#include "core/train/training_data.h"

namespace intersect::train {

/// The rows of a picture's boxes: fractions of width and height, clipped to the picture. `image`: its place in the
/// batch.
void appendTargets(const LabelledPicture& picture, int image, std::vector<TargetRow>& rows);

/// Makes one augmented training picture after another. What comes out depends on the plan, the epoch and the config's seed alone. An object
/// of its own for each thread.
class SampleMaker {
public:
    SampleMaker(PictureStore& pictures, const runs::TrainConfig& config) : m_pictures(pictures), m_config(config) {}
    /// The picture of a sample in an input of that size: `input.width * input.height * 3` bytes RGB interleaved at `rgb`, and the rows of its
    /// objects as image `place` of the batch. A picture that can no longer be read is an error naming it.
    std::optional<Error> make(const PlannedSample& sample, int epoch, Size input, std::span<const std::size_t> drawn, std::uint8_t* rgb, int place,
                              std::vector<TargetRow>& rows);

private:
    Result<LabelledPicture> mosaicAround(std::size_t picture, std::span<const std::size_t> drawn, RandomStream& random);
    Result<LabelledPicture> augmented(std::size_t picture, Size input, std::span<const std::size_t> drawn, RandomStream& random);

    PictureStore& m_pictures;
    const runs::TrainConfig& m_config;
};

} // namespace intersect::train

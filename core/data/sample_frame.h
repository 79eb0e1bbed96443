// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/data/sample_backdrop.h"
#include "core/data/sample_traffic.h"

namespace intersect::data::sample {

/// A drawn frame and the boxes of what can be seen in it.
struct DrawnFrame {
    cv::Mat bgr; ///< CV_8UC3, kWidth x kHeight
    std::vector<Label> labels;
};

/// A tile of sensor noise with standard deviation 64 (CV_16SC3), drawn once and laid over every frame at another place.
cv::Mat noiseTile(std::uint64_t seed);

/// Draws one frame. `random` decides noise and rain only; `caption` is burnt into the picture where the camera does that.
/// A vehicle has a box round its visible pixels unless more than 70 % of its part in the picture is hidden, less than 12 % of it is in the
/// picture, or the box is smaller than 6 pixels (square root of its area). Any thread.
DrawnFrame drawFrame(const SceneCamera& camera, const Backdrop& backdrop, const LitBackdrop& lit, const Light& light,
                     const std::vector<Vehicle>& vehicles, const cv::Mat& noise, const std::string& caption, RandomStream random);

} // namespace intersect::data::sample

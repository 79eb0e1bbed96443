// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/evaluation.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// How good the detector is on the pictures of one camera.
struct CameraResult {
    std::string camera; ///< pool and name, "test/2703"
    std::int64_t images = 0, labels = 0;
    double map50 = 0, map5095 = 0; ///< over the classes this camera has labels of; NaN without labels
    double precision = 0,
           recall = 0; ///< at the confidence given, so that cameras share one operating point; NaN without labels
};

/// The camera of a picture: the name of its folder, with the folder above as the pool. "." stands for a part that is
/// missing.
std::string cameraOf(const std::filesystem::path& image);

/// The images `chosen` (indices, any order) of detections and truth, by themselves.
detect::DetectionSet subsetOf(const detect::DetectionSet& detections, const std::vector<std::size_t>& chosen);
Truth subsetOf(const Truth& truth, const std::vector<std::size_t>& chosen);

/// Evaluates each camera by itself by the YOLOv5 definition; cameras in the order of their names. `confidence` is
/// usually the best one of all images together. Any thread; pure.
std::vector<CameraResult> evaluateByCamera(const detect::DetectionSet& detections, const Truth& truth,
                                           double confidence, int maxDetections = 300);

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/detect/detection.h"

namespace intersect::detect {

struct NmsOptions {
    float confidence = 0.25F; ///< candidates must be above it
    float iou = 0.45F;        ///< a box is dropped if its IoU with a kept one of its class is above it
    int maxDetections = 1000; ///< per image
    int maxCandidates = 30000;
};

/// Class-aware non-maximum suppression of one image, with torchvision's results: candidates sorted by descending score, ties by their order
/// in `candidates`. Returns the kept ones, scores descending. Source: YOLOv5 7.0 `non_max_suppression` (boxes shifted by class * 7680 in float32).
std::vector<Detection> nonMaximumSuppression(std::span<const Detection> candidates, const NmsOptions& options);

} // namespace intersect::detect

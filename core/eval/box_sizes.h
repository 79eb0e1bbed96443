// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/eval/definitions.h"
#include "core/eval/pairing.h"

namespace intersect::eval {

/// How good the detector is on objects of one size.
struct SizeResult {
    std::string name; ///< "small" (below 32 x 32 pixels of the image), "medium", "large" (above 96 x 96)
    std::int64_t labels = 0;
    double map50 = 0, map5095 = 0; ///< COCO's definition for this range of areas; NaN without such objects
    std::int64_t tp = 0, fp = 0, fn = 0;
};

/// "small", "medium" or "large" by an area in pixels of the image.
const char* sizeNameOf(double area);

/// Small, medium and large by COCO's areas. An object counts by its own area; a detection by the area of the object it found, or by its own
/// where it is wrong: so each detection and each object is counted in one size (COCO counts an object of just 32² or 96² in both). Score
/// >= confidence, at the match IoU. `coco` is the table of the same detections. Any thread; pure.
std::vector<SizeResult> evaluateBySize(const Pairing& pairing, const detect::DetectionSet& detections, const Truth& truth,
                                       const CocoTable& coco, double confidence, double matchIou);

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// Counts of one class at one threshold, YOLOv5's pairing. Ratios are NaN where they do not exist.
struct ThresholdCounts {
    int classId = 0;
    double at = 0; ///< the threshold that moves
    std::int64_t tp = 0, fp = 0, fn = 0;
    double precision() const;
    double recall() const;
    double f1() const;
};

/// For every class with labels or detections, the counts at confidence 0, 0.01 .. 1 (score >= confidence) with match
/// IoU 0.5. Classes ascending, then thresholds. At most `maxDetections` an image. Any thread; pure.
std::vector<ThresholdCounts> countsAgainstConfidence(const detect::DetectionSet& detections, const Truth& truth,
                                                     int maxDetections = 300);

/// The same at match IoU 0.1, 0.15 .. 0.95 for detections with score >= confidence.
std::vector<ThresholdCounts> countsAgainstMatchIou(const detect::DetectionSet& detections, const Truth& truth,
                                                   double confidence, int maxDetections = 300);

/// The curves file: `class,against,at,tp,fp,fn,precision,recall,f1` with `against` confidence or match_iou; a ratio
/// that does not exist is empty.
std::string formatCurvesCsv(const std::vector<ThresholdCounts>& againstConfidence,
                            const std::vector<ThresholdCounts>& againstMatchIou);

} // namespace intersect::eval

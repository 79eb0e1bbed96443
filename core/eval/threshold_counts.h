// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/eval/pairing.h"

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

/// The counts of every class at one confidence (score >= confidence, compared in float32) and match IoU; `at` is the confidence.
std::vector<ThresholdCounts> countsAt(const Pairing& pairing, double confidence, double matchIou);

/// For every class with labels or detections, the counts at confidence 0, 0.01 .. 1 with that match IoU. Classes ascending, then
/// thresholds. Any thread; pure; one pass over the detections.
std::vector<ThresholdCounts> countsAgainstConfidence(const Pairing& pairing, double matchIou = 0.5);

/// The same at match IoU 0.1, 0.15 .. 0.95 for detections with score >= confidence.
std::vector<ThresholdCounts> countsAgainstMatchIou(const Pairing& pairing, double confidence);

/// Precision, recall and F1 at one threshold: means over the classes with labels.
struct MeanRatios {
    double at = 0;
    double precision = 0; ///< over the classes that have a detection left; NaN where none has
    double recall = 0, f1 = 0;
};
/// The means at each threshold of such a list, in its order; empty without labels.
std::vector<MeanRatios> meanRatios(const std::vector<ThresholdCounts>& counts);

/// The curves file: `class,against,at,tp,fp,fn,precision,recall,f1` with `against` confidence or match_iou; a ratio
/// that does not exist is empty.
std::string formatCurvesCsv(const std::vector<ThresholdCounts>& againstConfidence,
                            const std::vector<ThresholdCounts>& againstMatchIou);

} // namespace intersect::eval

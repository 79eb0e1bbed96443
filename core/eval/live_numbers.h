// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/confusion.h"
#include "core/eval/evaluation.h"
#include "core/eval/pairing.h"
#include "core/eval/threshold_counts.h"
#include "core/eval/truth.h"

// What three sliders do. The IoU of NMS decides which boxes exist (suppress); confidence and match IoU decide which of them count and
// which are right (liveNumbers). Each step keeps what the next one needs, so that a moved slider redoes only its own part.
namespace intersect::eval {

/// What an IoU of NMS leaves of candidates, and the pairs with the truth.
struct Suppressed {
    double nmsIou = 0;
    detect::DetectionSet detections; ///< clipped to their images, scores descending
    Pairing pairing;
};

/// Non-maximum suppression of candidates (before NMS, image pixels): those above 0.001, at most `maxDetections` an image, as `evaluate` does;
/// clipped to their images. Uses `threads` threads; any thread; pure.
detect::DetectionSet suppressedDetections(const detect::DetectionSet& candidates, double nmsIou, int maxDetections = 300, int threads = 1);

/// The same of the images that the truth is of, and the pairs with it.
Suppressed suppress(const detect::DetectionSet& candidates, const Truth& truth, double nmsIou, int maxDetections = 300, int threads = 1);

/// Detections that went through NMS before, as they are; `nmsIou` of the result is 0.
Suppressed alreadySuppressed(detect::DetectionSet detections, const Truth& truth, int maxDetections = 300, int threads = 1);

/// One class with labels, or detected, at the thresholds.
struct LiveClass {
    int classId = 0;
    std::int64_t labels = 0;
    PrCurve curve;   ///< at the match IoU, over all confidences; empty without labels
    double ap = 0;   ///< area under it by YOLOv5's definition; NaN without labels
    ThresholdCounts counts; ///< at confidence and match IoU
};

/// All that moves with confidence and match IoU.
struct LiveNumbers {
    double confidence = 0, matchIou = 0;
    std::vector<LiveClass> classes;                 ///< by id
    ThresholdCounts all;                            ///< all classes together; classId -1
    double map = 0;                                 ///< mean of `ap` over the classes with labels, at the match IoU; NaN without
    std::vector<ThresholdCounts> againstConfidence; ///< every class, 0 .. 1, at the match IoU
    std::vector<ThresholdCounts> againstMatchIou;   ///< every class, 0.1 .. 0.95, at the confidence
    ConfusionMatrix confusion;                      ///< above the confidence and the match IoU
};

/// The numbers at a confidence and a match IoU. Uses `threads` threads; any thread; pure.
LiveNumbers liveNumbers(const Suppressed& set, const Truth& truth, double confidence, double matchIou, int threads = 1);

/// The curve of one class at a match IoU, and its area by YOLOv5's definition: for families of curves.
struct CurveAt {
    PrCurve curve;
    double ap = 0;
};
CurveAt curveAt(const PairedClass& paired, std::size_t objects, double matchIou);

} // namespace intersect::eval

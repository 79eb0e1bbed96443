// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/detect/detection.h"
#include "core/eval/pairing.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// The match IoU thresholds 0.50, 0.55 .. 0.95 (index 0..9) as the float32 numbers YOLOv5 compares with.
float matchThreshold(std::size_t index);

/// Precision against recall at one match IoU, one point a detection in descending score.
struct PrCurve {
    std::vector<double> recall, precision, confidence; ///< same length; measured points only, no sentinels
};

/// One class over all images.
struct ClassResult {
    int classId = 0;
    std::string name;
    std::int64_t labels = 0;
    double precision = 0, recall = 0, f1 = 0; ///< at Evaluation::bestConfidence, YOLOv5's interpolation
    std::array<double, 10> apByIou{};         ///< AP at 0.50, 0.55 .. 0.95
    double ap50() const { return apByIou[0]; }
    double ap5095() const;
    PrCurve curve; ///< at match IoU 0.5
};

/// The result of one evaluation by the YOLOv5 definition (release 7.0; stable sort).
struct Evaluation {
    std::int64_t images = 0, labels = 0, detections = 0;
    double map50 = 0, map5095 = 0, precision = 0, recall = 0, f1 = 0;
    double bestConfidence = 0; ///< where the smoothed mean F1 is largest
    std::array<double, 10> mapByIou{};
    std::vector<ClassResult> classes;                      ///< classes with labels, by id
    std::vector<double> confidences;                       ///< 1,000 points 0..1
    std::vector<double> meanPrecision, meanRecall, meanF1; ///< mean over classes with labels at those points
};

/// Evaluates detections against truth of the same images in the same order. Matching and AP as YOLOv5 7.0
/// (anchors 4.1, 4.2; metrics README): per IoU threshold, equal class, each detection keeps its best object, each
/// object the first such detection; 101-point trapezoid. `maxDetections` per image (300), the first ones: each image's
/// detections must come in descending score. Any thread; pure.
Evaluation evaluateYolov5(const detect::DetectionSet& detections, const Truth& truth, int maxDetections = 300);

/// The same from pairs made before; `images` is how many there were, `names` the class names.
Evaluation evaluateYolov5(const Pairing& pairing, std::int64_t images, const std::vector<std::string>& names);

/// AP of one list of verdicts in descending confidence: tp[i] whether detection i is right; `labels` objects in all.
double averagePrecisionYolov5(std::span<const std::uint8_t> tp, std::int64_t labels);

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/truth.h"

// The other exact ways to compute AP, beside evaluateYolov5. All take detections and truth of the same images in the
// same order, the detections of an image in descending score; all are pure and may run on any thread.
namespace intersect::eval {

/// AP of one class with labels at match IoU 0.50, 0.55 .. 0.95.
struct ClassAp {
    int classId = 0;
    std::int64_t labels = 0;
    std::array<double, 10> apByIou{};
    double ap50() const { return apByIou[0]; }
    double ap5095() const;
};

/// Classes with labels, by id, and their means; the means are NaN when there is no such class.
struct ApTable {
    std::vector<ClassAp> classes;
    double map50 = 0, map5095 = 0;
};

/// YOLOv7 as its description says (metrics README): each object is matched once at IoU > 0.5, a match is right at every
/// threshold below its IoU; the curve ends just behind the largest recall. At most `maxDetections` an image.
ApTable evaluateYolov7(const detect::DetectionSet& detections, const Truth& truth, int maxDetections = 300);

enum class VocArea { ElevenPoints, AllPoints };
/// PASCAL VOC 2007 (11 points) and 2010 (all points): each detection takes its best object, right if IoU >= threshold
/// and the object is free.
ApTable evaluateVoc(const detect::DetectionSet& detections, const Truth& truth, VocArea area);
/// AP of one list of verdicts in descending confidence by either rule; recall levels are decided in integers.
double averagePrecisionVoc(const std::vector<std::uint8_t>& tp, std::int64_t labels, VocArea area);

/// A row of COCO's precision array: precision and score at recall 0, 0.01 .. 1 for match IoU 0.5, all areas, 100
/// detections an image and class; 0 behind the largest recall.
struct CocoCurve {
    std::array<double, 101> precision{}, score{};
};

/// Detections of an image and class that COCO counts: the surest ones.
constexpr int kCocoDetections = 100;

/// COCO's twelve numbers in the order of pycocotools (AP, AP50, AP75, AP small, medium, large; AR 1, 10, 100, small,
/// medium, large); NaN where nothing was there to find.
struct CocoTable : ApTable {
    std::array<double, 12> stats{};
    std::array<double, 3> map50ByArea{}; ///< small, medium, large; their mAP50-95 are stats 3, 4, 5
    std::vector<CocoCurve> curves;       ///< of classes[i]
};
/// COCO detection metrics as pycocotools computes them: 100 detections an image and class, crowd regions and areas
/// outside the range ignored, 101 recall levels of numpy's linspace. In double: boxes and scores as their files give
/// them (DetectionSet::exact, Truth::exact), else as they are. Time grows with detections times their logarithm.
CocoTable evaluateCoco(const detect::DetectionSet& detections, const Truth& truth);

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// Stands for the background where a class id is asked for.
constexpr int kConfusionBackground = -1;

/// Who was taken for whom. Rows predicted, columns true; behind the last class stands the background: row background
/// holds missed objects, column background detections of nothing.
struct ConfusionMatrix {
    double confidence = 0, iou = 0;
    std::vector<int> classIds;                     ///< ascending: classes with labels or with a counted detection
    std::vector<std::vector<std::int64_t>> counts; ///< square, classIds.size() + 1
};

/// Pairs detections with score > confidence and objects of any class with IoU > `iou`: each detection keeps the object
/// it overlaps most, each object then the detection that overlaps it most. Everything left over counts against the
/// background, in images without any pair too (YOLOv5 7.0 leaves those out). Of equal overlaps, as two labels on one
/// box have them, the higher score counts (in YOLOv5 numpy's unstable sort decides). Crowd objects are left out. The
/// same images in the same order. Any thread; pure.
ConfusionMatrix confusionMatrix(const detect::DetectionSet& detections, const Truth& truth, double confidence,
                                double iou);

/// The images that have a count in one cell of that matrix: `predicted` and `actual` are class ids or kConfusionBackground. Ascending.
std::vector<std::size_t> imagesOfConfusion(const detect::DetectionSet& detections, const Truth& truth, double confidence, double iou,
                                           int predicted, int actual);

} // namespace intersect::eval

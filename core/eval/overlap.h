// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include "core/base/geometry.h"
#include "core/detect/detection.h"

namespace intersect::eval {

/// Area of a box in double.
inline double areaOf(const BoxXyxy& box) {
    return (static_cast<double>(box.x2) - box.x1) * (static_cast<double>(box.y2) - box.y1);
}

/// Intersection over union in double without epsilon, as VOC and COCO compute it (pycocotools' order of operations);
/// against a crowd region the union is the detection alone.
inline double overlapOf(const detect::BoxXywh& detection, const detect::BoxXywh& object, bool crowd = false) {
    const double w = std::min(detection.x + detection.w, object.x + object.w) - std::max(detection.x, object.x);
    const double h = std::min(detection.y + detection.h, object.y + object.h) - std::max(detection.y, object.y);
    if (w <= 0 || h <= 0)
        return 0;
    const double common = w * h, alone = detection.area();
    return common / (crowd ? alone : alone + object.area() - common);
}

/// The same of boxes that are known in float32 only.
inline double overlapOf(const BoxXyxy& detection, const BoxXyxy& object, bool crowd = false) {
    const auto inDouble = [](const BoxXyxy& box) {
        const double x = box.x1, y = box.y1;
        return detect::BoxXywh{x, y, box.x2 - x, box.y2 - y};
    };
    return overlapOf(inDouble(detection), inDouble(object), crowd);
}

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include "core/base/geometry.h"

namespace intersect::eval {

/// Area of a box in double.
inline double areaOf(const BoxXyxy& box) {
    return (static_cast<double>(box.x2) - box.x1) * (static_cast<double>(box.y2) - box.y1);
}

/// Intersection over union in double without epsilon, as VOC and COCO compute it; against a crowd region the union is
/// the detection alone.
inline double overlapOf(const BoxXyxy& detection, const BoxXyxy& object, bool crowd = false) {
    const double w = static_cast<double>(std::min(detection.x2, object.x2)) - std::max(detection.x1, object.x1);
    const double h = static_cast<double>(std::min(detection.y2, object.y2)) - std::max(detection.y1, object.y1);
    if (w <= 0 || h <= 0)
        return 0;
    const double common = w * h, alone = areaOf(detection);
    return common / (crowd ? alone : alone + areaOf(object) - common);
}

} // namespace intersect::eval

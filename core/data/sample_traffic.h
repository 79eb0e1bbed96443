// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/sample_cameras.h"

namespace intersect::data::sample {

/// A vehicle at one moment.
struct Vehicle {
    Kind kind = Kind::Car;
    cv::Point2d position; ///< of its middle on the ground, metres
    double heading = 0;   ///< radians from +x, anticlockwise
    std::uint64_t look = 0; ///< decides shape and colours; the same as long as the vehicle is in sight
    bool standing = false;
};

/// Everything that drives or stands at a camera `seconds` after the hour's traffic began. A function of its arguments alone, so frames
/// may be drawn in any order; `traffic` is a number that makes this hour's traffic unlike another's.
std::vector<Vehicle> vehiclesAt(const SceneCamera& camera, std::uint64_t traffic, double seconds);

} // namespace intersect::data::sample

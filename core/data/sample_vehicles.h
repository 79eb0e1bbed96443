// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/data/sample_canvas.h"
#include "core/data/sample_traffic.h"

namespace intersect::data::sample {

/// Length, width and height in metres.
struct Extent {
    double length = 0, width = 0, height = 0;
};
Extent extentOf(const Vehicle& vehicle);

/// A lamp of a vehicle as the camera sees it.
struct Lamp {
    cv::Point2d place;   ///< pixels of the enlarged picture
    double radiusPx = 1;
    bool red = false;
};

/// Where a vehicle stands in the picture.
struct Drawn {
    std::vector<cv::Point2d> outline; ///< convex hull of all it is made of, may reach beyond the picture
    std::vector<Lamp> lamps;          ///< those that face the camera
};

/// Draws a vehicle over what is there; its pixels in `owner` become `number`. Nothing is drawn of one that reaches behind the camera.
Drawn drawVehicle(Canvas& canvas, const View& view, const Light& light, const Vehicle& vehicle, int number);

} // namespace intersect::data::sample

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/sample_cameras.h"
#include "core/data/sample_canvas.h"

namespace intersect::data::sample {

/// A flat part of something that stands at the road and may hide vehicles: a post, a sign.
struct Plate {
    std::vector<cv::Point2d> corners; ///< pixels of the enlarged picture, convex
    Colour albedo;
    bool glows = false;
};
struct Furniture {
    double depth = 0; ///< metres; vehicles further away are hidden
    std::vector<Plate> plates;
};

/// All of a camera's view that never moves, without light.
struct Backdrop {
    cv::Mat albedo;    ///< CV_8UC3, enlarged; of the sky only how cloudy it is
    cv::Mat depth;     ///< CV_32FC1, metres; negative: sky
    cv::Mat glow;      ///< CV_8UC3, light of its own while the lamps are on
    cv::Mat lamplight; ///< CV_32FC1, 0..1: how much of the street lamps' light falls there
    cv::Mat asphalt;   ///< CV_8UC1, 255: it gets wet and shines
    std::vector<Furniture> furniture;
};

/// Draws the road, what grows and stands beside it, and the sky. Nothing but furniture ever stands between the camera and a road.
Backdrop drawBackdrop(const SceneCamera& camera, std::uint64_t seed);

/// The backdrop in some light, three times.
struct LitBackdrop {
    cv::Mat plain;  ///< CV_8UC3, enlarged
    cv::Mat shaded; ///< where a vehicle's shadow falls
    cv::Mat beamed; ///< where headlights shine
};
LitBackdrop lightBackdrop(const Backdrop& backdrop, const Light& light);

} // namespace intersect::data::sample

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <opencv2/core/matx.hpp>
#include <opencv2/core/types.hpp>

namespace intersect::data::sample {

/// The drawn pictures' size, and how much larger they are drawn before they are scaled down (that smooths the edges).
constexpr int kWidth = 352;
constexpr int kHeight = 240;
constexpr int kScale = 2;

/// A point or direction in the world: metres, x to the right, y away from the camera, z up; the camera stands above the origin.
using Vec3 = cv::Vec3d;
/// Blue, green, red; 0..255 for colours, around 1 for light.
using Colour = cv::Vec3d;

/// A pinhole camera above the ground plane.
struct View {
    double height = 8;   ///< metres above the ground
    double pitch = 0.25; ///< radians downwards
    double yaw = 0;      ///< radians to the right
    double focal = 300;  ///< pixels of the finished picture

    Vec3 eye() const { return {0, 0, height}; }
    /// Distance along the optical axis in metres.
    double depthOf(const Vec3& world) const;
    /// Where a point in front of the camera (depthOf > 0) appears, in pixels of the enlarged picture.
    cv::Point2d project(const Vec3& world) const;
    /// The direction in which a pixel of the enlarged picture looks (length 1).
    Vec3 rayOf(double xPx, double yPx) const;
};

/// A line on the ground with constant curvature: a straight or an arc.
struct Path {
    cv::Point2d origin;   ///< metres
    double heading = 0;   ///< radians from +x, anticlockwise
    double curvature = 0; ///< 1 / radius in 1/m, positive turns left
    double length = 100;  ///< metres

    struct Pose {
        cv::Point2d position;
        double heading = 0;
    };
    /// The place `along` metres from the origin and `left` metres to the left of the line.
    Pose at(double along, double left) const;
    struct Local {
        double along = 0, left = 0;
    };
    /// The reverse of `at`.
    Local local(const cv::Point2d& ground) const;
};

/// Smooth noise in -1..1 over the plane; `salt` chooses one of many patterns.
double smoothNoise(double x, double y, std::uint64_t salt);

} // namespace intersect::data::sample

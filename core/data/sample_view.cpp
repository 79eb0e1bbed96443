// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_view.h"

#include <cmath>
#include <numbers>

namespace intersect::data::sample {
namespace {

/// The three axes of the camera in world coordinates.
struct Axes {
    Vec3 right, down, forward;
};

Axes axesOf(const View& view) {
    const double c = std::cos(view.yaw), s = std::sin(view.yaw);
    const double cp = std::cos(view.pitch), sp = std::sin(view.pitch);
    return {{c, -s, 0}, {-s * sp, -c * sp, -cp}, {s * cp, c * cp, -sp}};
}

double corner(std::int64_t x, std::int64_t y, std::uint64_t salt) {
    auto z = static_cast<std::uint64_t>(x) * 0x9E3779B97F4A7C15ULL ^ static_cast<std::uint64_t>(y) * 0xC2B2AE3D27D4EB4FULL ^ salt;
    z = (z ^ (z >> 29)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 32)) * 0x94D049BB133111EBULL;
    return static_cast<double>(z >> 40) * 0x1.0p-23 - 1.0;
}

} // namespace

double View::depthOf(const Vec3& world) const {
    return axesOf(*this).forward.dot(world - eye());
}

cv::Point2d View::project(const Vec3& world) const {
    const Axes axes = axesOf(*this);
    const Vec3 v = world - eye();
    const double scale = focal * kScale / axes.forward.dot(v);
    return {kWidth * kScale / 2.0 + axes.right.dot(v) * scale, kHeight * kScale / 2.0 + axes.down.dot(v) * scale};
}

Vec3 View::rayOf(double xPx, double yPx) const {
    const Axes axes = axesOf(*this);
    const Vec3 v = axes.forward * (focal * kScale) + axes.right * (xPx - kWidth * kScale / 2.0) + axes.down * (yPx - kHeight * kScale / 2.0);
    return v / cv::norm(v);
}

Path::Pose Path::at(double along, double left) const {
    const double turned = heading + curvature * along;
    cv::Point2d p = origin;
    if (curvature == 0)
        p += cv::Point2d(std::cos(heading), std::sin(heading)) * along;
    else
        p += cv::Point2d(std::sin(turned) - std::sin(heading), std::cos(heading) - std::cos(turned)) / curvature;
    p += cv::Point2d(-std::sin(turned), std::cos(turned)) * left;
    return {p, turned};
}

Path::Local Path::local(const cv::Point2d& ground) const {
    const cv::Point2d ahead(std::cos(heading), std::sin(heading)), aside(-ahead.y, ahead.x);
    if (curvature == 0) {
        const cv::Point2d v = ground - origin;
        return {v.dot(ahead), v.dot(aside)};
    }
    const double radius = 1 / curvature; // signed: the centre lies to the left where it is positive
    const cv::Point2d v = ground - (origin + aside * radius);
    const double sign = radius > 0 ? 1.0 : -1.0;
    const cv::Point2d from = aside * -sign;
    const double angle = std::atan2(from.cross(v), from.dot(v)) * sign;
    return {angle * std::abs(radius), (std::abs(radius) - std::hypot(v.x, v.y)) * sign};
}

double smoothNoise(double x, double y, std::uint64_t salt) {
    const double fx = std::floor(x), fy = std::floor(y);
    const auto ix = static_cast<std::int64_t>(fx), iy = static_cast<std::int64_t>(fy);
    double u = x - fx, v = y - fy;
    u = u * u * (3 - 2 * u);
    v = v * v * (3 - 2 * v);
    const double low = corner(ix, iy, salt) * (1 - u) + corner(ix + 1, iy, salt) * u;
    const double high = corner(ix, iy + 1, salt) * (1 - u) + corner(ix + 1, iy + 1, salt) * u;
    return low * (1 - v) + high * v;
}

} // namespace intersect::data::sample

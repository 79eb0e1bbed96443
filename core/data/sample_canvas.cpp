// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_canvas.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace intersect::data::sample {

void fillPolygon(cv::Mat& picture, std::span<const cv::Point2d> corners, const cv::Scalar& value) {
    constexpr int kShift = 4;
    std::array<cv::Point, 24> points;
    const std::size_t count = std::min(corners.size(), points.size());
    for (std::size_t i = 0; i < count; ++i) {
        // OpenCV's whole numbers are the middles of pixels, ours the edges between them.
        const double x = std::clamp((corners[i].x - 0.5) * (1 << kShift), -2e5, 2e5);
        const double y = std::clamp((corners[i].y - 0.5) * (1 << kShift), -2e5, 2e5);
        points[i] = {static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y))};
    }
    cv::fillConvexPoly(picture, points.data(), static_cast<int>(count), value, cv::LINE_8, kShift);
}

void fillLine(cv::Mat& picture, const cv::Point2d& from, const cv::Point2d& to, double width, const cv::Scalar& value) {
    const cv::Point2d along = to - from;
    const double length = std::hypot(along.x, along.y);
    if (length < 1e-6)
        return;
    const cv::Point2d aside = cv::Point2d(-along.y, along.x) * (width / 2 / length);
    const std::array<cv::Point2d, 4> corners = {from + aside, to + aside, to - aside, from - aside};
    fillPolygon(picture, corners, value);
}

void blend(cv::Mat& canvas, const cv::Mat& other, const cv::Mat& mask) {
    for (int y = 0; y < canvas.rows; ++y) {
        const std::uint8_t* weight = mask.ptr<std::uint8_t>(y);
        const std::uint8_t* from = other.ptr<std::uint8_t>(y);
        std::uint8_t* to = canvas.ptr<std::uint8_t>(y);
        for (int x = 0; x < canvas.cols; ++x) {
            const int w = weight[x];
            if (w == 0)
                continue;
            for (int c = 3 * x; c < 3 * x + 3; ++c)
                to[c] = static_cast<std::uint8_t>(to[c] + (from[c] - to[c]) * w / 255);
        }
    }
}

} // namespace intersect::data::sample

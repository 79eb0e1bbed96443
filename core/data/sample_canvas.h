// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include <opencv2/core/mat.hpp>

#include "core/data/sample_light.h"
#include "core/data/sample_view.h"

namespace intersect::data::sample {

/// Where a frame is drawn: the enlarged picture, and for each pixel which vehicle it shows.
struct Canvas {
    cv::Mat bgr;   ///< CV_8UC3
    cv::Mat owner; ///< CV_8UC1; 0: no vehicle
};

/// Fills a convex polygon (pixels of the enlarged picture, edges between pixels) in a picture of any depth.
void fillPolygon(cv::Mat& picture, std::span<const cv::Point2d> corners, const cv::Scalar& value);

/// A line of some width as a polygon.
void fillLine(cv::Mat& picture, const cv::Point2d& from, const cv::Point2d& to, double width, const cv::Scalar& value);

/// Moves `canvas` towards `other` where `mask` (CV_8UC1) says so: 0 not at all, 255 wholly.
void blend(cv::Mat& canvas, const cv::Mat& other, const cv::Mat& mask);

inline cv::Scalar scalarOf(const Colour& colour) {
    return {colour[0], colour[1], colour[2]};
}

} // namespace intersect::data::sample

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>

#include <opencv2/core/mat.hpp>

namespace intersect::ui {

/// The only way from OpenCV to Qt: BGR, BGRA or grey CV_8U of any step to a deep copy. Any thread.
QImage toImage(const cv::Mat& mat);
/// And back: BGR CV_8UC3, a deep copy.
cv::Mat toMat(const QImage& image);

} // namespace intersect::ui

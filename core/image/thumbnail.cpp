// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/thumbnail.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "core/image/decode.h"

namespace intersect::image {

Result<cv::Mat> decodeThumbnail(const std::filesystem::path& path, int longSidePx, Size* whole) {
    const int wanted = std::max(1, longSidePx);
    Result<cv::Mat> picture = decodeImageReduced(path, wanted, whole);
    if (!picture)
        return picture;
    const int now = std::max(picture->cols, picture->rows);
    if (now <= wanted)
        return picture;
    const double ratio = static_cast<double>(wanted) / now;
    const cv::Size size(std::max(1, static_cast<int>(std::lround(picture->cols * ratio))), std::max(1, static_cast<int>(std::lround(picture->rows * ratio))));
    cv::Mat small;
    // Below a shrinking by two a bilinear step is as good as the mean over areas, and five times faster.
    cv::resize(*picture, small, size, 0, 0, ratio > 0.5 ? cv::INTER_LINEAR : cv::INTER_AREA);
    return small;
}

cv::Mat fittedPart(const cv::Mat& picture, const cv::Rect& part, Size room) {
    const cv::Rect inside = part & cv::Rect(0, 0, picture.cols, picture.rows);
    if (inside.empty())
        return {};
    const double ratio = std::min(static_cast<double>(room.width) / inside.width, static_cast<double>(room.height) / inside.height);
    const auto fitted = [ratio](int length) { return std::max(1, static_cast<int>(std::lround(length * ratio))); };
    cv::Mat piece;
    cv::resize(picture(inside), piece, cv::Size(fitted(inside.width), fitted(inside.height)), 0, 0, ratio < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    return piece;
}

} // namespace intersect::image

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/letterbox.h"

#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace intersect::image {
namespace {

/// Rounds halves to the even neighbour, as Python does.
int rounded(double value) {
    return static_cast<int>(std::nearbyint(value));
}

int upToMultiple(int value, int step) {
    return (value + step - 1) / step * step;
}

} // namespace

BoxXyxy imageFromLetterbox(const BoxXyxy& box, const LetterboxTransform& t, bool clip) {
    // In float32, the order of operations as in the reference: first the border, then the ratio.
    const auto padX = static_cast<float>(t.padX);
    const auto padY = static_cast<float>(t.padY);
    const auto ratioX = static_cast<float>(t.ratioX);
    const auto ratioY = static_cast<float>(t.ratioY);
    BoxXyxy out{(box.x1 - padX) / ratioX, (box.y1 - padY) / ratioY, (box.x2 - padX) / ratioX, (box.y2 - padY) / ratioY};
    if (clip) {
        const auto width = static_cast<float>(t.image.width);
        const auto height = static_cast<float>(t.image.height);
        out = {std::clamp(out.x1, 0.0F, width), std::clamp(out.y1, 0.0F, height), std::clamp(out.x2, 0.0F, width),
               std::clamp(out.y2, 0.0F, height)};
    }
    return out;
}

BoxXyxy letterboxFromImage(const BoxXyxy& box, const LetterboxTransform& t) {
    const auto padX = static_cast<float>(t.padX);
    const auto padY = static_cast<float>(t.padY);
    const auto ratioX = static_cast<float>(t.ratioX);
    const auto ratioY = static_cast<float>(t.ratioY);
    return {box.x1 * ratioX + padX, box.y1 * ratioY + padY, box.x2 * ratioX + padX, box.y2 * ratioY + padY};
}

Size smallestRectangle(Size image, int imgSize, int stride) {
    const double ratio = static_cast<double>(imgSize) / std::max(image.width, image.height);
    return {upToMultiple(std::max(1, rounded(image.width * ratio)), stride), upToMultiple(std::max(1, rounded(image.height * ratio)), stride)};
}

LetterboxTransform letterboxTransform(Size image, Size input, bool scaleUp) {
    double ratio = std::min(static_cast<double>(input.height) / image.height, static_cast<double>(input.width) / image.width);
    if (!scaleUp)
        ratio = std::min(ratio, 1.0);
    LetterboxTransform t;
    t.image = image;
    t.input = input;
    t.ratioX = t.ratioY = ratio;
    t.padX = (input.width - rounded(image.width * ratio)) / 2.0;
    t.padY = (input.height - rounded(image.height * ratio)) / 2.0;
    return t;
}

cv::Mat letterbox(const cv::Mat& bgr, const LetterboxTransform& t, bool areaWhenShrinking) {
    CV_Assert(bgr.type() == CV_8UC3 && bgr.cols == t.image.width && bgr.rows == t.image.height);
    const cv::Size resized(std::max(1, rounded(t.image.width * t.ratioX)), std::max(1, rounded(t.image.height * t.ratioY)));
    cv::Mat out(t.input.height, t.input.width, CV_8UC3, cv::Scalar::all(114));
    // Half a pixel of border goes to the right and to the bottom.
    cv::Mat inside = out(cv::Rect(cv::Point(rounded(t.padX - 0.1), rounded(t.padY - 0.1)), resized));
    if (resized == bgr.size())
        bgr.copyTo(inside);
    else
        cv::resize(bgr, inside, resized, 0, 0,
                   areaWhenShrinking && t.ratioX < 1 && t.ratioY < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    return out;
}

} // namespace intersect::image

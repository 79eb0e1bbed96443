// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <opencv2/core/mat.hpp>

#include "core/base/geometry.h"

namespace intersect::image {

/// How a picture was put into the network's input: image = (letterbox - pad) / ratio.
struct LetterboxTransform {
    Size image;              ///< the picture's own size
    Size input;              ///< the network input's size
    double ratioX = 1, ratioY = 1; ///< input pixels per image pixel
    double padX = 0, padY = 0;     ///< border on the left and on top, input pixels (may end in .5 before rounding)
};

/// Back from network input pixels to image pixels, clipped to the picture when `clip` (YOLOv5 scale_boxes, clip_boxes).
BoxXyxy imageFromLetterbox(const BoxXyxy& box, const LetterboxTransform& transform, bool clip = true);

/// From image pixels to network input pixels.
BoxXyxy letterboxFromImage(const BoxXyxy& box, const LetterboxTransform& transform);

/// The size YOLOv5 feeds a picture at: long side scaled to `imgSize`, both sides up to a multiple of `stride` (the smallest rectangle).
Size smallestRectangle(Size image, int imgSize, int stride);

/// Where a picture of that size lies in an input of `input` size. `scaleUp` false: small pictures are not enlarged.
/// Source: YOLOv5 7.0 `letterbox` (resize to round(side*r), border split as round(pad-0.1), round(pad+0.1)).
LetterboxTransform letterboxTransform(Size image, Size input, bool scaleUp = true);

/// Draws the letterbox: BGR CV_8UC3 of `transform.input` size, border grey 114. `areaWhenShrinking` uses INTER_AREA if the
/// picture gets smaller (validation); else INTER_LINEAR. Any thread.
cv::Mat letterbox(const cv::Mat& bgr, const LetterboxTransform& transform, bool areaWhenShrinking = false);

} // namespace intersect::image

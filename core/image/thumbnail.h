// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <opencv2/core/mat.hpp>

#include "core/base/geometry.h"
#include "core/base/result.h"

namespace intersect::image {

/// A small picture for a list: CV_8UC3, BGR, upright, its long side `longSidePx` (never enlarged), same proportions.
/// A JPEG is decoded at a half, quarter or eighth of its size where that suffices, several times faster than whole. `whole`, where given, gets
/// the size of the picture itself. Errors as decodeImage. Any thread; about 1 ms for a 352x240 JPEG.
Result<cv::Mat> decodeThumbnail(const std::filesystem::path& path, int longSidePx, Size* whole = nullptr);

/// A part of a picture (its pixels; what lies outside is cut off) reduced or enlarged to fit into `room` with its proportions kept; empty where
/// nothing of it lies inside. Any thread.
cv::Mat fittedPart(const cv::Mat& picture, const cv::Rect& part, Size room);

} // namespace intersect::image

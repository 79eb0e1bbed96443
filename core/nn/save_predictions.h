// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/detect/detection.h"

namespace intersect::nn {

/// File names for results of these pictures: the file name alone where all differ, else the path below their common folder.
std::vector<std::filesystem::path> namesBelow(const std::vector<detect::ImageEntry>& images);

/// The YOLO label text of a picture's detections: `class cx cy w h` a row (fractions of the picture), with the score behind if `withScore`.
std::string formatYoloDetections(std::span<const detect::Detection> detections, Size image, bool withScore);

/// Writes one .txt a picture into `folder`, an empty one where nothing was found. Any thread.
Result<void> saveYoloDetections(const detect::DetectionSet& set, const std::filesystem::path& folder, bool withScore);

/// Draws boxes in their class's colour, each with a label "car 0.86" above it (on another side where labels would meet). BGR, 8 bit, in place.
void drawDetections(cv::Mat& bgr, std::span<const detect::Detection> detections, const std::vector<std::string>& names);

/// Writes every picture with its detections drawn into `folder`. Errors name the picture. Any thread.
Result<void> saveAnnotated(const detect::DetectionSet& set, const std::filesystem::path& folder, const ProgressCallback& progress, const StopCheck& stop);

} // namespace intersect::nn

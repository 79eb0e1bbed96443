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
#include "core/nn/video.h"

namespace intersect::nn {

/// Where the results of each picture go below an output folder, without ending: as the pictures lie below `root` (empty: their common folder),
/// so that cameras stay folders. Pictures that differ in their ending only keep it ("a.jpg", "a.bmp"); no two are the same.
std::vector<std::filesystem::path> outputStems(const std::vector<detect::ImageEntry>& images, const std::filesystem::path& root = {});

/// The file name of a picture with its boxes: PNG stays PNG, everything else becomes JPEG.
std::filesystem::path annotatedName(const std::filesystem::path& stem, const std::filesystem::path& picture);

/// The YOLO label text of a picture's detections: `class cx cy w h` a row (fractions of the picture), with the score behind if `withScore`.
std::string formatYoloDetections(std::span<const detect::Detection> detections, Size image, bool withScore);

/// Writes `<stem>.txt` of every picture into a staged folder, an empty one where nothing was found; one stem a picture. Any thread.
Result<void> saveYoloDetections(const detect::DetectionSet& set, std::span<const std::filesystem::path> stems, const std::filesystem::path& folder,
                                bool withScore);

/// Draws boxes in their class's colour, each with a label "car 0.86" above it (on another side where labels would meet). BGR, 8 bit, in place.
void drawDetections(cv::Mat& bgr, std::span<const detect::Detection> detections, const std::vector<std::string>& names);

/// Draws the detections of every picture into it and writes it into a staged folder under annotatedName (an empty path: into none), and appends it to
/// a video (null: to none), one picture in memory at a time. Errors name the picture. Any thread.
Result<void> saveAnnotated(const detect::DetectionSet& set, std::span<const std::filesystem::path> stems, const std::filesystem::path& folder,
                           VideoWriter* video, const ProgressCallback& progress, const StopCheck& stop);

} // namespace intersect::nn

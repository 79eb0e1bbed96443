// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/detect/detection.h"

namespace intersect::detect {

/// Reads YOLO text detections of the pictures of `pictures` (files, sizes and class names; its detections are ignored): a folder of
/// `<picture>.txt` with rows `class cx cy w h confidence`, fractions of the picture, as predict and YOLOv5 write them with --save-txt
/// --save-conf. A file belongs to the picture whose path without its ending ends with the file's path below the folder, so that
/// `1.txt` is enough where names are unique and `camera/1.txt` where they are not; pictures that differ in their ending only keep it
/// (`1.jpg.txt`). A picture without a file has no detections. In an image by descending score, ties in the order of the rows. Errors
/// (BadInput) with file and line: rows that are not six numbers, NaN, unknown classes, boxes far outside, files of no picture or of
/// several, a folder without any. Any thread.
Result<DetectionSet> readTextDetections(const std::filesystem::path& folder, const DetectionSet& pictures);

/// Detections of known pictures from whatever `path` is: a folder by readTextDetections, a file by readDetections.
Result<DetectionSet> readDetectionsOf(const std::filesystem::path& path, const DetectionSet& pictures);

} // namespace intersect::detect

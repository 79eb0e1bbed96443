// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/result.h"
#include "core/detect/detection.h"

namespace intersect::detect {

/// Writes candidates as safetensors, atomically: boxes F32 [n,4] (x1 y1 x2 y2, image pixels, not clipped), scores F32 [n], classes I32 [n],
/// image I32 [n] (row in the image table); metadata `names` and `images` (JSON: id, file_name, width, height). Any thread.
Result<void> writeCandidates(const std::filesystem::path& path, const DetectionSet& candidates);

/// Reads what writeCandidates wrote; errors name the file and what does not fit. Any thread.
Result<DetectionSet> readCandidates(const std::filesystem::path& path);

/// The candidates that belong to these detections: of the same images, with their class names. Nothing where there is no such file, it cannot
/// be read, or it is of an evaluation before. Any thread.
std::optional<DetectionSet> candidatesOf(const DetectionSet& detections, const std::filesystem::path& path);

} // namespace intersect::detect

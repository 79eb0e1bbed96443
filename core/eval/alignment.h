// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"
#include "core/detect/detection.h"

namespace intersect::eval {

/// The detections of `found`, read from `path`, for `images` in their order, which then stand in the result. Pictures
/// are the same if their paths are, or if one path ends with the other (file tables may be relative); where a table has
/// no names, its ids count. Errors: a picture of `images` that the file does not know, detections of a picture that is
/// none of `images`, two that fit. Nothing is copied where `found` has the same table already. Any thread.
Result<detect::DetectionSet> alignDetections(detect::DetectionSet found,
                                             const std::vector<detect::ImageEntry>& images,
                                             const std::filesystem::path& path);

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/base/result.h"
#include "core/detect/detection.h"

namespace intersect::eval {

/// Where each of `images` stands in the table `found`, read from `path`: its place, or -1. Pictures are the same if their paths are, or if one
/// path ends with the other (file tables may be relative); where a table has no names, its ids count. Errors: two that fit. Any thread.
Result<std::vector<std::int64_t>> placesOf(const std::vector<detect::ImageEntry>& images, const std::vector<detect::ImageEntry>& found,
                                           const std::filesystem::path& path);

/// The detections of `found` for `images`, each taken from its place (see placesOf); none where that is -1. Any thread; pure.
detect::DetectionSet detectionsAt(const detect::DetectionSet& found, const std::vector<detect::ImageEntry>& images,
                                  const std::vector<std::int64_t>& places);

/// The detections of `found`, read from `path`, for `images` in their order, which then stand in the result; which
/// picture is which placesOf says. Errors: a picture of `images` that the file does not know, detections of a picture that is
/// none of `images`, two that fit. Nothing is copied where `found` has the same table already. Any thread.
Result<detect::DetectionSet> alignDetections(detect::DetectionSet found,
                                             const std::vector<detect::ImageEntry>& images,
                                             const std::filesystem::path& path);

} // namespace intersect::eval

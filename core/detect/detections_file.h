// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/detect/detection.h"

namespace intersect::detect {

/// The text of a detections file: COCO results plus the image table and categories: {"images":[{"id","file_name","width","height"}],
/// "categories":[{"id","name"}],"annotations":[{"image_id","category_id","bbox":[x,y,w,h],"score"}]}; pixels of the image.
std::string formatDetections(const DetectionSet& set);

/// Only COCO's plain results list.
std::string formatResultsList(const DetectionSet& set);

/// Reads what formatDetections writes, and COCO's plain list too (`images` must then be given by the caller through `known`).
/// Detections come back per image in descending score, ties in file order, with the doubles of the file (DetectionSet::exact). One pass that
/// does not hold the file: about 130 bytes a detection while it is sorted. Errors name path, line and detection (from 1): NaN and infinity,
/// negative sizes, scores outside 0..1, unknown images, ids that stand twice, text that breaks off. Any thread.
Result<DetectionSet> readDetections(const std::filesystem::path& path, const DetectionSet* known = nullptr);

} // namespace intersect::detect

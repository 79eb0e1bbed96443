// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/detect/detection.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// What a COCO ground truth file holds. Class ids are COCO's category ids themselves, so `names` has a gap (an empty
/// name) for every id that the file does not use.
struct CocoTruth {
    std::vector<std::string> names;
    std::vector<detect::ImageEntry> images; ///< in the file's order; `file` as file_name says
    Truth truth;
};

/// Reads a COCO ground truth file (`images`, `annotations` with image_id, category_id, bbox x y w h in pixels, area,
/// iscrowd; `categories`), in one pass that does not hold the file. Corners are formed in double, then rounded to float32;
/// Truth::exact keeps the doubles. Errors name the file, the line and the entry at fault (from 1), ids that stand twice
/// too; nothing is guessed. Any thread.
Result<CocoTruth> truthFromCoco(const std::filesystem::path& path);

} // namespace intersect::eval

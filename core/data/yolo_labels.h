// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/finding.h"

namespace intersect::data {

/// What a YOLO label file holds: good rows as labels, every bad row as a finding with its line.
struct LabelFile {
    bool exists = false;
    std::vector<Label> labels;
    std::vector<Finding> findings;
};

/// The label file of an image: beside it with the extension .txt; where the path has a folder `images`, the same path under
/// `labels` (the last such folder, as YOLOv5). The one beside the image wins if both exist.
std::filesystem::path labelPathOf(const std::filesystem::path& image);

/// Parses the text of a label file (`class cx cy w h` a row, 0..1). Five columns, integer class >= 0, finite numbers in 0..1, w and h > 0;
/// other rows become findings of severity error, a duplicate row a warning. Locale-free.
LabelFile parseYoloLabels(std::string_view text, const std::filesystem::path& path);

/// The same for many files: labels and findings (lines of this text only, ascending) are appended, `path` is asked for where there is something to say.
void appendYoloLabels(std::string_view text, const std::function<std::filesystem::path()>& path, std::vector<Label>& labels, std::vector<Finding>& findings);

/// No label file larger than this is read.
constexpr std::uintmax_t kMaxLabelBytes = 16ULL << 20;

/// Reads the label file of an image; a missing file gives exists == false.
LabelFile readYoloLabels(const std::filesystem::path& image);

/// The text of a label file; coordinates with the fewest digits that read back to the same double.
std::string formatYoloLabels(std::span<const Label> labels);

} // namespace intersect::data

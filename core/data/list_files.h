// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace intersect::data {

/// One path of a list file, as it is written there, and its line.
struct ListedPath {
    std::string text;
    int line = 0;
};

/// The paths of a list file, spaces around them taken off, empty lines left out. Errors: a file that cannot be read, holds zero bytes or no path.
Result<std::vector<ListedPath>> readListedPaths(const std::filesystem::path& list);

/// Reads a list of image paths, one a line; empty lines are skipped; relative paths ("./" as YOLOv5) stand relative to the list's folder.
/// Every file must exist: the error names the first missing one, its line, and how many are missing.
Result<std::vector<std::filesystem::path>> readImageList(const std::filesystem::path& list);

/// The text of a list file: absolute paths, one a line, '\n' at the end of each.
std::string formatImageList(const std::vector<std::filesystem::path>& images);

/// Pictures of a source: an image, a folder (recursively, in the order of path bytes), or a list file (.txt).
Result<std::vector<std::filesystem::path>> imagesOfSource(const std::filesystem::path& source);

} // namespace intersect::data

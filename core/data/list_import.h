// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "core/base/result.h"

namespace intersect::data {

/// A list of images made on another machine, found again here.
struct ImportedList {
    std::vector<std::filesystem::path> images; ///< absolute, in the order of the list
    std::size_t asWritten = 0;                 ///< paths that exist as they stand
    std::size_t matched = 0;                   ///< found below the data root by pool, camera and file name
};

/// Reads a list of image paths, one a line, of which some or all do not exist here: such a path is matched by its last three parts (pool, camera, file) and, if the
/// data root itself holds cameras or no pool of that name, by its last two (camera, file), with the frames below `dataRoot`. Backslashes count as slashes in paths that do not exist.
/// Errors name list and line: a path that matches no frame (and how many do not), one that matches several, a list without any path.
Result<ImportedList> importImageList(const std::filesystem::path& list, const std::filesystem::path& dataRoot);

} // namespace intersect::data

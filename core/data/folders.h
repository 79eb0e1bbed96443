// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"

namespace intersect::data {

/// What lies directly in one folder, by file name, in the order of the bytes.
struct FolderContents {
    std::filesystem::path folder;
    std::vector<std::string> images; ///< names that end like a picture
    std::vector<std::string> texts;  ///< names that end with .txt
    std::string problem;             ///< why the folder could not be read to its end; empty: it could
};

/// Every folder at and below `root` that holds pictures or texts or cannot be read, in the order of path bytes. Links to folders are followed, each
/// real folder once; what begins with a dot is left out. Errors: a root that is not there or cannot be read, stopped.
Result<std::vector<FolderContents>> walkFolders(const std::filesystem::path& root, const StopCheck& stop = {});

/// Lists one folder without those below it; an empty list where it cannot be read.
FolderContents listFolder(const std::filesystem::path& folder);

/// Whether a stands before b in the order of their bytes (std::filesystem::path compares part by part instead).
inline bool byPathBytes(const std::filesystem::path& a, const std::filesystem::path& b) {
    return a.native() < b.native();
}

} // namespace intersect::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"

namespace intersect::data {

/// In place of a time so recent that a later change may leave it as it is (clocks of file systems step by up to two seconds).
constexpr std::int64_t kYoung = std::numeric_limits<std::int64_t>::max();
/// The time of day, nanoseconds since 1970.
std::int64_t clockNs();
/// `mtimeNs`, or kYoung if it lies within two seconds of `nowNs`.
std::int64_t settledTime(std::int64_t mtimeNs, std::int64_t nowNs);

/// What tells whether a folder's list of names is still the same: which folder it is and when names last changed in it.
struct FolderStamp {
    std::uint64_t device = 0, inode = 0;
    std::int64_t mtimeNs = 0;
    bool operator==(const FolderStamp&) const = default;
};

/// What lies directly in one folder, by file name, in the order of the bytes.
struct FolderContents {
    std::filesystem::path folder;
    std::vector<std::string> images;  ///< names that end like a picture
    std::vector<std::string> texts;   ///< names that end with .txt
    std::string problem;              ///< why the folder could not be read to its end; empty: it could
    std::vector<std::string> folders; ///< folders in it, and links to folders
    FolderStamp stamp;                ///< from before it was listed; its time is kYoung where it had just changed
};

/// Every folder at and below `root` that holds pictures or texts or cannot be read, in the order of path bytes. Links to folders are followed, each
/// real folder once; what begins with a dot is left out. Errors: a root that is not there or cannot be read, stopped.
Result<std::vector<FolderContents>> walkFolders(const std::filesystem::path& root, const StopCheck& stop = {});

/// The same with the folders that hold neither: all whose stamps must be looked at to know that nothing was added.
Result<std::vector<FolderContents>> walkAllFolders(const std::filesystem::path& root, const StopCheck& stop = {});

/// Lists one folder without those below it; an empty list where it cannot be read.
FolderContents listFolder(const std::filesystem::path& folder);

/// The stamp of a folder now; all zero where there is none.
FolderStamp stampOf(const std::filesystem::path& folder);

/// Whether a stands before b in the order of their bytes (std::filesystem::path compares part by part instead).
inline bool byPathBytes(const std::filesystem::path& a, const std::filesystem::path& b) {
    return a.native() < b.native();
}

} // namespace intersect::data

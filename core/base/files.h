// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace intersect {

/// Reads a whole file; refuses one larger than `limitBytes`. Any thread.
Result<std::string> readFile(const std::filesystem::path& path, std::uintmax_t limitBytes = 1ULL << 31);

/// Writes a file so that a reader sees the old or the new content, never a part: temporary name beside it, fsync, rename.
/// A full disk or missing right leaves the old file as it was and no temporary behind. Parent folders are made. Any thread.
Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

/// Makes a folder and its parents; a sentence instead of an exception.
Result<void> makeFolder(const std::filesystem::path& folder);

/// The absolute, lexically normal form of a path (symbolic links are kept), as list files hold it.
std::filesystem::path absolutePath(const std::filesystem::path& path);

} // namespace intersect

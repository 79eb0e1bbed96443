// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.h"

namespace intersect {

/// Files on their way into a folder: they are written into a hidden folder inside it and moved to their places by
/// commit(), all of them. Without commit() nothing of them stays, and a folder that was not there before is gone again.
/// Not for several threads at once.
class StagedFolder {
public:
    /// Makes `target` and the hidden folder in it. Errors: it cannot be made or written to.
    static Result<StagedFolder> in(const std::filesystem::path& target);
    StagedFolder(StagedFolder&& other) noexcept;
    StagedFolder& operator=(StagedFolder&&) = delete;
    ~StagedFolder();

    /// Where to write meanwhile; below it the files stand as they will below the target.
    const std::filesystem::path& path() const { return m_path; }
    /// Moves every file to its place, replacing one of the same name. Errors name the file that cannot be moved.
    Result<void> commit();

private:
    StagedFolder(std::filesystem::path target, std::filesystem::path path, std::filesystem::path made);
    std::filesystem::path m_target, m_path;
    std::filesystem::path m_made; ///< the topmost folder that was made for it; empty: the target was there
};

/// Writes a new file into a staged folder, its folders too; not synced, for the folder is committed or removed as a
/// whole. Any thread.
Result<void> writeStagedFile(const std::filesystem::path& path, std::string_view bytes);

} // namespace intersect

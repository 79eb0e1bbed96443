// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/staged_folder.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "core/base/files.h"

namespace intersect {
namespace fs = std::filesystem;
namespace {

/// The topmost part of a path that is not there yet; empty if all of it is.
fs::path firstMissing(const fs::path& folder) {
    fs::path missing;
    std::error_code error;
    for (fs::path at = folder; !at.empty() && !fs::exists(at, error); at = at.parent_path())
        missing = at;
    return missing;
}

} // namespace

StagedFolder::StagedFolder(fs::path target, fs::path path, fs::path made)
    : m_target(std::move(target)), m_path(std::move(path)), m_made(std::move(made)) {}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : m_target(std::move(other.m_target)), m_path(std::move(other.m_path)), m_made(std::move(other.m_made)) {
    other.m_path.clear();
}

StagedFolder::~StagedFolder() {
    if (m_path.empty())
        return;
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
    if (m_made.empty())
        return;
    // Only what was made for it and holds nothing else.
    for (fs::path at = m_target; fs::remove(at, ignored) && at != m_made; at = at.parent_path()) {
    }
}

Result<StagedFolder> StagedFolder::in(const fs::path& target) {
    const fs::path folder = absolutePath(target);
    fs::path made = firstMissing(folder);
    const fs::path hidden = folder / (".part-" + std::to_string(::getpid()));
    if (const auto ready = makeFolder(hidden); !ready)
        return failAs(ready);
    return StagedFolder(folder, hidden, std::move(made));
}

Result<void> StagedFolder::commit() {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator at(m_path, error), end; !error && at != end; at.increment(error))
        if (!at->is_directory(error))
            files.push_back(at->path());
    const auto broken = [&](const fs::path& file) {
        return fail(ErrorCode::Failed, file.string() + " cannot be put in its place: " + error.message() + ".", file, 0,
                    "Choose an empty folder that you may write to.");
    };
    if (error)
        return broken(m_target);
    for (const fs::path& file : files) {
        const fs::path place = m_target / file.lexically_relative(m_path);
        fs::create_directories(place.parent_path(), error);
        if (!error)
            fs::rename(file, place, error);
        if (error)
            return broken(place);
    }
    fs::remove_all(m_path, error);
    m_path.clear();
    return {};
}

Result<void> writeStagedFile(const fs::path& path, std::string_view bytes) {
    if (const auto made = makeFolder(path.parent_path()); !made)
        return made;
    std::FILE* file = std::fopen(path.c_str(), "wbe");
    const bool whole = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    const int reason = errno;
    const bool closed = file != nullptr && std::fclose(file) == 0;
    if (whole && closed)
        return {};
    return fail(ErrorCode::Failed, path.string() + " cannot be written: " + std::generic_category().message(whole ? errno : reason) + ".", path, 0,
                "Choose a folder with free space that you may write to.");
}

} // namespace intersect

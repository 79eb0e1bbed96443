// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/folders.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include "core/image/decode.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

enum class Kind { Folder, File, Other };

FolderStamp stampOf(const struct stat& status) {
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
            static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

/// What an entry is; the directory itself mostly says, only links (and some file systems) need a look at the file.
Kind kindOf(int folder, const dirent& entry) {
    if (entry.d_type == DT_DIR)
        return Kind::Folder;
    if (entry.d_type == DT_REG)
        return Kind::File;
    struct stat status {};
    if ((entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) || ::fstatat(folder, entry.d_name, &status, 0) != 0)
        return Kind::Other; // a dangling link is neither file nor folder
    return S_ISDIR(status.st_mode) ? Kind::Folder : S_ISREG(status.st_mode) ? Kind::File : Kind::Other;
}

/// Fills `contents` from one directory. Returns 0 or the number of what went wrong.
int list(const fs::path& folder, FolderContents& contents) {
    contents.folder = folder;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
    if (!directory)
        return errno;
    const int fd = ::dirfd(directory.get());
    struct stat status {};
    if (::fstat(fd, &status) == 0) {
        contents.stamp = stampOf(status);
        contents.stamp.mtimeNs = settledTime(contents.stamp.mtimeNs, clockNs());
    }
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(directory.get());
        if (entry == nullptr)
            break;
        const std::string_view name = entry->d_name;
        if (name.starts_with('.'))
            continue;
        const bool image = image::isImageName(name), text = name.ends_with(".txt");
        if (entry->d_type == DT_REG && !image && !text)
            continue;
        const Kind kind = kindOf(fd, *entry);
        if (kind == Kind::Folder)
            contents.folders.emplace_back(name);
        else if (kind == Kind::File && image)
            contents.images.emplace_back(name);
        else if (kind == Kind::File && text)
            contents.texts.emplace_back(name);
    }
    const int problem = errno;
    for (std::vector<std::string>* names : {&contents.images, &contents.texts, &contents.folders})
        std::sort(names->begin(), names->end());
    return problem;
}

} // namespace

std::int64_t clockNs() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::int64_t settledTime(std::int64_t mtimeNs, std::int64_t nowNs) {
    constexpr std::int64_t kStepNs = 2'000'000'000; // of FAT
    return mtimeNs > nowNs - kStepNs && mtimeNs < nowNs + kStepNs ? kYoung : mtimeNs;
}

FolderContents listFolder(const fs::path& folder) {
    FolderContents contents;
    list(folder, contents);
    return contents;
}

FolderStamp stampOf(const fs::path& folder) {
    struct stat status {};
    return ::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) ? stampOf(status) : FolderStamp{};
}

Result<std::vector<FolderContents>> walkAllFolders(const fs::path& root, const StopCheck& stop) {
    std::error_code error;
    if (!fs::is_directory(root, error))
        return fail(ErrorCode::BadInput, root.string() + (fs::exists(root, error) ? " is not a folder." : " is not there."), root, 0, "Check the path.");
    std::vector<FolderContents> found;
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
    std::vector<fs::path> todo = {root};
    while (!todo.empty()) {
        if (stop && stop())
            return fail(ErrorCode::Interrupted, "Reading " + root.string() + " was stopped.", root);
        const fs::path folder = std::move(todo.back());
        todo.pop_back();
        const FolderStamp stamp = stampOf(folder);
        if (stamp == FolderStamp{} || !seen.insert({stamp.device, stamp.inode}).second)
            continue;
        FolderContents contents;
        if (const int problem = list(folder, contents); problem != 0) {
            if (folder == root)
                return fail(ErrorCode::BadInput, root.string() + " cannot be read: " + std::strerror(problem) + ".", root, 0, "Check its rights.");
            contents.problem = std::strerror(problem);
        }
        for (auto name = contents.folders.rbegin(); name != contents.folders.rend(); ++name)
            todo.push_back(folder / *name);
        found.push_back(std::move(contents));
    }
    std::sort(found.begin(), found.end(), [](const FolderContents& a, const FolderContents& b) { return byPathBytes(a.folder, b.folder); });
    return found;
}

Result<std::vector<FolderContents>> walkFolders(const fs::path& root, const StopCheck& stop) {
    auto found = walkAllFolders(root, stop);
    if (found)
        std::erase_if(*found, [](const FolderContents& contents) { return contents.images.empty() && contents.texts.empty() && contents.problem.empty(); });
    return found;
}

} // namespace intersect::data

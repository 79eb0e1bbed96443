// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/folders.h"

#include <algorithm>
#include <set>
#include <sys/stat.h>
#include <utility>

#include "core/image/decode.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

/// Fills `contents` and `folders` (its sub-folders) from one directory.
std::error_code list(const fs::path& folder, FolderContents& contents, std::vector<fs::path>& folders) {
    std::error_code error;
    contents.folder = folder;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        std::error_code ignored; // a dangling link is neither file nor folder
        if (name.starts_with('.'))
            continue;
        if (it->is_directory(ignored))
            folders.push_back(it->path());
        else if (!it->is_regular_file(ignored))
            continue;
        else if (image::hasImageExtension(it->path()))
            contents.images.push_back(name);
        else if (it->path().extension() == ".txt")
            contents.texts.push_back(name);
    }
    std::sort(contents.images.begin(), contents.images.end());
    std::sort(contents.texts.begin(), contents.texts.end());
    return error;
}

} // namespace

FolderContents listFolder(const fs::path& folder) {
    FolderContents contents;
    std::vector<fs::path> folders;
    list(folder, contents, folders);
    return contents;
}

Result<std::vector<FolderContents>> walkFolders(const fs::path& root, const StopCheck& stop) {
    std::error_code error;
    if (!fs::is_directory(root, error))
        return fail(ErrorCode::BadInput, root.string() + (fs::exists(root, error) ? " is not a folder." : " is not there."), root, 0, "Check the path.");
    std::vector<FolderContents> found;
    std::set<std::pair<dev_t, ino_t>> seen;
    std::vector<fs::path> todo = {root};
    while (!todo.empty()) {
        if (stop && stop())
            return fail(ErrorCode::Interrupted, "Reading " + root.string() + " was stopped.", root);
        const fs::path folder = todo.back();
        todo.pop_back();
        struct stat status {};
        if (::stat(folder.c_str(), &status) != 0 || !seen.insert({status.st_dev, status.st_ino}).second)
            continue;
        FolderContents contents;
        std::vector<fs::path> below;
        error = list(folder, contents, below);
        if (error && folder == root)
            return fail(ErrorCode::BadInput, root.string() + " cannot be read: " + error.message() + ".", root, 0, "Check its rights.");
        if (error)
            contents.problem = error.message();
        std::sort(below.begin(), below.end(), [](const fs::path& a, const fs::path& b) { return byPathBytes(b, a); });
        todo.insert(todo.end(), below.begin(), below.end());
        if (!contents.images.empty() || !contents.texts.empty() || !contents.problem.empty())
            found.push_back(std::move(contents));
    }
    std::sort(found.begin(), found.end(), [](const FolderContents& a, const FolderContents& b) { return byPathBytes(a.folder, b.folder); });
    return found;
}

} // namespace intersect::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/list_import.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "core/base/files.h"
#include "core/data/folders.h"
#include "core/data/list_files.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

/// The last `count` parts of a path with slashes; the whole path where it has no more.
std::string_view lastParts(std::string_view path, int count) {
    std::size_t from = path.size();
    while (count-- > 0) {
        const std::size_t slash = from == 0 ? std::string_view::npos : path.rfind('/', from - 1);
        if (slash == std::string_view::npos)
            return path;
        from = slash;
    }
    return path.substr(from + 1);
}

/// Frames below the data root, by the last parts of their paths.
class KnownFrames {
public:
    static Result<KnownFrames> below(const fs::path& root) {
        const auto folders = walkFolders(absolutePath(root));
        if (!folders)
            return failAs(folders);
        KnownFrames known;
        for (const FolderContents& contents : *folders) {
            for (const std::string& name : contents.images)
                known.m_frames.push_back(contents.folder / name);
        }
        for (const int parts : {3, 2}) {
            for (std::size_t i = 0; i < known.m_frames.size(); ++i) {
                const auto [place, isNew] = known.m_places.try_emplace(std::string(lastParts(known.m_frames[i].native(), parts)), i);
                if (!isNew)
                    place->second = kSeveral;
            }
        }
        return known;
    }

    static constexpr std::size_t kNone = static_cast<std::size_t>(-1), kSeveral = static_cast<std::size_t>(-2);
    std::size_t find(std::string_view path) const {
        for (const int parts : {3, 2}) {
            if (const auto found = m_places.find(std::string(lastParts(path, parts))); found != m_places.end())
                return found->second;
        }
        return kNone;
    }
    const fs::path& frame(std::size_t i) const { return m_frames[i]; }

private:
    std::vector<fs::path> m_frames;
    std::unordered_map<std::string, std::size_t> m_places;
};

} // namespace

Result<ImportedList> importImageList(const fs::path& list, const fs::path& dataRoot) {
    const auto listed = readListedPaths(list);
    if (!listed)
        return failAs(listed);
    const auto known = KnownFrames::below(dataRoot);
    if (!known)
        return failAs(known);
    const fs::path base = absolutePath(list).parent_path();
    ImportedList imported;
    std::string firstMissing;
    int firstLine = 0;
    std::size_t missing = 0;
    for (const ListedPath& written : *listed) {
        fs::path image = absolutePath(base / fs::path(written.text));
        std::error_code error;
        if (fs::is_regular_file(image, error)) {
            ++imported.asWritten;
            imported.images.push_back(std::move(image));
            continue;
        }
        std::string path = written.text;
        std::replace(path.begin(), path.end(), '\\', '/');
        const std::size_t found = known->find(path);
        if (found == KnownFrames::kSeveral)
            return fail(ErrorCode::BadInput, list.string() + " line " + std::to_string(written.line) + " fits several frames below " + dataRoot.string() + ": " + path + ".", list,
                        written.line, "Name a data root that holds one of them only.");
        if (found == KnownFrames::kNone) {
            if (missing++ == 0) {
                firstMissing = path;
                firstLine = written.line;
            }
            continue;
        }
        ++imported.matched;
        imported.images.push_back(known->frame(found));
    }
    if (missing > 0)
        return fail(ErrorCode::BadInput,
                    std::to_string(missing) + " of the " + std::to_string(missing + imported.images.size()) + " paths in " + list.string() + " match no frame below " + dataRoot.string() +
                        ", the first: " + firstMissing + " (line " + std::to_string(firstLine) + ").",
                    list, firstLine, "Name the folder that holds their pools, or take these lines out.");
    return imported;
}

} // namespace intersect::data

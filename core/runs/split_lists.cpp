// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>
#include <unistd.h>
#include <unordered_map>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/data/data_yaml.h"
#include "core/data/list_files.h"
#include "core/runs/workspace.h"

namespace intersect::runs {
namespace fs = std::filesystem;
namespace {

/// One file of the set: its final name and its text.
struct Part {
    fs::path path;
    std::string text;
};

/// A name beside the file that is ours alone: what the user keeps there under names like train.txt.old stays.
fs::path beside(const fs::path& path, const char* what) {
    return path.string() + "." + std::to_string(::getpid()) + what;
}

/// Refuses an image that stands in two lists, or twice in one, or whose name fits on no line.
Result<void> checkImages(const SplitLists& lists) {
    std::unordered_map<std::string, const char*> owner;
    for (const auto& [name, images] : {std::pair<const char*, const std::vector<fs::path>*>{"train", &lists.train}, {"val", &lists.val}, {"test", &lists.test}}) {
        for (const fs::path& image : *images) {
            if (image.native().find_first_of("\r\n") != std::string::npos)
                return fail(ErrorCode::BadInput, pathText(image) + " has a line break in its name, which no list file can hold.", image, 0, "Rename the file; nothing was written.");
            const auto [at, isNew] = owner.emplace(absolutePath(image).string(), name);
            if (isNew)
                continue;
            const std::string where = std::string_view(at->second) == name ? std::string("twice in ") + name : std::string("in ") + at->second + " and in " + name;
            return fail(ErrorCode::BadInput, image.string() + " stands " + where + ".", image, 0, "Give lists that share no image; nothing was written.");
        }
    }
    return {};
}

/// Files moved out of the way while the new ones take their names: put back unless all went well.
class SetAside {
public:
    ~SetAside() {
        for (const auto& [path, kept] : m_moved) {
            std::error_code ignored;
            if (m_keepNew)
                fs::remove(kept, ignored);
            else
                fs::rename(kept, path, ignored);
        }
    }
    Result<void> take(const fs::path& path) {
        std::error_code error;
        if (!fs::exists(path, error))
            return {};
        if (fs::is_directory(path, error))
            return fail(ErrorCode::BadInput, path.string() + " is a folder, but a file of that name is to be written.", path, 0, "Choose another folder for the lists.");
        const fs::path kept = beside(path, ".old");
        fs::rename(path, kept, error);
        if (error)
            return fail(ErrorCode::Failed, path.string() + " cannot be replaced: " + error.message() + ".", path, 0, "Check the rights of its folder.");
        m_moved.emplace_back(path, kept);
        return {};
    }
    void keepNew() { m_keepNew = true; }

private:
    std::vector<std::pair<fs::path, fs::path>> m_moved;
    bool m_keepNew = false;
};

/// Writes all parts under temporary names, then renames them; after a failure the folder is as it was.
Result<void> writeTogether(const std::vector<Part>& parts) {
    std::vector<fs::path> temporary, placed;
    const auto undo = [&] {
        std::error_code ignored;
        for (const fs::path& path : temporary)
            fs::remove(path, ignored);
        for (const fs::path& path : placed)
            fs::remove(path, ignored);
    };
    for (const Part& part : parts) {
        const fs::path path = beside(part.path, ".new");
        if (auto written = writeFileAtomically(path, part.text); !written) {
            undo();
            Error error = written.error();
            if (error.message.starts_with(path.string())) { // else it is about the folder
                error.message.replace(0, path.string().size(), part.path.string());
                error.path = part.path;
            }
            return tl::unexpected(std::move(error));
        }
        temporary.push_back(path);
    }
    SetAside old;
    for (const Part& part : parts) {
        if (auto moved = old.take(part.path); !moved) {
            undo();
            return moved;
        }
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::error_code error;
        fs::rename(temporary[i], parts[i].path, error);
        if (error) {
            undo();
            return fail(ErrorCode::Failed, parts[i].path.string() + " cannot be written: " + error.message() + ".", parts[i].path, 0, "Check the rights of its folder.");
        }
        placed.push_back(parts[i].path);
    }
    old.keepNew();
    return {};
}

} // namespace

Result<void> writeSplitLists(const fs::path& folder, const SplitLists& lists, bool force, bool removeStaleCaches) {
    if (auto clean = checkImages(lists); !clean)
        return clean;
    const fs::path out = absolutePath(folder);
    std::error_code error;
    for (const char* name : {"train.txt", "val.txt", "test.txt", "data.yaml"}) {
        if (!force && fs::exists(out / name, error))
            return fail(ErrorCode::BadInput, (out / name).string() + " exists already.", out / name, 0, "Choose another folder, or add --force to replace it.");
    }
    data::DataYaml data;
    data.train = out / "train.txt";
    data.val = out / "val.txt";
    data.names = lists.names;
    std::vector<Part> parts = {{data.train, data::formatImageList(lists.train)}, {data.val, data::formatImageList(lists.val)}};
    if (!lists.test.empty()) {
        data.test = out / "test.txt";
        parts.push_back({data.test, data::formatImageList(lists.test)});
    }
    parts.push_back({out / "data.yaml", data::formatDataYaml(data)});
    const bool isNew = !fs::exists(out, error);
    if (auto written = writeTogether(parts); !written) {
        if (isNew)
            fs::remove(out, error); // only if it is empty
        return written;
    }
    if (lists.test.empty())
        fs::remove(out / "test.txt", error); // of an earlier split, which these lists replace
    if (removeStaleCaches) {
        for (const char* name : {"train.cache", "val.cache", "test.cache"})
            fs::remove(out / name, error);
    }
    return {};
}

} // namespace intersect::runs

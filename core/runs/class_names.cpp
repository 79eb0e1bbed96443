// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/class_names.h"

#include <mutex>

#include "core/base/files.h"
#include "core/base/threads.h"
#include "core/data/class_numbers.h"
#include "core/data/data_yaml.h"
#include "core/data/yolo_labels.h"
#include "core/runs/workspace.h"

namespace intersect::runs {
namespace fs = std::filesystem;
namespace {

/// The folder itself and all above it.
std::vector<fs::path> upwards(const fs::path& start) {
    std::vector<fs::path> folders;
    for (fs::path at = absolutePath(start);; at = at.parent_path()) {
        folders.push_back(at);
        if (!at.has_relative_path())
            return folders;
    }
}

Result<ClassNames> namesWithoutCheck(const fs::path& namesFile, const std::vector<fs::path>& places, const std::vector<fs::path>& images) {
    const auto readFrom = [](const fs::path& file) -> Result<ClassNames> {
        const auto names = data::readClassNames(file);
        if (!names)
            return failAs(names);
        return ClassNames{*names, "Class names from " + file.string() + ".", false};
    };
    if (!namesFile.empty())
        return readFrom(namesFile);
    std::error_code error;
    for (const fs::path& place : places) {
        for (const fs::path& folder : upwards(place)) {
            if (!fs::exists(folder / "workspace.yaml", error))
                continue;
            const auto workspace = openWorkspace(folder);
            if (!workspace)
                return failAs(workspace);
            if (!workspace->names.empty())
                return ClassNames{workspace->names, "Class names from the workspace " + folder.string() + ".", false};
        }
    }
    if (!images.empty()) {
        if (const fs::path file = data::namesFileAbove(images.front().parent_path()); !file.empty())
            return readFrom(file);
    }
    return ClassNames{data::cocoNames(), "Nothing names the classes: COCO's 80 names are used.", true};
}

} // namespace

Result<ClassNames> resolveClassNames(const fs::path& namesFile, const std::vector<fs::path>& places, const std::vector<fs::path>& images) {
    Result<ClassNames> found = namesWithoutCheck(namesFile, places, images);
    if (!found)
        return found;
    // The first label without a name, in the order of the images, whatever thread meets one first.
    std::mutex guard;
    std::size_t firstImage = images.size();
    data::Label first;
    parallelFor(images.size(), availableCores(), [&](std::size_t i) {
        for (const data::Label& label : data::readYoloLabels(images[i]).labels) {
            if (label.classId < static_cast<std::int64_t>(found->names.size()))
                continue;
            const std::lock_guard lock(guard);
            if (i < firstImage) {
                firstImage = i;
                first = label;
            }
            return;
        }
    });
    if (firstImage < images.size()) {
        const fs::path file = data::labelPathOf(images[firstImage]);
        return fail(ErrorCode::BadInput,
                    file.string() + " has class " + std::to_string(first.classId) + " in line " + std::to_string(first.line) + ", but there are only " +
                        std::to_string(found->names.size()) + " class names (ids from 0). " + found->from,
                    file, first.line, "Give the names with --names FILE, one a line, or correct the label.");
    }
    return found;
}

} // namespace intersect::runs

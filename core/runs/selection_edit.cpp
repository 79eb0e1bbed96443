// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/selection_edit.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/base/files.h"
#include "core/data/folders.h"
#include "core/data/list_files.h"
#include "core/runs/workspace.h"

namespace intersect::runs {
namespace fs = std::filesystem;
namespace {

using Names = std::unordered_set<std::string>;

/// A list file, if it is there.
struct ListFile {
    fs::path path;
    bool exists = false;
    std::vector<fs::path> images;
    Names names;

    bool holds(const fs::path& image) const { return names.contains(image.native()); }
    void add(const fs::path& image) {
        if (names.insert(image.native()).second)
            images.push_back(image);
    }
    void remove(const Names& out) {
        std::erase_if(images, [&](const fs::path& image) { return out.contains(image.native()); });
        for (const std::string& name : out)
            names.erase(name);
    }
};

Result<ListFile> readList(const fs::path& path) {
    ListFile list;
    list.path = path;
    std::error_code none;
    list.exists = fs::exists(path, none);
    if (!list.exists)
        return list;
    // An empty list has no line to be wrong.
    if (fs::file_size(path, none) > 0) {
        auto images = data::readImageList(path);
        if (!images)
            return failAs(images);
        list.images = std::move(*images);
    }
    for (const fs::path& image : list.images)
        list.names.insert(image.native());
    return list;
}

/// The entry of the camera a frame lies in: its id is how the frame's folder ends.
select::CameraQuota* cameraOf(select::Selection& selection, const fs::path& image) {
    const std::string folder = image.parent_path().native();
    for (select::CameraQuota& quota : selection.cameras)
        if (folder.ends_with("/" + quota.camera))
            return &quota;
    return nullptr;
}

} // namespace

Result<SelectionEdit> editSelection(const fs::path& folder, const SelectionEdit& edit) {
    SelectionEdit back;
    auto train = readList(folder / "train.txt");
    if (!train)
        return failAs(train);
    auto val = readList(folder / "val.txt");
    if (!val)
        return failAs(val);
    const bool hasLists = train->exists && val->exists;
    std::error_code none;
    if (hasLists && !edit.add.empty()) {
        const auto test = readList(folder / "test.txt");
        if (!test)
            return failAs(test);
        for (const SelectionEdit::Added& added : edit.add)
            if (test->holds(added.image))
                return fail(ErrorCode::BadInput, added.image.string() + " is in the test list of this selection and cannot be trained on as well.", added.image, 0,
                            "Leave it out, or write the lists without it.");
    }
    const fs::path file = folder / "selection.yaml";
    const bool hasSelection = fs::exists(file, none);
    select::Selection selection;
    selection.strategy = "by-hand";
    if (hasSelection) {
        auto read = readSelection(file);
        if (!read)
            return failAs(read);
        selection = std::move(*read);
    } else if (hasLists) { // lists alone: they are the selection
        selection.images = train->images;
        selection.images.insert(selection.images.end(), val->images.begin(), val->images.end());
    }
    Names chosen;
    for (const fs::path& image : selection.images)
        chosen.insert(image.native());

    Names out;
    for (const fs::path& image : edit.remove) {
        if (!chosen.contains(image.native()) && !train->holds(image) && !val->holds(image))
            continue;
        if (!out.insert(image.native()).second)
            continue;
        const bool pinned = std::find(selection.pins.begin(), selection.pins.end(), image) != selection.pins.end();
        back.add.push_back({image, val->holds(image) ? SelectionEdit::List::Val : SelectionEdit::List::Train, pinned});
        if (select::CameraQuota* camera = cameraOf(selection, image); camera != nullptr && camera->selected > 0)
            --camera->selected;
    }
    std::erase_if(selection.images, [&](const fs::path& image) { return out.contains(image.native()); });
    std::erase_if(selection.pins, [&](const fs::path& image) { return out.contains(image.native()); });
    train->remove(out);
    val->remove(out);
    for (const SelectionEdit::Added& added : edit.add) {
        const bool isNew = !chosen.contains(added.image.native()) || out.contains(added.image.native());
        if (!isNew || !chosen.insert(added.image.native()).second)
            continue;
        selection.images.push_back(added.image);
        if (added.pinned)
            selection.pins.push_back(added.image);
        if (select::CameraQuota* camera = cameraOf(selection, added.image))
            ++camera->selected;
        if (hasLists)
            (added.list == SelectionEdit::List::Val ? *val : *train).add(added.image);
        back.remove.push_back(added.image);
    }
    if (back.isEmpty())
        return back;
    selection.count = static_cast<std::int64_t>(selection.images.size());
    std::sort(selection.pins.begin(), selection.pins.end(), data::byPathBytes);

    if (hasSelection || !hasLists)
        if (auto written = writeFileAtomically(file, formatSelection(selection)); !written)
            return failAs(written);
    if (hasLists)
        for (const ListFile* list : {&*train, &*val})
            if (auto written = writeFileAtomically(list->path, data::formatImageList(list->images)); !written)
                return failAs(written);
    return back;
}

} // namespace intersect::runs

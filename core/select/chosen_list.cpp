// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/chosen_list.h"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace intersect::select {
namespace fs = std::filesystem;
namespace {

/// "Q2/398" by the folders of a file.
std::string cameraByFolders(const fs::path& image) {
    const fs::path camera = image.parent_path();
    return (camera.parent_path().filename() / camera.filename()).string();
}

std::string frames(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " frame" : " frames");
}

/// The quotas of a selection, found by the camera of a frame; a camera that has none yet gets one.
class Rows {
public:
    Rows(const FramePlaces& places, std::vector<CameraQuota>& quotas) : m_places(places), m_quotas(quotas) {
        for (std::size_t i = 0; i < quotas.size(); ++i)
            m_rows.emplace(quotas[i].camera, i);
    }
    CameraQuota& of(const fs::path& image) {
        const auto place = m_places.find(image);
        const data::Camera* camera = place ? &m_places.dataset().cameras[m_places.dataset().frames[*place].camera] : nullptr;
        const std::string id = camera != nullptr ? camera->id() : cameraByFolders(image);
        const auto [row, isNew] = m_rows.try_emplace(id, m_quotas.size());
        if (isNew) {
            CameraQuota& quota = m_quotas.emplace_back();
            quota.camera = id;
            quota.name = camera != nullptr ? camera->name : image.parent_path().filename().string();
            quota.available = camera != nullptr ? camera->frameCount : 0;
        }
        return m_quotas[row->second];
    }

private:
    const FramePlaces& m_places;
    std::vector<CameraQuota>& m_quotas;
    std::map<std::string, std::size_t> m_rows;
};

} // namespace

FramePlaces::FramePlaces(const data::Dataset& dataset) : m_dataset(dataset) {
    m_places.reserve(dataset.frames.size());
    for (std::uint32_t i = 0; i < dataset.frames.size(); ++i)
        m_places.emplace(dataset.frames[i].path.native(), i);
}

std::optional<std::uint32_t> FramePlaces::find(const fs::path& image) const {
    const auto found = m_places.find(image.native());
    return found == m_places.end() ? std::nullopt : std::optional(found->second);
}

Selection editedByHand(const FramePlaces& places, Selection drawn, const PathSet& in, const PathSet& out) {
    Rows rows(places, drawn.cameras);
    std::size_t added = 0, removed = 0;
    std::erase_if(drawn.images, [&](const fs::path& image) {
        if (!out.contains(image))
            return false;
        --rows.of(image).selected;
        ++removed;
        return true;
    });
    std::unordered_set<std::string> there;
    if (!in.empty()) {
        for (const fs::path& image : drawn.images)
            there.insert(image.native());
    }
    for (const fs::path& image : in) {
        if (out.contains(image) || !there.insert(image.native()).second)
            continue;
        drawn.images.push_back(image);
        ++rows.of(image).selected;
        ++added;
    }
    std::erase_if(drawn.pins, [&](const fs::path& pin) { return out.contains(pin); });
    drawn.count = static_cast<std::int64_t>(drawn.images.size());
    if (added + removed > 0) {
        drawn.notes.push_back("By hand: " + frames(added) + " put in, " + frames(removed) + " taken out.");
        drawn.settings.emplace_back("put in by hand", std::to_string(added));
        drawn.settings.emplace_back("taken out by hand", std::to_string(removed));
    }
    return drawn;
}

Selection selectionOfList(const FramePlaces& places, const std::vector<fs::path>& images, const std::string& word) {
    Selection selection;
    selection.strategy = word;
    selection.images = images;
    selection.count = static_cast<std::int64_t>(images.size());
    Rows rows(places, selection.cameras);
    for (const fs::path& image : images) {
        CameraQuota& quota = rows.of(image);
        quota.quota = ++quota.selected;
        quota.exact = static_cast<double>(quota.selected);
        quota.available = std::max(quota.available, quota.selected);
    }
    std::sort(selection.cameras.begin(), selection.cameras.end(), [](const CameraQuota& a, const CameraQuota& b) { return a.camera < b.camera; });
    return selection;
}

ListComparison compareLists(const std::vector<fs::path>& first, const std::vector<fs::path>& second) {
    ListComparison result;
    std::map<std::string, SharedCount> cameras;
    std::unordered_set<std::string> others;
    for (const fs::path& image : second) {
        others.insert(image.native());
        ++cameras[cameraByFolders(image)].second;
    }
    for (const fs::path& image : first) {
        SharedCount& camera = cameras[cameraByFolders(image)];
        ++camera.first;
        if (others.contains(image.native())) {
            ++camera.both;
            result.both.push_back(image);
        }
    }
    for (auto& [name, counts] : cameras) {
        counts.camera = name;
        result.cameras.push_back(counts);
    }
    return result;
}

Result<std::vector<fs::path>> joinLists(const std::vector<fs::path>& first, const std::vector<fs::path>& second, bool leaveOutShared) {
    std::unordered_set<std::string> there, ofFirst;
    for (const fs::path& image : first) {
        if (!there.insert(image.native()).second)
            return fail(ErrorCode::BadInput, image.string() + " stands twice in the first list.", image, 0, "Take it out of one place.");
    }
    ofFirst = there;
    std::vector<fs::path> joined = first;
    std::size_t shared = 0;
    fs::path example;
    for (const fs::path& image : second) {
        if (there.insert(image.native()).second) {
            joined.push_back(image);
            continue;
        }
        if (!ofFirst.contains(image.native()))
            return fail(ErrorCode::BadInput, image.string() + " stands twice in the second list.", image, 0, "Take it out of one place.");
        if (shared++ == 0)
            example = image;
    }
    if (shared > 0 && !leaveOutShared)
        return fail(ErrorCode::BadInput, frames(shared) + (shared == 1 ? " stands" : " stand") + " in both selections: " + example.filename().string() + (shared == 1 ? "." : " and others."),
                    example, 0, "A list must name every frame once: leave them out of the second selection.");
    return joined;
}

} // namespace intersect::select

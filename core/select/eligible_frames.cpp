// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/eligible_frames.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/base/files.h"

namespace intersect::select {
namespace fs = std::filesystem;
namespace {

tl::unexpected<Error> wrong(std::string message, std::string advice, const fs::path& path = {}) {
    return fail(ErrorCode::BadInput, std::move(message), path, 0, std::move(advice));
}

using PathSet = std::unordered_set<std::string>;

PathSet pathsOf(const std::vector<fs::path>& list) {
    PathSet set;
    for (const fs::path& path : list)
        set.insert(absolutePath(path).native());
    return set;
}

/// Why one of the pins cannot be taken; `found` are those that a camera of the choice has.
tl::unexpected<Error> missingPin(const std::vector<fs::path>& pins, const std::unordered_set<std::string_view>& found) {
    std::size_t missing = 0;
    fs::path first;
    for (const fs::path& pin : pins) {
        if (found.contains(absolutePath(pin).native()))
            continue;
        if (missing++ == 0)
            first = pin;
    }
    return wrong("The pinned frame " + first.string() + (missing > 1 ? " and " + std::to_string(missing - 1) + " more are" : " is") + " not in the chosen pools and cameras.",
                 "Unpin it, or choose from its pool and camera too.", first);
}

} // namespace

Result<std::vector<const data::Camera*>> camerasOf(const data::Dataset& dataset, const SelectionRequest& request) {
    const std::vector<std::string> pools = dataset.pools();
    for (const std::string& pool : request.pools) {
        if (!std::binary_search(pools.begin(), pools.end(), pool))
            return wrong("There is no pool \"" + pool + "\" in " + dataset.root.string() + ".", "Its pools are " + joinedNames(pools) + ".");
    }
    std::vector<const data::Camera*> inPools;
    for (const data::Camera& camera : dataset.cameras) {
        if (request.pools.empty() || std::find(request.pools.begin(), request.pools.end(), camera.pool) != request.pools.end())
            inPools.push_back(&camera);
    }
    if (request.cameras.empty())
        return inPools;
    const auto named = [](const data::Camera& camera, const std::string& name) { return camera.name == name || camera.id() == name; };
    for (const std::string& name : request.cameras) {
        if (std::none_of(inPools.begin(), inPools.end(), [&](const data::Camera* camera) { return named(*camera, name); })) {
            std::set<std::string> known;
            for (const data::Camera* camera : inPools)
                known.insert(camera->id());
            return wrong("There is no camera \"" + name + "\" in the chosen pools.", "The cameras are " + joinedNames(known) + ".");
        }
    }
    std::erase_if(inPools, [&](const data::Camera* camera) {
        return std::none_of(request.cameras.begin(), request.cameras.end(), [&](const std::string& name) { return named(*camera, name); });
    });
    return inPools;
}

Result<std::vector<EligibleCamera>> eligibleFrames(const data::Dataset& dataset, const SelectionRequest& request, const std::vector<std::uint32_t>& groups) {
    const auto cameras = camerasOf(dataset, request);
    if (!cameras)
        return failAs(cameras);
    const PathSet pins = pathsOf(request.pins);
    const PathSet bars = pathsOf(request.bars);
    if (pins.size() < request.pins.size())
        return wrong("The list of pinned frames names a frame twice.", "Name every frame once.");
    for (const fs::path& pin : request.pins) {
        if (bars.contains(absolutePath(pin).native()))
            return wrong("The frame " + pin.string() + " is both pinned and barred.", "Take it off one of the two lists.", pin);
    }
    std::vector<EligibleCamera> eligible;
    std::unordered_set<std::string_view> found;
    std::unordered_set<std::uint32_t> taken; // groups that have their frame
    for (const data::Camera* camera : *cameras) {
        EligibleCamera& one = eligible.emplace_back();
        one.camera = camera;
        for (std::uint32_t i = camera->frameBegin; !pins.empty() && i < camera->frameBegin + camera->frameCount; ++i) {
            const std::string& path = dataset.frames[i].path.native();
            if (pins.contains(path)) {
                found.insert(path);
                one.pinned.push_back(i);
                if (!groups.empty())
                    taken.insert(groups[i]);
            }
        }
    }
    if (found.size() < pins.size())
        return missingPin(request.pins, found);
    for (EligibleCamera& one : eligible) {
        for (std::uint32_t i = one.camera->frameBegin; i < one.camera->frameBegin + one.camera->frameCount; ++i) {
            const std::string& path = dataset.frames[i].path.native();
            if ((!bars.empty() && bars.contains(path)) || (!pins.empty() && pins.contains(path)))
                continue;
            if (groups.empty() || taken.insert(groups[i]).second)
                one.open.push_back(i);
        }
    }
    return eligible;
}

} // namespace intersect::select

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/split_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

#include "core/base/numbers.h"
#include "core/select/apportion.h"
#include "core/select/python_random.h"

namespace intersect::select {
namespace {

/// The chosen frames by camera, cameras in the order of their names, frames in list order.
std::map<std::string, std::vector<std::size_t>> byCamera(const std::vector<SplitItem>& items, std::span<const std::size_t> chosen) {
    std::map<std::string, std::vector<std::size_t>> cameras;
    for (const std::size_t i : chosen)
        cameras[items[i].camera].push_back(i);
    return cameras;
}

/// How many frames of each camera go to train: whole shares of `trainCount` by the largest remainder.
std::vector<std::int64_t> trainShares(const std::map<std::string, std::vector<std::size_t>>& cameras, std::size_t trainCount) {
    std::vector<double> sizes;
    std::vector<std::int64_t> capacity;
    for (const auto& [name, frames] : cameras) {
        sizes.push_back(static_cast<double>(frames.size()));
        capacity.push_back(static_cast<std::int64_t>(frames.size()));
    }
    return apportionWithin(static_cast<std::int64_t>(trainCount), sizes, capacity);
}

void sortSides(Split& split) {
    std::sort(split.train.begin(), split.train.end());
    std::sort(split.val.begin(), split.val.end());
    std::sort(split.dropped.begin(), split.dropped.end());
}

/// The last part of a camera's folder, for sentences.
std::string shortName(const std::string& camera) {
    return camera.substr(camera.rfind('/') + 1);
}

} // namespace

Split splitStratified(const std::vector<SplitItem>& items, std::span<const std::size_t> chosen, std::size_t trainCount, std::uint32_t seed) {
    std::unordered_map<int, std::size_t> framesWith;
    for (const std::size_t i : chosen) {
        for (const int id : items[i].classes)
            ++framesWith[id];
    }
    // A frame stands for its rarest class; frames without an object come last.
    const auto rarity = [&](std::size_t i) {
        auto rarest = std::pair(std::numeric_limits<std::size_t>::max(), std::numeric_limits<int>::max());
        for (const int id : items[i].classes)
            rarest = std::min(rarest, std::pair(framesWith[id], id));
        return rarest;
    };
    PythonRandom random(seed);
    Split split;
    const auto cameras = byCamera(items, chosen);
    const std::vector<std::int64_t> shares = trainShares(cameras, trainCount);
    std::size_t camera = 0;
    for (const auto& [name, frames] : cameras) {
        std::vector<std::size_t> order = frames;
        random.shuffle(order);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rarity(a) < rarity(b); });
        // Every n/t-th frame of that order to train, from a start drawn by lot: each stretch of it keeps the ratio.
        const double step = static_cast<double>(shares[camera]) / static_cast<double>(order.size());
        const double start = random.uniform();
        std::int64_t given = 0;
        for (std::size_t k = 0; k < order.size(); ++k) {
            const bool last = k + 1 == order.size();
            const std::int64_t due = last ? shares[camera] : std::min(shares[camera], static_cast<std::int64_t>(std::floor(static_cast<double>(k + 1) * step + start)));
            (due > given ? split.train : split.val).push_back(order[k]);
            given = std::max(given, due);
        }
        ++camera;
    }
    sortSides(split);
    return split;
}

Result<Split> splitByCamera(const std::vector<SplitItem>& items, std::span<const std::size_t> chosen, std::size_t trainCount, std::uint32_t seed) {
    const auto cameras = byCamera(items, chosen);
    if (cameras.size() < 2)
        return fail(ErrorCode::BadInput, "All frames are of one camera, so none can stand on the other side.", {}, 0, "Choose frames of several cameras, or split by time block.");
    std::vector<const std::pair<const std::string, std::vector<std::size_t>>*> order;
    for (const auto& camera : cameras)
        order.push_back(&camera);
    PythonRandom(seed).shuffle(order);
    const auto wanted = static_cast<std::int64_t>(chosen.size() - trainCount);
    std::size_t valCameras = 1;
    std::int64_t sum = 0, best = std::numeric_limits<std::int64_t>::max();
    for (std::size_t k = 0; k + 1 < order.size(); ++k) {
        sum += static_cast<std::int64_t>(order[k]->second.size());
        if (std::abs(sum - wanted) < best) {
            best = std::abs(sum - wanted);
            valCameras = k + 1;
        }
    }
    Split split;
    std::vector<std::string> names;
    for (std::size_t k = 0; k < order.size(); ++k) {
        std::vector<std::size_t>& side = k < valCameras ? split.val : split.train;
        side.insert(side.end(), order[k]->second.begin(), order[k]->second.end());
        if (k < valCameras)
            names.push_back(shortName(order[k]->first));
    }
    std::sort(names.begin(), names.end());
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    split.notes.push_back("To val go " + std::string(names.size() == 1 ? "the camera " : "the cameras ") + list + ": " + std::to_string(split.val.size()) + " of " +
                          std::to_string(chosen.size()) + " frames, where the ratio asks for " + std::to_string(wanted) + ".");
    sortSides(split);
    return split;
}

Result<Split> splitByTimeBlock(const std::vector<SplitItem>& items, std::span<const std::size_t> chosen, std::size_t trainCount, std::uint32_t seed, double gapSeconds) {
    if (!(gapSeconds >= 0) || !std::isfinite(gapSeconds))
        return fail(ErrorCode::Usage, "The gap is " + formatShortest(gapSeconds) + " seconds.", {}, 0, "Give 0 or more.");
    PythonRandom random(seed);
    Split split;
    const auto cameras = byCamera(items, chosen);
    const std::vector<std::int64_t> shares = trainShares(cameras, trainCount);
    std::size_t camera = 0;
    for (const auto& [name, frames] : cameras) {
        std::vector<std::size_t> order = frames;
        const bool timed = std::all_of(order.begin(), order.end(), [&](std::size_t i) { return items[i].takenAt.has_value(); });
        if (timed)
            std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return *items[a].takenAt < *items[b].takenAt; });
        else
            split.notes.push_back("Not every frame of camera " + shortName(name) + " tells when it was taken: its block follows the order of the list" +
                                  (gapSeconds > 0 ? ", without a gap." : "."));
        const auto trainFrames = static_cast<std::size_t>(shares[camera++]);
        const bool valFirst = random.below(2) == 1; // else val would always be the evening
        if (valFirst)
            std::reverse(order.begin(), order.end());
        // Train from the front, val behind it; the frame at the border decides the gap.
        for (std::size_t k = 0; k < order.size(); ++k) {
            if (k >= trainFrames) {
                split.val.push_back(order[k]);
                continue;
            }
            const bool near = timed && gapSeconds > 0 && trainFrames < order.size() &&
                              std::abs(static_cast<double>(*items[order[k]].takenAt - *items[order[trainFrames]].takenAt)) <= gapSeconds;
            (near ? split.dropped : split.train).push_back(order[k]);
        }
    }
    if (split.train.empty())
        return fail(ErrorCode::BadInput, "With a gap of " + formatShortest(gapSeconds) + " seconds no train frame is left.", {}, 0, "Choose a smaller gap, or frames farther apart in time.");
    if (!split.dropped.empty())
        split.notes.push_back(std::to_string(split.dropped.size()) + (split.dropped.size() == 1 ? " frame lies" : " frames lie") + " within " + formatShortest(gapSeconds) +
                              " seconds of a val frame of the same camera and " + (split.dropped.size() == 1 ? "is" : "are") + " left out of train.");
    sortSides(split);
    return split;
}

} // namespace intersect::select

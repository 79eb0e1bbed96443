// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/leak_meter.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "core/data/taken_at.h"

namespace intersect::select {
namespace fs = std::filesystem;
namespace {

/// The middle value; the mean of the two middle ones for an even count.
std::optional<double> medianOf(std::vector<double> values) {
    if (values.empty())
        return std::nullopt;
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// The smallest distance from `value` to an element of a sorted list.
template <class T>
std::optional<double> nearest(const std::vector<T>& sorted, T value) {
    const auto after = std::lower_bound(sorted.begin(), sorted.end(), value);
    std::optional<double> best;
    if (after != sorted.end())
        best = static_cast<double>(*after - value);
    if (after != sorted.begin()) {
        const auto before = static_cast<double>(value - *std::prev(after));
        best = best ? std::min(*best, before) : before;
    }
    return best;
}

/// The folder of an image, as a part of its path: taking paths apart by std::filesystem would cost more than all the rest.
std::string_view folderOf(const fs::path& image) {
    const std::string_view text = image.native();
    const std::size_t slash = text.rfind('/');
    return text.substr(0, slash == std::string_view::npos ? 0 : slash);
}

std::optional<std::int64_t> timeOf(const fs::path& image) {
    std::string_view name = image.native();
    name.remove_prefix(name.rfind('/') + 1); // npos + 1 is 0
    return data::takenAtOf(name.substr(0, name.rfind('.')));
}

/// What one camera gives to a split; the views belong to the caller's paths.
struct CameraFrames {
    std::vector<std::string_view> all;        ///< every path of the split, in path order
    std::vector<std::int64_t> trainPositions; ///< of its train frames in `all`
    std::vector<std::int64_t> trainTimes;
    std::int64_t positionOf(const fs::path& image) const {
        return std::lower_bound(all.begin(), all.end(), std::string_view(image.native())) - all.begin();
    }
};

} // namespace

LeakMeter measureLeak(const std::vector<fs::path>& train, const std::vector<fs::path>& val, double leakWithinSeconds) {
    LeakMeter meter;
    meter.valFrames = static_cast<std::int64_t>(val.size());
    meter.leakWithinSeconds = leakWithinSeconds;
    std::unordered_map<std::string_view, CameraFrames> cameras;
    for (const auto* list : {&train, &val}) {
        for (const fs::path& image : *list)
            cameras[folderOf(image)].all.push_back(image.native());
    }
    for (auto& [folder, camera] : cameras)
        std::sort(camera.all.begin(), camera.all.end());
    for (const fs::path& image : train) {
        CameraFrames& camera = cameras[folderOf(image)];
        camera.trainPositions.push_back(camera.positionOf(image));
        if (const auto time = timeOf(image))
            camera.trainTimes.push_back(*time);
    }
    for (auto& [folder, camera] : cameras) {
        std::sort(camera.trainPositions.begin(), camera.trainPositions.end());
        std::sort(camera.trainTimes.begin(), camera.trainTimes.end());
    }
    std::vector<double> seconds;
    std::vector<double> frames;
    for (const fs::path& image : val) {
        const CameraFrames& camera = cameras[folderOf(image)];
        const auto time = timeOf(image);
        const std::optional<double> gap = time ? nearest(camera.trainTimes, *time) : std::nullopt;
        meter.gapSeconds.push_back(gap);
        if (gap) {
            seconds.push_back(*gap);
            meter.within += *gap <= leakWithinSeconds ? 1 : 0;
        }
        if (const auto steps = nearest(camera.trainPositions, camera.positionOf(image)))
            frames.push_back(*steps);
    }
    meter.medianGapSeconds = medianOf(std::move(seconds));
    meter.medianGapFrames = medianOf(std::move(frames));
    return meter;
}

std::optional<LeakMeter> leakWith(const std::vector<fs::path>& images, const std::vector<SplitItem>& items, const SplitRequest& request, double leakWithinSeconds) {
    const auto split = splitFrames(items, request);
    if (!split)
        return std::nullopt;
    return measureLeak(imagesAt(images, split->train), imagesAt(images, split->val), leakWithinSeconds);
}

} // namespace intersect::select

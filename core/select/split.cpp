// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/split.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "core/base/numbers.h"
#include "core/data/taken_at.h"
#include "core/select/numpy_random.h"
#include "core/select/python_random.h"

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

const char* splitRuleName(SplitRule rule) {
    return rule == SplitRule::Random ? "random" : "sklearn";
}

Result<SplitRule> splitRuleFromName(const std::string& name) {
    for (const SplitRule rule : {SplitRule::Random, SplitRule::Sklearn}) {
        if (name == splitRuleName(rule))
            return rule;
    }
    return fail(ErrorCode::Usage, "There is no split rule \"" + name + "\".", {}, 0, "The rules are random, sklearn.");
}

Result<Split> splitIndices(std::size_t count, const SplitRequest& request) {
    const double ratio = request.testRatio.value_or(request.trainRatio);
    const std::string side = request.testRatio ? "val" : "train";
    if (!(ratio > 0 && ratio < 1))
        return fail(ErrorCode::Usage, "The share of " + side + " is " + formatShortest(ratio) + ", but it has to lie between 0 and 1.", {}, 0,
                    "Choose a share such as " + std::string(request.testRatio ? "0.2." : "0.8."));
    if (count > std::numeric_limits<std::uint32_t>::max())
        return fail(ErrorCode::BadInput, "There are too many images to split: " + std::to_string(count) + ".");
    // Products of doubles, as scikit-learn computes them: 0.7 * 90 is just below 63.
    const double exact = ratio * static_cast<double>(count);
    const auto trainCount = request.testRatio ? count - std::min(count, static_cast<std::size_t>(std::ceil(exact))) : static_cast<std::size_t>(std::floor(exact));
    if (trainCount == 0 || trainCount == count)
        return fail(ErrorCode::BadInput,
                    "Of " + std::to_string(count) + (count == 1 ? " image, " : " images, ") + std::to_string(trainCount) + " would go to train and " +
                        std::to_string(count - trainCount) + " to val, but each needs at least one.",
                    {}, 0, "Give more images, or choose another share.");
    Split split;
    if (request.rule == SplitRule::Random) {
        std::vector<std::size_t> order(count);
        std::iota(order.begin(), order.end(), std::size_t{0});
        PythonRandom(request.seed).shuffle(order);
        split.train.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(trainCount));
        split.val.assign(order.begin() + static_cast<std::ptrdiff_t>(trainCount), order.end());
    } else {
        const std::vector<std::size_t> order = NumpyRandom(request.seed).permutation(count);
        const auto border = order.begin() + static_cast<std::ptrdiff_t>(count - trainCount);
        split.val.assign(order.begin(), border);
        split.train.assign(border, order.end());
    }
    return split;
}

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

} // namespace intersect::select

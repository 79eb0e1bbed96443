// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/split.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <string_view>

#include "core/base/numbers.h"
#include "core/data/taken_at.h"
#include "core/data/yolo_labels.h"
#include "core/select/numpy_random.h"
#include "core/select/python_random.h"
#include "core/select/split_rules.h"

namespace intersect::select {
namespace fs = std::filesystem;
namespace {

/// How many of `count` items go to train.
Result<std::size_t> trainCountOf(std::size_t count, const SplitRequest& request) {
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
    return trainCount;
}

/// Those of the unlabelled frames that must not stand in train, because the rule promises that nothing of val's cameras (Camera) or of val's stretches of time and
/// the gap around them (TimeBlock) does.
std::vector<std::size_t> besideVal(const std::vector<SplitItem>& items, const std::vector<std::size_t>& unlabelled, const Split& split, const SplitRequest& request) {
    std::vector<std::size_t> near;
    if (request.rule != SplitRule::Camera && request.rule != SplitRule::TimeBlock)
        return near;
    constexpr auto kNever = std::numeric_limits<std::int64_t>::max();
    std::map<std::string_view, std::pair<std::int64_t, std::int64_t>> stretches; // of val, by camera
    for (const std::size_t i : split.val) {
        auto& [first, last] = stretches.try_emplace(items[i].camera, kNever, -kNever).first->second;
        first = std::min(first, items[i].takenAt.value_or(kNever));
        last = std::max(last, items[i].takenAt.value_or(-kNever));
    }
    for (const std::size_t i : unlabelled) {
        const auto stretch = stretches.find(items[i].camera);
        if (stretch == stretches.end())
            continue;
        const auto time = static_cast<double>(items[i].takenAt.value_or(0));
        const auto& [first, last] = stretch->second;
        if (request.rule == SplitRule::Camera ||
            (items[i].takenAt && time >= static_cast<double>(first) - request.gapSeconds && time <= static_cast<double>(last) + request.gapSeconds))
            near.push_back(i);
    }
    return near;
}

} // namespace

const std::vector<SplitRule>& splitRules() {
    static const std::vector<SplitRule> kRules = {SplitRule::Random, SplitRule::Sklearn, SplitRule::Stratified, SplitRule::Camera, SplitRule::TimeBlock};
    return kRules;
}

const char* splitRuleName(SplitRule rule) {
    switch (rule) {
    case SplitRule::Random:
        return "random";
    case SplitRule::Sklearn:
        return "sklearn";
    case SplitRule::Stratified:
        return "stratified";
    case SplitRule::Camera:
        return "camera";
    case SplitRule::TimeBlock:
        return "time-block";
    }
    return "random";
}

Result<SplitRule> splitRuleFromName(const std::string& name) {
    std::string known;
    for (const SplitRule rule : splitRules()) {
        if (name == splitRuleName(rule))
            return rule;
        known += std::string(known.empty() ? "" : ", ") + splitRuleName(rule);
    }
    return fail(ErrorCode::Usage, "There is no split rule \"" + name + "\".", {}, 0, "The rules are " + known + ".");
}

Result<Split> splitIndices(std::size_t count, const SplitRequest& request) {
    const auto counted = trainCountOf(count, request);
    if (!counted)
        return failAs(counted);
    const std::size_t trainCount = *counted;
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

std::vector<fs::path> imagesAt(const std::vector<fs::path>& images, const std::vector<std::size_t>& indices) {
    std::vector<fs::path> picked;
    picked.reserve(indices.size());
    for (const std::size_t index : indices)
        picked.push_back(images[index]);
    return picked;
}

std::vector<SplitItem> splitItemsOf(const std::vector<fs::path>& images, SplitRule rule) {
    std::vector<SplitItem> items(images.size());
    std::error_code ignored;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::string_view path = images[i].native();
        const std::size_t slash = path.rfind('/');
        const std::string_view name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
        items[i].camera = path.substr(0, slash == std::string_view::npos ? 0 : slash);
        items[i].takenAt = data::takenAtOf(name.substr(0, name.rfind('.')));
        if (rule != SplitRule::Stratified) {
            items[i].labelled = fs::exists(data::labelPathOf(images[i]), ignored);
            continue;
        }
        const data::LabelFile labels = data::readYoloLabels(images[i]);
        items[i].labelled = labels.exists;
        for (const data::Label& label : labels.labels) {
            if (std::find(items[i].classes.begin(), items[i].classes.end(), label.classId) == items[i].classes.end())
                items[i].classes.push_back(label.classId);
        }
    }
    return items;
}

Result<Split> splitFrames(const std::vector<SplitItem>& items, const SplitRequest& request) {
    std::vector<std::size_t> dealt, aside;
    for (std::size_t i = 0; i < items.size(); ++i)
        (items[i].labelled ? dealt : aside).push_back(i);
    const bool mixed = !dealt.empty() && !aside.empty();
    const bool together = !mixed || request.unlabelled == Unlabelled::Deal;
    if (together) {
        dealt.resize(items.size());
        std::iota(dealt.begin(), dealt.end(), std::size_t{0});
    }
    const auto trainCount = trainCountOf(dealt.size(), request);
    if (!trainCount)
        return failAs(trainCount);
    Result<Split> split;
    switch (request.rule) {
    case SplitRule::Random:
    case SplitRule::Sklearn:
        split = splitIndices(dealt.size(), request);
        for (std::vector<std::size_t>* side : {&split->train, &split->val}) {
            for (std::size_t& i : *side)
                i = dealt[i];
        }
        break;
    case SplitRule::Stratified:
        split = splitStratified(items, dealt, *trainCount, request.seed);
        break;
    case SplitRule::Camera:
        split = splitByCamera(items, dealt, *trainCount, request.seed);
        break;
    case SplitRule::TimeBlock:
        split = splitByTimeBlock(items, dealt, *trainCount, request.seed, request.gapSeconds);
        break;
    }
    if (!split || !mixed)
        return split;
    const std::string many = std::to_string(aside.size()) + (aside.size() == 1 ? " frame" : " frames") + " without labels";
    if (together) {
        split->notes.push_back(many + " were dealt like the others: in val every detection on them counts as false and misleads the choice of the best epoch.");
        return split;
    }
    const std::vector<std::size_t> near = besideVal(items, aside, *split, request);
    std::set_difference(aside.begin(), aside.end(), near.begin(), near.end(), std::back_inserter(split->train));
    split->dropped.insert(split->dropped.end(), near.begin(), near.end());
    split->notes.push_back(many + " go to train only" + (near.empty() ? "" : ", but " + std::to_string(near.size()) + " that the rule keeps away from val are left out") +
                           "; the ratio holds for the " + std::to_string(dealt.size()) + " labelled ones.");
    return split;
}

} // namespace intersect::select

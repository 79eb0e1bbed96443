// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_deal.h"

#include <algorithm>

#include "core/base/files.h"
#include "core/runs/workspace.h"

namespace intersect::ui {

namespace {

using Images = std::vector<std::filesystem::path>;

std::pair<qint64, qint64> sklearnSizes(std::size_t count, double ratio, bool asTestSize) {
    select::SplitRequest request;
    request.rule = select::SplitRule::Sklearn;
    request.trainRatio = ratio;
    if (asTestSize)
        request.testRatio = 1 - ratio;
    const auto split = select::splitIndices(count, request);
    return split ? std::pair(static_cast<qint64>(split->train.size()), static_cast<qint64>(split->val.size())) : std::pair<qint64, qint64>(0, 0);
}

} // namespace

Result<Deal> dealSelection(const select::Selection& selection, const SelectState& state) {
    const select::SplitRequest request = splitRequestOf(state);
    const Images& images = selection.images;
    const std::vector<select::SplitItem> items = select::splitItemsOf(images, request.rule);
    const Result<select::Split> split = select::splitFrames(items, request);
    if (!split)
        return failAs(split);
    Deal deal;
    const auto labelled = static_cast<std::size_t>(std::count_if(items.begin(), items.end(), [](const select::SplitItem& item) { return item.labelled; }));
    deal.mixed = labelled > 0 && labelled < items.size();
    deal.notes = split->notes;
    deal.train = select::imagesAt(images, split->train);
    deal.val = select::imagesAt(images, split->val);
    deal.sides.assign(images.size(), Deal::Side::Dropped);
    for (const std::size_t index : split->train)
        deal.sides[index] = Deal::Side::Train;
    for (const std::size_t index : split->val)
        deal.sides[index] = Deal::Side::Val;
    for (const auto& image : deal.train)
        ++deal.byCamera[image.parent_path().string()].first;
    for (const auto& image : deal.val)
        ++deal.byCamera[image.parent_path().string()].second;
    const double within = 60.0 * state.leakMinutes;
    deal.leak = select::measureLeak(deal.train, deal.val, within);
    for (const select::SplitRule rule : {select::SplitRule::TimeBlock, select::SplitRule::Camera}) {
        if (rule == request.rule)
            continue;
        select::SplitRequest other = request;
        other.rule = rule;
        other.testRatio.reset();
        other.gapSeconds = rule == select::SplitRule::TimeBlock ? 60.0 * state.gapMinutes : 0;
        if (const auto leak = select::leakWith(images, items, other, within))
            deal.leakWith[rule] = *leak;
    }
    const std::size_t dealtByRatio = deal.mixed && state.unlabelled == select::Unlabelled::Train ? labelled : images.size();
    deal.asTrainSize = sklearnSizes(dealtByRatio, state.trainRatio, false);
    deal.asTestSize = sklearnSizes(dealtByRatio, state.trainRatio, true);
    return deal;
}

Result<void> writeLists(const ListsToWrite& lists) {
    runs::SplitLists split;
    split.train = lists.deal->train;
    split.val = lists.deal->val;
    split.test = lists.test;
    split.names = lists.names;
    if (const Result<void> made = makeFolder(lists.folder); !made)
        return made;
    if (const Result<void> written = runs::writeSplitLists(lists.folder, split, lists.replace, lists.replace); !written)
        return written;
    return writeFileAtomically(lists.folder / "selection.yaml", runs::formatSelection(*lists.selection));
}

} // namespace intersect::ui

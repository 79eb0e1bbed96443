// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_deal.h"

#include "core/base/files.h"
#include "core/runs/workspace.h"

namespace intersect::ui {

Result<Deal> dealSelection(const select::Selection& selection, const SelectState& state) {
    select::SplitRequest request;
    request.rule = state.rule;
    request.trainRatio = state.trainRatio;
    request.seed = state.splitSeed;
    const Result<select::Split> split = select::splitIndices(selection.images.size(), request);
    if (!split)
        return failAs(split);
    Deal deal;
    deal.isVal.assign(selection.images.size(), false);
    for (const std::size_t index : split->train) {
        deal.train.push_back(selection.images[index]);
        ++deal.byCamera[selection.images[index].parent_path().filename().string()].first;
    }
    for (const std::size_t index : split->val) {
        deal.val.push_back(selection.images[index]);
        deal.isVal[index] = true;
        ++deal.byCamera[selection.images[index].parent_path().filename().string()].second;
    }
    deal.leak = select::measureLeak(deal.train, deal.val, 60.0 * state.leakMinutes);
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

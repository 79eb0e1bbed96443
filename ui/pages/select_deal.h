// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/result.h"
#include "core/select/leak_meter.h"
#include "core/select/selection.h"
#include "core/select/split.h"
#include "ui/pages/select_state.h"

namespace intersect::ui {

/// A selection dealt into train and val, with what the Select page shows of it.
struct Deal {
    enum class Side : std::uint8_t { Train, Val, Dropped };
    std::vector<std::filesystem::path> train, val;
    std::vector<Side> sides; ///< by index in the selection
    std::vector<std::string> notes;
    bool mixed = false; ///< labelled and unlabelled frames stand side by side
    select::LeakMeter leak;
    std::map<select::SplitRule, select::LeakMeter> leakWith; ///< that other rules would have on the same frames; none that cannot deal them
    std::pair<qint64, qint64> asTrainSize{0, 0}, asTestSize{0, 0}; ///< train and val by scikit-learn's two roundings; 0 where a side would be empty
    std::map<std::string, std::pair<qint64, qint64>> byCamera; ///< camera folder -> train, val
};

/// Deals a selection by the state's rule. Any thread; errors as select::splitFrames.
Result<Deal> dealSelection(const select::Selection& selection, const SelectState& state);

/// Everything Write lists needs, by value, so that it can run off the window's thread.
struct ListsToWrite {
    std::filesystem::path folder;
    std::shared_ptr<const select::Selection> selection;
    std::shared_ptr<const Deal> deal;
    std::vector<std::filesystem::path> test;
    std::vector<std::string> names;
    bool replace = false;
};

/// Writes the lists, data.yaml and selection.yaml. Any thread; errors as runs::writeSplitLists and writeFileAtomically.
Result<void> writeLists(const ListsToWrite& lists);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/select/selection.h"

namespace intersect::select {

/// Finds frames of a data set by their paths. The data set must live as long. 100,000 frames take some 20 ms to enter; any thread.
class FramePlaces {
public:
    explicit FramePlaces(const data::Dataset& dataset);
    /// The frame's index in the data set; nothing for a file that is none of its frames.
    std::optional<std::uint32_t> find(const std::filesystem::path& image) const;
    const data::Dataset& dataset() const { return m_dataset; }

private:
    const data::Dataset& m_dataset;
    std::unordered_map<std::string_view, std::uint32_t> m_places;
};

using PathSet = std::set<std::filesystem::path>;

/// A selection with single frames put in and taken out by hand: what is in `out` is gone, what is in `in` and missing comes at the end in path order;
/// counts of cameras follow, a camera new to the selection gets a row. A note says how many.
Selection editedByHand(const FramePlaces& places, Selection drawn, const PathSet& in, const PathSet& out);

/// A list that no rule drew (joined, imported) as a selection, its counts per pool and camera; frames that are none of the data set's count for the
/// camera their folders name. `word` stands in place of the strategy.
Selection selectionOfList(const FramePlaces& places, const std::vector<std::filesystem::path>& images, const std::string& word);

/// How many frames of one camera two lists have.
struct SharedCount {
    std::string camera; ///< "Q2/398": the last two folders
    std::int64_t first = 0, second = 0, both = 0;
};

struct ListComparison {
    std::vector<SharedCount> cameras; ///< in the order of their names
    std::vector<std::filesystem::path> both; ///< frames in both lists, in the order of the first
};

/// Two lists side by side, camera by camera. Any thread.
ListComparison compareLists(const std::vector<std::filesystem::path>& first, const std::vector<std::filesystem::path>& second);

/// One list of both, the first one's frames first. Error (BadInput): frames that stand in both, unless they are to be left out of the second; a frame twice in one list.
Result<std::vector<std::filesystem::path>> joinLists(const std::vector<std::filesystem::path>& first, const std::vector<std::filesystem::path>& second, bool leaveOutShared);

} // namespace intersect::select

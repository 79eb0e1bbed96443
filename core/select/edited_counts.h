// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace intersect::select {

/// One camera of a table of counts that a person edits.
struct EditedCount {
    std::int64_t count = 0;
    double exact = 0;       ///< its share before rounding: by these the others share what an edit leaves
    std::int64_t least = 0; ///< its pinned frames
    std::int64_t most = 0;  ///< the frames it has
    bool locked = false;    ///< keeps its count when others change
};

/// Gives one camera `wanted` frames and deals what is left of the sum to the unlocked others by their shares, so that the sum stays. The number is held
/// between the camera's least and most and to what the others can take or give up; where every other camera is locked the sum follows instead. A lock of the edited
/// camera itself does not hold it. `edited` < places.size().
std::vector<EditedCount> withCount(std::vector<EditedCount> places, std::size_t edited, std::int64_t wanted);

/// Deals another sum: the locked cameras keep their counts, the others share the rest. The sum is held to what they can take or give up.
std::vector<EditedCount> withSum(std::vector<EditedCount> places, std::int64_t sum);

} // namespace intersect::select

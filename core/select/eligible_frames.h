// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/select/selection.h"

namespace intersect::select {

/// One camera of a choice, with the frames that may be taken; indices in the data set's frames, in its order.
struct EligibleCamera {
    const data::Camera* camera = nullptr;
    std::vector<std::uint32_t> pinned; ///< are chosen in any case
    std::vector<std::uint32_t> open;   ///< may be chosen
    std::int64_t available() const { return static_cast<std::int64_t>(pinned.size() + open.size()); }
};

/// The cameras that the request's pools and cameras name, in the data set's order. Errors: an unknown pool or camera, with those there are.
Result<std::vector<const data::Camera*>> camerasOf(const data::Dataset& dataset, const SelectionRequest& request);

/// Those cameras with their frames sorted into pinned and open: barred frames are left out, and of each group of near-duplicates
/// (`groups`, one number a frame of the data set, may be empty) all but the first, or all but the pinned ones. Errors also: a pinned frame that is barred, that
/// stands twice or that none of the cameras has. A barred frame that no camera has is no error: a list may serve several choices.
Result<std::vector<EligibleCamera>> eligibleFrames(const data::Dataset& dataset, const SelectionRequest& request, const std::vector<std::uint32_t>& groups);

/// "a, b, c".
template <class List>
std::string joinedNames(const List& list) {
    std::string text;
    for (const std::string& one : list)
        text += (text.empty() ? "" : ", ") + one;
    return text;
}

} // namespace intersect::select

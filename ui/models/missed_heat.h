// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "core/base/geometry.h"
#include "ui/models/inspection.h"

namespace intersect::ui {

/// Where a camera's objects are missed: at each pixel of its picture how many missed boxes covered it, over all its
/// frames.
struct MissedHeat {
    Size cells;                           ///< the picture's size, halved until its long side is at most 1280
    std::vector<std::int32_t> missed;     ///< objects at each cell, row by row
    int most = 0;                         ///< the largest of them
    std::int64_t objects = 0, frames = 0; ///< missed boxes, and frames looked at (with and without)
    int at(int x, int y) const {
        return missed[static_cast<std::size_t>(y) * static_cast<std::size_t>(cells.width) +
                      static_cast<std::size_t>(x)];
    }
};

/// Adds the area of every FN of a camera's judged frames at the thresholds; frames of another size are stretched to the
/// first one's. A box covers each cell that it touches. Empty if `cancelled` said so. Any thread; pure.
MissedHeat findMissedHeat(const Inspection& inspection, std::uint32_t camera, double confidence, double matchIou,
                          const std::function<bool()>& cancelled = {});

/// Ranges 1 .. `most` of counts that share a colour, at most five, as even as whole numbers go; none for 0. Pure.
std::vector<std::pair<int, int>> heatBands(int most);

} // namespace intersect::ui

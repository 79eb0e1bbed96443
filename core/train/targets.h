// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace intersect::train {

/// One true object of a batch: image in the batch, class, box as fractions of the network input, float32 on purpose.
struct TargetRow {
    int image = 0, classId = 0;
    float cx = 0, cy = 0, w = 0, h = 0;
    bool operator==(const TargetRow&) const = default;
};

/// One level of the network: grid size and anchors in cells (width, height).
struct LevelShape {
    int nx = 0, ny = 0;
    std::vector<std::array<float, 2>> anchors;
};

/// One cell and anchor that a true object was given to.
struct Assignment {
    int image = 0, anchor = 0, gj = 0, gi = 0, classId = 0; ///< gj row, gi column of the cell
    float tx = 0, ty = 0, tw = 0, th = 0;                   ///< box relative to the cell, in cells
};

/// Gives the objects to cells and anchors of one level: every anchor whose width and height differ by less than a
/// factor `anchorT`, in the object's own cell and in the two nearest neighbours that lie in the grid. All arithmetic is
/// float32, boxes multiplied by the grid first: centres on half cells pass or fail by the last bit. Rows in the order
/// own cell, left, up, right, down; in each by anchor, then object. Source: YOLOv5 7.0 `ComputeLoss.build_targets`. Any
/// thread; pure.
std::vector<Assignment> assignTargets(std::span<const TargetRow> targets, const LevelShape& level, float anchorT);

} // namespace intersect::train

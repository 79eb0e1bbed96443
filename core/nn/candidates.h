// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/detect/detection.h"

namespace intersect::nn {

/// Raw values of one picture at one level, in the order the network holds them: [ny, nx, anchors, 5+classes], before the sigmoid.
struct LevelView {
    const float* values = nullptr;
    int ny = 0, nx = 0, anchors = 3, classes = 0, stride = 0;
    const float* anchorsPx = nullptr; ///< w0,h0,w1,h1,w2,h2 in input pixels
};

/// Appends the boxes of a level with objectness above `confidence` and objectness * class above it too, in input pixels, not clipped; rows by anchor,
/// y, x. `multiLabel`: one box for every such class, else only for the best. Source: YOLOv5 7.0 head (xy = (2 s - 0.5 + cell) * stride,
/// wh = (2 s)^2 * anchor) and `non_max_suppression`. Any thread.
void appendCandidates(const LevelView& level, float confidence, bool multiLabel, std::vector<detect::Detection>& out);

} // namespace intersect::nn

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/train/training_data.h"

namespace intersect::train {

/// Width and height in pixels of the network's input.
using BoxSize = std::array<double, 2>;

/// The boxes of the train list, pictures scaled so that their long side is `imgSize`.
std::vector<BoxSize> boxSizes(const std::vector<Sample>& samples, int imgSize);

/// How well anchors fit boxes. A pair's fit is the smallest of w/W, W/w, h/H, H/h; an anchor is given boxes of fit above
/// 1/threshold.
struct AnchorFit {
    std::size_t boxes = 0, reached = 0; ///< all, and those that at least one anchor is given
    double recall = 1;                  ///< reached / boxes: the best recall a training could come to
    double anchorsPerBox = 0;           ///< that are given it
    double meanBest = 0;                ///< mean of each box's best fit
    double fitness = 0;                 ///< the same with 0 for boxes no anchor is given
};

/// `threshold` is the hyper-parameter anchor_t. Source: YOLOv5 7.0 `check_anchors`, without its random scale. Any thread; pure.
AnchorFit anchorFit(std::span<const BoxSize> boxes, std::span<const BoxSize> anchors, double threshold);

/// `count` anchors in ascending order of area: k-means over the boxes, widths and heights divided by their standard
/// deviations, of twenty seeded starts the one with the smallest mean distance (squared distances would give centres away to
/// single large boxes). Boxes under 2 px both ways are left out; empty where fewer than `count` different ones are left. Any
/// thread; pure. Source: YOLOv5 7.0 `kmean_anchors`.
std::vector<BoxSize> clusterAnchors(std::span<const BoxSize> boxes, std::size_t count, std::uint64_t seed);

/// Anchors whose sides are changed at random, `generations` times, wherever that raises `fitness`: each with probability 0.9 by a
/// normal factor around 1 (deviation 0.1 times a number in 0..1), at least 2 px. Ascending order of area. Source: as above.
std::vector<BoxSize> evolveAnchors(std::span<const BoxSize> boxes, std::vector<BoxSize> anchors, double threshold, int generations, std::uint64_t seed);

/// "Anchors: 2,318 of 2,320 boxes fit one (best possible recall 0.999), 4.53 anchors a box.", and, where recall is 0.98 or
/// less, what can be done; `made`: new anchors are made anyway.
std::string anchorSentence(const AnchorFit& fit, bool made = false);

} // namespace intersect::train

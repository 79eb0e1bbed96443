// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/select/feature_rows.h"

namespace intersect::select {

/// Who may be chosen, by place in the lists given: `rows` are rows of the features, `camera` says whose frame it is, and `room` how many each camera may give.
struct KCenterRequest {
    std::vector<std::uint32_t> centers; ///< rows that are centres already (pinned frames)
    std::vector<std::uint32_t> rows;    ///< rows that may be chosen, each once
    std::vector<std::uint32_t> cameras; ///< camera of each of `rows`
    std::vector<std::int64_t> room;     ///< by camera: how many of its rows may be chosen
    std::int64_t count = 0;
    std::uint32_t first = 0; ///< place in `rows` of the first choice where there is no centre yet
};

/// Chooses `count` rows so that the greatest distance of any row to its nearest chosen one stays small: each next row is the one farthest (Euclid) from
/// all chosen so far, ties to the lower place; cameras without room are passed over. At most twice the best possible distance without such limits.
/// Source: T. Gonzalez, Clustering to minimize the maximum intercluster distance, 1985; for choosing training pictures O. Sener, S. Savarese, Active learning
/// for convolutional neural networks: a core-set approach, ICLR 2018. Returns places in `rows` in the order chosen, fewer than `count` where the room ends.
/// Cost: count * rows * width multiplications on the calling thread; any thread.
std::vector<std::uint32_t> kCenter(const FeatureRows& features, const KCenterRequest& request);

} // namespace intersect::select

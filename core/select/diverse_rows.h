// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/select/feature_rows.h"

namespace intersect::select {

/// Who may be chosen, by place in the lists given: `rows` are rows of the features, `cameras` says whose frame each is, and `room` how many each camera may give.
struct DiverseRequest {
    std::vector<std::uint32_t> centers; ///< rows that are chosen already (pinned frames)
    std::vector<std::uint32_t> rows;    ///< rows that may be chosen, each once
    std::vector<std::uint32_t> cameras; ///< camera of each of `rows`
    std::vector<std::int64_t> room;     ///< by camera: how many of its rows may be chosen
    std::int64_t count = 0;
    std::uint32_t first = 0; ///< kCenter: place in `rows` of the first choice where there is no centre yet
};

/// Chooses `count` rows so that the greatest distance of any row to its nearest chosen one stays small: each next row is the one farthest (Euclid) from
/// all chosen so far, ties to the lower place; cameras without room are passed over. At most twice the best possible distance without such limits.
/// Source: T. Gonzalez, Clustering to minimize the maximum intercluster distance, 1985; for choosing training pictures O. Sener, S. Savarese, Active learning
/// for convolutional neural networks: a core-set approach, ICLR 2018. Returns places in `rows` in the order chosen, fewer than `count` where the room ends.
/// Cost: count * rows * width multiplications on the calling thread; any thread.
std::vector<std::uint32_t> kCenter(const FeatureRows& features, const DiverseRequest& request);

/// Chooses `count` rows so that all rows together are as like their most like chosen one as possible: each next row is the one that raises the sum over the
/// rows of the greatest likeness (scalar product, below 0 counted as 0) to a chosen one the most, ties to the lower place. Takes typical frames of every kind where
/// kCenter takes the outermost. At least 63 % of the best possible sum without limits of cameras. Where there are more than 2,000 rows, 2,000 of them evenly
/// spread make up the sum. Source: G. Nemhauser, L. Wolsey, M. Fisher, An analysis of approximations for maximizing submodular set functions, 1978; gains are looked at again only
/// where they may win, M. Minoux, Accelerated greedy algorithms, 1978. Returns places as kCenter. Cost: at most 2,000 * rows * width multiplications, dealt to all cores,
/// and 4 bytes for each pair; any thread.
std::vector<std::uint32_t> facilityLocation(const FeatureRows& features, const DiverseRequest& request);

} // namespace intersect::select

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace intersect::select {

/// The exact shares total * weight / sum(weights); all 0 when no weight is above 0.
std::vector<double> exactShares(std::int64_t total, const std::vector<double>& weights);

/// Whole shares that sum to `total`, by the largest remainder (Hamilton): the floor of every exact share, then one more for the
/// largest fractional parts, ties to the lower index. Parts closer than 1e-9 count as a tie, so that rounding of doubles breaks none.
std::vector<std::int64_t> largestRemainder(std::int64_t total, const std::vector<double>& weights);

/// Deals `total` by the largest remainder without exceeding `capacity`: what one place cannot take goes on to the others by their
/// weights (equally where those are all 0). Sums to min(total, sum of capacity).
std::vector<std::int64_t> apportionWithin(std::int64_t total, const std::vector<double>& weights, const std::vector<std::int64_t>& capacity);

/// The same with a least number for every place (least <= capacity): whoever would fall below it gets it, and the others share what is left.
/// Sums to max(sum of least, min(total, sum of capacity)).
std::vector<std::int64_t> apportionBetween(std::int64_t total, const std::vector<double>& weights, const std::vector<std::int64_t>& least,
                                           const std::vector<std::int64_t>& capacity);

} // namespace intersect::select

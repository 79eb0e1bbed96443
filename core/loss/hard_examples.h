// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace intersect::loss {

/// How many negatives are kept where there is no positive.
constexpr std::size_t kNegativesWithoutPositive = 64;

/// The elements that online hard example mining keeps, ascending: all positives (`positive` not 0) and the ratio *
/// positives negatives (rounded down) with the largest loss, ties to the lower index; fewer where there are fewer, the
/// 64 hardest where nothing is positive. A loss that is no number counts as the hardest. `losses` and `positive` have
/// one length, `ratio` >= 0. Linear time. Any thread; pure. Source: SSD (Liu et al. 2016), which keeps 3:1.
std::vector<std::int64_t> hardExamples(std::span<const float> losses, std::span<const std::uint8_t> positive,
                                       double ratio);
std::vector<std::int64_t> hardExamples(std::span<const double> losses, std::span<const std::uint8_t> positive,
                                       double ratio);

} // namespace intersect::loss

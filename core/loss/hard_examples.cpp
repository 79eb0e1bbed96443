// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loss/hard_examples.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace intersect::loss {
namespace {

template <class Number>
std::vector<std::int64_t> kept(std::span<const Number> losses, std::span<const std::uint8_t> positive, double ratio) {
    std::vector<std::int64_t> chosen, negatives;
    for (std::size_t i = 0; i < losses.size(); ++i)
        (positive[i] != 0 ? chosen : negatives).push_back(static_cast<std::int64_t>(i));
    const double room = chosen.empty() ? static_cast<double>(kNegativesWithoutPositive)
                                       : std::floor(ratio * static_cast<double>(chosen.size()));
    if (room < static_cast<double>(negatives.size())) {
        const auto hardness = [&losses](std::int64_t i) {
            const Number loss = losses[static_cast<std::size_t>(i)];
            return std::isnan(loss) ? std::numeric_limits<Number>::infinity() : loss;
        };
        const auto end = negatives.begin() + static_cast<std::ptrdiff_t>(room);
        std::nth_element(negatives.begin(), end, negatives.end(), [&hardness](std::int64_t a, std::int64_t b) {
            const Number hardA = hardness(a), hardB = hardness(b);
            return hardA != hardB ? hardA > hardB : a < b;
        });
        negatives.erase(end, negatives.end());
    }
    chosen.insert(chosen.end(), negatives.begin(), negatives.end());
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

} // namespace

std::vector<std::int64_t> hardExamples(std::span<const float> losses, std::span<const std::uint8_t> positive,
                                       double ratio) {
    return kept(losses, positive, ratio);
}

std::vector<std::int64_t> hardExamples(std::span<const double> losses, std::span<const std::uint8_t> positive,
                                       double ratio) {
    return kept(losses, positive, ratio);
}

} // namespace intersect::loss

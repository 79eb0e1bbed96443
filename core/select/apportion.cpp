// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/apportion.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace intersect::select {
namespace {
constexpr double kTie = 1e-9;
}

std::vector<double> exactShares(std::int64_t total, const std::vector<double>& weights) {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<double> shares(weights.size());
    if (sum > 0) {
        for (std::size_t i = 0; i < weights.size(); ++i)
            shares[i] = static_cast<double>(total) * weights[i] / sum;
    }
    return shares;
}

std::vector<std::int64_t> largestRemainder(std::int64_t total, const std::vector<double>& weights) {
    const std::vector<double> exact = exactShares(total, weights);
    std::vector<std::int64_t> shares(weights.size());
    std::vector<double> part(weights.size());
    std::vector<std::size_t> order;
    std::int64_t left = total;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double whole = std::floor(exact[i] + kTie);
        shares[i] = static_cast<std::int64_t>(whole);
        part[i] = std::max(0.0, exact[i] - whole);
        left -= shares[i];
        if (weights[i] > 0)
            order.push_back(i);
    }
    // Parts on a grid of the tie's width, so that equal parts compare equal whatever their last bits say.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return std::llround(part[a] / kTie) > std::llround(part[b] / kTie); });
    for (std::size_t i = 0; left > 0 && !order.empty(); i = (i + 1) % order.size(), --left)
        ++shares[order[i]];
    return shares;
}

std::vector<std::int64_t> apportionWithin(std::int64_t total, const std::vector<double>& weights, const std::vector<std::int64_t>& capacity) {
    std::vector<std::int64_t> shares(weights.size());
    std::int64_t left = std::min(total, std::accumulate(capacity.begin(), capacity.end(), std::int64_t{0}));
    while (left > 0) {
        // Each round either deals all that is left or fills at least one place.
        std::vector<double> open(weights.size());
        for (std::size_t i = 0; i < weights.size(); ++i)
            open[i] = shares[i] < capacity[i] ? weights[i] : 0;
        if (std::none_of(open.begin(), open.end(), [](double w) { return w > 0; })) {
            for (std::size_t i = 0; i < weights.size(); ++i)
                open[i] = shares[i] < capacity[i] ? 1 : 0;
        }
        const std::vector<std::int64_t> dealt = largestRemainder(left, open);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const std::int64_t taken = std::min(dealt[i], capacity[i] - shares[i]);
            shares[i] += taken;
            left -= taken;
        }
    }
    return shares;
}

std::vector<std::int64_t> apportionBetween(std::int64_t total, const std::vector<double>& weights, const std::vector<std::int64_t>& least,
                                           const std::vector<std::int64_t>& capacity) {
    std::vector<std::int64_t> room = capacity; // of those held at their least: none beyond it
    std::int64_t left = total;
    while (true) {
        std::vector<std::int64_t> shares = apportionWithin(std::max<std::int64_t>(left, 0), weights, room);
        bool raised = false;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (room[i] > 0 && shares[i] < least[i]) {
                room[i] = 0;
                left -= least[i];
                raised = true;
            }
        }
        if (raised)
            continue;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (room[i] == 0)
                shares[i] = least[i];
        }
        return shares;
    }
}

} // namespace intersect::select

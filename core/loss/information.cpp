// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loss/information.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/base/numbers.h"

namespace intersect::loss {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// The mean under p of a term of (p_i, q_i); infinite where q has no room for what p says can happen.
template <class Term>
double expected(std::span<const double> p, std::span<const double> q, const Term& term) {
    double sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (p[i] <= 0)
            continue;
        if (q[i] <= 0)
            return kInfinite;
        sum += p[i] * term(p[i], q[i]);
    }
    return sum;
}

} // namespace

Result<void> checkDistribution(std::span<const double> p, const char* name) {
    double sum = 0;
    for (const double value : p) {
        if (!std::isfinite(value) || value < 0)
            return fail(ErrorCode::BadInput, std::string(name) + " holds " + formatShortest(value) +
                                                 ", which is no probability.");
        sum += value;
    }
    if (p.empty() || std::fabs(sum - 1) > 1e-6)
        return fail(ErrorCode::BadInput, std::string(name) + " sums to " + formatShortest(sum) + ", not to 1.", {}, 0,
                    "Give the probabilities of all outcomes, such as 0.5,0.25,0.25.");
    return {};
}

double entropy(std::span<const double> p) {
    double sum = 0;
    for (const double value : p)
        if (value > 0)
            sum += value * std::log(value);
    return 0.0 - sum;
}

double crossEntropy(std::span<const double> p, std::span<const double> q) {
    return expected(p, q, [](double, double guess) { return -std::log(guess); });
}

double kullbackLeibler(std::span<const double> p, std::span<const double> q) {
    return std::fmax(expected(p, q, [](double truth, double guess) { return std::log(truth / guess); }), 0.0);
}

double jensenShannon(std::span<const double> p, std::span<const double> q) {
    std::vector<double> middle(p.size());
    for (std::size_t i = 0; i < p.size(); ++i)
        middle[i] = (p[i] + q[i]) / 2;
    return (kullbackLeibler(p, middle) + kullbackLeibler(q, middle)) / 2;
}

std::vector<double> withProbability(std::span<const double> p, std::size_t index, double value) {
    if (p.size() < 2)
        return std::vector<double>(p.size(), 1.0);
    std::vector<double> changed(p.begin(), p.end());
    changed[index] = std::clamp(value, 0.0, 1.0);
    double others = 0;
    for (std::size_t i = 0; i < p.size(); ++i)
        others += i == index ? 0 : p[i];
    const double left = 1 - changed[index];
    for (std::size_t i = 0; i < p.size(); ++i)
        if (i != index)
            changed[i] = others > 0 ? p[i] / others * left : left / static_cast<double>(p.size() - 1);
    return changed;
}

} // namespace intersect::loss

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/base/result.h"

// Measures of discrete distributions, in nats; divide by ln 2 for bits. 0 ln 0 is 0. Both distributions of a pair have
// one length; where q is 0 and p is not, cross entropy and KL are infinite. Any thread; pure.
namespace intersect::loss {

/// Refuses what is no distribution: empty, a value below 0 or no number, a sum further from 1 than 1e-6.
Result<void> checkDistribution(std::span<const double> p, const char* name);

/// H(p) = -sum p ln p.
double entropy(std::span<const double> p);
/// -sum p ln q, which is H(p) + KL(p||q).
double crossEntropy(std::span<const double> p, std::span<const double> q);
/// Kullback-Leibler divergence sum p ln(p/q), at least 0.
double kullbackLeibler(std::span<const double> p, std::span<const double> q);
/// Jensen-Shannon divergence (KL(p||m) + KL(q||m)) / 2 with m = (p+q)/2: always finite, at most ln 2.
double jensenShannon(std::span<const double> p, std::span<const double> q);

/// `p` with outcome `index` at `value` (taken into 0..1) and the others in their proportions sharing what is left; equally where they were all 0.
/// A single outcome stays 1. The result sums to 1.
std::vector<double> withProbability(std::span<const double> p, std::size_t index, double value);

} // namespace intersect::loss

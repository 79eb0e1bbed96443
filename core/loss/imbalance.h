// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/loss/losses.h"

namespace intersect::loss {

/// Examples that are predicted alike.
struct ExampleGroup {
    double count = 0;  ///< how many, >= 0
    double logit = 0;  ///< of the truth: x of a positive, -x of a negative
    double target = 1; ///< what they are trained to, 0..1: 1 for a hard positive, 0 for a negative
};

/// The examples of one term, some with an object and mostly many without.
struct Examples {
    std::vector<ExampleGroup> positives, negatives;
};

/// Two groups with these mean cross-entropies in nats, >= 0: each example has p_t = exp(-mean). 10 of 3.0 and 10,000 of 0.1 sum to 30 and
/// 1,000. A mean of 0 is p_t 1, whose logit is infinite; it is taken as 1e-12.
Examples examplesOfMeans(double positives, double positiveMean, double negatives, double negativeMean);

/// How many examples the groups hold together.
double countOf(std::span<const ExampleGroup> groups);
/// The mean cross-entropy of the groups, in nats; 0 where they are empty. `isPositive`: whether their truth is an object.
double meanEntropy(std::span<const ExampleGroup> groups, bool isPositive);

/// The weights that balanced and class-balanced give both sides of these examples, from their numbers; 1 and 1 for other losses.
PairWeights<double> pairWeightsOf(const LossSpec& spec, double positives, double negatives);

/// What a loss makes of both sides.
struct SideSums {
    double positives = 0, negatives = 0; ///< sums of the losses over `divisor`
    double keptNegatives = 0;            ///< how many negatives count: all but for OHEM
    double divisor = 1;                  ///< as spec.normalise says: examples that count, positives (none counts as one), or 1
    double positiveShare() const;        ///< part of the whole that comes from the positives, 0..1; 0 where there is no loss
};

/// The sums of both sides; `pair` stands instead of pairWeightsOf. OHEM keeps spec.ohemRatio negatives for each positive, rounded down, 64
/// where there is no positive, the hardest first; of groups that are equally hard it does not matter which. `spec` must pass checkLossSpec.
/// Any thread; pure; a logarithm or two a group.
SideSums sideSums(const LossSpec& spec, const Examples& examples, const std::optional<PairWeights<double>>& pair = {});

/// What part of each group of negatives OHEM keeps, 0..1, in the order of the groups: spec.ohemRatio negatives for each positive, hardest first
/// (kNegativesWithoutPositive where nothing is positive). Any thread; pure.
std::vector<double> keptParts(const LossSpec& spec, const Examples& examples);

/// Where OHEM cuts: all negatives with a higher p_t are dropped, and of those at it only `keptAtCut` stay.
struct OhemCut {
    double pt = 1;
    double kept = 0, dropped = 0; ///< negatives
    double keptAtCut = 1;         ///< part of the group at the cut that stays, 0..1
};
/// The cut for spec.ohemRatio; nullopt where all negatives are kept.
std::optional<OhemCut> ohemCut(const LossSpec& spec, const Examples& examples);

} // namespace intersect::loss

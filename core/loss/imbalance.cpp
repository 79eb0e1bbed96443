// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loss/imbalance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/loss/class_weights.h"
#include "core/loss/hard_examples.h"

namespace intersect::loss {
namespace {

constexpr double kSmallestMean = 1e-12; ///< keeps the logit finite

/// The logit of p_t = exp(-mean): ln(p_t / (1 - p_t)) without cancellation.
double logitOfMean(double mean) {
    const double at = std::max(mean, kSmallestMean);
    return -at - std::log(-std::expm1(-at));
}

double lossOf(const LossSpec& spec, const ExampleGroup& group, bool isPositive, const PairWeights<double>& pair) {
    const double logit = isPositive ? group.logit : -group.logit;
    return elementLoss(spec, logit, group.target, isPositive ? 1.0 : 0.0, factorsOf(spec, pair));
}

double negativesWanted(const LossSpec& spec, double positives) {
    return positives > 0 ? std::floor(spec.ohemRatio * positives) : static_cast<double>(kNegativesWithoutPositive);
}

} // namespace

Examples examplesOfMeans(double positives, double positiveMean, double negatives, double negativeMean) {
    return {{{positives, logitOfMean(positiveMean), 1}}, {{negatives, logitOfMean(negativeMean), 0}}};
}

double countOf(std::span<const ExampleGroup> groups) {
    return std::accumulate(groups.begin(), groups.end(), 0.0, [](double sum, const ExampleGroup& group) { return sum + group.count; });
}

double meanEntropy(std::span<const ExampleGroup> groups, bool isPositive) {
    double sum = 0;
    for (const ExampleGroup& group : groups)
        sum += group.count * lossOf({}, group, isPositive, {1, 1});
    const double count = countOf(groups);
    return count > 0 ? sum / count : 0;
}

PairWeights<double> pairWeightsOf(const LossSpec& spec, double positives, double negatives) {
    if (spec.kind == LossKind::Balanced) {
        const double alpha = balancedAlpha(positives, negatives);
        return {alpha, 1 - alpha};
    }
    if (spec.kind == LossKind::ClassBalanced) {
        const double counts[] = {positives, negatives};
        const std::vector<double> weights = classWeights(ClassWeightRule::ClassBalanced, counts, spec.beta);
        return {weights[0], weights[1]};
    }
    return {1, 1};
}

double SideSums::positiveShare() const {
    const double whole = positives + negatives;
    return whole > 0 ? positives / whole : 0;
}

SideSums sideSums(const LossSpec& spec, const Examples& examples, const std::optional<PairWeights<double>>& pair) {
    const double positives = countOf(examples.positives), negatives = countOf(examples.negatives);
    const PairWeights<double> weights = pair ? *pair : pairWeightsOf(spec, positives, negatives);
    const bool isMined = spec.kind == LossKind::Ohem;
    const std::vector<double> parts = isMined ? keptParts(spec, examples) : std::vector<double>(examples.negatives.size(), 1.0);
    SideSums sums;
    for (const ExampleGroup& group : examples.positives)
        sums.positives += group.count > 0 ? group.count * lossOf(spec, group, true, weights) : 0;
    for (std::size_t i = 0; i < examples.negatives.size(); ++i) {
        const ExampleGroup& group = examples.negatives[i];
        const double kept = group.count * parts[i];
        sums.keptNegatives += kept;
        sums.negatives += kept > 0 ? kept * lossOf(spec, group, false, weights) : 0;
    }
    if (spec.normalise == Normalise::Elements)
        sums.divisor = std::max(1.0, positives + sums.keptNegatives);
    else if (spec.normalise == Normalise::Positives)
        sums.divisor = std::max(1.0, positives);
    sums.positives /= sums.divisor;
    sums.negatives /= sums.divisor;
    return sums;
}

std::vector<double> keptParts(const LossSpec& spec, const Examples& examples) {
    const std::vector<ExampleGroup>& groups = examples.negatives;
    std::vector<std::size_t> order(groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return groups[a].logit < groups[b].logit; });
    std::vector<double> parts(groups.size(), 0.0);
    double room = negativesWanted(spec, countOf(examples.positives));
    for (const std::size_t i : order) {
        if (!(groups[i].count > 0))
            continue;
        const double kept = std::min(room, groups[i].count);
        parts[i] = kept / groups[i].count;
        room -= kept;
    }
    return parts;
}

std::optional<OhemCut> ohemCut(const LossSpec& spec, const Examples& examples) {
    const std::vector<double> parts = keptParts(spec, examples);
    OhemCut cut;
    double hardestDropped = 0;
    bool drops = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const ExampleGroup& group = examples.negatives[i];
        if (!(group.count > 0))
            continue;
        cut.kept += group.count * parts[i];
        cut.dropped += group.count * (1 - parts[i]);
        if (parts[i] < 1 && (!drops || group.logit < hardestDropped)) {
            drops = true;
            hardestDropped = group.logit;
            cut.keptAtCut = parts[i];
        }
    }
    if (!drops)
        return std::nullopt;
    cut.pt = sigmoid(hardestDropped);
    return cut;
}

} // namespace intersect::loss

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loss/class_weights.h"

#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace intersect::loss {
namespace {

constexpr std::array<std::pair<ClassWeightRule, const char*>, 4> kRules{{{ClassWeightRule::None, "none"},
                                                                         {ClassWeightRule::Inverse, "inverse"},
                                                                         {ClassWeightRule::SumToOne, "sum-to-one"},
                                                                         {ClassWeightRule::ClassBalanced,
                                                                          "class-balanced"}}};

/// The values of the classes present times `scale` over their sum; the others get the mean of those.
std::vector<double> spread(std::vector<double> values, std::span<const double> counts, bool sumToOne, bool rescale) {
    double sum = 0, present = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0) {
            sum += values[i];
            ++present;
        }
    const double scale = rescale ? (sumToOne ? 1.0 : present) / sum : 1.0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        values[i] = counts[i] > 0 ? values[i] * scale : sum * scale / present;
    return values;
}

bool anyPresent(std::span<const double> counts) {
    for (const double count : counts)
        if (count > 0)
            return true;
    return false;
}

} // namespace

const char* classWeightRuleName(ClassWeightRule rule) {
    for (const auto& [known, name] : kRules)
        if (known == rule)
            return name;
    return "";
}

Result<ClassWeightRule> classWeightRuleFromName(const std::string& name) {
    for (const auto& [rule, known] : kRules)
        if (name == known)
            return rule;
    return fail(ErrorCode::BadInput, "There are no class weights called \"" + name + "\".", {}, 0,
                "Choose none, inverse, sum-to-one or class-balanced.");
}

double effectiveNumber(double count, double beta) {
    if (beta >= 1)
        return count;
    if (beta <= 0)
        return count > 0 ? 1 : 0;
    return -std::expm1(count * std::log(beta)) / (1 - beta);
}

std::vector<double> classWeights(ClassWeightRule rule, std::span<const double> counts, double beta) {
    std::vector<double> values(counts.size(), 1.0);
    if (rule == ClassWeightRule::None || !anyPresent(counts))
        return values;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0)
            values[i] = 1 / (rule == ClassWeightRule::ClassBalanced ? effectiveNumber(counts[i], beta) : counts[i]);
    return spread(std::move(values), counts, rule == ClassWeightRule::SumToOne, true);
}

double balancedAlpha(double positives, double negatives) {
    const double all = positives + negatives;
    return all > 0 ? negatives / all : 0.5;
}

std::vector<double> balancedAlphas(std::span<const double> counts) {
    std::vector<double> alphas(counts.size(), 0.5);
    if (!anyPresent(counts))
        return alphas;
    const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
    for (std::size_t i = 0; i < counts.size(); ++i)
        alphas[i] = balancedAlpha(counts[i], all - counts[i]);
    return spread(std::move(alphas), counts, false, false);
}

} // namespace intersect::loss

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace intersect::loss {

/// How the weight of a class follows from how often it occurs.
enum class ClassWeightRule { None, Inverse, SumToOne, ClassBalanced };

/// "none", "inverse", "sum-to-one", "class-balanced".
const char* classWeightRuleName(ClassWeightRule rule);
Result<ClassWeightRule> classWeightRuleFromName(const std::string& name);

/// (1 - beta^n) / (1 - beta), n where beta is 1: how many different examples n examples amount to. `count` >= 0, `beta`
/// in 0..1; no cancellation for beta near 1. Source: Cui et al. 2019, "Class-Balanced Loss Based on Effective Number of
/// Samples". Any thread; pure.
double effectiveNumber(double count, double beta);

/// The weight of each class. none: 1 each. inverse: 1/n_c, scaled so that the mean over the classes present is 1 (they
/// sum to their number). sum-to-one: the same, those present sum to 1. class-balanced: 1 / effectiveNumber(n_c, beta),
/// scaled like inverse. A class with count 0 takes the mean weight of those present and stays outside the sum; with no
/// class present all are 1. `counts` are finite and >= 0, one a class. Any thread; pure.
std::vector<double> classWeights(ClassWeightRule rule, std::span<const double> counts, double beta);

/// n / (m + n) of m positives and n negatives: what balanced BCE multiplies positives by, negatives by 1 minus it; 0.5
/// where there are neither. 10 : 10,000 gives 0.999. Any thread; pure.
double balancedAlpha(double positives, double negatives);

/// balancedAlpha of each class against all objects of other classes; a class without objects takes the mean of those
/// present. `counts` as in classWeights. Any thread; pure.
std::vector<double> balancedAlphas(std::span<const double> counts);

} // namespace intersect::loss

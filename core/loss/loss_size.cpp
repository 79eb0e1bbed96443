// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loss/loss_size.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/losses.h"

namespace intersect::loss {
namespace {

/// Logits a spread is drawn with.
constexpr int kPoints = 50;

/// One term's elements: each stands for `share` of them all.
struct Elements {
    std::vector<double> losses, slopes, shares;
    std::vector<std::uint8_t> positive;

    void add(const LossSpec& spec, double logit, double target, bool isPositive, const ElementFactors<double>& factors, double weight, double share) {
        const Dual one = elementLoss(spec, variable(logit), Dual{target, 0}, Dual{isPositive ? 1.0 : 0.0, 0}, factors);
        losses.push_back(one.value * weight);
        slopes.push_back(std::fabs(one.derivative) * weight);
        shares.push_back(share);
        positive.push_back(isPositive ? 1 : 0);
    }
    /// Both sums over the elements that count, divided as `spec` says; `number` elements in all.
    LossSize reduced(const LossSpec& spec, double number) const {
        const std::vector<double> counted = spec.kind == LossKind::Ohem ? hardShares(spec.ohemRatio) : shares;
        double all = 0, positives = 0, loss = 0, slope = 0;
        for (std::size_t i = 0; i < losses.size(); ++i) {
            all += counted[i];
            positives += positive[i] != 0 ? shares[i] : 0;
            loss += losses[i] * counted[i];
            slope += slopes[i] * counted[i];
        }
        const double divisor = spec.normalise == Normalise::Elements    ? all
                               : spec.normalise == Normalise::Positives ? positives
                                                                        : 1 / number;
        return {loss / divisor, slope / divisor};
    }

private:
    /// The shares that mining keeps: the positives', and the hardest negatives' until they are `ratio` times as many.
    std::vector<double> hardShares(double ratio) const {
        std::vector<double> kept(shares.size(), 0.0);
        std::vector<std::size_t> negatives;
        double left = 0;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (positive[i] == 0) {
                negatives.push_back(i);
                continue;
            }
            kept[i] = shares[i];
            left += ratio * shares[i];
        }
        std::sort(negatives.begin(), negatives.end(), [this](std::size_t a, std::size_t b) { return losses[a] > losses[b]; });
        for (const std::size_t i : negatives) {
            kept[i] = std::min(left, shares[i]);
            left -= kept[i];
        }
        return kept;
    }
};

std::vector<double> spread(double mean, double width) {
    std::vector<double> logits;
    for (int i = 0; i < kPoints; ++i) {
        const double q = (i + 0.5) / kPoints;
        logits.push_back(mean + width * std::log(q / (1 - q)));
    }
    return logits;
}

LossSize objectnessSize(const LossSpec& spec, const StandIn& scene) {
    ElementFactors<double> factors = factorsOf(spec);
    const double positives = scene.cells * scene.positiveShare, negatives = scene.cells - positives;
    if (spec.kind == LossKind::Balanced) {
        const double alpha = balancedAlpha(positives, negatives);
        factors.pair = {alpha, 1 - alpha};
    } else if (spec.kind == LossKind::ClassBalanced) {
        const double counts[] = {positives, negatives};
        const std::vector<double> weights = classWeights(ClassWeightRule::ClassBalanced, counts, spec.beta);
        factors.pair = {weights[0], weights[1]};
    }
    Elements elements;
    for (const double logit : spread(scene.positiveMean, scene.width))
        elements.add(spec, logit, scene.positiveTarget, true, factors, 1, scene.positiveShare / kPoints);
    for (const double logit : spread(scene.negativeMean, scene.width))
        elements.add(spec, logit, 0, false, factors, 1, (1 - scene.positiveShare) / kPoints);
    return elements.reduced(spec, scene.cells);
}

/// `present`: how often each class occurs, summing to 1.
LossSize classSize(const LossSpec& spec, const std::vector<double>& present, std::span<const double> counts, std::span<const double> weights,
                   const StandIn& scene) {
    const std::vector<double> alphas = balancedAlphas(counts);
    const std::vector<double> balanced = classWeights(ClassWeightRule::ClassBalanced, counts, spec.beta);
    const auto classes = static_cast<double>(present.size());
    Elements elements;
    for (std::size_t c = 0; c < present.size(); ++c) {
        ElementFactors<double> factors = factorsOf(spec);
        if (!spec.classPositiveWeight.empty())
            factors.positiveWeight = spec.classPositiveWeight[c];
        if (!spec.classAlpha.empty())
            factors.alpha = spec.classAlpha[c];
        if (spec.kind == LossKind::Balanced)
            factors.pair = {alphas[c], 1 - alphas[c]};
        else if (spec.kind == LossKind::ClassBalanced)
            factors.pair = {balanced[c], balanced[c]};
        const double weight = weights.empty() ? 1 : weights[c];
        for (const double logit : spread(scene.trueMean, scene.width))
            elements.add(spec, logit, 1, true, factors, weight, present[c] / classes / kPoints);
        for (const double logit : spread(scene.otherMean, scene.width))
            elements.add(spec, logit, 0, false, factors, weight, (1 - present[c]) / classes / kPoints);
    }
    return elements.reduced(spec, scene.cells * scene.positiveShare * classes);
}

LossSize quotient(const LossSize& a, const LossSize& b) {
    return {a.loss / b.loss, a.gradient / b.gradient};
}

} // namespace

LossSizes lossSizes(const LossSpec& spec, std::span<const double> classCounts, std::span<const double> classWeights, const StandIn& standIn) {
    std::vector<double> counts(classCounts.begin(), classCounts.end());
    double sum = 0;
    for (const double count : counts)
        sum += count;
    if (!(sum > 0)) {
        counts.assign(counts.empty() ? 4 : counts.size(), 1000.0);
        sum = 1000.0 * static_cast<double>(counts.size());
    }
    std::vector<double> present;
    for (const double count : counts)
        present.push_back(count / sum);
    const LossSpec plain;
    LossSizes sizes;
    sizes.objectness = quotient(objectnessSize(objectnessSpec(spec), standIn), objectnessSize(plain, standIn));
    sizes.cls = quotient(classSize(classSpec(spec), present, counts, classWeights, standIn), classSize(plain, present, counts, {}, standIn));
    return sizes;
}

std::string sizeText(double ratio) {
    if (!(ratio > 0) || !std::isfinite(ratio))
        return formatShortest(ratio);
    const int digits = static_cast<int>(std::floor(std::log10(ratio)));
    if (digits >= 3)
        return formatGrouped(std::llround(ratio));
    std::string text = formatFixed(ratio, 2 - digits);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
    }
    return text;
}

std::string sizeSentence(const std::string& term, const LossSize& size, const std::string& key, double gain, const std::string& where) {
    constexpr double kAsLarge = 0.02;
    if (std::fabs(size.loss - 1) <= kAsLarge || !std::isfinite(size.loss))
        return {};
    std::string text = "The " + term + " term is " + sizeText(size.loss) + " times as large as with BCE" + where + ", its gradient " +
                       sizeText(size.gradient) + " times";
    if (size.loss > 0 && gain > 0) {
        std::string compensating = sizeText(gain / size.loss);
        compensating.erase(std::remove(compensating.begin(), compensating.end(), ','), compensating.end());
        text += "; `" + key + ": " + compensating + "` in the hyp file would compensate";
    }
    return text + ".";
}

} // namespace intersect::loss

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loss/curves.h"

#include <cmath>

#include "core/loss/losses.h"

namespace intersect::loss {

std::vector<LossPoint> lossCurve(const LossSpec& spec, double target, std::span<const double> logits,
                                 double positive, double negative) {
    const auto factors = factorsOf(spec, PairWeights<double>{positive, negative});
    std::vector<LossPoint> points;
    points.reserve(logits.size());
    for (const double logit : logits) {
        const Dual loss = elementLoss(spec, variable(logit), Dual{target, 0}, Dual{target, 0}, factors);
        points.push_back({logit, sigmoid(logit), target, loss.value, loss.derivative});
    }
    return points;
}

double restingPoint(const LossSpec& spec, double target) {
    constexpr int kCoarse = 400, kHalvings = 60;
    constexpr double kEnd = 20;
    const auto lossAt = [&](double logit) { return elementLoss(spec, logit, target); };
    const auto slopeAt = [&](double logit) { return elementLoss(spec, variable(logit), Dual{target, 0}).derivative; };
    const double step = 2 * kEnd / kCoarse;
    double best = -kEnd;
    for (int i = 1; i <= kCoarse; ++i)
        if (const double logit = -kEnd + step * i; lossAt(logit) < lossAt(best))
            best = logit;
    if (best == -kEnd)
        return 0;
    if (best + step / 2 > kEnd)
        return 1;
    double low = best - step, high = best + step;
    for (int i = 0; i < kHalvings; ++i) {
        const double middle = (low + high) / 2;
        (slopeAt(middle) < 0 ? low : high) = middle;
    }
    return sigmoid((low + high) / 2);
}

double logitOf(double p) {
    return std::log(p) - std::log1p(-p);
}

} // namespace intersect::loss

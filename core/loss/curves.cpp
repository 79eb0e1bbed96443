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

double logitOf(double p) {
    return std::log(p) - std::log1p(-p);
}

} // namespace intersect::loss

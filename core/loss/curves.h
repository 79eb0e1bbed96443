// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/loss/loss_spec.h"

namespace intersect::loss {

/// One point of a loss curve.
struct LossPoint {
    double logit = 0;
    double p = 0; ///< sigmoid(logit)
    double target = 0;
    double loss = 0;
    double gradient = 0; ///< exact derivative of the loss with respect to the logit
};

/// The loss and its gradient at each logit for one target in 0..1; `spec` must pass checkLossSpec. `positive` and
/// `negative` are the weights of balanced and class-balanced (from class_weights.h). Any thread; pure.
std::vector<LossPoint> lossCurve(const LossSpec& spec, double target, std::span<const double> logits,
                                 double positive = 1, double negative = 1);

/// The p at which the loss is least, so where training leaves a prediction whose target this is, 0 and 1 where it falls to the end. Exact to 1e-9
/// where the gradient changes its sign once.
double restingPoint(const LossSpec& spec, double target);

/// ln(p / (1-p)): the logit that sigmoid turns into p; p in 0..1 (0 and 1 give minus and plus infinity).
double logitOf(double p);

} // namespace intersect::loss

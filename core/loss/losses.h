// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <optional>

#include "core/loss/dual.h"
#include "core/loss/loss_spec.h"

// Every loss formula, once, as a template over its number type: `double` gives the value, `Dual` value and exact
// derivative, a tensor type trains. This header knows no tensor library. A tensor type T works without any adapter when
// argument-dependent lookup finds
//     T softplus(T)   T sigmoid(T)   T exp(T)   T abs(T)   T pow(T, double)
// and the operators  -T   T+T   T-T   T*T   T+double   double-T   T*double;  at::Tensor has them all in namespace at
// (softplus with its default threshold 20, which is below float32's resolution). All are element by element, so logits
// and targets have one shape.

namespace intersect::loss {

namespace detail {

// double has no namespace to look in, so its overloads are named here.
inline double exp(double x) {
    return std::exp(x);
}
inline double abs(double x) {
    return std::fabs(x);
}
inline double pow(double x, double exponent) {
    return std::pow(x, exponent);
}

/// Added to the base of a power: the derivative of base^gamma with gamma < 1 stays finite where the base underflows in
/// float32.
constexpr double kPowerFloor = 1e-37;

} // namespace detail

/// Binary cross entropy of a logit x and a target t in 0..1: w t softplus(-x) + (1-t) softplus(x), which equals
/// -(w t ln p + (1-t) ln(1-p)) with p = sigmoid(x). No cancellation in either tail; the derivative at w = 1 is p - t
/// everywhere.
template <class T, class W>
T binaryCrossEntropy(const T& logit, const T& target, const W& positiveWeight) {
    return target * softplus(-logit) * positiveWeight + (1.0 - target) * softplus(logit);
}

/// positive m + negative (1 - m): the weight of an element that is a positive to the degree m.
template <class T, class W>
T pairFactor(const T& membership, const W& positive, const W& negative) {
    return membership * positive + (1.0 - membership) * negative;
}

/// alpha_t = alpha t + (1 - alpha)(1 - t). Source: Lin et al. 2017, "Focal Loss for Dense Object Detection".
template <class T, class W>
T alphaFactor(const T& target, const W& alpha) {
    return pairFactor(target, alpha, W(1.0 - alpha));
}

/// What a focal loss multiplies BCE by. Standard: (1 - p_t)^gamma with p_t = t p + (1-t)(1-p) (Lin et al. 2017; soft
/// targets as torchvision and YOLOv5 do). Geometric: (1-p)^(gamma t) p^(gamma (1-t)), evaluated as exp(-gamma (t
/// softplus(x) + (1-t) softplus(-x))). The two are equal for targets 0 and 1.
template <class T>
T focalModulator(const T& logit, const T& target, double gamma, Modulator modulator) {
    using detail::exp, detail::pow;
    if (modulator == Modulator::Geometric)
        return exp((target * softplus(logit) + (1.0 - target) * softplus(-logit)) * -gamma);
    // 1 - p_t without cancellation
    return pow(target * sigmoid(-logit) + (1.0 - target) * sigmoid(logit) + detail::kPowerFloor, gamma);
}

/// What positives and negatives are multiplied by.
template <class W>
struct PairWeights {
    W positive, negative;
};

/// The numbers that may differ from class to class: W is double, or a tensor [classes] beside tensors [n, classes].
template <class W>
struct ElementFactors {
    W positiveWeight;                   ///< on the positive part of BCE
    std::optional<W> alpha;             ///< none: no alpha factor
    std::optional<PairWeights<W>> pair; ///< of balanced and class-balanced, from counts; none: 1 and 1
};

/// The factors of objectness and curves: those of `spec`, the same for every element.
inline ElementFactors<double> factorsOf(const LossSpec& spec, std::optional<PairWeights<double>> pair = {}) {
    return {spec.positiveWeight, spec.alpha, pair};
}

/// The unreduced loss of each element: logit x, target t in 0..1, membership m (1 for a positive, 0 for a negative; its
/// target may be softer), of one shape. `spec` must pass checkLossSpec. Gradients with respect to the logit are exact
/// for Dual and follow from autograd for tensors (finite for every finite logit). Any thread; pure.
/// bce, ohem: BCE with positive weight (ohem chooses among the elements, see hard_examples.h). balanced: BCE times
/// pair(m), with alpha = n/(m+n) for positives and 1 - alpha for negatives (Xie and Tu 2015, "Holistically-Nested Edge
/// Detection"). focal: BCE modulator alpha_t. class-balanced: focal times pair(m) (Cui et al. 2019). qfocal: BCE
/// |t - p|^gamma alpha_t (Li et al. 2020 as in YOLOv5). All times the term weight.
template <class T, class W>
T elementLoss(const LossSpec& spec, const T& logit, const T& target, const T& membership,
              const ElementFactors<W>& factors) {
    using detail::abs, detail::pow;
    T loss = binaryCrossEntropy(logit, target, factors.positiveWeight);
    const bool focal = spec.kind == LossKind::Focal || spec.kind == LossKind::ClassBalanced;
    if (focal || spec.kind == LossKind::QFocal) {
        if (spec.gamma != 0) {
            if (focal)
                loss = loss * focalModulator(logit, target, spec.gamma, spec.modulator);
            else
                loss = loss * pow(abs(target - sigmoid(logit)) + detail::kPowerFloor, spec.gamma);
        }
        if (factors.alpha)
            loss = loss * alphaFactor(target, *factors.alpha);
    }
    if (factors.pair && (spec.kind == LossKind::Balanced || spec.kind == LossKind::ClassBalanced))
        loss = loss * pairFactor(membership, factors.pair->positive, factors.pair->negative);
    return spec.termWeight == 1 ? loss : loss * spec.termWeight;
}

/// The same with the numbers of `spec` for every element, where nothing is known of counts.
template <class T>
T elementLoss(const LossSpec& spec, const T& logit, const T& target) {
    return elementLoss(spec, logit, target, target, factorsOf(spec));
}

/// Targets of the sigmoid form of label smoothing: 1 - eps/2 for the true class, eps/2 for every other, whatever the
/// number of classes.
struct SmoothTargets {
    double positive = 1, negative = 0;
};
constexpr SmoothTargets smoothTargets(double epsilon) {
    return {1.0 - 0.5 * epsilon, 0.5 * epsilon};
}

} // namespace intersect::loss

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/tensor_updates.h"

#include <cmath>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace intersect::train {

void sgdUpdateByTorch(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& momentum, double lr, double factor, double decay, bool first) {
    const at::NoGradGuard constant;
    const at::Tensor change = decay != 0 ? gradient.add(parameter, decay) : gradient;
    if (first)
        momentum.copy_(change);
    else
        momentum.mul_(factor).add_(change);
    parameter.sub_(change.add(momentum, factor), lr);
}

void adamUpdateByTorch(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& mean, const at::Tensor& square, const AdamStep& step) {
    const at::NoGradGuard constant;
    constexpr double kEpsilon = 1e-8;
    const auto steps = static_cast<double>(step.step);
    const double rate = step.lr / (1 - std::pow(step.beta1, steps)), root = std::sqrt(1 - std::pow(step.beta2, steps));
    const at::Tensor change = step.decay != 0 && !step.decoupled ? gradient.add(parameter, step.decay) : gradient;
    mean.lerp_(change, 1 - step.beta1);
    square.mul_(step.beta2).addcmul_(change, change, 1 - step.beta2);
    if (step.decoupled)
        parameter.mul_(1 - step.lr * step.decay);
    parameter.addcdiv_(mean, square.sqrt().div_(root).add_(kEpsilon), -rate);
}

void averageUpdateByTorch(const at::Tensor& average, const at::Tensor& value, double keep) {
    const at::NoGradGuard constant;
    average.mul_(keep).add_(value, 1 - keep);
}

} // namespace intersect::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/activation.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>

namespace intersect::nn {

at::Tensor activated(const at::Tensor& x, const model::Activation& activation) {
    if (!at::GradMode::is_enabled())
        return activatedInPlace(x, activation);
    switch (activation.kind) {
    case model::ActivationKind::None: return x;
    case model::ActivationKind::SiLU: return at::silu(x);
    case model::ActivationKind::ReLU: return at::relu(x);
    case model::ActivationKind::LeakyReLU: return at::leaky_relu(x, activation.slope);
    }
    return x;
}

at::Tensor activatedInPlace(at::Tensor x, const model::Activation& activation) {
    switch (activation.kind) {
    case model::ActivationKind::None: return x;
    case model::ActivationKind::SiLU: return at::silu_(x);
    case model::ActivationKind::ReLU: return at::relu_(x);
    case model::ActivationKind::LeakyReLU: return at::leaky_relu_(x, activation.slope);
    }
    return x;
}

} // namespace intersect::nn

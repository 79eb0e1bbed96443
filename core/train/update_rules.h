// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

// One pass over the numbers of a tensor each, vectorised, on the calling thread. `n` floats; no two arrays overlap. Any
// thread; pure but for the arrays they change.
namespace intersect::train {

/// Stochastic gradient descent with Nesterov momentum: d = g + decay p; m = momentum m + d, or d where `first`; p -= lr (d +
/// momentum m). Source: torch.optim.SGD (Sutskever et al. 2013).
void sgdUpdate(float* parameter, const float* gradient, float* momentum, std::int64_t n, float lr, float factor, float decay, bool first);

/// The numbers of one Adam step; `step` counts from 1.
struct AdamStep {
    double lr = 0, beta1 = 0.9, beta2 = 0.999, decay = 0;
    bool decoupled = false; ///< AdamW: p shrinks by lr decay before; else decay p joins the gradient
    std::int64_t step = 1;
};

/// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= lr m' / (sqrt(v') + 1e-8), m' and v' divided by 1 - beta^step.
/// Sources: Kingma and Ba 2015; Loshchilov and Hutter 2019 (AdamW); torch.optim.
void adamUpdate(float* parameter, const float* gradient, float* mean, float* square, std::int64_t n, const AdamStep& step);

/// average = keep average + (1 - keep) value.
void averageUpdate(float* average, const float* value, std::int64_t n, double keep);

/// Sum of squares, in float over short blocks and in double over those.
double squaredNorm(const float* values, std::int64_t n);

/// values *= factor.
void scaleBy(float* values, std::int64_t n, float factor);

} // namespace intersect::train

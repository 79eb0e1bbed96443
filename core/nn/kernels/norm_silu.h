// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

/// What a batch norm learns and remembers, float32, one value a channel.
struct NormTensors {
    at::Tensor weight, bias, runningMean, runningVar;
};

/// Whether normSilu takes this value: on the CPU, four dimensions, channels-last, float32 or bfloat16.
bool normSiluTakes(const at::Tensor& x);

/// silu(batch norm of x) in training: batch statistics, running ones moved by `momentum` (variance unbiased), in two passes over x, and two more for the
/// gradients of x, weight and bias. `x` [b,c,h,w] must pass normSiluTakes; statistics and sums are float32 in double. Only x is kept for the way back,
/// where torch's two operations keep x and the normalised value. The same bits whatever the number of threads. Source: Ioffe and Szegedy 2015; gradients
/// by hand.
at::Tensor normSilu(const at::Tensor& x, const NormTensors& norm, double momentum, double eps);

} // namespace intersect::nn

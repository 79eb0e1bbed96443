// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/model/graph.h"

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

/// A convolution with bias and activation that runs as one oneDNN primitive where LibTorch offers that, its weights in
/// the layout the primitive asks for: the activation costs no pass over memory. Elsewhere it is a convolution and an
/// activation. For running only: no gradients.
class FusedConv {
public:
    /// `weight` [out,in/groups,k,k] channels-last, float32 or bfloat16; `bias` [out] float32, with bfloat16 weights too: a rounded bias shifts a whole
    /// channel, and moved mAP by up to 0.008 where rounded weights move it by 0.002.
    FusedConv(at::Tensor weight, at::Tensor bias, const model::Op& op);

    /// Lays the weights out for inputs of this size [b,in,h,w]. Other sizes still run, some of them slower. Not while
    /// another thread runs it.
    void prepare(at::IntArrayRef inputSize);
    /// [b,in,h,w] channels-last, of the weights' type -> [b,out,ny,nx] channels-last. Any thread.
    at::Tensor operator()(const at::Tensor& x) const;

    /// Rows and columns of the output for that many of the input.
    std::int64_t outputSide(std::int64_t side) const { return (side + 2 * m_padding - m_kernel) / m_stride + 1; }

    /// Whether this LibTorch has the fused operators.
    static bool available();

private:
    at::Tensor m_weight, m_bias;
    at::Tensor m_packed; ///< undefined: not fused
    model::Activation m_activation;
    std::int64_t m_kernel = 1, m_stride = 1, m_padding = 0, m_groups = 1;
};

} // namespace intersect::nn

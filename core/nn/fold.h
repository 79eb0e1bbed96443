// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <utility>

#include <ATen/core/Tensor.h>

#include "core/model/graph.h"

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

/// eps of every batch norm. Source: YOLOv5 and YOLOv7 `initialize_weights`.
constexpr double kBatchNormEps = 1e-3;

/// Weight and bias of the one convolution that the block `unit` of `graph` amounts to, its kernel as large as the block's largest: batch norm scales and
/// shifts (w g / sqrt(var + eps), beta - mean g / sqrt(var + eps)), parallel branches add up with small kernels in the middle of large ones, the identity
/// is a kernel of ones, an implicit value before adds W a to the bias, one after scales both. `tensor` gives tensors by index. Source: RepVGG (Ding et
/// al. 2021) for the branches; YOLOv7 for the implicit layers.
std::pair<at::Tensor, at::Tensor> foldedUnit(const model::Graph& graph, const std::string& unit, const std::function<const at::Tensor&(int)>& tensor);

} // namespace intersect::nn

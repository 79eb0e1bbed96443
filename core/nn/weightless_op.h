// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "core/model/graph.h"

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

/// The value of an operation that only moves and picks values (MaxPool, Upsample, Concat), the same in training and in running; `values` by number,
/// [b,c,h,w] where it reads them.
at::Tensor weightlessOp(const model::Op& op, const std::vector<at::Tensor>& values);

} // namespace intersect::nn

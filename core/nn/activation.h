// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include "core/model/graph.h"

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

/// The activation of a value of ours: with gradients a new one, without them in place.
at::Tensor activated(const at::Tensor& x, const model::Activation& activation);

/// The activation of a value nobody else holds; may change it in place.
at::Tensor activatedInPlace(at::Tensor x, const model::Activation& activation);

} // namespace intersect::nn

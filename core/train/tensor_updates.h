// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include "core/train/update_rules.h"

// Internal to core/train: it parses torch headers.
//
// The rules of update_rules.h in LibTorch's own operations, for tensors whose numbers this program cannot walk itself: those of a GPU. Float tensors of one
// shape on one device, changed in place, outside of autograd. One thread a tensor.
namespace intersect::train {

/// sgdUpdate.
void sgdUpdateByTorch(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& momentum, double lr, double factor, double decay, bool first);

/// adamUpdate.
void adamUpdateByTorch(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& mean, const at::Tensor& square, const AdamStep& step);

/// averageUpdate.
void averageUpdateByTorch(const at::Tensor& average, const at::Tensor& value, double keep);

} // namespace intersect::train

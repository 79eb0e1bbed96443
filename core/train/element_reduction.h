// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include "core/loss/loss_spec.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// Makes one number of the unreduced losses of one level. `losses`: float32 of any shape; `positives`: how many of them
/// belong to a positive (a cell, or the entry of a row's own class). elements: their mean; positives: their sum over the
/// positives, none counting as one; sum: their sum. With ohem only the elements that loss::hardExamples keeps are
/// summed, and `elements` divides by those; it reads `membership` (float32, same shape, 1 for a positive), which other
/// losses leave undefined. The result is differentiable in `losses`.
at::Tensor reduceElements(const loss::LossSpec& spec, const at::Tensor& losses, const at::Tensor& membership,
                          std::int64_t positives);

} // namespace intersect::train

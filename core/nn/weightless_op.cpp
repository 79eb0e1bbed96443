// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/weightless_op.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/upsample_nearest2d.h>

namespace intersect::nn {

using model::OpKind;

at::Tensor weightlessOp(const model::Op& op, const std::vector<at::Tensor>& values) {
    const at::Tensor& x = values[static_cast<std::size_t>(op.inputs.front())];
    if (op.kind == OpKind::MaxPool)
        return at::max_pool2d(x, op.kernel, op.stride, op.padding);
    if (op.kind == OpKind::Upsample)
        return at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
    std::vector<at::Tensor> parts;
    for (const int input : op.inputs)
        parts.push_back(values[static_cast<std::size_t>(input)]);
    return at::cat(parts, 1);
}

} // namespace intersect::nn

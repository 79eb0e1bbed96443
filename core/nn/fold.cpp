// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/fold.h"

#include <algorithm>

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

namespace intersect::nn {

std::pair<at::Tensor, at::Tensor> foldedUnit(const model::Graph& graph, const std::string& unit, const std::function<const at::Tensor&(int)>& tensor) {
    using model::OpKind;
    int kernel = 1;
    for (const model::Op& op : graph.ops)
        if (op.unit == unit)
            kernel = std::max(kernel, op.kernel);
    at::Tensor weight, bias, before;
    const auto addBranch = [&](at::Tensor w, at::Tensor b, int norm) {
        if (norm >= 0) {
            const at::Tensor scale = tensor(norm) * at::rsqrt(tensor(norm + 3) + kBatchNormEps);
            b = (b.defined() ? b * scale : at::zeros_like(scale)) + tensor(norm + 1) - tensor(norm + 2) * scale;
            w = w * scale.reshape({-1, 1, 1, 1});
        }
        const std::int64_t border = (kernel - w.size(2)) / 2;
        w = border > 0 ? at::constant_pad_nd(w, {border, border, border, border}) : w;
        weight = weight.defined() ? weight + w : w;
        bias = bias.defined() ? bias + b : b;
    };
    for (const model::Op& op : graph.ops) {
        if (op.unit != unit)
            continue;
        switch (op.kind) {
        case OpKind::Conv: addBranch(tensor(op.weight), op.bias >= 0 ? tensor(op.bias) : at::Tensor(), op.norm); break;
        case OpKind::BatchNorm: {
            const std::int64_t channels = tensor(op.norm).size(0);
            addBranch(at::eye(channels, tensor(op.norm).options()).reshape({channels, channels, 1, 1}), {}, op.norm);
            break;
        }
        case OpKind::ChannelAdd: before = tensor(op.implicit); break;
        case OpKind::ChannelScale: {
            const at::Tensor scale = tensor(op.implicit).reshape({-1});
            weight = weight * scale.reshape({-1, 1, 1, 1});
            bias = bias * scale;
            break;
        }
        default: break;
        }
        if (op.kind == OpKind::Conv && before.defined()) // of a head: 1x1
            bias = bias + (tensor(op.weight).flatten(1) * before.reshape({1, -1})).sum(1);
    }
    return {weight, bias};
}

} // namespace intersect::nn

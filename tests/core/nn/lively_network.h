// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "core/base/random.h"
#include "core/nn/network.h"
#include "core/weights/safetensors.h"

namespace intersect::tests {

/// Random pictures [b,3,h,w], patches of 16 px with grain on them, other ones than an export compares on.
inline at::Tensor randomPictures(int batch, int height, int width, std::uint64_t seed = 3) {
    RandomStream random{seed};
    const auto noise = [&](int cell) {
        at::Tensor pictures = at::empty({batch, 3, (height + cell - 1) / cell, (width + cell - 1) / cell});
        for (float *value = pictures.data_ptr<float>(), *end = value + pictures.numel(); value != end; ++value)
            *value = static_cast<float>(random.uniform());
        return at::upsample_nearest2d(pictures, {height, width});
    };
    return noise(16) * 0.7 + noise(1) * 0.3;
}

/// A network of random weights whose outputs vary from cell to cell: in fresh ones the signal dies away, and then everything equals everything. Batch norm
/// gets the statistics of one batch, the head weights that give logits of about 1.
inline nn::Network livelyNetwork(const std::string& model, std::vector<std::string> classes = {"car", "motorcycle", "bus", "truck"}) {
    const at::NoGradGuard noGrad;
    nn::Network network = nn::Network::build(model, std::move(classes), 5).value();
    RandomStream random{17};
    const auto each = [&](const auto& change) {
        for (std::size_t i = 0; i < network.graph().tensors.size(); ++i)
            change(network.graph().tensors[i], network.tensor(static_cast<int>(i)));
    };
    const auto fill = [&](const at::Tensor& tensor, double low, double high) {
        for (float *value = tensor.data_ptr<float>(), *end = value + tensor.numel(); value != end; ++value)
            *value = static_cast<float>(random.uniform(low, high));
    };
    each([&](const model::TensorSpec& spec, const at::Tensor& tensor) {
        switch (spec.role) {
        case model::TensorRole::NormWeight: fill(tensor, 0.7, 1.5); break;
        case model::TensorRole::NormBias: fill(tensor, -0.3, 0.3); break;
        case model::TensorRole::RunningMean:
        case model::TensorRole::RunningVar: tensor.zero_(); break;
        case model::TensorRole::Bias: fill(tensor, -1, 1); break;
        default: break;
        }
    });
    network.setTraining(true);
    network.forward(randomPictures(2, 256, 256));
    network.setTraining(false);
    each([&](const model::TensorSpec& spec, const at::Tensor& tensor) {
        if (spec.role == model::TensorRole::RunningMean || spec.role == model::TensorRole::RunningVar)
            tensor.div_(0.03); // the momentum: what is left is the batch's own
        if (spec.role == model::TensorRole::RunningVar)
            tensor.clamp_min_(0.2); // or a channel that is dull in these pictures bursts in others, and rounding errors with it
    });
    const int head = network.moduleCount() - 1;
    const std::vector<at::Tensor> raw = network.forward(randomPictures(1, 256, 256));
    std::size_t level = 0;
    each([&](const model::TensorSpec& spec, const at::Tensor& tensor) {
        if (spec.role == model::TensorRole::Weight && spec.module == head)
            tensor.div_(raw[level++].std());
    });
    return network;
}

inline at::Tensor rowsOf(nn::Network& network, const at::Tensor& pictures) {
    const at::NoGradGuard noGrad;
    return network.decode(network.forward(pictures)).contiguous();
}

/// Largest gap of boxes (px) and of scores.
inline std::pair<double, double> gapOf(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor gap = (a - b).abs();
    return {gap.narrow(2, 0, 4).max().item<double>(), gap.narrow(2, 4, gap.size(2) - 4).max().item<double>()};
}

} // namespace intersect::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/step_timing.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/nn/device.h"
#include "core/train/bfloat16_scope.h"
#include "core/train/frozen_prefix.h"
#include "core/train/optimizer.h"
#include "core/train/start_network.h"

namespace intersect::train {

namespace {

constexpr std::int64_t kPictures = 4;

/// A network that is trained, and thrown away.
class Trial {
public:
    Trial(const nn::Network& network, const Frozen* frozen, const runs::TrainConfig& config, bool bfloat16)
        : m_network(channelsLast(network.clone())), m_bfloat16(bfloat16),
          m_images(at::full({kPictures, 3, config.imgSize, config.imgSize}, 0.5F, network.device()).contiguous(at::MemoryFormat::ChannelsLast)) {
        setLearning(m_network, frozen != nullptr ? frozen->tensors : std::vector<bool>{});
        m_network.setTraining(true);
        if (frozen != nullptr && config.freezeBn) {
            m_network.setStillNorms(frozen->operations);
            if (frozen->hasPrefix())
                m_prefix.emplace(m_network, frozen->prefix, bfloat16, false);
        }
    }

    double seconds() {
        const auto begin = std::chrono::steady_clock::now();
        std::vector<at::Tensor> raw;
        {
            const Bfloat16Scope scope(m_bfloat16, m_network.device());
            raw = m_prefix ? m_network.forward(m_images, m_prefix->outputs(m_images, {}, at::get_num_threads())) : m_network.forward(m_images);
        }
        std::vector<at::Tensor> gradients;
        for (const at::Tensor& level : raw)
            gradients.push_back(at::full_like(level, 1e-6));
        torch::autograd::backward(raw, gradients);
        for (const auto& [name, tensor] : m_network.parameters())
            tensor.mutable_grad().reset();
        nn::finishWork(m_network.device());
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }

private:
    nn::Network m_network;
    bool m_bfloat16;
    at::Tensor m_images;
    std::optional<FrozenPrefix> m_prefix;
};

/// Seconds of the first by those of the second: best of three, in turns, after one of each.
double ratio(Trial first, Trial second) {
    first.seconds();
    second.seconds();
    std::array<double, 3> a{}, b{};
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = first.seconds();
        b[i] = second.seconds();
    }
    return *std::min_element(a.begin(), a.end()) / std::max(*std::min_element(b.begin(), b.end()), 1e-9);
}

} // namespace

nn::Precision chooseTrainingPrecision(const nn::Network& network, const runs::TrainConfig& config) {
    if (config.precision == "auto" && config.deterministic)
        return {false, "fp32 (deterministic)"};
    return nn::decidePrecision(config.precision, "training " + network.name(), at::get_num_threads(), network.device(), [&] {
        runs::TrainConfig small = config;
        small.imgSize = 640;
        return ratio(Trial(network, nullptr, small, false), Trial(network, nullptr, small, true));
    });
}

double speedupByFreezing(const nn::Network& network, const Frozen& frozen, const runs::TrainConfig& config) {
    const bool bfloat16 = config.precision == "bf16";
    return ratio(Trial(network, nullptr, config, bfloat16), Trial(network, &frozen, config, bfloat16));
}

} // namespace intersect::train

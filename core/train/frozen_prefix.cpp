// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/frozen_prefix.h"

#include <set>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace intersect::train {

namespace {

constexpr std::size_t kMostBytes = std::size_t(1) << 30;

std::vector<int> readByOthers(const model::Graph& graph, const std::vector<bool>& modules) {
    std::set<int> read;
    for (std::size_t m = 0; m < graph.modules.size(); ++m)
        for (const int from : graph.modules[m].from)
            if (!modules[m] && from >= 0 && modules[static_cast<std::size_t>(from)])
                read.insert(from);
    return {read.begin(), read.end()};
}

} // namespace

FrozenPrefix::FrozenPrefix(const nn::Network& network, std::vector<bool> modules, bool bfloat16, bool cached)
    : m_modules(std::move(modules)), m_read(readByOthers(network.graph(), m_modules)), m_fast(network, bfloat16, network.device()), m_cached(cached) {}

std::vector<at::Tensor> FrozenPrefix::ofPicture(const at::Tensor& picture, std::size_t sample, int threads) {
    const Key key{sample, {picture.size(2), picture.size(3)}};
    if (const auto known = m_known.find(key); known != m_known.end()) {
        ++m_found;
        return known->second;
    }
    std::vector<at::Tensor> values = m_fast.outputsOf(m_read, picture, threads);
    std::size_t bytes = 0;
    for (const at::Tensor& value : values)
        bytes += value.nbytes();
    if (m_bytes + bytes <= kMostBytes) {
        m_known.emplace(key, values);
        m_bytes += bytes;
    }
    return values;
}

nn::Network::Ready FrozenPrefix::outputs(const at::Tensor& images, std::span<const std::size_t> samples, int threads) {
    const at::NoGradGuard constant;
    std::vector<at::Tensor> whole;
    if (m_cached) {
        std::vector<std::vector<at::Tensor>> each(m_read.size());
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const std::vector<at::Tensor> values = ofPicture(images.narrow(0, static_cast<std::int64_t>(i), 1), samples[i], threads);
            for (std::size_t k = 0; k < values.size(); ++k)
                each[k].push_back(values[k]);
        }
        for (const std::vector<at::Tensor>& pictures : each)
            whole.push_back(at::cat(pictures, 0));
    } else {
        whole = m_fast.outputsOf(m_read, images, threads);
    }
    nn::Network::Ready ready{m_modules, {}};
    for (std::size_t k = 0; k < m_read.size(); ++k)
        ready.outputs.emplace_back(m_read[k], whole[k]);
    return ready;
}

} // namespace intersect::train

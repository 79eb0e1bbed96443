// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/optimizer.h"

#include <algorithm>
#include <cstring>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/train/schedule.h"

namespace intersect::train {

namespace {

bool endsWith(const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

int groupOf(const std::string& name) {
    if (endsWith(name, ".bias"))
        return 0;
    return endsWith(name, ".bn.weight") ? 2 : 1;
}

} // namespace

int freezeModules(const NamedTensors& parameters, const std::vector<int>& modules) {
    int frozen = 0;
    for (const auto& [name, tensor] : parameters) {
        const bool still = std::any_of(modules.begin(), modules.end(), [&name = name](int module) {
            return name.rfind("model." + std::to_string(module) + ".", 0) == 0;
        });
        tensor.set_requires_grad(!still);
        frozen += still ? 1 : 0;
    }
    return frozen;
}

Optimizer::Optimizer(const NamedTensors& parameters, double weightDecay) : m_weightDecay(weightDecay) {
    for (const auto& [name, tensor] : parameters) {
        const int group = groupOf(name);
        m_entries.push_back({name, tensor, {}, group});
        m_names[static_cast<std::size_t>(group)].push_back(name);
    }
}

double Optimizer::clipGradients(double largest) {
    const at::NoGradGuard constant;
    std::vector<at::Tensor> gradients, norms;
    for (const Entry& entry : m_entries) {
        if (!entry.parameter.grad().defined())
            continue;
        gradients.push_back(entry.parameter.grad());
        norms.push_back(gradients.back().norm());
    }
    if (gradients.empty())
        return 0;
    const double norm = at::stack(norms).norm().item<double>();
    if (const double factor = largest / (norm + 1e-6); factor < 1)
        for (at::Tensor& gradient : gradients)
            gradient.mul_(factor);
    return norm;
}

void Optimizer::step(double lrBias, double lr, double momentum) {
    const at::NoGradGuard constant;
    for (Entry& entry : m_entries) {
        const at::Tensor& gradient = entry.parameter.grad();
        if (!gradient.defined())
            continue;
        at::Tensor change = entry.group == 1 ? gradient.add(entry.parameter, m_weightDecay) : gradient;
        if (!entry.momentum.defined())
            entry.momentum = change.clone();
        else
            entry.momentum.mul_(momentum).add_(change);
        change = change.add(entry.momentum, momentum);
        entry.parameter.add_(change, entry.group == 0 ? -lrBias : -lr);
    }
}

void Optimizer::clearGradients() {
    for (Entry& entry : m_entries)
        entry.parameter.mutable_grad().reset();
}

std::vector<weights::NamedArray> Optimizer::momentum() const {
    std::vector<weights::NamedArray> momenta;
    for (const Entry& entry : m_entries) {
        if (!entry.momentum.defined())
            continue;
        const at::Tensor dense = entry.momentum.to(at::kFloat).contiguous();
        weights::NamedArray& array = momenta.emplace_back(weights::NamedArray{entry.name, weights::DType::F32, dense.sizes().vec(), {}});
        array.bytes.resize(dense.nbytes());
        std::memcpy(array.bytes.data(), dense.data_ptr(), dense.nbytes());
    }
    return momenta;
}

bool Optimizer::restore(const std::vector<weights::NamedArray>& momenta) {
    const at::NoGradGuard constant;
    std::vector<std::pair<Entry*, at::Tensor>> found;
    for (const weights::NamedArray& array : momenta) {
        const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [&array](const Entry& e) { return e.name == array.name; });
        if (entry == m_entries.end() || array.type != weights::DType::F32 || entry->parameter.sizes() != at::IntArrayRef(array.shape))
            return false;
        // The layout of the parameter: a sum over it later runs in the same order.
        at::Tensor momentum = at::empty_like(entry->parameter, at::MemoryFormat::Preserve);
        momentum.copy_(at::from_blob(const_cast<std::byte*>(array.bytes.data()), array.shape, at::kFloat));
        found.emplace_back(&*entry, std::move(momentum));
    }
    for (auto& [entry, momentum] : found)
        entry->momentum = std::move(momentum);
    return true;
}

MovingAverage::MovingAverage(const nn::Network& network) : m_average(network.clone()) {
    for (const auto& [name, tensor] : m_average.parameters())
        tensor.set_requires_grad(false);
}

bool MovingAverage::restore(const weights::ArrayFile& average, std::int64_t updates) {
    const nn::Network::Transfer transfer = m_average.loadMatching(average);
    m_updates = updates;
    return transfer.loaded == transfer.total;
}

void MovingAverage::update(const nn::Network& network) {
    const at::NoGradGuard constant;
    const double decay = emaDecay(++m_updates);
    const NamedTensors mine = m_average.state();
    const NamedTensors now = network.state();
    for (std::size_t i = 0; i < mine.size(); ++i) {
        at::Tensor average = mine[i].second;
        if (average.is_floating_point())
            average.mul_(decay).add_(now[i].second.detach(), 1 - decay);
    }
}

} // namespace intersect::train

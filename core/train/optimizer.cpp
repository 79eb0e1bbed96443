// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/train/schedule.h"
#include "core/train/tensor_updates.h"
#include "core/train/update_rules.h"

namespace intersect::train {

namespace {

bool endsWith(const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

int groupOf(const std::string& name, const at::Tensor& tensor) {
    if (endsWith(name, ".bias"))
        return 0;
    return tensor.dim() == 1 || endsWith(name, ".implicit") ? 2 : 1;
}

constexpr double kBeta2 = 0.999;

/// Whether its numbers lie without gaps as float32 in memory of ours, so that they can be walked in its order.
bool isFlat(const at::Tensor& tensor) {
    return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_non_overlapping_and_dense();
}

/// `values` as float32 in the order of memory of `tensor`; a copy only where it lies otherwise.
at::Tensor inLayoutOf(const at::Tensor& tensor, const at::Tensor& values) {
    if (values.scalar_type() == at::kFloat && values.strides() == tensor.strides())
        return values.detach();
    at::Tensor copy = at::empty_like(tensor, at::MemoryFormat::Preserve);
    copy.copy_(values.detach());
    return copy;
}

weights::NamedArray arrayOf(const std::string& name, const at::Tensor& tensor) {
    const at::Tensor dense = tensor.cpu().contiguous();
    weights::NamedArray array{name, weights::DType::F32, dense.sizes().vec(), {}};
    array.bytes.resize(dense.nbytes());
    std::memcpy(array.bytes.data(), dense.data_ptr(), dense.nbytes());
    return array;
}

} // namespace

void setLearning(const nn::Network& network, const std::vector<bool>& frozen) {
    const auto& specs = network.graph().tensors;
    for (std::size_t i = 0; i < specs.size(); ++i)
        if (specs[i].isParameter())
            network.tensor(static_cast<int>(i)).set_requires_grad(frozen.empty() || !frozen[i]);
}

OptimizerKind optimizerKindFrom(const std::string& name) {
    return name == "Adam" ? OptimizerKind::Adam : name == "AdamW" ? OptimizerKind::AdamW : OptimizerKind::Sgd;
}

Optimizer::Optimizer(const NamedTensors& parameters, double weightDecay, OptimizerKind kind, double beta1)
    : m_weightDecay(weightDecay), m_kind(kind), m_beta1(beta1) {
    for (const auto& [name, tensor] : parameters) {
        const int group = groupOf(name, tensor);
        Entry& entry = m_entries.emplace_back();
        entry.name = name;
        entry.parameter = tensor;
        entry.group = group;
        m_names[static_cast<std::size_t>(group)].push_back(name);
    }
}

double Optimizer::clipGradients(double largest) {
    const at::NoGradGuard constant;
    double squared = 0;
    at::Tensor others; // the same of those that torch sums up, asked for once: on a GPU an answer is waited for
    for (const Entry& entry : m_entries) {
        const at::Tensor& gradient = entry.parameter.grad();
        if (!gradient.defined())
            continue;
        if (isFlat(gradient)) {
            squared += squaredNorm(gradient.const_data_ptr<float>(), gradient.numel());
        } else {
            const at::Tensor sum = gradient.to(at::kDouble).square().sum();
            others = others.defined() ? others + sum : sum;
        }
    }
    if (others.defined())
        squared += others.item<double>();
    const double norm = std::sqrt(squared);
    if (const double factor = largest / (norm + 1e-6); factor < 1)
        for (const Entry& entry : m_entries) {
            at::Tensor& gradient = entry.parameter.mutable_grad();
            if (gradient.defined() && isFlat(gradient))
                scaleBy(gradient.data_ptr<float>(), gradient.numel(), static_cast<float>(factor));
            else if (gradient.defined())
                gradient.mul_(factor);
        }
    return norm;
}

void Optimizer::step(double lrBias, double lr, double momentum) {
    const at::NoGradGuard constant;
    for (Entry& entry : m_entries) {
        if (!entry.parameter.grad().defined())
            continue;
        const at::Tensor gradient = inLayoutOf(entry.parameter, entry.parameter.grad());
        const bool first = !entry.momentum.defined();
        if (first) {
            entry.momentum = at::zeros_like(entry.parameter);
            if (isAdam())
                entry.square = at::zeros_like(entry.parameter);
        }
        const double rate = entry.group == 0 ? lrBias : lr;
        const double decay = entry.group == 1 ? m_weightDecay : 0;
        if (isAdam())
            ++entry.steps;
        const AdamStep adam{rate, m_beta1, kBeta2, decay, m_kind == OptimizerKind::AdamW, entry.steps};
        if (!isFlat(entry.parameter)) {
            if (isAdam())
                adamUpdateByTorch(entry.parameter, gradient, entry.momentum, entry.square, adam);
            else
                sgdUpdateByTorch(entry.parameter, gradient, entry.momentum, rate, momentum, decay, first);
            continue;
        }
        float* parameter = entry.parameter.data_ptr<float>();
        const std::int64_t count = entry.parameter.numel();
        if (isAdam())
            adamUpdate(parameter, gradient.const_data_ptr<float>(), entry.momentum.data_ptr<float>(), entry.square.data_ptr<float>(), count, adam);
        else
            sgdUpdate(parameter, gradient.const_data_ptr<float>(), entry.momentum.data_ptr<float>(), count, static_cast<float>(rate),
                      static_cast<float>(momentum), static_cast<float>(decay), first);
        entry.parameter.unsafeGetTensorImpl()->bump_version();
    }
}

void Optimizer::clearGradients() {
    for (Entry& entry : m_entries)
        entry.parameter.mutable_grad().reset();
}

OptimizerState Optimizer::state() const {
    OptimizerState state;
    for (const Entry& entry : m_entries) {
        if (!entry.momentum.defined())
            continue;
        state.momentum.push_back(arrayOf(entry.name, entry.momentum));
        if (!isAdam())
            continue;
        state.squares.push_back(arrayOf(entry.name, entry.square));
        weights::NamedArray& steps = state.steps.emplace_back(weights::NamedArray{entry.name, weights::DType::I64, {1}, {}});
        steps.bytes.resize(sizeof entry.steps);
        std::memcpy(steps.bytes.data(), &entry.steps, sizeof entry.steps);
    }
    return state;
}

bool Optimizer::restore(const OptimizerState& state) {
    const at::NoGradGuard constant;
    const std::size_t adams = isAdam() ? state.momentum.size() : 0;
    if (state.squares.size() != adams || state.steps.size() != adams)
        return false;
    std::vector<Entry> found = m_entries;
    for (Entry& entry : found) {
        entry.momentum = entry.square = at::Tensor();
        entry.steps = 0;
    }
    const auto entryOf = [&found](const weights::NamedArray& array) -> Entry* {
        const auto entry = std::find_if(found.begin(), found.end(), [&array](const Entry& e) { return e.name == array.name; });
        return entry == found.end() ? nullptr : &*entry;
    };
    const auto takeOver = [&entryOf](const weights::NamedArray& array, at::Tensor Entry::*into) {
        Entry* entry = entryOf(array);
        if (entry == nullptr || array.type != weights::DType::F32 || entry->parameter.sizes() != at::IntArrayRef(array.shape))
            return false;
        // The layout of the parameter: both are walked side by side.
        entry->*into = at::empty_like(entry->parameter, at::MemoryFormat::Preserve);
        (entry->*into).copy_(at::from_blob(const_cast<std::byte*>(array.bytes.data()), array.shape, at::kFloat));
        return true;
    };
    for (const weights::NamedArray& array : state.momentum)
        if (!takeOver(array, &Entry::momentum))
            return false;
    for (const weights::NamedArray& array : state.squares)
        if (!takeOver(array, &Entry::square))
            return false;
    for (const weights::NamedArray& array : state.steps) {
        Entry* entry = entryOf(array);
        if (entry == nullptr || array.type != weights::DType::I64 || array.bytes.size() != sizeof entry->steps)
            return false;
        std::memcpy(&entry->steps, array.bytes.data(), sizeof entry->steps);
        if (entry->steps < 1)
            return false;
    }
    for (const Entry& entry : found)
        if (isAdam() && (entry.momentum.defined() != entry.square.defined() || entry.momentum.defined() != (entry.steps > 0)))
            return false;
    m_entries = std::move(found);
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
        const at::Tensor& average = mine[i].second;
        if (!average.is_floating_point())
            continue;
        const at::Tensor value = inLayoutOf(average, now[i].second);
        if (isFlat(average))
            averageUpdate(average.data_ptr<float>(), value.const_data_ptr<float>(), average.numel(), decay);
        else
            averageUpdateByTorch(average, value, decay);
    }
}

} // namespace intersect::train

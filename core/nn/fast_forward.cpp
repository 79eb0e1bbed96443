// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/fast_forward.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <c10/core/InferenceMode.h>

#include "core/base/threads.h"
#include "core/nn/activation.h"
#include "core/nn/weightless_op.h"

namespace intersect::nn {
namespace {

using model::OpKind;

constexpr std::int64_t kMostTogether =
    4; ///< pictures a thread computes at a time: more are no faster, and hold more memory

std::int64_t divideUp(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

} // namespace

FastForward::FastForward(const Network& network, bool bfloat16, at::Device device)
    : m_network(network.folded()), m_type(bfloat16 ? at::kBFloat16 : at::kFloat), m_device(device) {
    const model::Graph& graph = m_network.graph();
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        const model::Op& op = graph.ops[i];
        m_convOfOp.push_back(op.kind == OpKind::Conv ? static_cast<int>(m_convs.size()) : -1);
        if (op.kind == OpKind::Conv)
            m_convs.emplace_back(m_network.tensor(op.weight).to(m_device, m_type), m_network.tensor(op.bias).to(m_device), op);
    }
}

void FastForward::prepare(std::int64_t pictures, std::int64_t height, std::int64_t width) {
    if (m_preparedFor == std::array{height, width})
        return;
    const model::Graph& graph = m_network.graph();
    std::vector<std::array<std::int64_t, 2>> sides(graph.values.size());
    sides[0] = {height, width};
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        const model::Op& op = graph.ops[i];
        const auto input = static_cast<std::size_t>(op.inputs[0]);
        std::array<std::int64_t, 2> side = sides[input];
        if (op.kind == OpKind::Conv) {
            FusedConv& conv = m_convs[static_cast<std::size_t>(m_convOfOp[i])];
            conv.prepare({pictures, graph.values[input].channels, side[0], side[1]});
            side = {conv.outputSide(side[0]), conv.outputSide(side[1])};
        } else if (op.kind == OpKind::MaxPool) {
            for (std::int64_t& length : side)
                length = (length + 2 * op.padding - op.kernel) / op.stride + 1;
        } else if (op.kind == OpKind::Upsample) {
            side = {2 * side[0], 2 * side[1]};
        }
        sides[static_cast<std::size_t>(op.output)] = side;
    }
    m_preparedFor = {height, width};
}

FastForward::Wanted FastForward::wanted(const std::vector<int>& modules) const {
    const model::Graph& graph = m_network.graph();
    Wanted wanted;
    std::vector<bool> needed(graph.values.size());
    for (const int module : modules) {
        wanted.values.push_back(graph.modules[static_cast<std::size_t>(module)].output);
        needed[static_cast<std::size_t>(wanted.values.back())] = true;
    }
    wanted.operations.resize(graph.ops.size());
    for (std::size_t i = graph.ops.size(); i-- > 0;) {
        const model::Op& op = graph.ops[i];
        if (!needed[static_cast<std::size_t>(op.output)])
            continue;
        wanted.operations[i] = true;
        for (const int input : op.inputs)
            needed[static_cast<std::size_t>(input)] = true;
    }
    return wanted;
}

std::vector<at::Tensor> FastForward::runTogether(const at::Tensor& images, const Wanted& wanted) const {
    const model::Graph& graph = m_network.graph();
    std::vector<at::Tensor> values(graph.values.size());
    std::vector<at::Tensor> results(wanted.values.size());
    values[0] = images.to(m_device, m_type).contiguous(at::MemoryFormat::ChannelsLast);
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        const model::Op& op = graph.ops[i];
        if (!wanted.operations.empty() && !wanted.operations[i])
            continue;
        const auto input = [&](std::size_t k) -> at::Tensor& { return values[static_cast<std::size_t>(op.inputs[k])]; };
        at::Tensor y;
        switch (op.kind) {
        case OpKind::Conv:
            y = m_convs[static_cast<std::size_t>(m_convOfOp[i])](input(0));
            break;
        case OpKind::MaxPool:
        case OpKind::Upsample:
        case OpKind::Concat: y = weightlessOp(op, values); break;
        case OpKind::Add: {
            // Into the second value if nobody needs it any more: in a bottleneck that is the convolution's own.
            const bool spent = op.inputs[1] != op.inputs[0] && wanted.values.empty() &&
                               graph.values[static_cast<std::size_t>(op.inputs[1])].lastUse == static_cast<int>(i);
            y = spent ? input(1).add_(input(0)) : input(0) + input(1);
            for (std::size_t k = 2; k < op.inputs.size(); ++k)
                y.add_(input(k));
            y = activatedInPlace(std::move(y), op.activation);
            break;
        }
        case OpKind::BatchNorm:
        case OpKind::ChannelAdd:
        case OpKind::ChannelScale:
            throw std::logic_error("a folded network has no operation for " + op.unit);
        }
        for (std::size_t k = 0; k < results.size(); ++k)
            if (wanted.values[k] == op.output)
                results[k] = y;
        values[static_cast<std::size_t>(op.output)] = std::move(y);
        for (const int used : op.inputs)
            if (graph.values[static_cast<std::size_t>(used)].lastUse == static_cast<int>(i))
                values[static_cast<std::size_t>(used)] = at::Tensor();
    }
    if (!wanted.values.empty())
        return results;
    std::vector<at::Tensor> levels = m_network.levelsOf(values);
    for (at::Tensor& level : levels)
        level = level.to(at::kCPU);
    return levels;
}

void FastForward::run(const at::Tensor& images, int threads, const Use& use) {
    deal(images, threads, {}, use);
}

void FastForward::deal(const at::Tensor& images, int threads, const Wanted& wanted, const Use& use) {
    const c10::InferenceMode inference;
    const std::int64_t pictures = images.size(0);
    if (pictures == 0)
        return;
    if (!m_device.is_cpu()) {
        use(0, runTogether(images, wanted));
        return;
    }
    const std::int64_t workers = std::clamp<std::int64_t>(threads, 1, pictures);
    const std::int64_t shares = workers * divideUp(divideUp(pictures, workers), kMostTogether);
    const std::int64_t together = divideUp(pictures, shares);
    prepare(together, images.size(2), images.size(3));
    if (workers == 1) {
        at::set_num_threads(std::max(threads, 1));
        for (std::int64_t first = 0; first < pictures; first += together)
            use(static_cast<std::size_t>(first),
                runTogether(images.narrow(0, first, std::min(together, pictures - first)), wanted));
        return;
    }
    std::mutex mutex;
    std::exception_ptr error;
    parallelFor(static_cast<std::size_t>(divideUp(pictures, together)), static_cast<int>(workers),
                [&](std::size_t share) {
                    const c10::InferenceMode here;                            // of this thread
                    at::set_num_threads(threads / static_cast<int>(workers)); // for this thread too
                    try {
                        const std::int64_t first = static_cast<std::int64_t>(share) * together;
                        use(static_cast<std::size_t>(first),
                            runTogether(images.narrow(0, first, std::min(together, pictures - first)), wanted));
                    } catch (...) {
                        const std::lock_guard lock(mutex);
                        error = std::current_exception();
                    }
                });
    at::set_num_threads(threads);
    if (error)
        std::rethrow_exception(error);
}

std::vector<at::Tensor> FastForward::gathered(const at::Tensor& images, int threads, const Wanted& wanted,
                                              const std::function<at::Tensor(const at::Tensor&)>& each) {
    std::mutex mutex;
    std::vector<std::pair<std::size_t, std::vector<at::Tensor>>> shares;
    deal(images, threads, wanted, [&](std::size_t first, const std::vector<at::Tensor>& values) {
        const std::lock_guard lock(mutex);
        shares.emplace_back(first, values);
    });
    std::sort(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<at::Tensor> whole;
    for (std::size_t i = 0; !shares.empty() && i < shares.front().second.size(); ++i) {
        std::vector<at::Tensor> parts;
        for (const auto& share : shares)
            parts.push_back(share.second[i]);
        whole.push_back(parts.size() == 1 ? each(parts.front()) : at::cat(parts, 0));
    }
    return whole;
}

std::vector<at::Tensor> FastForward::forward(const at::Tensor& images, int threads) {
    const c10::InferenceMode inference;
    return gathered(images, threads, {}, [](const at::Tensor& whole) { return whole; });
}

std::vector<at::Tensor> FastForward::outputsOf(const std::vector<int>& modules, const at::Tensor& images, int threads) {
    // Not in inference mode: what was made there cannot take part in training.
    const at::NoGradGuard constant;
    return gathered(images, threads, wanted(modules), [](const at::Tensor& whole) { return whole.clone(); });
}

} // namespace intersect::nn

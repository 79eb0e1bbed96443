// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/graph_builder.h"

namespace intersect::model {
namespace {

constexpr std::size_t kMostOps = 20'000;
constexpr int kMostChannels = 1 << 16;
constexpr std::int64_t kMostElements = std::int64_t(1) << 31;

} // namespace

int GraphBuilder::value(int channels, int stride) {
    if (channels < 1 || channels > kMostChannels || stride < 1 || stride > 4096)
        throw LoweringFault{"has " + std::to_string(channels) + " channels at stride " + std::to_string(stride) + ", which no detector has"};
    m_graph.values.push_back({channels, stride});
    return static_cast<int>(m_graph.values.size()) - 1;
}

int GraphBuilder::tensor(std::string name, std::vector<std::int64_t> shape, TensorRole role) {
    TensorSpec spec{std::move(name), std::move(shape), role, m_module};
    if (spec.elements() > kMostElements)
        throw LoweringFault{"needs more weights than fit into memory"};
    m_graph.tensors.push_back(std::move(spec));
    return static_cast<int>(m_graph.tensors.size()) - 1;
}

int GraphBuilder::norm(const std::string& name, int channels) {
    const int first = tensor(name + ".weight", {channels}, TensorRole::NormWeight);
    tensor(name + ".bias", {channels}, TensorRole::NormBias);
    tensor(name + ".running_mean", {channels}, TensorRole::RunningMean);
    tensor(name + ".running_var", {channels}, TensorRole::RunningVar);
    tensor(name + ".num_batches_tracked", {}, TensorRole::BatchesTracked);
    return first;
}

Op GraphBuilder::convOp(const std::string& unit, int kernel, int stride, int padding, int groups, Activation activation) {
    if (kernel < 1 || kernel > 63 || stride < 1 || stride > 2 || padding < 0 || padding > 63 || groups < 1)
        throw LoweringFault{"has a kernel, stride or padding that is not supported"};
    Op op;
    op.kind = OpKind::Conv;
    op.module = m_module;
    op.unit = unit;
    op.kernel = kernel;
    op.stride = stride;
    op.padding = padding;
    op.groups = groups;
    op.activation = activation;
    return op;
}

int GraphBuilder::push(Op op, int channels, int stride) {
    if (m_graph.ops.size() >= kMostOps)
        throw LoweringFault{"has more layers than a detector"};
    op.module = m_module;
    op.output = value(channels, stride);
    m_graph.ops.push_back(std::move(op));
    return m_graph.ops.back().output;
}

GraphBuilder::Unit GraphBuilder::declareConv(const std::string& name, int in, int out, int kernel, int stride, int padding, int groups,
                                             Activation activation) {
    Unit unit{convOp(name, kernel, stride, padding, groups, activation), in, out};
    if (out < 1 || out > kMostChannels || in % groups != 0 || out % groups != 0)
        throw LoweringFault{"has " + std::to_string(out) + " channels, or groups that do not divide them"};
    unit.op.weight = tensor(name + ".conv.weight", {out, in / groups, kernel, kernel}, TensorRole::Weight);
    if (m_graph.form.normFolded)
        unit.op.bias = tensor(name + ".conv.bias", {out}, TensorRole::Bias);
    else
        unit.op.norm = norm(name + ".bn", out);
    return unit;
}

int GraphBuilder::apply(const Unit& unit, int input) {
    if (channels(input) != unit.in)
        throw LoweringFault{"gets " + std::to_string(channels(input)) + " channels where it takes " + std::to_string(unit.in)};
    Op op = unit.op;
    op.inputs = {input};
    return push(std::move(op), unit.out, stride(input) * unit.op.stride);
}

int GraphBuilder::conv(const std::string& name, int input, int out, int kernel, int stride, int padding, int groups, Activation activation) {
    return apply(declareConv(name, channels(input), out, kernel, stride, padding, groups, activation), input);
}

int GraphBuilder::repConv(const std::string& name, int input, int out, int stride, Activation activation) {
    const int in = channels(input);
    const auto branch = [&](const std::string& convName, const std::string& normName, int kernel) {
        Op op = convOp(name, kernel, stride, kernel / 2, 1, {});
        op.inputs = {input};
        op.weight = tensor(convName + ".weight", {out, in, kernel, kernel}, TensorRole::Weight);
        if (normName.empty())
            op.bias = tensor(convName + ".bias", {out}, TensorRole::Bias);
        else
            op.norm = norm(normName, out);
        return op;
    };
    const int outStride = this->stride(input) * stride;
    if (m_graph.form.repConvMerged) {
        Op op = branch(name + ".rbr_reparam", "", 3);
        op.activation = activation;
        return push(std::move(op), out, outStride);
    }
    std::vector<int> branches;
    if (in == out && stride == 1) {
        Op identity;
        identity.kind = OpKind::BatchNorm;
        identity.unit = name;
        identity.inputs = {input};
        identity.norm = norm(name + ".rbr_identity", in);
        branches.push_back(push(std::move(identity), in, outStride));
    }
    branches.push_back(push(branch(name + ".rbr_dense.0", name + ".rbr_dense.1", 3), out, outStride));
    branches.push_back(push(branch(name + ".rbr_1x1.0", name + ".rbr_1x1.1", 1), out, outStride));
    return add(branches, name, activation);
}

void GraphBuilder::head(const std::string& name, const std::vector<int>& inputs, int anchorsPerLevel, bool anchorGrid) {
    const auto levels = static_cast<std::int64_t>(inputs.size());
    const int out = anchorsPerLevel * (5 + m_graph.classes);
    m_graph.anchorsPerLevel = anchorsPerLevel;
    m_graph.anchors = tensor(name + ".anchors", {levels, anchorsPerLevel, 2}, TensorRole::Anchors);
    if (anchorGrid)
        tensor(name + ".anchor_grid", {levels, 1, anchorsPerLevel, 1, 1, 2}, TensorRole::AnchorGrid);
    std::vector<Op> convs;
    for (std::size_t level = 0; level < inputs.size(); ++level) {
        const std::string unit = name + ".m." + std::to_string(level);
        Op op = convOp(unit, 1, 1, 0, 1, {});
        op.weight = tensor(unit + ".weight", {out, channels(inputs[level]), 1, 1}, TensorRole::Weight);
        op.bias = tensor(unit + ".bias", {out}, TensorRole::Bias);
        convs.push_back(std::move(op));
    }
    const auto implicit = [&](const char* part, std::size_t level, int size) {
        return tensor(name + "." + part + "." + std::to_string(level) + ".implicit", {1, size, 1, 1}, TensorRole::Implicit);
    };
    std::vector<int> added, scaled;
    if (m_graph.form.implicit) {
        for (std::size_t level = 0; level < inputs.size(); ++level)
            added.push_back(implicit("ia", level, channels(inputs[level])));
        for (std::size_t level = 0; level < inputs.size(); ++level)
            scaled.push_back(implicit("im", level, out));
    }
    for (std::size_t level = 0; level < inputs.size(); ++level) {
        int x = inputs[level];
        const auto around = [&](OpKind kind, int tensorIndex) {
            Op op;
            op.kind = kind;
            op.unit = convs[level].unit;
            op.inputs = {x};
            op.implicit = tensorIndex;
            x = push(std::move(op), channels(x), stride(x));
        };
        if (!added.empty())
            around(OpKind::ChannelAdd, added[level]);
        convs[level].inputs = {x};
        x = push(convs[level], out, stride(x));
        if (!scaled.empty())
            around(OpKind::ChannelScale, scaled[level]);
        m_graph.levels.push_back(x);
        m_graph.strides.push_back(stride(x));
    }
}

int GraphBuilder::maxPool(int input, int kernel, int stride, int padding) {
    if (kernel < 2 || kernel > 63 || stride < 1 || stride > 2 || padding < 0 || 2 * padding > kernel || (stride == 1 && 2 * padding + 1 != kernel) ||
        (stride == 2 && kernel - 2 * padding > 2))
        throw LoweringFault{"pools with a kernel, stride or padding that is not supported"};
    Op op;
    op.kind = OpKind::MaxPool;
    op.inputs = {input};
    op.kernel = kernel;
    op.stride = stride;
    op.padding = padding;
    return push(std::move(op), channels(input), this->stride(input) * stride);
}

int GraphBuilder::upsample(int input) {
    if (stride(input) % 2 != 0)
        throw LoweringFault{"enlarges more than was made smaller before"};
    Op op;
    op.kind = OpKind::Upsample;
    op.inputs = {input};
    return push(std::move(op), channels(input), stride(input) / 2);
}

int GraphBuilder::concat(const std::vector<int>& inputs) {
    int sum = 0;
    for (const int input : inputs) {
        if (stride(input) != stride(inputs.front()))
            throw LoweringFault{"joins pictures of different size"};
        sum += channels(input);
        if (sum > kMostChannels)
            throw LoweringFault{"joins more channels than a detector has"};
    }
    Op op;
    op.kind = OpKind::Concat;
    op.inputs = inputs;
    return push(std::move(op), sum, stride(inputs.front()));
}

int GraphBuilder::add(const std::vector<int>& inputs, const std::string& unit, Activation activation) {
    for (const int input : inputs)
        if (stride(input) != stride(inputs.front()) || channels(input) != channels(inputs.front()))
            throw LoweringFault{"adds what differs in size"};
    Op op;
    op.kind = OpKind::Add;
    op.unit = unit;
    op.inputs = inputs;
    op.activation = activation;
    return push(std::move(op), channels(inputs.front()), stride(inputs.front()));
}

} // namespace intersect::model

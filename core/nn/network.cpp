// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/network.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/stack.h>

#include "core/base/json_text.h"
#include "core/base/random.h"
#include "core/model/identify.h"
#include "core/nn/activation.h"
#include "core/nn/fold.h"
#include "core/nn/kernels/norm_silu.h"
#include "core/nn/weightless_op.h"

namespace intersect::nn {

namespace {

using model::OpKind;
using model::TensorRole;
using Named = std::vector<std::pair<std::string, at::Tensor>>;

constexpr double kBatchNormMomentum = 0.03;

at::ScalarType scalarTypeOf(weights::DType type) {
    switch (type) {
    case weights::DType::F16: return at::kHalf;
    case weights::DType::BF16: return at::kBFloat16;
    case weights::DType::F32: return at::kFloat;
    case weights::DType::F64: return at::kDouble;
    case weights::DType::I8: return at::kChar;
    case weights::DType::U8: return at::kByte;
    case weights::DType::I16: return at::kShort;
    case weights::DType::I32: return at::kInt;
    case weights::DType::I64: return at::kLong;
    case weights::DType::Bool: return at::kBool;
    }
    return at::kFloat;
}

/// Copies an array's values into a tensor of the same shape, converting the number type.
void copyInto(const at::Tensor& target, const weights::NamedArray& array) {
    // from_blob wants a pointer to mutable data but is only read here.
    const at::Tensor view = at::from_blob(const_cast<std::byte*>(array.bytes.data()), array.shape, at::TensorOptions().dtype(scalarTypeOf(array.type)));
    const at::NoGradGuard noGrad;
    target.copy_(view);
}

bool sameShape(const at::Tensor& tensor, const weights::NamedArray& array) {
    return tensor.sizes() == at::IntArrayRef(array.shape);
}

void fillUniform(const at::Tensor& tensor, double bound, RandomStream& random) {
    float* values = tensor.data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        values[i] = static_cast<float>(random.uniform(-bound, bound));
}

double fanInBound(const at::Tensor& weight) {
    return 1.0 / std::sqrt(static_cast<double>(weight.size(1) * weight.size(2) * weight.size(3)));
}

/// What a tensor holds before anything is learned; weights and biases of convolutions are left as they are.
void setStart(const at::Tensor& tensor, const model::TensorSpec& spec, const model::Graph& graph) {
    switch (spec.role) {
    case TensorRole::NormWeight: tensor.fill_(1); break;
    case TensorRole::NormBias:
    case TensorRole::RunningMean: tensor.zero_(); break;
    // YOLOv5 sends one black picture through a new network to find its strides: variance 0 moves the running one from 1 to 0.9.
    case TensorRole::RunningVar: tensor.fill_(0.9); break;
    case TensorRole::BatchesTracked: tensor.fill_(1); break;
    case TensorRole::Anchors:
    case TensorRole::AnchorGrid: {
        float* value = tensor.data_ptr<float>();
        for (std::size_t level = 0; level < graph.anchorsPx.size(); ++level)
            for (const double side : graph.anchorsPx[level])
                *value++ = static_cast<float>(spec.role == TensorRole::Anchors ? side / graph.strides[level] : side);
        break;
    }
    case TensorRole::Weight:
    case TensorRole::Bias:
    case TensorRole::Implicit: break;
    }
}

} // namespace

Network::Network(model::Graph graph, std::vector<std::string> classes) : m_graph(std::move(graph)), m_classes(std::move(classes)) {
    for (const model::TensorSpec& spec : m_graph.tensors) {
        m_tensors.push_back(at::empty(spec.shape, spec.role == TensorRole::BatchesTracked ? at::kLong : at::kFloat));
        setStart(m_tensors.back(), spec, m_graph);
    }
}

Result<Network> Network::build(const model::ModelCfg& cfg, std::vector<std::string> classNames, std::uint64_t seed, model::Form form) {
    if (classNames.empty())
        return fail(ErrorCode::BadInput, "A network needs at least one class.", {}, 0, "Name the classes in data.yaml.");
    const int classCount = static_cast<int>(classNames.size());
    Result<model::Graph> graph = model::makeGraph(cfg, classCount, form);
    if (!graph)
        return failAs(graph);
    if (graph->anchorsPx.front().front() <= 0)
        return fail(ErrorCode::BadInput, cfg.path.string() + " tells how many anchors there are, but not their sizes.", cfg.path, 0,
                    "Write the anchors out, in pixels.");
    Network network(std::move(*graph), std::move(classNames));
    const model::Graph& g = network.m_graph;
    // Each weight has a stream of its own; a bias beside it goes on with the same one.
    std::uint64_t index = 0;
    std::optional<RandomStream> random;
    for (std::size_t i = 0; i < g.tensors.size(); ++i) {
        const at::Tensor& tensor = network.m_tensors[i];
        if (g.tensors[i].role == TensorRole::Weight) {
            random.emplace(RandomStream{seed, index++});
            fillUniform(tensor, fanInBound(tensor), *random);
        } else if (g.tensors[i].role == TensorRole::Bias) {
            fillUniform(tensor, fanInBound(network.m_tensors[i - 1]), *random);
        } else if (g.tensors[i].role == TensorRole::Implicit) {
            RandomStream own{seed, 1'000'000 + i};
            const double mean = g.tensors[i].name.find(".im.") != std::string::npos ? 1 : 0;
            for (float *value = tensor.data_ptr<float>(), *end = value + tensor.numel(); value != end; ++value)
                *value = static_cast<float>(mean + 0.02 * own.normal());
        }
    }
    for (const model::Op& op : g.ops) {
        const auto level = std::find_if(g.levels.begin(), g.levels.end(), [&](int value) { return g.ops[static_cast<std::size_t>(value) - 1].unit == op.unit; });
        if (op.kind != OpKind::Conv || level == g.levels.end())
            continue;
        // About 8 objects in a 640 px picture, and a class prior of 0.6 / classes.
        const double cells = std::pow(640.0 / g.strides[static_cast<std::size_t>(level - g.levels.begin())], 2);
        float* bias = network.tensor(op.bias).data_ptr<float>();
        for (int anchor = 0; anchor < g.anchorsPerLevel; ++anchor, bias += 5 + classCount) {
            bias[4] += static_cast<float>(std::log(8 / cells));
            for (int c = 0; c < classCount; ++c)
                bias[5 + c] += static_cast<float>(std::log(0.6 / (classCount - 0.99999)));
        }
    }
    return network;
}

Result<Network> Network::build(const std::string& model, std::vector<std::string> classNames, std::uint64_t seed) {
    const Result<model::ModelCfg> cfg = model.ends_with(".yaml") || model.ends_with(".yml") ? model::readModelCfg(model) : model::knownModel(model);
    if (!cfg)
        return failAs(cfg);
    return build(*cfg, std::move(classNames), seed);
}

Result<Network> Network::fromArrays(const weights::ArrayFile& file) {
    Result<model::Graph> graph = model::identify(file);
    if (!graph)
        return failAs(graph);
    std::vector<std::string> names = model::classNamesOf(file, graph->classes);
    try {
        Network network(std::move(*graph), std::move(names));
        network.loadMatching(file); // identify has held names and shapes against each other
        return network;
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, file.path.string() + " does not fit into memory: " + error.what() + ".", file.path);
    }
}

Network::Transfer Network::loadMatching(const weights::ArrayFile& file) {
    Transfer transfer;
    for (const auto& [name, tensor] : state()) {
        ++transfer.total;
        const weights::NamedArray* array = file.find(name);
        if (array != nullptr && sameShape(tensor, *array)) {
            copyInto(tensor, *array);
            ++transfer.loaded;
        }
    }
    return transfer;
}

std::vector<at::Tensor> Network::forward(const at::Tensor& images) {
    return forward(images, {});
}

std::vector<at::Tensor> Network::forward(const at::Tensor& images, const Ready& ready) {
    std::vector<at::Tensor> values(m_graph.values.size());
    values[0] = images;
    for (const auto& [module, output] : ready.outputs)
        values[static_cast<std::size_t>(m_graph.modules[static_cast<std::size_t>(module)].output)] = output;
    for (std::size_t i = 0; i < m_graph.ops.size(); ++i) {
        const model::Op& op = m_graph.ops[i];
        if (!ready.modules.empty() && ready.modules[static_cast<std::size_t>(op.module)])
            continue;
        const bool batchStatistics = m_training && (m_stillNorms.empty() || !m_stillNorms[i]);
        const auto input = [&](std::size_t k) -> const at::Tensor& { return values[static_cast<std::size_t>(op.inputs[k])]; };
        const auto normed = [&](const at::Tensor& x) {
            if (op.norm < 0)
                return x;
            if (batchStatistics)
                tensor(op.norm + 4).add_(1);
            return at::batch_norm(x, tensor(op.norm), tensor(op.norm + 1), tensor(op.norm + 2), tensor(op.norm + 3), batchStatistics, kBatchNormMomentum,
                                  kBatchNormEps, false);
        };
        at::Tensor y;
        switch (op.kind) {
        case OpKind::Conv:
            y = at::conv2d(input(0), tensor(op.weight), op.bias >= 0 ? tensor(op.bias) : at::Tensor(), op.stride, op.padding, 1, op.groups);
            if (batchStatistics && op.norm >= 0 && op.activation.kind == model::ActivationKind::SiLU && normSiluTakes(y)) {
                tensor(op.norm + 4).add_(1);
                y = normSilu(y, {tensor(op.norm), tensor(op.norm + 1), tensor(op.norm + 2), tensor(op.norm + 3)}, kBatchNormMomentum, kBatchNormEps);
            } else {
                y = activated(normed(y), op.activation);
            }
            break;
        case OpKind::BatchNorm: y = normed(input(0)); break;
        case OpKind::ChannelAdd: y = input(0) + tensor(op.implicit); break;
        case OpKind::ChannelScale: y = input(0) * tensor(op.implicit); break;
        case OpKind::MaxPool:
        case OpKind::Upsample:
        case OpKind::Concat: y = weightlessOp(op, values); break;
        case OpKind::Add:
            y = input(0) + input(1);
            for (std::size_t k = 2; k < op.inputs.size(); ++k)
                y = y + input(k);
            y = activated(y, op.activation);
            break;
        }
        values[static_cast<std::size_t>(op.output)] = std::move(y);
        for (const int used : op.inputs)
            if (m_graph.values[static_cast<std::size_t>(used)].lastUse == static_cast<int>(i))
                values[static_cast<std::size_t>(used)] = at::Tensor();
    }
    return levelsOf(values);
}

std::vector<at::Tensor> Network::levelsOf(const std::vector<at::Tensor>& values) const {
    std::vector<at::Tensor> raw;
    for (const int level : m_graph.levels) {
        const at::Tensor& y = values[static_cast<std::size_t>(level)];
        raw.push_back(y.view({y.size(0), m_graph.anchorsPerLevel, -1, y.size(2), y.size(3)}).permute({0, 1, 3, 4, 2}));
    }
    return raw;
}

at::Tensor Network::decode(const std::vector<at::Tensor>& raw) const {
    std::vector<at::Tensor> levels;
    for (std::size_t level = 0; level < raw.size(); ++level) {
        const at::Tensor y = at::sigmoid(raw[level]);
        const auto rows = at::arange(y.size(2), y.options()), columns = at::arange(y.size(3), y.options());
        const auto grid = at::meshgrid({rows, columns}, "ij");
        const at::Tensor cell = at::stack({grid[1], grid[0]}, -1) - 0.5; // x, y
        const double stride = m_graph.strides[level];
        const at::Tensor centre = (y.narrow(-1, 0, 2) * 2 + cell) * stride;
        const at::Tensor anchor = (anchorsInCells()[static_cast<std::int64_t>(level)] * stride).view({1, -1, 1, 1, 2}).to(y.scalar_type());
        const at::Tensor side = (y.narrow(-1, 2, 2) * 2).square() * anchor;
        levels.push_back(at::cat({centre, side, y.narrow(-1, 4, y.size(-1) - 4)}, -1).reshape({y.size(0), -1, y.size(-1)}));
    }
    return at::cat(levels, 1);
}

Named Network::state() const {
    Named list;
    for (std::size_t i = 0; i < m_tensors.size(); ++i)
        list.emplace_back(m_graph.tensors[i].name, m_tensors[i]);
    return list;
}

Named Network::parameters() const {
    Named list;
    for (std::size_t i = 0; i < m_tensors.size(); ++i)
        if (m_graph.tensors[i].isParameter())
            list.emplace_back(m_graph.tensors[i].name, m_tensors[i]);
    return list;
}

Named Network::buffers() const {
    Named list;
    for (std::size_t i = 0; i < m_tensors.size(); ++i)
        if (!m_graph.tensors[i].isParameter())
            list.emplace_back(m_graph.tensors[i].name, m_tensors[i]);
    return list;
}

weights::ArrayFile Network::toArrays(weights::DType floatType, std::map<std::string, std::string> metadata) const {
    weights::ArrayFile file;
    for (const auto& [name, tensor] : state()) {
        weights::NamedArray array;
        array.name = name;
        array.shape = tensor.sizes().vec();
        array.type = tensor.is_floating_point() ? floatType : weights::DType::I64;
        const at::Tensor dense = tensor.detach().to(scalarTypeOf(array.type)).cpu().contiguous();
        array.bytes.resize(dense.nbytes());
        std::memcpy(array.bytes.data(), dense.data_ptr(), dense.nbytes());
        file.arrays.push_back(std::move(array));
    }
    Json anchors = Json::array();
    const at::Tensor cells = anchorsInCells().cpu();
    const float* values = cells.const_data_ptr<float>();
    for (const int stride : strides()) {
        Json level = Json::array();
        for (int i = 0; i < 2 * m_graph.anchorsPerLevel; ++i)
            level.push_back(*values++ * static_cast<float>(stride));
        anchors.push_back(level);
    }
    metadata["network"] = name();
    metadata["names"] = toText(Json(m_classes));
    metadata["strides"] = toText(Json(strides()));
    metadata["anchors"] = toText(anchors);
    const auto& known = model::knownModels();
    if (std::find(known.begin(), known.end(), name()) == known.end())
        metadata["yaml"] = toText(model::toJson(m_graph.cfg));
    file.metadata = std::move(metadata);
    return file;
}

Network Network::clone() const {
    Network copy = *this;
    for (at::Tensor& tensor : copy.m_tensors)
        tensor = tensor.detach().clone();
    return copy;
}

void Network::moveTo(at::Device device) {
    const at::NoGradGuard constant;
    for (at::Tensor& tensor : m_tensors)
        tensor = tensor.to(device);
}

Network Network::folded() const {
    const at::NoGradGuard noGrad;
    // It lowered once; in another form it lowers as well.
    Network copy(*model::makeGraph(m_graph.cfg, m_graph.classes, model::kFolded), m_classes);
    for (const model::Op& op : copy.m_graph.ops) {
        if (op.kind != OpKind::Conv)
            continue;
        const auto [weight, bias] = foldedUnit(m_graph, op.unit, [this](int index) -> const at::Tensor& { return tensor(index); });
        copy.m_tensors[static_cast<std::size_t>(op.weight)] = weight.contiguous(at::MemoryFormat::ChannelsLast).clone();
        copy.m_tensors[static_cast<std::size_t>(op.bias)] = bias.clone();
    }
    copy.m_tensors[static_cast<std::size_t>(copy.m_graph.anchors)].copy_(anchorsInCells());
    return copy;
}

} // namespace intersect::nn

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/network.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/zeros.h>

#include "core/base/json_text.h"
#include "core/base/random.h"
#include "core/nn/layers.h"

namespace intersect::nn {

struct Network::Impl {
    std::string name;
    std::vector<std::string> classes;
    std::vector<Layer> layers;
    at::Tensor anchors; ///< [3,3,2] in cells
    std::array<at::Tensor, 3> headWeight, headBias;
    bool training = false;

    std::string headName() const { return "model." + std::to_string(layers.size() - 1); }
};

namespace {

using Named = std::vector<std::pair<std::string, at::Tensor>>;

int scaledChannels(int channels, double width) {
    return static_cast<int>(std::ceil(channels * width / 8)) * 8;
}
int scaledRepeats(int repeats, double depth) {
    return repeats > 1 ? std::max(1, static_cast<int>(std::lround(repeats * depth))) : repeats;
}

ConvUnit makeUnit(const std::string& name, int in, int out, int kernel, int stride, int padding) {
    ConvUnit unit;
    unit.name = name;
    unit.stride = stride;
    unit.padding = padding;
    unit.weight = at::empty({out, in, kernel, kernel});
    unit.bnWeight = at::ones({out});
    unit.bnBias = at::zeros({out});
    unit.runningMean = at::zeros({out});
    // YOLOv5 sends one black picture through a new network to find its strides: variance 0 moves the running one from 1 to 0.9.
    unit.runningVar = at::full({out}, 0.9);
    unit.batchesTracked = at::ones({}, at::kLong);
    return unit;
}

/// The graph of one size for that many classes; convolution weights are not set yet.
void makeGraph(Network::Impl& net, const ModelSize& size, int classCount) {
    std::vector<int> channels;
    int before = 3;
    const auto& rows = yolov5Rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const LayerRow& row = rows[i];
        const std::string name = "model." + std::to_string(i);
        Layer layer{row.type, row.from, row.shortcut, {}};
        const auto channelsOf = [&](int from) { return from < 0 ? before : channels[static_cast<std::size_t>(from)]; };
        int out = row.channels > 0 ? scaledChannels(row.channels, size.width) : before;
        switch (row.type) {
        case LayerType::Conv:
            layer.units.push_back(makeUnit(name, before, out, row.kernel, row.stride, row.kernel == 6 ? 2 : row.kernel / 2));
            break;
        case LayerType::C3: {
            const int inner = out / 2;
            layer.units.push_back(makeUnit(name + ".cv1", before, inner, 1, 1, 0));
            layer.units.push_back(makeUnit(name + ".cv2", before, inner, 1, 1, 0));
            layer.units.push_back(makeUnit(name + ".cv3", 2 * inner, out, 1, 1, 0));
            for (int repeat = 0; repeat < scaledRepeats(row.repeats, size.depth); ++repeat) {
                const std::string bottleneck = name + ".m." + std::to_string(repeat);
                layer.units.push_back(makeUnit(bottleneck + ".cv1", inner, inner, 1, 1, 0));
                layer.units.push_back(makeUnit(bottleneck + ".cv2", inner, inner, 3, 1, 1));
            }
            break;
        }
        case LayerType::Sppf:
            layer.units.push_back(makeUnit(name + ".cv1", before, before / 2, 1, 1, 0));
            layer.units.push_back(makeUnit(name + ".cv2", 2 * before, out, 1, 1, 0));
            break;
        case LayerType::Concat:
            out = 0;
            for (const int from : row.from)
                out += channelsOf(from);
            break;
        case LayerType::Detect:
            for (std::size_t level = 0; level < 3; ++level) {
                net.headWeight[level] = at::empty({3 * (5 + classCount), channelsOf(row.from[level]), 1, 1});
                net.headBias[level] = at::empty({3 * (5 + classCount)});
            }
            break;
        case LayerType::Upsample: break;
        }
        net.layers.push_back(std::move(layer));
        channels.push_back(out);
        before = out;
    }
    net.anchors = at::empty({3, 3, 2});
    for (std::size_t level = 0; level < 3; ++level)
        for (std::size_t i = 0; i < 6; ++i)
            net.anchors.data_ptr<float>()[level * 6 + i] = kAnchorsPx[level][i] / static_cast<float>(kStrides[level]);
    net.name = size.name;
}

void fillUniform(const at::Tensor& tensor, double bound, RandomStream& random) {
    float* values = tensor.data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        values[i] = static_cast<float>(random.uniform(-bound, bound));
}

double fanInBound(const at::Tensor& weight) {
    return 1.0 / std::sqrt(static_cast<double>(weight.size(1) * weight.size(2) * weight.size(3)));
}

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

/// What in a pickled module is foreign to YOLOv5 6 and 7, as "IKeypoint, StemBlock"; empty if nothing is.
std::string foreignModules(const std::string& modules) {
    static const std::vector<std::string> kKnown = {"models.yolo.Model", "models.yolo.DetectionModel", "models.yolo.Detect", "models.common.Conv",
                                                    "models.common.C3", "models.common.Bottleneck", "models.common.SPPF", "models.common.Concat"};
    std::string foreign;
    for (std::size_t begin = 0; begin < modules.size();) {
        const std::size_t end = std::min(modules.find(',', begin), modules.size());
        const std::string name = modules.substr(begin, end - begin);
        begin = end + 1;
        if (name.starts_with("torch.nn.modules.") || std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end())
            continue;
        foreign += (foreign.empty() ? "" : ", ") + name.substr(name.rfind('.') + 1);
    }
    return foreign;
}

/// The size whose first convolution and bottleneck counts are those of the file; nullptr if there is none.
const ModelSize* sizeOf(const weights::ArrayFile& file) {
    const weights::NamedArray* first = file.find("model.0.conv.weight");
    if (first == nullptr || first->shape.size() != 4)
        return nullptr;
    int repeats = 0;
    while (file.find("model.6.m." + std::to_string(repeats) + ".cv1.conv.weight") != nullptr)
        ++repeats;
    const auto& sizes = yolov5Sizes();
    const auto found = std::find_if(sizes.begin(), sizes.end(), [&](const ModelSize& size) {
        return scaledChannels(64, size.width) == first->shape[0] && scaledRepeats(9, size.depth) == repeats;
    });
    return found == sizes.end() ? nullptr : &*found;
}

std::vector<std::string> namesOf(const weights::ArrayFile& file, std::size_t count) {
    std::vector<std::string> names;
    if (const auto text = file.metadata.find("names"); text != file.metadata.end()) {
        const Result<Json> list = parseJson(text->second, file.path);
        if (list && list->is_array())
            for (const Json& name : *list)
                names.push_back(name.is_string() ? name.get<std::string>() : std::string());
    }
    if (names.size() != count) {
        names.clear();
        for (std::size_t i = 0; i < count; ++i)
            names.push_back("class" + std::to_string(i));
    }
    return names;
}

} // namespace

Network::Network(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;
Network::~Network() = default;

Result<Network> Network::build(const std::string& model, std::vector<std::string> classNames, std::uint64_t seed) {
    const auto& sizes = yolov5Sizes();
    const auto size = std::find_if(sizes.begin(), sizes.end(), [&](const ModelSize& s) { return s.name == model; });
    if (size == sizes.end())
        return fail(ErrorCode::BadInput, "There is no network called " + model + ".", {}, 0, "Known are yolov5n, yolov5s, yolov5m, yolov5l and yolov5x.");
    if (classNames.empty())
        return fail(ErrorCode::BadInput, "A network needs at least one class.", {}, 0, "Name the classes in data.yaml.");
    auto impl = std::make_unique<Impl>();
    impl->classes = std::move(classNames);
    const int classCount = static_cast<int>(impl->classes.size());
    makeGraph(*impl, *size, classCount);
    std::uint64_t index = 0;
    for (Layer& layer : impl->layers)
        for (ConvUnit& unit : layer.units) {
            RandomStream random{seed, index++};
            fillUniform(unit.weight, fanInBound(unit.weight), random);
        }
    for (std::size_t level = 0; level < 3; ++level) {
        RandomStream random{seed, index++};
        const double bound = fanInBound(impl->headWeight[level]);
        fillUniform(impl->headWeight[level], bound, random);
        fillUniform(impl->headBias[level], bound, random);
        // About 8 objects in a 640 px picture, and a class prior of 0.6 / classes.
        const double cells = std::pow(640.0 / kStrides[level], 2);
        float* bias = impl->headBias[level].data_ptr<float>();
        for (int anchor = 0; anchor < 3; ++anchor, bias += 5 + classCount) {
            bias[4] += static_cast<float>(std::log(8 / cells));
            for (int c = 0; c < classCount; ++c)
                bias[5 + c] += static_cast<float>(std::log(0.6 / (classCount - 0.99999)));
        }
    }
    return Network(std::move(impl));
}

Result<Network> Network::fromArrays(const weights::ArrayFile& file) {
    const std::string what = file.path.empty() ? std::string("The checkpoint") : file.path.string();
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, what + " holds a network this program does not run: " + why + ".", file.path, 0,
                    "Give a checkpoint of YOLOv5 release 6 or 7 (yolov5n to yolov5x).");
    };
    if (const auto modules = file.metadata.find("modules"); modules != file.metadata.end())
        if (const std::string foreign = foreignModules(modules->second); !foreign.empty())
            return refuse("it has layers unknown here (" + foreign + ")");
    const ModelSize* size = sizeOf(file);
    if (size == nullptr)
        return refuse("its layers are not those of yolov5n, s, m, l or x");
    const weights::NamedArray* head = file.find("model.24.m.0.bias");
    if (head == nullptr || head->elements() % 3 != 0 || head->elements() / 3 < 6)
        return refuse("its detection head has another form");
    auto impl = std::make_unique<Impl>();
    const auto classCount = static_cast<std::size_t>(head->elements() / 3 - 5);
    if (classCount > 100'000)
        return refuse("its detection head has another form");
    impl->classes = namesOf(file, classCount);
    makeGraph(*impl, *size, static_cast<int>(classCount));
    Network network(std::move(impl));
    for (const auto& [name, tensor] : network.state()) {
        const weights::NamedArray* array = file.find(name);
        if (array == nullptr)
            return refuse("the tensor " + name + " is missing");
        if (!sameShape(tensor, *array))
            return refuse("the tensor " + name + " has another shape");
        copyInto(tensor, *array);
    }
    return network;
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
    Impl& net = *m_impl;
    std::vector<at::Tensor> outputs;
    outputs.reserve(net.layers.size());
    at::Tensor x = images;
    for (const Layer& layer : net.layers) {
        const auto input = [&](int from) { return from < 0 ? x : outputs[static_cast<std::size_t>(from)]; };
        switch (layer.type) {
        case LayerType::Conv: x = layer.units[0].forward(x, net.training); break;
        case LayerType::C3: x = forwardC3(layer, x, net.training); break;
        case LayerType::Sppf: x = forwardSppf(layer, x, net.training); break;
        case LayerType::Upsample: x = at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)}); break;
        case LayerType::Concat: x = at::cat({input(layer.from[0]), input(layer.from[1])}, 1); break;
        case LayerType::Detect: {
            std::vector<at::Tensor> raw;
            for (std::size_t level = 0; level < 3; ++level) {
                const at::Tensor y = at::conv2d(input(layer.from[level]), net.headWeight[level], net.headBias[level]);
                raw.push_back(y.view({y.size(0), 3, y.size(1) / 3, y.size(2), y.size(3)}).permute({0, 1, 3, 4, 2}));
            }
            return raw;
        }
        }
        outputs.push_back(x);
    }
    return {};
}

at::Tensor Network::decode(const std::vector<at::Tensor>& raw) const {
    std::vector<at::Tensor> levels;
    for (std::size_t level = 0; level < raw.size(); ++level) {
        const at::Tensor y = at::sigmoid(raw[level]);
        const auto rows = at::arange(y.size(2), y.options()), columns = at::arange(y.size(3), y.options());
        const auto grid = at::meshgrid({rows, columns}, "ij");
        const at::Tensor cell = at::stack({grid[1], grid[0]}, -1) - 0.5; // x, y
        const double stride = kStrides[level];
        const at::Tensor centre = (y.narrow(-1, 0, 2) * 2 + cell) * stride;
        const at::Tensor anchor = (m_impl->anchors[static_cast<std::int64_t>(level)] * stride).view({1, 3, 1, 1, 2}).to(y.scalar_type());
        const at::Tensor side = (y.narrow(-1, 2, 2) * 2).square() * anchor;
        levels.push_back(at::cat({centre, side, y.narrow(-1, 4, y.size(-1) - 4)}, -1).reshape({y.size(0), -1, y.size(-1)}));
    }
    return at::cat(levels, 1);
}

void Network::setTraining(bool on) {
    m_impl->training = on;
}
bool Network::isTraining() const {
    return m_impl->training;
}

Named Network::parameters() const {
    Named list;
    for (const Layer& layer : m_impl->layers)
        for (const ConvUnit& unit : layer.units) {
            const std::string& conv = unit.name;
            list.emplace_back(conv + ".conv.weight", unit.weight);
            list.emplace_back(conv + ".bn.weight", unit.bnWeight);
            list.emplace_back(conv + ".bn.bias", unit.bnBias);
        }
    for (std::size_t level = 0; level < 3; ++level) {
        list.emplace_back(m_impl->headName() + ".m." + std::to_string(level) + ".weight", m_impl->headWeight[level]);
        list.emplace_back(m_impl->headName() + ".m." + std::to_string(level) + ".bias", m_impl->headBias[level]);
    }
    return list;
}

Named Network::buffers() const {
    Named list;
    for (const Layer& layer : m_impl->layers)
        for (const ConvUnit& unit : layer.units) {
            list.emplace_back(unit.name + ".bn.running_mean", unit.runningMean);
            list.emplace_back(unit.name + ".bn.running_var", unit.runningVar);
            list.emplace_back(unit.name + ".bn.num_batches_tracked", unit.batchesTracked);
        }
    list.emplace_back(m_impl->headName() + ".anchors", m_impl->anchors);
    return list;
}

Named Network::state() const {
    Named list;
    const Named trained = parameters(), kept = buffers();
    std::size_t p = 0, b = 0;
    for (const Layer& layer : m_impl->layers)
        for (std::size_t i = 0; i < layer.units.size(); ++i) {
            list.insert(list.end(), trained.begin() + static_cast<std::ptrdiff_t>(p), trained.begin() + static_cast<std::ptrdiff_t>(p + 3));
            list.insert(list.end(), kept.begin() + static_cast<std::ptrdiff_t>(b), kept.begin() + static_cast<std::ptrdiff_t>(b + 3));
            p += 3;
            b += 3;
        }
    list.push_back(kept.back());
    list.insert(list.end(), trained.begin() + static_cast<std::ptrdiff_t>(p), trained.end());
    return list;
}

int Network::moduleCount() const {
    return static_cast<int>(m_impl->layers.size());
}
std::string Network::moduleType(int i) const {
    return layerTypeName(m_impl->layers[static_cast<std::size_t>(i)].type);
}
std::string Network::name() const {
    return m_impl->name;
}
const std::vector<std::string>& Network::classNames() const {
    return m_impl->classes;
}
std::vector<int> Network::strides() const {
    return {kStrides.begin(), kStrides.end()};
}
at::Tensor Network::anchorsInCells() const {
    return m_impl->anchors;
}

weights::ArrayFile Network::toArrays(weights::DType floatType, std::map<std::string, std::string> metadata) const {
    weights::ArrayFile file;
    for (const auto& [name, tensor] : state()) {
        weights::NamedArray array;
        array.name = name;
        array.shape = tensor.sizes().vec();
        array.type = tensor.is_floating_point() ? floatType : weights::DType::I64;
        const at::Tensor dense = tensor.detach().to(scalarTypeOf(array.type)).contiguous();
        array.bytes.resize(dense.nbytes());
        std::memcpy(array.bytes.data(), dense.data_ptr(), dense.nbytes());
        file.arrays.push_back(std::move(array));
    }
    Json anchors = Json::array();
    const float* values = m_impl->anchors.data_ptr<float>();
    for (const int stride : kStrides) {
        Json level = Json::array();
        for (int i = 0; i < 6; ++i)
            level.push_back(*values++ * static_cast<float>(stride));
        anchors.push_back(level);
    }
    metadata["network"] = m_impl->name;
    metadata["names"] = toText(Json(m_impl->classes));
    metadata["strides"] = toText(Json(strides()));
    metadata["anchors"] = toText(anchors);
    file.metadata = std::move(metadata);
    return file;
}

Network Network::clone() const {
    auto copy = std::make_unique<Impl>(*m_impl);
    const auto own = [](at::Tensor& tensor) {
        if (tensor.defined())
            tensor = tensor.detach().clone();
    };
    for (Layer& layer : copy->layers)
        for (ConvUnit& unit : layer.units)
            for (at::Tensor* tensor : {&unit.weight, &unit.bnWeight, &unit.bnBias, &unit.runningMean, &unit.runningVar, &unit.batchesTracked, &unit.bias})
                own(*tensor);
    own(copy->anchors);
    for (std::size_t level = 0; level < 3; ++level) {
        own(copy->headWeight[level]);
        own(copy->headBias[level]);
    }
    return Network(std::move(copy));
}

Network Network::folded(bool bfloat16) const {
    const at::NoGradGuard noGrad;
    Network copy = clone();
    const at::ScalarType type = bfloat16 ? at::kBFloat16 : at::kFloat;
    const auto weight = [&](const at::Tensor& tensor) { return tensor.to(type).contiguous(at::MemoryFormat::ChannelsLast); };
    for (Layer& layer : copy.m_impl->layers)
        for (ConvUnit& unit : layer.units) {
            unit.fold();
            unit.weight = weight(unit.weight);
            unit.bias = unit.bias.to(type);
        }
    for (std::size_t level = 0; level < 3; ++level) {
        copy.m_impl->headWeight[level] = weight(copy.m_impl->headWeight[level]);
        copy.m_impl->headBias[level] = copy.m_impl->headBias[level].to(type);
    }
    copy.m_impl->training = false;
    return copy;
}

} // namespace intersect::nn

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/onnx_file.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <climits>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/json_text.h"
#include "core/nn/protobuf_message.h"

// A machine that stores numbers the other way round would have to turn raw_data.
static_assert(std::endian::native == std::endian::little);

namespace intersect::nn {
namespace {

// Field numbers of onnx.proto. Source: ONNX 1.12, onnx/onnx.proto.
namespace field {
enum Model { kIrVersion = 1, kProducerName = 2, kProducerVersion = 3, kGraph = 7, kOpsetImport = 8, kMetadata = 14 };
enum Opset { kOpsetVersion = 2 };
enum Entry { kKey = 1, kValue = 2 };
enum GraphField { kNode = 1, kGraphName = 2, kInitializer = 5, kGraphInput = 11, kGraphOutput = 12 };
enum Node { kNodeInput = 1, kNodeOutput = 2, kNodeName = 3, kOperator = 4, kAttribute = 5 };
enum Attribute { kAttributeName = 1, kFloat = 2, kInt = 3, kText = 4, kInts = 8, kAttributeType = 20 };
enum AttributeKind { kIsFloat = 1, kIsInt = 2, kIsText = 3, kIsInts = 7 };
enum TensorField { kDims = 1, kDataType = 2, kTensorName = 8, kRawData = 9 };
enum DataType { kFloat32 = 1, kInt64 = 7 };
enum ValueInfo { kValueName = 1, kValueType = 2 };
enum TypeField { kTensorType = 1, kElementType = 1, kShape = 2, kDimension = 1, kDimensionValue = 1, kDimensionSymbol = 2 };
} // namespace field

using Ints = std::vector<std::int64_t>;

/// An ONNX graph on its way into bytes: nodes and constants, their names made unique.
class OnnxGraph {
public:
    static ProtobufMessage integer(const char* name, std::int64_t value) {
        ProtobufMessage message;
        message.bytes(field::kAttributeName, name).integer(field::kInt, value).integer(field::kAttributeType, field::kIsInt);
        return message;
    }
    static ProtobufMessage real(const char* name, double value) {
        ProtobufMessage message;
        message.bytes(field::kAttributeName, name).real(field::kFloat, static_cast<float>(value)).integer(field::kAttributeType, field::kIsFloat);
        return message;
    }
    static ProtobufMessage text(const char* name, const char* value) {
        ProtobufMessage message;
        message.bytes(field::kAttributeName, name).bytes(field::kText, value).integer(field::kAttributeType, field::kIsText);
        return message;
    }
    static ProtobufMessage integers(const char* name, const Ints& values) {
        ProtobufMessage message;
        message.bytes(field::kAttributeName, name);
        for (const std::int64_t value : values)
            message.integer(field::kInts, value);
        message.integer(field::kAttributeType, field::kIsInts);
        return message;
    }

    /// Adds a node and gives the name of its one output; `place` says where in the network it stands. `output` names it where the caller must.
    std::string node(const std::string& place, const char* type, const std::vector<std::string>& inputs, const std::vector<ProtobufMessage>& attributes = {},
                     const std::string& output = {}) {
        std::string name = place + "/" + type;
        if (const int before = m_names[name]++; before > 0)
            name += "_" + std::to_string(before + 1);
        ProtobufMessage message;
        for (const std::string& input : inputs)
            message.bytes(field::kNodeInput, input);
        message.bytes(field::kNodeOutput, output.empty() ? name : output).bytes(field::kNodeName, name).bytes(field::kOperator, type);
        for (const ProtobufMessage& attribute : attributes)
            message.message(field::kAttribute, attribute);
        m_nodes.message(field::kNode, message);
        return output.empty() ? name : output;
    }

    std::string constant(const std::string& name, const Ints& shape, const std::vector<float>& values) {
        return constant(name, shape, field::kFloat32, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
    }
    std::string constant(const std::string& name, const Ints& values) {
        return constant(name, {static_cast<std::int64_t>(values.size())}, field::kInt64,
                        {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(std::int64_t)});
    }
    std::string constant(const std::string& name, const at::Tensor& tensor) {
        const at::Tensor dense = tensor.to(at::kFloat).contiguous();
        return constant(name, dense.sizes().vec(), field::kFloat32, {static_cast<const char*>(dense.data_ptr()), dense.nbytes()});
    }

    /// The whole as GraphProto; a negative dimension of the input or output is the symbol "batch".
    ProtobufMessage finished(const std::string& name, const std::string& input, const Ints& inputShape, const std::string& output, const Ints& outputShape) {
        m_nodes.bytes(field::kGraphName, name);
        m_nodes.message(field::kGraphInput, valueInfo(input, inputShape)).message(field::kGraphOutput, valueInfo(output, outputShape));
        return std::move(m_nodes);
    }

private:
    std::string constant(const std::string& name, const Ints& shape, field::DataType type, std::string_view bytes) {
        ProtobufMessage message;
        for (const std::int64_t size : shape)
            message.integer(field::kDims, size);
        message.integer(field::kDataType, type).bytes(field::kTensorName, name).bytes(field::kRawData, bytes);
        m_nodes.message(field::kInitializer, message);
        return name;
    }
    static ProtobufMessage valueInfo(const std::string& name, const Ints& shape) {
        ProtobufMessage dimensions;
        for (const std::int64_t size : shape) {
            ProtobufMessage dimension;
            if (size < 0)
                dimension.bytes(field::kDimensionSymbol, "batch");
            else
                dimension.integer(field::kDimensionValue, size);
            dimensions.message(field::kDimension, dimension);
        }
        ProtobufMessage tensor, type, info;
        tensor.integer(field::kElementType, field::kFloat32).message(field::kShape, dimensions);
        type.message(field::kTensorType, tensor);
        info.bytes(field::kValueName, name).message(field::kValueType, type);
        return info;
    }

    ProtobufMessage m_nodes;
    std::map<std::string, int> m_names; ///< how often each was wanted
};

std::string activated(OnnxGraph& onnx, const std::string& place, const model::Activation& activation, const std::string& x) {
    switch (activation.kind) {
    case model::ActivationKind::None: return x;
    case model::ActivationKind::SiLU: return onnx.node(place, "Mul", {x, onnx.node(place, "Sigmoid", {x})});
    case model::ActivationKind::LeakyReLU: return onnx.node(place, "LeakyRelu", {x}, {OnnxGraph::real("alpha", activation.slope)});
    case model::ActivationKind::ReLU: return onnx.node(place, "Relu", {x});
    }
    return x;
}

/// Adds one operation of the network and gives its value's name.
std::string addOp(OnnxGraph& onnx, const Network& network, const model::Op& op, const std::vector<std::string>& inputs) {
    const std::string place = op.unit.empty() ? "model." + std::to_string(op.module) : op.unit;
    const Ints kernel = {op.kernel, op.kernel}, strides = {op.stride, op.stride}, pads = {op.padding, op.padding, op.padding, op.padding};
    const auto tensor = [&](int index) {
        return onnx.constant(network.graph().tensors[static_cast<std::size_t>(index)].name, network.tensor(index));
    };
    switch (op.kind) {
    case model::OpKind::Conv: {
        const std::string x = onnx.node(place, "Conv", {inputs[0], tensor(op.weight), tensor(op.bias)},
                                        {OnnxGraph::integers("kernel_shape", kernel), OnnxGraph::integers("strides", strides), OnnxGraph::integers("pads", pads),
                                         OnnxGraph::integers("dilations", {1, 1}), OnnxGraph::integer("group", op.groups)});
        return activated(onnx, place, op.activation, x);
    }
    case model::OpKind::MaxPool:
        return onnx.node(place, "MaxPool", {inputs[0]},
                         {OnnxGraph::integers("kernel_shape", kernel), OnnxGraph::integers("strides", strides), OnnxGraph::integers("pads", pads)});
    case model::OpKind::Upsample:
        return onnx.node(place, "Resize", {inputs[0], "", "upsample.scales"},
                         {OnnxGraph::text("mode", "nearest"), OnnxGraph::text("coordinate_transformation_mode", "asymmetric"),
                          OnnxGraph::text("nearest_mode", "floor")});
    case model::OpKind::Concat: return onnx.node(place, "Concat", inputs, {OnnxGraph::integer("axis", 1)});
    case model::OpKind::Add: {
        std::string sum = inputs[0];
        for (std::size_t i = 1; i < inputs.size(); ++i)
            sum = onnx.node(place, "Add", {sum, inputs[i]});
        return activated(onnx, place, op.activation, sum);
    }
    case model::OpKind::BatchNorm:
    case model::OpKind::ChannelAdd:
    case model::OpKind::ChannelScale: break; // folded away
    }
    assert(false);
    return inputs[0];
}

/// What the decoding needs of each row: centre = sigmoid * centreScale + centreShift, size = sigmoid squared * sizeScale, in input pixels; pairs x, y.
struct RowConstants {
    std::vector<float> centreScale, centreShift, sizeScale;
    std::int64_t rows = 0;
};

RowConstants rowConstants(const Network& network, Size input) {
    const model::Graph& graph = network.graph();
    const at::Tensor cells = network.anchorsInCells().to(at::kDouble).contiguous();
    const double* anchor = cells.data_ptr<double>();
    RowConstants constants;
    for (const int stride : graph.strides)
        for (int a = 0; a < graph.anchorsPerLevel; ++a, anchor += 2)
            for (int y = 0; y < input.height / stride; ++y)
                for (int x = 0; x < input.width / stride; ++x, ++constants.rows) {
                    constants.centreScale.insert(constants.centreScale.end(), 2, static_cast<float>(2 * stride));
                    constants.centreShift.push_back(static_cast<float>((x - 0.5) * stride));
                    constants.centreShift.push_back(static_cast<float>((y - 0.5) * stride));
                    constants.sizeScale.push_back(static_cast<float>(4 * anchor[0] * stride));
                    constants.sizeScale.push_back(static_cast<float>(4 * anchor[1] * stride));
                }
    return constants;
}

/// From the raw levels to rows of boxes and scores; gives the number of rows. Source: YOLOv5 7.0 `Detect.forward`.
std::int64_t addDecoding(OnnxGraph& onnx, const Network& network, const OnnxShape& shape, const std::vector<std::string>& levels) {
    const model::Graph& graph = network.graph();
    const std::int64_t columns = 5 + graph.classes, anchors = graph.anchorsPerLevel, batch = shape.batch > 0 ? shape.batch : -1;
    std::vector<std::string> parts;
    for (std::size_t level = 0; level < levels.size(); ++level) {
        const std::string place = "decode." + std::to_string(level);
        const std::int64_t cells = std::int64_t(shape.input.height / graph.strides[level]) * (shape.input.width / graph.strides[level]);
        const std::string planes = onnx.constant(place + ".planes", {batch > 0 ? batch * anchors : -1, columns, cells});
        const std::string rows = onnx.constant(place + ".rows", {batch, anchors * cells, columns});
        const std::string turned =
            onnx.node(place, "Transpose", {onnx.node(place, "Reshape", {levels[level], planes})}, {OnnxGraph::integers("perm", {0, 2, 1})});
        parts.push_back(onnx.node(place, "Reshape", {turned, rows}));
    }
    const std::string place = "decode";
    const std::string rows = parts.size() > 1 ? onnx.node(place, "Concat", parts, {OnnxGraph::integer("axis", 1)}) : parts.front();
    const std::string chances = onnx.node(place, "Sigmoid", {rows});
    const std::string axis = onnx.constant("decode.axis", Ints{2});
    const std::string at[] = {onnx.constant("decode.0", Ints{0}), onnx.constant("decode.2", Ints{2}), onnx.constant("decode.4", Ints{4}),
                              onnx.constant("decode.end", Ints{columns})};
    const auto slice = [&](int from) { return onnx.node(place, "Slice", {chances, at[from], at[from + 1], axis}); };
    const RowConstants constants = rowConstants(network, shape.input);
    const Ints pairs = {constants.rows, 2}; // not {1, rows, 2}: OpenCV 4.6 would take the 1 for the batch
    const std::string scaled = onnx.node(place, "Mul", {slice(0), onnx.constant("decode.centre_scale", pairs, constants.centreScale)});
    const std::string centre = onnx.node(place, "Add", {scaled, onnx.constant("decode.centre_shift", pairs, constants.centreShift)});
    const std::string side = slice(1);
    const std::string squared = onnx.node(place, "Mul", {side, side});
    const std::string size = onnx.node(place, "Mul", {squared, onnx.constant("decode.size_scale", pairs, constants.sizeScale)});
    onnx.node(place, "Concat", {centre, size, slice(2)}, {OnnxGraph::integer("axis", 2)}, "output");
    return constants.rows;
}

} // namespace

Result<std::string> onnxBytes(const Network& folded, const OnnxShape& shape, const std::string& producerVersion, std::map<std::string, std::string> metadata) {
    const model::Graph& graph = folded.graph();
    assert(graph.form.normFolded && graph.form.repConvMerged && !graph.form.implicit);
    OnnxGraph onnx;
    if (std::any_of(graph.ops.begin(), graph.ops.end(), [](const model::Op& op) { return op.kind == model::OpKind::Upsample; }))
        onnx.constant("upsample.scales", Ints{4}, std::vector<float>{1, 1, 2, 2});
    std::vector<std::string> values(graph.values.size());
    values[0] = "images";
    for (const model::Op& op : graph.ops) {
        std::vector<std::string> inputs;
        for (const int input : op.inputs)
            inputs.push_back(values[static_cast<std::size_t>(input)]);
        values[static_cast<std::size_t>(op.output)] = addOp(onnx, folded, op, inputs);
    }
    std::vector<std::string> levels;
    for (const int level : graph.levels)
        levels.push_back(values[static_cast<std::size_t>(level)]);
    const std::int64_t rows = addDecoding(onnx, folded, shape, levels);

    metadata["stride"] = std::to_string(graph.largestStride());
    metadata["names"] = toText(Json(folded.classNames()));
    ProtobufMessage model, opset;
    opset.integer(field::kOpsetVersion, 17);
    model.integer(field::kIrVersion, 8).bytes(field::kProducerName, "Intersect").bytes(field::kProducerVersion, producerVersion);
    model.message(field::kOpsetImport, opset);
    for (const auto& [key, value] : metadata) {
        ProtobufMessage entry;
        entry.bytes(field::kKey, key).bytes(field::kValue, value);
        model.message(field::kMetadata, entry);
    }
    const std::int64_t batch = shape.batch > 0 ? shape.batch : -1;
    model.message(field::kGraph, onnx.finished(graph.name(), "images", {batch, 3, shape.input.height, shape.input.width}, "output",
                                               {batch, rows, 5 + graph.classes}));
    if (model.encoded().size() > INT_MAX)
        return fail(ErrorCode::BadInput, graph.name() + " is too large for one ONNX file, which holds 2 GB at most.", {}, 0,
                    "Export it as safetensors or TorchScript.");
    return model.encoded();
}

} // namespace intersect::nn

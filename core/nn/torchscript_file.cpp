// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/torchscript_file.h"

#include <algorithm>
#include <cassert>
#include <sstream>
#include <vector>

#include <ATen/core/grad_mode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "core/base/json_text.h"
#include "core/base/numbers.h"

namespace intersect::nn {
namespace {

/// The name of a tensor as an attribute: "model.0.conv.weight" -> "model_0_conv_weight".
std::string attributeName(std::string name) {
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
}

std::string pair(int value) {
    const std::string text = std::to_string(value);
    return "[" + text + ", " + text + "]";
}

std::string variable(int value) {
    return "v" + std::to_string(value);
}

std::string activated(const model::Activation& activation, const std::string& expression) {
    switch (activation.kind) {
    case model::ActivationKind::None: return expression;
    case model::ActivationKind::SiLU: return "torch.silu(" + expression + ")";
    case model::ActivationKind::LeakyReLU: return "torch.leaky_relu(" + expression + ", " + formatShortest(activation.slope) + ")";
    case model::ActivationKind::ReLU: return "torch.relu(" + expression + ")";
    }
    return expression;
}

/// The value of one operation as an expression of TorchScript.
std::string expressionOf(const model::Graph& graph, const model::Op& op) {
    const auto tensor = [&](int index) { return "self." + attributeName(graph.tensors[static_cast<std::size_t>(index)].name); };
    const auto joined = [&](const char* between) {
        std::string text;
        for (const int input : op.inputs)
            text += (text.empty() ? "" : between) + variable(input);
        return text;
    };
    const std::string x = variable(op.inputs.front());
    switch (op.kind) {
    case model::OpKind::Conv:
        return activated(op.activation, "torch.conv2d(" + x + ", " + tensor(op.weight) + ", " + tensor(op.bias) + ", " + pair(op.stride) + ", " + pair(op.padding) +
                                            ", [1, 1], " + std::to_string(op.groups) + ")");
    case model::OpKind::MaxPool: return "torch.max_pool2d(" + x + ", " + pair(op.kernel) + ", " + pair(op.stride) + ", " + pair(op.padding) + ")";
    case model::OpKind::Upsample: return "torch.upsample_nearest2d(" + x + ", [2 * " + x + ".size(2), 2 * " + x + ".size(3)])";
    case model::OpKind::Concat: return "torch.cat([" + joined(", ") + "], 1)";
    case model::OpKind::Add: return activated(op.activation, joined(" + "));
    case model::OpKind::BatchNorm:
    case model::OpKind::ChannelAdd:
    case model::OpKind::ChannelScale: break; // folded away
    }
    assert(false);
    return x;
}

/// One level of the head to rows [b, anchors*ny*nx, 5+classes]; numbers in %…% are put in. Source: YOLOv5 7.0 `Detect.forward`.
constexpr const char* kDecode = R"(
def decode(self, raw, anchors, stride: int):
    b, ny, nx = raw.size(0), raw.size(2), raw.size(3)
    y = torch.sigmoid(raw).view([b, %anchors%, %columns%, ny, nx]).permute([0, 1, 3, 4, 2])
    rows = torch.arange(ny, dtype=raw.dtype, device=raw.device).view([1, 1, ny, 1, 1]).expand([1, 1, ny, nx, 1])
    columns = torch.arange(nx, dtype=raw.dtype, device=raw.device).view([1, 1, 1, nx, 1]).expand([1, 1, ny, nx, 1])
    centre = (y.narrow(4, 0, 2) * 2 + torch.cat([columns, rows], 4) - 0.5) * stride
    side = y.narrow(4, 2, 2) * 2
    size = side * side * anchors.view([1, %anchors%, 1, 1, 2]) * stride
    return torch.cat([centre, size, y.narrow(4, 4, %columns% - 4)], 4).reshape([b, -1, %columns%])
)";

std::string withNumbers(std::string text, const std::string& key, std::int64_t value) {
    for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at))
        text.replace(at, key.size(), std::to_string(value));
    return text;
}

std::string sourceOf(const model::Graph& graph) {
    std::string source = withNumbers(withNumbers(kDecode, "%anchors%", graph.anchorsPerLevel), "%columns%", 5 + graph.classes);
    source += "\ndef forward(self, images):\n    v0 = images\n";
    for (const model::Op& op : graph.ops)
        source += "    " + variable(op.output) + " = " + expressionOf(graph, op) + "\n";
    std::string levels;
    const std::string anchors = "self." + attributeName(graph.tensors[static_cast<std::size_t>(graph.anchors)].name);
    for (std::size_t level = 0; level < graph.levels.size(); ++level)
        levels += (level > 0 ? ", " : "") + ("self.decode(" + variable(graph.levels[level]) + ", " + anchors + ".select(0, " + std::to_string(level) + "), " +
                                             std::to_string(graph.strides[level]) + ")");
    return source + "    return torch.cat([" + levels + "], 1)\n";
}

/// The first line of LibTorch's message: the rest is its call stack.
std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

} // namespace

Result<std::string> torchScriptBytes(const Network& folded, int batch, Size input) {
    const model::Graph& graph = folded.graph();
    assert(graph.form.normFolded && graph.form.repConvMerged && !graph.form.implicit);
    try {
        torch::jit::Module module("Detector");
        for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
            const at::Tensor value = folded.tensor(static_cast<int>(i)).detach().to(at::kFloat).contiguous();
            module.register_parameter(attributeName(graph.tensors[i].name), value, !graph.tensors[i].isParameter());
        }
        module.register_attribute("training", c10::BoolType::get(), false); // Python's freeze and optimize_for_inference look for it
        module.define(sourceOf(graph));
        module.eval();
        const Json config = {{"shape", {batch, 3, input.height, input.width}}, {"stride", graph.largestStride()}, {"names", folded.classNames()}};
        std::ostringstream bytes;
        module.save(bytes, {{"config.txt", toText(config)}});
        return std::move(bytes).str();
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, graph.name() + " cannot be made into a TorchScript: " + firstLine(error.what()), {}, 0,
                    "Export it as ONNX or safetensors.");
    }
}

Result<at::Tensor> runTorchScript(const std::filesystem::path& path, const at::Tensor& images) {
    try {
        const at::NoGradGuard noGrad;
        torch::jit::Module module = torch::jit::load(path.string());
        module.eval();
        return module.forward({images}).toTensor();
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, "The TorchScript " + path.string() + " cannot be run by LibTorch: " + firstLine(error.what()), path);
    }
}

} // namespace intersect::nn

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/graph.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string_view>

#include "core/base/numbers.h"
#include "core/model/graph_builder.h"

namespace intersect::model {
namespace {

/// The activation of a text such as nn.SiLU() or nn.LeakyReLU(0.1).
Activation activationOf(const std::string& text) {
    std::string_view name(text);
    if (const std::size_t dot = name.find_last_of('.', name.find('(')); dot != name.npos)
        name.remove_prefix(dot + 1);
    const std::size_t open = name.find('(');
    std::string_view argument = open == name.npos ? std::string_view() : name.substr(open + 1, name.find(')') == name.npos ? 0 : name.find(')') - open - 1);
    name = name.substr(0, open);
    if (const std::size_t equals = argument.find('='); equals != argument.npos)
        argument.remove_prefix(equals + 1);
    if (argument.find(',') != argument.npos)
        argument = argument.substr(0, argument.find(','));
    if (name == "SiLU")
        return {ActivationKind::SiLU, 0};
    if (name == "ReLU")
        return {ActivationKind::ReLU, 0};
    if (name == "Identity")
        return {};
    if (name == "LeakyReLU")
        return {ActivationKind::LeakyReLU, parseDouble(trimmed(argument)).value_or(0.01)};
    throw LoweringFault{"uses the activation " + text + ", which is unknown here"};
}

/// One row on its way into the graph.
struct Row {
    const ModelCfg& cfg;
    const CfgRow& row;
    std::vector<int> inputs; ///< values
    std::string name;        ///< "model.4"
    GraphBuilder& builder;
    Activation activation; ///< the file's

    int number(std::size_t index, std::optional<int> otherwise) const {
        const Json* value = index < row.args.size() ? &row.args[index] : nullptr;
        if (value != nullptr && value->is_number_integer() && value->get<std::int64_t>() >= 0 && value->get<std::int64_t>() <= 1 << 20)
            return value->get<int>();
        if ((value == nullptr || value->is_null()) && otherwise)
            return *otherwise;
        throw LoweringFault{"has no whole number as argument " + std::to_string(index + 1)};
    }
    bool flag(std::size_t index, bool otherwise) const {
        return index < row.args.size() && row.args[index].is_boolean() ? row.args[index].get<bool>() : otherwise;
    }
    /// Output channels: scaled by the width multiple, rounded up to a multiple of 8.
    int channels() const {
        const int wanted = number(0, std::nullopt);
        return static_cast<int>(std::min(std::ceil(wanted * cfg.width / 8) * 8, 1e9));
    }
    int repeats() const {
        return row.number > 1 ? std::max(1, static_cast<int>(std::min(std::nearbyint(row.number * cfg.depth), 1000.0))) : 1;
    }
    int input() const {
        if (inputs.size() != 1)
            throw LoweringFault{"reads several modules where it takes one"};
        return inputs.front();
    }
};

int lowerConv(const Row& r, const std::string& name, int input) {
    const int kernel = r.number(1, 1);
    Activation activation = r.activation;
    for (std::size_t i = 5; i < r.row.args.size(); ++i) { // dilation (7.0) and activation
        const Json& value = r.row.args[i];
        if (value.is_number_integer() && value != 1)
            throw LoweringFault{"has a dilation, which is not supported"};
        if (value.is_string())
            activation = activationOf(value.get<std::string>());
        else if (value.is_boolean() && !value.get<bool>())
            activation = {};
    }
    return r.builder.conv(name, input, r.channels(), kernel, r.number(2, 1), r.number(3, kernel / 2), r.number(4, 1), activation);
}

/// cv1 then cv2 of a bottleneck, its input added where it has as many channels.
int applyBottleneck(GraphBuilder& builder, const GraphBuilder::Unit& first, const GraphBuilder::Unit& second, bool shortcut, int input) {
    const int deep = builder.apply(second, builder.apply(first, input));
    return shortcut && first.in == second.out ? builder.add({input, deep}, {}, {}) : deep;
}

int lowerC3(const Row& r) {
    GraphBuilder& b = r.builder;
    const int input = r.input(), in = b.channels(input), out = r.channels(), inner = out / 2;
    const auto unit = [&](const std::string& part, int from, int to, int kernel) {
        return b.declareConv(r.name + part, from, to, kernel, 1, kernel / 2, 1, r.activation);
    };
    const auto cv1 = unit(".cv1", in, inner, 1), cv2 = unit(".cv2", in, inner, 1), cv3 = unit(".cv3", 2 * inner, out, 1);
    int deep = b.apply(cv1, input);
    for (int i = 0; i < r.repeats(); ++i) {
        const std::string part = ".m." + std::to_string(i);
        const auto first = unit(part + ".cv1", inner, inner, 1), second = unit(part + ".cv2", inner, inner, 3);
        deep = applyBottleneck(b, first, second, r.flag(1, true), deep);
    }
    return b.apply(cv3, b.concat({deep, b.apply(cv2, input)}));
}

int lowerBottleneck(const Row& r, const std::string& name, int input) {
    GraphBuilder& b = r.builder;
    const int out = r.channels(), inner = out / 2;
    const auto first = b.declareConv(name + ".cv1", b.channels(input), inner, 1, 1, 0, 1, r.activation);
    const auto second = b.declareConv(name + ".cv2", inner, out, 3, 1, 1, 1, r.activation);
    return applyBottleneck(b, first, second, r.flag(1, true), input);
}

int lowerSppf(const Row& r) {
    GraphBuilder& b = r.builder;
    const int kernel = r.number(1, 5), a = b.conv(r.name + ".cv1", r.input(), b.channels(r.input()) / 2, 1, 1, 0, 1, r.activation);
    const int p1 = b.maxPool(a, kernel, 1, kernel / 2), p2 = b.maxPool(p1, kernel, 1, kernel / 2), p3 = b.maxPool(p2, kernel, 1, kernel / 2);
    return b.conv(r.name + ".cv2", b.concat({a, p1, p2, p3}), r.channels(), 1, 1, 0, 1, r.activation);
}

std::vector<int> kernelsOf(const Row& r) {
    if (r.row.args.size() < 2 || !r.row.args[1].is_array())
        return {5, 9, 13};
    std::vector<int> kernels;
    for (const Json& value : r.row.args[1]) {
        if (!value.is_number_integer() || value < 2 || value > 63 || kernels.size() >= 16)
            throw LoweringFault{"pools with a kernel that is not supported"};
        kernels.push_back(value.get<int>());
    }
    return kernels;
}

int pooled(GraphBuilder& b, int input, const std::vector<int>& kernels) {
    std::vector<int> parts = {input};
    for (const int kernel : kernels)
        parts.push_back(b.maxPool(input, kernel, 1, kernel / 2));
    return b.concat(parts);
}

int lowerSpp(const Row& r) {
    GraphBuilder& b = r.builder;
    const int a = b.conv(r.name + ".cv1", r.input(), b.channels(r.input()) / 2, 1, 1, 0, 1, r.activation);
    return b.conv(r.name + ".cv2", pooled(b, a, kernelsOf(r)), r.channels(), 1, 1, 0, 1, r.activation);
}

int lowerSppcspc(const Row& r) {
    GraphBuilder& b = r.builder;
    const int input = r.input(), in = b.channels(input), inner = r.channels();
    const auto unit = [&](const char* part, int from, int to, int kernel) {
        return b.declareConv(r.name + part, from, to, kernel, 1, kernel / 2, 1, r.activation);
    };
    const auto cv1 = unit(".cv1", in, inner, 1), cv2 = unit(".cv2", in, inner, 1), cv3 = unit(".cv3", inner, inner, 3), cv4 = unit(".cv4", inner, inner, 1);
    const auto cv5 = unit(".cv5", 4 * inner, inner, 1), cv6 = unit(".cv6", inner, inner, 3), cv7 = unit(".cv7", 2 * inner, inner, 1);
    const int deep = b.apply(cv4, b.apply(cv3, b.apply(cv1, input)));
    const int wide = b.apply(cv6, b.apply(cv5, pooled(b, deep, {5, 9, 13})));
    return b.apply(cv7, b.concat({wide, b.apply(cv2, input)}));
}

int lowerUpsample(const Row& r) {
    if (r.number(1, 2) != 2 || (r.row.args.size() > 2 && r.row.args[2] != "nearest"))
        throw LoweringFault{"enlarges by other than 2, or not by the nearest pixel"};
    return r.builder.upsample(r.input());
}

/// Modules that may repeat one after the other (`number` above 1 makes model.<i>.0, model.<i>.1 …).
int lowerRepeated(const Row& r, const std::function<int(const std::string&, int)>& one) {
    const int repeats = r.repeats();
    int x = r.input();
    for (int i = 0; i < repeats; ++i)
        x = one(repeats > 1 ? r.name + "." + std::to_string(i) : r.name, x);
    return x;
}

int lower(const Row& r) {
    using Lowering = std::function<int(const Row&)>;
    static const std::map<std::string_view, Lowering> kModules = {
        {"Conv", [](const Row& row) { return lowerRepeated(row, [&](const std::string& name, int x) { return lowerConv(row, name, x); }); }},
        {"Bottleneck", [](const Row& row) { return lowerRepeated(row, [&](const std::string& name, int x) { return lowerBottleneck(row, name, x); }); }},
        {"C3", lowerC3},
        {"SPP", lowerSpp},
        {"SPPF", lowerSppf},
        {"SPPCSPC", lowerSppcspc},
        {"RepConv", [](const Row& row) {
             if (row.number(1, 3) != 3)
                 throw LoweringFault{"has a RepConv that is not 3x3"};
             return row.builder.repConv(row.name, row.input(), row.channels(), row.number(2, 1), row.activation);
         }},
        {"MP", [](const Row& row) {
             const int kernel = row.number(0, 2);
             return row.builder.maxPool(row.input(), kernel, kernel, 0);
         }},
        {"SP", [](const Row& row) {
             const int kernel = row.number(0, 3);
             return row.builder.maxPool(row.input(), kernel, row.number(1, 1), kernel / 2);
         }},
        {"nn.MaxPool2d", [](const Row& row) {
             const int kernel = row.number(0, std::nullopt);
             return row.builder.maxPool(row.input(), kernel, row.number(1, kernel), row.number(2, 0));
         }},
        {"nn.Upsample", lowerUpsample},
        {"Concat", [](const Row& row) {
             if (row.number(0, 1) != 1)
                 throw LoweringFault{"joins along another axis than the channels"};
             return row.builder.concat(row.inputs);
         }},
    };
    const auto found = kModules.find(r.row.module);
    if (found == kModules.end())
        throw LoweringFault{"is a module unknown here"};
    if (r.row.number > 1 && r.row.module != "Conv" && r.row.module != "Bottleneck" && r.row.module != "C3")
        throw LoweringFault{"repeats a module that cannot repeat"};
    return found->second(r);
}

void lowerHead(const Row& r, Graph& graph) {
    graph.anchorsPx = r.cfg.anchorsPx;
    if (graph.anchorsPx.size() == 1)
        graph.anchorsPx.resize(r.inputs.size(), graph.anchorsPx.front());
    if (graph.anchorsPx.size() != r.inputs.size())
        throw LoweringFault{"reads " + std::to_string(r.inputs.size()) + " levels, but there are anchors for " + std::to_string(graph.anchorsPx.size())};
    for (const auto& level : graph.anchorsPx)
        if (level.size() != graph.anchorsPx.front().size())
            throw LoweringFault{"has levels with different numbers of anchors"};
    graph.form.implicit = graph.form.implicit && r.row.module == "IDetect";
    // YOLOv7 keeps its anchors in pixels too.
    const bool yolov7 = r.row.module == "IDetect" || std::any_of(r.cfg.rows.begin(), r.cfg.rows.end(), [](const CfgRow& row) {
        return row.module == "MP" || row.module == "SP" || row.module == "SPPCSPC" || row.module == "RepConv";
    });
    r.builder.head(r.name, r.inputs, static_cast<int>(graph.anchorsPx.front().size() / 2), yolov7);
}

} // namespace

std::int64_t TensorSpec::elements() const {
    std::int64_t count = 1;
    for (const std::int64_t size : shape)
        count *= size;
    return count;
}

bool TensorSpec::isParameter() const {
    return role == TensorRole::Weight || role == TensorRole::Bias || role == TensorRole::NormWeight || role == TensorRole::NormBias ||
           role == TensorRole::Implicit;
}

std::int64_t Graph::parameters() const {
    std::int64_t sum = 0;
    for (const TensorSpec& spec : tensors)
        sum += spec.isParameter() ? spec.elements() : 0;
    return sum;
}

std::int64_t Graph::parametersOf(int module) const {
    std::int64_t sum = 0;
    for (const TensorSpec& spec : tensors)
        sum += spec.isParameter() && spec.module == module ? spec.elements() : 0;
    return sum;
}

std::int64_t Graph::flopsOf(int module, int width, int height) const {
    std::int64_t sum = 0;
    for (const Op& op : ops)
        if (op.kind == OpKind::Conv && op.module == module) {
            const std::int64_t stride = values[static_cast<std::size_t>(op.output)].stride;
            sum += 2 * tensors[static_cast<std::size_t>(op.weight)].elements() * (width / stride) * (height / stride);
        }
    return sum;
}

std::int64_t Graph::flops(int width, int height) const {
    std::int64_t sum = 0;
    for (std::size_t module = 0; module < modules.size(); ++module)
        sum += flopsOf(static_cast<int>(module), width, height);
    return sum;
}

int Graph::largestStride() const {
    int largest = 1;
    for (const Value& value : values)
        largest = std::max(largest, value.stride);
    return largest;
}

Result<Graph> makeGraph(const ModelCfg& cfg, int classes, Form form) {
    Graph graph;
    graph.cfg = cfg;
    graph.classes = classes;
    graph.form = form;
    // YOLOv7's own freeze option counts 50 modules as its backbone, although its description lists 51.
    graph.backbone = cfg.name == "yolov7" ? 50 : cfg.backbone;
    graph.values.push_back({});
    GraphBuilder builder(graph);
    std::size_t index = 0;
    const auto refuse = [&](const std::string& what) {
        const std::string subject = cfg.path.empty() ? "The model's description" : cfg.path.string();
        const CfgRow* row = index < cfg.rows.size() ? &cfg.rows[index] : nullptr;
        return fail(ErrorCode::BadInput, subject + ": " + (row != nullptr ? "row " + std::to_string(index) + ", " + row->module + ", " : std::string()) + what + ".",
                    cfg.path, row != nullptr ? row->line : 0, "YOLOv5 6.0 to 7.0, YOLOv7 and YOLOv7-tiny are known here.");
    };
    if (classes < 1 || classes > 100'000)
        return fail(ErrorCode::BadInput, "A network needs 1 to 100,000 classes, not " + std::to_string(classes) + ".", cfg.path, 0, "Name the classes in data.yaml.");
    try {
        const Activation activation = activationOf(cfg.activation);
        for (; index < cfg.rows.size(); ++index) {
            const CfgRow& row = cfg.rows[index];
            Row r{cfg, row, {}, "model." + std::to_string(index), builder, activation};
            ModuleSpec module{row.module.starts_with("nn.") ? row.module.substr(3) : row.module, {}, 0};
            for (const int from : row.from) {
                const int at = from < 0 ? static_cast<int>(index) + from : from;
                module.from.push_back(at);
                r.inputs.push_back(at < 0 ? 0 : graph.modules[static_cast<std::size_t>(at)].output);
            }
            builder.beginModule(static_cast<int>(index));
            if (row.module == "Detect" || row.module == "IDetect") {
                if (index + 1 != cfg.rows.size())
                    return refuse("is not the last one");
                lowerHead(r, graph);
                module.type = graph.form.implicit ? "IDetect" : "Detect";
                module.output = graph.levels.front();
            } else {
                module.output = lower(r);
            }
            graph.modules.push_back(std::move(module));
        }
    } catch (const LoweringFault& fault) {
        return refuse(fault.what);
    }
    if (graph.levels.empty())
        return refuse("it has no detection head");
    for (std::size_t i = 0; i < graph.ops.size(); ++i)
        for (const int input : graph.ops[i].inputs)
            graph.values[static_cast<std::size_t>(input)].lastUse = static_cast<int>(i);
    for (const int level : graph.levels)
        graph.values[static_cast<std::size_t>(level)].lastUse = static_cast<int>(graph.ops.size());
    return graph;
}

} // namespace intersect::model

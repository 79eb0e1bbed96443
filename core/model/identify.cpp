// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/identify.h"

#include <algorithm>
#include <optional>

#include "core/base/json_text.h"

namespace intersect::model {
namespace {

/// Module classes of YOLOv5 and YOLOv7 that are run here, without their Python packages.
constexpr const char* kKnownClasses[] = {"Model", "DetectionModel", "Detect", "IDetect", "Conv", "C3",      "Bottleneck", "SPP", "SPPF",
                                         "SPPCSPC", "RepConv", "MP", "SP", "Concat", "ImplicitA", "ImplicitM"};

/// Classes of a pickled module that are unknown here, as "IKeypoint, StemBlock"; empty if all are known.
std::string foreignClasses(const std::string& modules) {
    std::string foreign;
    for (std::size_t begin = 0; begin < modules.size();) {
        const std::size_t end = std::min(modules.find(',', begin), modules.size());
        const std::string name = modules.substr(begin, end - begin);
        begin = end + 1;
        const std::string leaf = name.substr(name.rfind('.') + 1);
        const bool ours = name.starts_with("models.yolo.") || name.starts_with("models.common.");
        const bool known = ours && std::any_of(std::begin(kKnownClasses), std::end(kKnownClasses), [&](const char* one) { return leaf == one; });
        if (!known && !name.starts_with("torch.nn.modules."))
            foreign += (foreign.empty() ? "" : ", ") + leaf;
    }
    return foreign;
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const std::int64_t size : shape)
        text += (text.empty() ? "" : "x") + std::to_string(size);
    return text.empty() ? "one number" : text;
}

/// Whether a network runs without this tensor of its state dict.
bool isOptional(const TensorSpec& spec, const Graph& graph) {
    const bool anchorsKnown = graph.anchorsPx.front().front() > 0;
    return spec.role == TensorRole::BatchesTracked || spec.role == TensorRole::AnchorGrid || (spec.role == TensorRole::Anchors && anchorsKnown);
}

/// How well a file fits a graph: how many tensors do, and the first that does not.
struct Fit {
    std::size_t fitting = 0;
    std::string why; ///< empty: all fit
};

Fit fitOf(const weights::ArrayFile& file, const Graph& graph) {
    Fit fit;
    for (const TensorSpec& spec : graph.tensors) {
        const weights::NamedArray* array = file.find(spec.name);
        if (array != nullptr && array->shape == spec.shape)
            ++fit.fitting;
        else if (fit.why.empty() && array != nullptr)
            fit.why = spec.name + " is " + shapeText(array->shape) + " where " + graph.name() + " has " + shapeText(spec.shape);
        else if (fit.why.empty() && !isOptional(spec, graph))
            fit.why = "the tensor " + spec.name + " of " + graph.name() + " is missing";
    }
    return fit;
}

Form formOf(const weights::ArrayFile& file) {
    Form form;
    form.normFolded = file.find("model.0.conv.bias") != nullptr;
    form.implicit = false;
    for (const weights::NamedArray& array : file.arrays) {
        form.repConvMerged = form.repConvMerged || array.name.find(".rbr_reparam.") != std::string::npos;
        form.implicit = form.implicit || array.name.find(".ia.0.implicit") != std::string::npos;
    }
    return form;
}

/// The graph of a description with as many classes as the file's head has; none if there is no such head, or the description cannot be lowered.
std::optional<Graph> graphFor(const ModelCfg& cfg, const weights::ArrayFile& file, Form form) {
    const weights::NamedArray* bias = file.find("model." + std::to_string(cfg.rows.size() - 1) + ".m.0.bias");
    const auto anchors = static_cast<std::int64_t>(cfg.anchorsPx.front().size() / 2);
    if (bias == nullptr || bias->shape.size() != 1 || bias->elements() % anchors != 0 || bias->elements() / anchors < 6 || bias->elements() / anchors > 100'000)
        return std::nullopt;
    Result<Graph> graph = makeGraph(cfg, static_cast<int>(bias->elements() / anchors) - 5, form);
    return graph ? std::optional(std::move(*graph)) : std::nullopt;
}

bool sameOps(const Graph& a, const Graph& b) {
    return std::equal(a.ops.begin(), a.ops.end(), b.ops.begin(), b.ops.end(), [](const Op& x, const Op& y) {
        return x.kind == y.kind && x.inputs == y.inputs && x.kernel == y.kernel && x.stride == y.stride && x.padding == y.padding && x.groups == y.groups &&
               x.weight == y.weight && x.activation.kind == y.activation.kind && x.activation.slope == y.activation.slope;
    });
}

bool sameTensors(const Graph& a, const Graph& b) {
    return std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(),
                      [](const TensorSpec& x, const TensorSpec& y) { return x.name == y.name && x.shape == y.shape; });
}

/// The graph of the description a checkpoint carries, named as the known model it equals, else as the file says. The error's message is a clause.
Result<Graph> describedGraph(const std::string& yaml, const weights::ArrayFile& file, Form form) {
    const auto unfit = [](const std::string& why) { return fail(ErrorCode::BadInput, why); };
    Result<ModelCfg> cfg = parseModelCfg(yaml, {});
    if (!cfg)
        return unfit("the description in it cannot be used (" + cfg.error().message + ")");
    const auto name = file.metadata.find("network");
    cfg->name = name != file.metadata.end() && !name->second.empty() ? name->second : "custom";
    const std::optional<Graph> graph = graphFor(*cfg, file, form);
    if (!graph) {
        const Result<Graph> lowered = makeGraph(*cfg, cfg->classes, form);
        return unfit(lowered ? "its detection head is not where its description has it" : "the description in it cannot be used (" + lowered.error().message + ")");
    }
    if (const Fit fit = fitOf(file, *graph); !fit.why.empty())
        return unfit(fit.why);
    Graph named = *graph;
    for (const std::string& known : knownModels())
        if (const Result<Graph> other = makeGraph(*knownModel(known), graph->classes, form); sameOps(*graph, *other) && sameTensors(*graph, *other))
            named.cfg.name = known;
    return named;
}

} // namespace

Result<Graph> identify(const weights::ArrayFile& file) {
    const std::string what = file.path.empty() ? std::string("The checkpoint") : file.path.string();
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, what + " holds a network this program does not run: " + why + ".", file.path, 0,
                    "Give a checkpoint of YOLOv5 release 6 or 7, YOLOv7 or YOLOv7-tiny.");
    };
    if (const auto modules = file.metadata.find("modules"); modules != file.metadata.end())
        if (const std::string foreign = foreignClasses(modules->second); !foreign.empty())
            return refuse("it has layers unknown here (" + foreign + ")");
    const Form form = formOf(file);
    // The file's own description first: it alone tells activations, which leave no trace in the tensors.
    std::string whyNot;
    if (const auto yaml = file.metadata.find("yaml"); yaml != file.metadata.end()) {
        Result<Graph> described = describedGraph(yaml->second, file, form);
        if (described)
            return described;
        whyNot = described.error().message;
    }
    std::optional<Graph> closest;
    Fit closestFit;
    for (const std::string& name : knownModels()) {
        std::optional<Graph> graph = graphFor(*knownModel(name), file, form);
        if (!graph)
            continue;
        Fit fit = fitOf(file, *graph);
        if (fit.why.empty())
            return std::move(*graph);
        if (!closest || fit.fitting > closestFit.fitting) {
            closest = std::move(graph);
            closestFit = std::move(fit);
        }
    }
    if (!whyNot.empty())
        return refuse(whyNot);
    if (closest && closestFit.fitting * 2 > closest->tensors.size())
        return refuse(closestFit.why);
    return refuse("its layers are not those of a YOLOv5 or YOLOv7 network");
}

std::vector<std::string> classNamesOf(const weights::ArrayFile& file, int count) {
    std::vector<std::string> names;
    if (const auto text = file.metadata.find("names"); text != file.metadata.end()) {
        const Result<Json> list = parseJson(text->second, file.path);
        if (list && list->is_array())
            for (const Json& name : *list)
                names.push_back(name.is_string() ? name.get<std::string>() : std::string());
    }
    if (names.size() != static_cast<std::size_t>(count)) {
        names.clear();
        for (int i = 0; i < count; ++i)
            names.push_back("class" + std::to_string(i));
    }
    return names;
}

NetworkInfo describe(const Graph& graph, const weights::ArrayFile& file) {
    constexpr int kSide = 640;
    NetworkInfo info;
    info.network = graph.name();
    info.parameters = graph.parameters();
    info.flops = graph.flops(kSide, kSide);
    info.classes = classNamesOf(file, graph.classes);
    info.strides = graph.strides;
    info.anchors = graph.anchorsPx;
    info.form = graph.form;
    // The anchors of the file, which may have been fitted to a data set, are in cells.
    const TensorSpec& anchors = graph.tensors[static_cast<std::size_t>(graph.anchors)];
    if (const weights::NamedArray* array = file.find(anchors.name); array != nullptr && array->shape == anchors.shape) {
        const std::vector<float> cells = array->toFloats();
        std::size_t at = 0;
        for (std::size_t level = 0; level < info.anchors.size(); ++level)
            for (double& side : info.anchors[level])
                side = static_cast<double>(cells[at++]) * graph.strides[level];
    }
    if (const weights::NamedArray* first = file.find(graph.tensors.front().name))
        info.precision = weights::nameOf(first->type);
    for (std::size_t i = 0; i < graph.modules.size(); ++i) {
        const auto module = static_cast<int>(i);
        const Value& out = graph.values[static_cast<std::size_t>(graph.modules[i].output)];
        info.layers.push_back({"model." + std::to_string(i), graph.modules[i].type, graph.parametersOf(module), graph.flopsOf(module, kSide, kSide),
                               out.stride, {out.channels, kSide / out.stride, kSide / out.stride}});
    }
    return info;
}

} // namespace intersect::model

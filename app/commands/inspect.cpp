// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/numbers.h"
#include "core/model/identify.h"
#include "core/weights/checkpoint.h"

namespace intersect::app {
namespace {

using model::LayerInfo;
using model::NetworkInfo;

/// What a checkpoint holds, or a model file (.yaml) describes.
Result<NetworkInfo> informationOf(const std::filesystem::path& path) {
    if (path.extension() == ".yaml" || path.extension() == ".yml") {
        const Result<model::ModelCfg> cfg = model::readModelCfg(path);
        if (!cfg)
            return failAs(cfg);
        const Result<model::Graph> graph = model::makeGraph(*cfg, cfg->classes);
        return graph ? Result<NetworkInfo>(model::describe(*graph, {})) : failAs(graph);
    }
    const Result<weights::ArrayFile> file = weights::readWeights(path);
    if (!file)
        return failAs(file);
    const Result<model::Graph> graph = model::identify(*file);
    return graph ? Result<NetworkInfo>(model::describe(*graph, *file)) : failAs(graph);
}

Json documentOf(const NetworkInfo& info) {
    Json layers = Json::array();
    for (const LayerInfo& layer : info.layers)
        layers.push_back({{"name", layer.name},
                          {"type", layer.type},
                          {"parameters", layer.parameters},
                          {"flops", layer.flops},
                          {"stride", layer.stride},
                          {"shape", layer.shape}});
    return {{"network", info.network},
            {"parameters", info.parameters},
            {"flops", info.flops},
            {"classes", info.classes},
            {"strides", info.strides},
            {"anchors", info.anchors},
            {"precision", info.precision.empty() ? Json(nullptr) : Json(info.precision)},
            {"batch_norm_folded", info.form.normFolded},
            {"implicit_layers", info.form.implicit},
            {"layers", std::move(layers)}};
}

std::string gigaFlops(std::int64_t flops) {
    return formatFixed(static_cast<double>(flops) / 1e9, 3);
}

void print(const NetworkInfo& info) {
    std::string classes;
    for (std::size_t i = 0; i < std::min<std::size_t>(info.classes.size(), 10); ++i)
        classes += (i > 0 ? ", " : "") + info.classes[i];
    if (info.classes.size() > 10)
        classes += fmt::format(" and {} more", info.classes.size() - 10);
    printLine(fmt::format("Network     {}{}", info.network, info.form.normFolded ? ", batch norm folded: it can run, not learn" : ""));
    printLine(fmt::format("Parameters  {}", formatGrouped(info.parameters)));
    printLine(fmt::format("GFLOPs      {} at 640 x 640 (convolutions, multiply-add = 2)", formatFixed(static_cast<double>(info.flops) / 1e9, 1)));
    if (!info.precision.empty())
        printLine(fmt::format("Weights in  {}", info.precision));
    printLine(fmt::format("Classes     {}: {}", info.classes.size(), classes));
    for (std::size_t level = 0; level < info.strides.size(); ++level) {
        std::string anchors;
        for (std::size_t i = 0; i + 1 < info.anchors[level].size(); i += 2)
            anchors += fmt::format("{}{}x{}", i > 0 ? ", " : "", formatShortest(info.anchors[level][i]), formatShortest(info.anchors[level][i + 1]));
        printLine(fmt::format("Stride {:<4} anchors {} px", info.strides[level], anchors));
    }
    printLine("");
    printLine(fmt::format("{:<10} {:<10} {:>12} {:>9} {:>7}  {}", "Module", "Type", "Parameters", "GFLOPs", "Stride", "Output at 640 x 640"));
    for (const LayerInfo& layer : info.layers)
        printLine(fmt::format("{:<10} {:<10} {:>12} {:>9} {:>7}  {} x {} x {}", layer.name, layer.type, formatGrouped(layer.parameters), gigaFlops(layer.flops),
                              layer.stride, layer.shape[0], layer.shape[1], layer.shape[2]));
}

const Verb kInspect{"inspect", "Tell what is in a weight file, or why it is refused", [](CLI::App& cli) -> Action {
                        auto path = std::make_shared<std::filesystem::path>();
                        cli.add_option("WEIGHTS", *path, "A checkpoint (.pt), a safetensors file, or a model file (.yaml)")->required();
                        return [path](Context& context) -> Result<int> {
                            const Result<NetworkInfo> info = informationOf(*path);
                            if (!info)
                                return failAs(info);
                            if (context.json)
                                printJson(documentOf(*info));
                            else
                                print(*info);
                            return 0;
                        };
                    }};

} // namespace
} // namespace intersect::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/numbers.h"
#include "core/nn/detector.h"

namespace intersect::app {
namespace {

Json documentOf(const nn::NetworkInfo& info) {
    Json layers = Json::array();
    for (const nn::LayerInfo& layer : info.layers)
        layers.push_back({{"name", layer.name}, {"type", layer.type}, {"parameters", layer.parameters}});
    return {{"network", info.network}, {"parameters", info.parameters}, {"classes", info.classes},     {"strides", info.strides},
            {"anchors", info.anchors}, {"precision", info.precision},   {"layers", std::move(layers)}};
}

void print(const nn::NetworkInfo& info) {
    std::string classes;
    for (std::size_t i = 0; i < std::min<std::size_t>(info.classes.size(), 10); ++i)
        classes += (i > 0 ? ", " : "") + info.classes[i];
    if (info.classes.size() > 10)
        classes += fmt::format(" and {} more", info.classes.size() - 10);
    printLine(fmt::format("Network     {}", info.network));
    printLine(fmt::format("Parameters  {}", formatGrouped(info.parameters)));
    printLine(fmt::format("Precision   {}", info.precision));
    printLine(fmt::format("Classes     {}: {}", info.classes.size(), classes));
    for (std::size_t level = 0; level < info.strides.size(); ++level) {
        std::string anchors;
        for (std::size_t i = 0; i + 1 < info.anchors[level].size(); i += 2)
            anchors += fmt::format("{}{}x{}", i > 0 ? ", " : "", formatShortest(info.anchors[level][i]), formatShortest(info.anchors[level][i + 1]));
        printLine(fmt::format("Stride {:<4} anchors {}", info.strides[level], anchors));
    }
    printLine("");
    for (const nn::LayerInfo& layer : info.layers)
        printLine(fmt::format("{:<10} {:<10} {:>12}", layer.name, layer.type, formatGrouped(layer.parameters)));
}

const Verb kInspect{"inspect", "Tell what is in a weight file, or why it is refused", [](CLI::App& cli) -> Action {
                        auto weights = std::make_shared<std::filesystem::path>();
                        cli.add_option("WEIGHTS", *weights, "A checkpoint (.pt) or safetensors file")->required();
                        return [weights](Context& context) -> Result<int> {
                            const auto info = nn::inspectWeights(*weights);
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

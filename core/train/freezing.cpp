// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/freezing.h"

#include <algorithm>

#include "core/base/numbers.h"

namespace intersect::train {

namespace {

/// Whether a tensor or block is `name` or lies within it.
bool within(const std::string& full, const std::string& name) {
    return full.starts_with(name) && (full.size() == name.size() || full[name.size()] == '.');
}

std::vector<int> tensorsOf(const model::Op& op) {
    std::vector<int> tensors;
    for (const int tensor : {op.weight, op.bias, op.implicit})
        if (tensor >= 0)
            tensors.push_back(tensor);
    for (int i = 0; op.norm >= 0 && i < 2; ++i)
        tensors.push_back(op.norm + i);
    return tensors;
}

/// "0 to 9", "0, 3 and 5".
std::string listed(const std::vector<int>& modules) {
    if (modules.size() > 2 && modules.back() - modules.front() + 1 == static_cast<int>(modules.size()))
        return std::to_string(modules.front()) + " to " + std::to_string(modules.back());
    std::string text;
    for (std::size_t i = 0; i < modules.size(); ++i)
        text += (i == 0 ? "" : i + 1 == modules.size() ? " and " : ", ") + std::to_string(modules[i]);
    return text;
}

} // namespace

bool Frozen::hasPrefix() const {
    return std::find(prefix.begin(), prefix.end(), true) != prefix.end();
}

void resolveBackbone(runs::TrainConfig& config, const model::Graph& graph) {
    const auto named = std::find(config.freezeNames.begin(), config.freezeNames.end(), "backbone");
    if (named == config.freezeNames.end())
        return;
    config.freezeNames.erase(named);
    for (int module = 0; module < graph.backbone; ++module)
        config.freeze.push_back(module);
    std::sort(config.freeze.begin(), config.freeze.end());
    config.freeze.erase(std::unique(config.freeze.begin(), config.freeze.end()), config.freeze.end());
}

Result<Frozen> frozenOf(const runs::TrainConfig& config, const model::Graph& graph) {
    const int modules = static_cast<int>(graph.modules.size());
    Frozen frozen;
    frozen.tensors.resize(graph.tensors.size());
    std::vector<bool> whole(graph.modules.size());
    for (const int module : config.freeze) {
        if (module >= modules)
            return fail(ErrorCode::Usage, "--freeze names module " + std::to_string(module) + ", but " + graph.name() + " has only " +
                                              std::to_string(modules) + " (0 to " + std::to_string(modules - 1) + ").");
        whole[static_cast<std::size_t>(module)] = true;
    }
    for (std::size_t i = 0; i < graph.tensors.size(); ++i)
        frozen.tensors[i] = whole[static_cast<std::size_t>(graph.tensors[i].module)];
    for (const std::string& name : config.freezeNames) {
        bool known = false;
        for (std::size_t i = 0; i < graph.tensors.size(); ++i)
            if (within(graph.tensors[i].name, name))
                frozen.tensors[i] = known = true;
        if (!known)
            return fail(ErrorCode::Usage, "--freeze names " + name + ", but " + graph.name() + " has no such part.", {}, 0,
                        "`inspect WEIGHTS` lists the modules and their names.");
    }
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
        if (!graph.tensors[i].isParameter())
            continue;
        frozen.allWeights += graph.tensors[i].elements();
        frozen.weights += frozen.tensors[i] ? graph.tensors[i].elements() : 0;
    }
    if (frozen.weights == frozen.allWeights)
        return fail(ErrorCode::Usage, "--freeze leaves nothing to train.", {}, 0, "Freeze fewer modules.");
    for (const model::Op& op : graph.ops) {
        const std::vector<int> tensors = tensorsOf(op);
        frozen.operations.push_back(!tensors.empty() &&
                                    std::all_of(tensors.begin(), tensors.end(), [&](int tensor) { return frozen.tensors[static_cast<std::size_t>(tensor)]; }));
    }
    frozen.prefix.resize(graph.modules.size());
    for (std::size_t m = 0; m < graph.modules.size(); ++m) {
        const auto& from = graph.modules[m].from;
        frozen.prefix[m] = whole[m] && std::all_of(from.begin(), from.end(), [&](int input) { return input < 0 || frozen.prefix[static_cast<std::size_t>(input)]; });
    }
    return frozen;
}

std::string describe(const Frozen& frozen, const runs::TrainConfig& config, const model::Graph& graph) {
    std::vector<std::string> types;
    for (const int module : config.freeze) {
        const std::string& type = graph.modules[static_cast<std::size_t>(module)].type;
        if (std::find(types.begin(), types.end(), type) == types.end())
            types.push_back(type);
    }
    std::string text = "Frozen: ";
    if (!config.freeze.empty()) {
        text += (config.freeze.size() == 1 ? "module " : "modules ") + listed(config.freeze) + " (";
        for (std::size_t i = 0; i < types.size(); ++i)
            text += (i > 0 ? ", " : "") + types[i];
        text += ")";
    }
    for (const std::string& name : config.freezeNames)
        text += (text.back() == ' ' ? "" : ", ") + name;
    const auto millions = [](std::int64_t weights) { return formatFixed(static_cast<double>(weights) / 1e6, 2); };
    text += "; " + millions(frozen.weights) + " of " + millions(frozen.allWeights) + " million weights (" +
            formatFixed(100.0 * static_cast<double>(frozen.weights) / static_cast<double>(frozen.allWeights), 0) + " %).";
    text += config.freezeBn ? " Their batch statistics stay." : " Their batch statistics move (--freeze-bn off).";
    if (config.unfreezeAt > 0)
        text += " From epoch " + std::to_string(config.unfreezeAt) + " on everything trains.";
    return text;
}

} // namespace intersect::train

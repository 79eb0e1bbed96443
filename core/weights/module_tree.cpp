// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/module_tree.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace intersect::weights {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMostTensors = 20'000, kMostVisits = 20'000;
constexpr std::size_t kMostName = 500, kMostNames = 4U << 20; ///< characters of one name, of all together
constexpr std::size_t kMostSteps = 4'000'000;                 ///< dictionary entries looked at
constexpr int kMostDepth = 32;

class Walk {
public:
    ModuleTree tree;

    void module(const PickleValue& value, const std::string& prefix, int depth) {
        if (value.kind != Kind::Object || value.state == nullptr || value.state->kind != Kind::Dict || !tree.fault.empty())
            return;
        const PickleValue& state = *value.state;
        if (depth > kMostDepth || ++m_visits > kMostVisits || !step(4 * state.items.size())) {
            tree.fault = "holds more modules than a detector has";
            return;
        }
        tree.classes.emplace(value.text);
        table(state.at("_parameters"), prefix, {});
        std::unordered_set<std::string_view> passing;
        if (const PickleValue* names = state.at("_non_persistent_buffers_set");
            names != nullptr && names->kind == Kind::Set && step(names->items.size()))
            for (const PickleValue* name : names->items)
                if (name->kind == Kind::Text)
                    passing.insert(name->text);
        table(state.at("_buffers"), prefix, passing);
        const PickleValue* children = state.at("_modules");
        if (children == nullptr || children->kind != Kind::Dict || !step(children->items.size()))
            return;
        for (std::size_t i = 0; i + 1 < children->items.size() && tree.fault.empty(); i += 2)
            if (children->items[i]->kind == Kind::Text && children->items[i]->text.size() <= kMostName)
                module(*children->items[i + 1], prefix + std::string(children->items[i]->text) + ".", depth + 1);
    }

    void table(const PickleValue* dict, const std::string& prefix, const std::unordered_set<std::string_view>& passing) {
        if (dict == nullptr || dict->kind != Kind::Dict || !step(dict->items.size()))
            return;
        for (std::size_t i = 0; i + 1 < dict->items.size() && tree.fault.empty(); i += 2)
            if (const PickleValue& key = *dict->items[i]; key.kind == Kind::Text && !passing.contains(key.text))
                entry(key.text, *dict->items[i + 1], prefix);
    }

private:
    bool step(std::size_t count) {
        m_steps += count;
        if (m_steps > kMostSteps)
            tree.fault = "holds more modules than a detector has";
        return m_steps <= kMostSteps;
    }
    void entry(std::string_view key, const PickleValue& value, const std::string& prefix) {
        const std::string shown(key.substr(0, 100));
        if (value.kind == Kind::Object && value.text.starts_with("torch._utils._rebuild_")) {
            const bool sparse = value.text.find("sparse") != std::string_view::npos,
                       quantised = value.text.find("qtensor") != std::string_view::npos;
            tree.fault = "holds " + shown + " as " +
                         (sparse      ? "a sparse tensor"
                          : quantised ? "a quantised tensor"
                                      : "a tensor of an unusual kind") +
                         " (" + std::string(value.text.substr(13)) + "), which is not read";
        }
        if (value.kind != Kind::Tensor)
            return;
        std::string name = prefix + std::string(key.substr(0, kMostName + 1));
        m_names += name.size();
        if (name.size() > kMostName || m_names > kMostNames || tree.tensors.size() >= kMostTensors)
            tree.fault = "holds more tensors, or longer names, than a detector has";
        else
            tree.tensors.push_back({std::move(name), &value});
    }

    std::size_t m_visits = 0, m_steps = 0, m_names = 0;
};

/// Python's dictionaries hold a name once; a file that says otherwise is made up.
void refuseTwins(ModuleTree& tree) {
    std::vector<std::string_view> names;
    for (const FoundTensor& found : tree.tensors)
        names.push_back(found.name);
    std::sort(names.begin(), names.end());
    const auto twin = std::adjacent_find(names.begin(), names.end());
    if (tree.fault.empty() && twin != names.end())
        tree.fault = "holds two tensors called " + std::string(twin->substr(0, 100));
}

} // namespace

ModuleTree walkModule(const PickleValue& module) {
    Walk walk;
    walk.module(module, "", 0);
    refuseTwins(walk.tree);
    return std::move(walk.tree);
}

ModuleTree walkStateDict(const PickleValue& dict) {
    constexpr std::string_view kPrefix = "module.";
    Walk walk;
    walk.table(&dict, "", {});
    auto& tensors = walk.tree.tensors;
    const bool parallel =
        std::all_of(tensors.begin(), tensors.end(), [&](const FoundTensor& found) { return found.name.starts_with(kPrefix); });
    if (parallel)
        for (FoundTensor& found : tensors)
            found.name.erase(0, kPrefix.size());
    refuseTwins(walk.tree);
    return std::move(walk.tree);
}

const PickleValue& unwrapped(const PickleValue& module) {
    if (!module.text.ends_with("DataParallel") || module.state == nullptr)
        return module;
    const PickleValue* children = module.state->at("_modules");
    const PickleValue* inner = children != nullptr ? children->at("module") : nullptr;
    return inner != nullptr && inner->kind == Kind::Object && inner->state != nullptr ? *inner : module;
}

} // namespace intersect::weights

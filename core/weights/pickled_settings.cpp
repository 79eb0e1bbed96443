// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/pickled_settings.h"

#include <vector>

#include "core/base/json_text.h"

namespace intersect::weights {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMostClasses = 20'000, kMostText = 1U << 20;
constexpr int kMostDepth = 32;

/// How much may still be written: a few bytes of a pickle can name one long text many times.
struct Budget {
    std::size_t values = 5'000, text = kMostText;
    bool take(std::size_t length) {
        if (values == 0 || length > text)
            return false;
        --values;
        text -= length;
        return true;
    }
};

Json toJson(const PickleValue& value, int depth, Budget& budget) {
    if (depth > kMostDepth || !budget.take(value.kind == Kind::Text ? value.text.size() : 0))
        return nullptr;
    switch (value.kind) {
    case Kind::Bool: return value.integer != 0;
    case Kind::Int: return value.integer;
    case Kind::Float: return numberOrNull(value.real);
    case Kind::Text: return std::string(value.text);
    case Kind::List:
    case Kind::Tuple: {
        Json list = Json::array();
        for (std::size_t i = 0; i < value.items.size() && budget.values > 0; ++i)
            list.push_back(toJson(*value.items[i], depth + 1, budget));
        return list;
    }
    case Kind::Dict: {
        Json object = Json::object();
        for (std::size_t i = 0; i + 1 < value.items.size() && budget.values > 0; i += 2)
            if (const PickleValue& key = *value.items[i]; key.kind == Kind::Text && budget.take(key.text.size()))
                object[std::string(key.text)] = toJson(*value.items[i + 1], depth + 1, budget);
        return object;
    }
    default: return nullptr;
    }
}

/// The texts in the order of their indices; nullopt unless each index from 0 on is there once.
std::optional<std::vector<std::string_view>> byIndex(const PickleValue& dict) {
    std::vector<std::string_view> list(dict.items.size() / 2);
    std::vector<bool> seen(list.size(), false);
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const PickleValue &key = *dict.items[i], &name = *dict.items[i + 1];
        if (key.kind != Kind::Int || name.kind != Kind::Text || key.integer < 0)
            return std::nullopt;
        const auto id = static_cast<std::uint64_t>(key.integer);
        if (id >= list.size() || seen[id])
            return std::nullopt;
        list[id] = name.text;
        seen[id] = true;
    }
    return list;
}

std::optional<std::vector<std::string_view>> inOrder(const PickleValue& names) {
    std::vector<std::string_view> list;
    for (const PickleValue* name : names.items) {
        if (name->kind != Kind::Text)
            return std::nullopt;
        list.push_back(name->text);
    }
    return list;
}

} // namespace

std::optional<std::string> classNamesText(const PickleValue* names) {
    if (names == nullptr || names->items.size() > 2 * kMostClasses)
        return std::nullopt;
    std::optional<std::vector<std::string_view>> list;
    if (names->kind == Kind::Dict)
        list = byIndex(*names);
    else if (names->kind == Kind::List || names->kind == Kind::Tuple)
        list = inOrder(*names);
    if (!list || list->size() > kMostClasses)
        return std::nullopt;
    std::size_t length = 0;
    Json json = Json::array();
    for (const std::string_view name : *list) {
        length += name.size();
        if (length > kMostText)
            return std::nullopt;
        json.push_back(std::string(name));
    }
    return toText(json);
}

std::string settingsText(const PickleValue& value) {
    Budget budget;
    return toText(toJson(value, 0, budget));
}

} // namespace intersect::weights

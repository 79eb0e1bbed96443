// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/checkpoint.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>

#include "core/base/json_text.h"
#include "core/weights/safetensors.h"
#include "core/weights/torch_archive.h"

namespace intersect::weights {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMostArrays = 20'000;
constexpr int kMostDepth = 32;
constexpr const char* kWanted = "Give a checkpoint of YOLOv5 release 6 or 7 (such as yolov5n.pt), or a safetensors file written by this program.";

/// A tensor found in a module tree, with its state-dict name.
struct FoundTensor {
    std::string name;
    const PickleValue* tensor = nullptr;
};

/// What a walk through modules collects.
struct Walk {
    std::vector<FoundTensor> tensors;
    std::set<std::string> classes;
    std::size_t visits = 0;
    bool tooMuch = false;
};

std::string joined(const std::string& prefix, const std::string& name) {
    return prefix.empty() ? name : prefix + "." + name;
}

void collect(const PickleValue* dict, const std::string& prefix, const PickleValue* except, Walk& walk) {
    if (dict == nullptr || dict->kind != Kind::Dict)
        return;
    for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2) {
        const PickleValue* key = dict->items[i];
        if (key->kind != Kind::Text || dict->items[i + 1]->kind != Kind::Tensor)
            continue;
        const bool skipped = except != nullptr && std::any_of(except->items.begin(), except->items.end(), [&](const PickleValue* name) {
            return name->kind == Kind::Text && name->text == key->text;
        });
        if (!skipped)
            walk.tensors.push_back({joined(prefix, key->text), dict->items[i + 1]});
    }
    walk.tooMuch |= walk.tensors.size() > kMostArrays;
}

/// Parameters, buffers, then sub-modules of a pickled torch module, in the order of its state_dict().
void walkModule(const PickleValue* module, const std::string& prefix, int depth, Walk& walk) {
    if (module->kind != Kind::Object || module->state == nullptr || walk.tooMuch)
        return;
    walk.tooMuch |= depth > kMostDepth || ++walk.visits > kMostArrays;
    walk.classes.insert(module->text);
    const PickleValue* state = module->state;
    collect(state->at("_parameters"), prefix, nullptr, walk);
    const PickleValue* passing = state->at("_non_persistent_buffers_set");
    collect(state->at("_buffers"), prefix, passing != nullptr && passing->kind == Kind::Set ? passing : nullptr, walk);
    const PickleValue* children = state->at("_modules");
    if (children == nullptr || children->kind != Kind::Dict)
        return;
    for (std::size_t i = 0; i + 1 < children->items.size() && !walk.tooMuch; i += 2)
        if (children->items[i]->kind == Kind::Text)
            walkModule(children->items[i + 1], joined(prefix, children->items[i]->text), depth + 1, walk);
}

/// Plain values as JSON (the model's yaml); anything else becomes null.
Json toJson(const PickleValue* value, int depth, std::size_t& budget) {
    if (value == nullptr || depth > kMostDepth || budget == 0)
        return nullptr;
    --budget;
    switch (value->kind) {
    case Kind::Bool: return value->integer != 0;
    case Kind::Int: return value->integer;
    case Kind::Float: return numberOrNull(value->real);
    case Kind::Text: return value->text;
    case Kind::List:
    case Kind::Tuple: {
        Json list = Json::array();
        for (const PickleValue* item : value->items)
            list.push_back(toJson(item, depth + 1, budget));
        return list;
    }
    case Kind::Dict: {
        Json object = Json::object();
        for (std::size_t i = 0; i + 1 < value->items.size(); i += 2)
            if (value->items[i]->kind == Kind::Text)
                object[value->items[i]->text] = toJson(value->items[i + 1], depth + 1, budget);
        return object;
    }
    default: return nullptr;
    }
}

/// Class names from a list, or from a dict of index to name; nullopt if it is neither or has gaps.
std::optional<std::vector<std::string>> classNames(const PickleValue* names) {
    std::vector<std::string> list;
    if (names == nullptr)
        return std::nullopt;
    if (names->kind == Kind::List || names->kind == Kind::Tuple) {
        for (const PickleValue* name : names->items) {
            if (name->kind != Kind::Text)
                return std::nullopt;
            list.push_back(name->text);
        }
        return list;
    }
    if (names->kind != Kind::Dict)
        return std::nullopt;
    list.resize(names->items.size() / 2);
    std::vector<bool> seen(list.size(), false);
    for (std::size_t i = 0; i + 1 < names->items.size(); i += 2) {
        const PickleValue* key = names->items[i];
        const auto id = static_cast<std::size_t>(key->integer);
        if (key->kind != Kind::Int || key->integer < 0 || id >= list.size() || seen[id] || names->items[i + 1]->kind != Kind::Text)
            return std::nullopt;
        list[id] = names->items[i + 1]->text;
        seen[id] = true;
    }
    return list;
}

/// Strides of the levels and, with them, anchors in pixels, from the head's tensors.
void addHead(TorchArchive& archive, const PickleValue* model, ArrayFile& file) {
    const PickleValue* stride = model->state->at("stride");
    if (stride == nullptr || stride->kind != Kind::Tensor)
        return;
    const Result<NamedArray> array = archive.array(*stride, "stride");
    if (!array || array->elements() > 8)
        return;
    Json strides = Json::array();
    for (const float value : array->toFloats())
        strides.push_back(std::isfinite(value) ? Json(std::lround(value)) : Json(nullptr));
    file.metadata["strides"] = toText(strides);
}

Result<ArrayFile> readModule(TorchArchive& archive, const PickleValue* model, const std::filesystem::path& path) {
    Walk walk;
    walkModule(model, "", 0, walk);
    if (walk.tooMuch)
        return fail(ErrorCode::BadInput, path.string() + " holds more modules than a detector has.", path, 0, kWanted);
    if (walk.tensors.empty())
        return fail(ErrorCode::BadInput, path.string() + " holds an object of " + model->text + " without any weights.", path, 0, kWanted);
    ArrayFile file;
    file.path = path;
    for (const FoundTensor& found : walk.tensors) {
        Result<NamedArray> array = archive.array(*found.tensor, found.name);
        if (!array)
            return failAs(array);
        file.arrays.push_back(std::move(*array));
    }
    std::string classes;
    for (const std::string& name : walk.classes)
        classes += (classes.empty() ? "" : ",") + name;
    file.metadata["modules"] = classes;
    if (const auto names = classNames(model->state->at("names")))
        file.metadata["names"] = toText(Json(*names));
    std::size_t budget = 2'000;
    if (const PickleValue* yaml = model->state->at("yaml"); yaml != nullptr && yaml->kind == Kind::Dict)
        file.metadata["yaml"] = toText(toJson(yaml, 0, budget));
    addHead(archive, model, file);
    return file;
}

/// Which public detector a plain state dict belongs to, from the names of its tensors; empty if unknown.
std::string familyOf(const std::vector<FoundTensor>& tensors) {
    const auto has = [&](std::string_view part) {
        return std::any_of(tensors.begin(), tensors.end(), [&](const FoundTensor& t) { return t.name.find(part) != std::string::npos; });
    };
    if (has("head.cls_preds.") && has("head.obj_preds."))
        return "YOLOX";
    if (has("head.gfl_cls.") || has("distribution_project"))
        return "NanoDet";
    if (has("SPP.Conv1x1") && has("detect_head."))
        return "FastestDet";
    return {};
}

Result<ArrayFile> readStateDict(TorchArchive& archive, const PickleValue* dict, const std::filesystem::path& path) {
    Walk walk;
    collect(dict, "", nullptr, walk);
    if (walk.tooMuch || walk.tensors.empty())
        return fail(ErrorCode::BadInput, path.string() + " is a PyTorch file without a network: no module and no table of weights in it.", path, 0,
                    kWanted);
    if (const std::string family = familyOf(walk.tensors); !family.empty())
        return fail(ErrorCode::BadInput, path.string() + " holds the weights of " + family + ", a network this program does not run.", path, 0, kWanted);
    ArrayFile file;
    file.path = path;
    for (const FoundTensor& found : walk.tensors) {
        Result<NamedArray> array = archive.array(*found.tensor, found.name);
        if (!array)
            return failAs(array);
        file.arrays.push_back(std::move(*array));
    }
    return file;
}

Result<ArrayFile> readTorch(const std::filesystem::path& path) {
    Result<TorchArchive> archive = TorchArchive::open(path);
    if (!archive)
        return failAs(archive);
    const PickleValue* root = archive->pickle().root;
    if (root->kind == Kind::Object)
        return readModule(*archive, root, path);
    if (root->kind != Kind::Dict)
        return fail(ErrorCode::BadInput, path.string() + " is a PyTorch file, but what it holds is no checkpoint.", path, 0, kWanted);
    const PickleValue* found = nullptr;
    for (const char* key : {"ema", "model", "state_dict", "model_state_dict"}) {
        const PickleValue* value = root->at(key);
        if (found == nullptr && value != nullptr && (value->kind == Kind::Object || value->kind == Kind::Dict))
            found = value;
    }
    Result<ArrayFile> file = found != nullptr && found->kind == Kind::Object && found->state != nullptr
                                 ? readModule(*archive, found, path)
                                 : readStateDict(*archive, found != nullptr ? found : root, path);
    if (const PickleValue* epoch = root->at("epoch"); file && epoch != nullptr && epoch->kind == Kind::Int)
        file->metadata["epoch"] = std::to_string(epoch->integer);
    return file;
}

} // namespace

Result<ArrayFile> readWeights(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return fail(ErrorCode::BadInput, path.string() + " is a folder, not a weight file.", path, 0, kWanted);
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return fail(ErrorCode::BadInput, path.string() + " cannot be opened: no such file, or no right to read it.", path, 0,
                    "Check the path of the weights.");
    char first[16] = {};
    stream.read(first, sizeof first);
    const std::string_view head(first, static_cast<std::size_t>(stream.gcount()));
    const std::string extension = path.extension().string();
    if (head.empty())
        return fail(ErrorCode::BadInput, path.string() + " is empty.", path, 0, "Download it again.");
    if (head.starts_with("PK\x03\x04"))
        return readTorch(path);
    if (head.size() > 9 && head[8] == '{')
        return readSafetensors(path);
    if (extension == ".onnx")
        return fail(ErrorCode::BadInput, path.string() + " is an ONNX graph; this program reads weights with their names, not graphs.", path, 0, kWanted);
    if (head.starts_with("\x80\x02") || head.starts_with("\x80\x03") || head.starts_with("\x80\x04"))
        return fail(ErrorCode::BadInput, path.string() + " was saved in PyTorch's format from before release 1.6, which is not read.", path, 0,
                    "Load and save it again with a newer PyTorch.");
    return fail(ErrorCode::BadInput, path.string() + " is no weight file: it is neither a zip archive of PyTorch nor safetensors.", path, 0, kWanted);
}

} // namespace intersect::weights

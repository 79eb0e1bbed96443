// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/checkpoint.h"

#include <cmath>
#include <fstream>
#include <string_view>

#include "core/base/json_text.h"
#include "core/weights/foreign_weights.h"
#include "core/weights/metadata_record.h"
#include "core/weights/module_tree.h"
#include "core/weights/pickled_settings.h"
#include "core/weights/safetensors.h"
#include "core/weights/torch_archive.h"

namespace intersect::weights {
namespace {

using Kind = PickleValue::Kind;

constexpr std::int64_t kMostLevels = 8, kMostAnchors = 32;

/// Strides of the levels and anchors in pixels: the last `anchors` of the tree, in cells of its level, times the stride.
void addHead(TorchArchive& archive, const PickleValue& model, ArrayFile& file) {
    const PickleValue* stride = model.state->at("stride");
    if (stride == nullptr || stride->kind != Kind::Tensor || stride->view->shape.size() != 1 || stride->view->shape[0] > kMostLevels)
        return;
    const auto read = archive.arrays({{"stride", stride}});
    if (!read)
        return;
    const std::vector<float> strides = read->front().toFloats();
    Json list = Json::array();
    for (const float value : strides)
        list.push_back(std::isfinite(value) && value >= 1 && value <= 1024 ? Json(std::lround(value)) : Json(nullptr));
    file.metadata["strides"] = toText(list);
    const NamedArray* anchors = nullptr;
    for (const NamedArray& array : file.arrays)
        if (array.name.ends_with(".anchors") && array.shape.size() == 3 && array.shape[0] == stride->view->shape[0] &&
            array.shape[1] <= kMostAnchors && array.shape[2] == 2)
            anchors = &array;
    if (anchors == nullptr)
        return;
    const std::vector<float> cells = anchors->toFloats();
    const auto perLevel = static_cast<std::size_t>(2 * anchors->shape[1]);
    Json pixels = Json::array();
    for (std::size_t level = 0; level < strides.size(); ++level) {
        Json sides = Json::array();
        for (std::size_t i = 0; i < perLevel; ++i)
            sides.push_back(numberOrNull(static_cast<double>(cells[level * perLevel + i]) * static_cast<double>(strides[level])));
        pixels.push_back(std::move(sides));
    }
    file.metadata["anchors"] = toText(pixels);
}

Result<ArrayFile> readModule(TorchArchive& archive, const PickleValue& wrapped, const std::filesystem::path& path) {
    const PickleValue& model = unwrapped(wrapped);
    ModuleTree tree = walkModule(model);
    if (!tree.fault.empty())
        return fail(ErrorCode::BadInput, path.string() + " " + tree.fault + ".", path, 0, kWantedWeights);
    if (tree.tensors.empty())
        return fail(ErrorCode::BadInput, path.string() + " holds an object of " + std::string(model.text) + " without any weights.", path,
                    0, kWantedWeights);
    Result<std::vector<NamedArray>> arrays = archive.arrays(std::move(tree.tensors));
    if (!arrays)
        return failAs(arrays);
    ArrayFile file;
    file.path = path;
    file.arrays = std::move(*arrays);
    std::string classes;
    for (const std::string& name : tree.classes)
        classes += (classes.empty() ? "" : ",") + name;
    file.metadata["modules"] = classes;
    if (auto names = classNamesText(model.state->at("names")))
        file.metadata["names"] = std::move(*names);
    if (const PickleValue* yaml = model.state->at("yaml"); yaml != nullptr && yaml->kind == Kind::Dict)
        file.metadata["yaml"] = settingsText(*yaml);
    addHead(archive, model, file);
    return file;
}

Result<ArrayFile> readStateDict(TorchArchive& archive, const PickleValue& dict, const std::filesystem::path& path) {
    ModuleTree tree = walkStateDict(dict);
    if (!tree.fault.empty())
        return fail(ErrorCode::BadInput, path.string() + " " + tree.fault + ".", path, 0, kWantedWeights);
    if (tree.tensors.empty())
        return fail(ErrorCode::BadInput, path.string() + " is a PyTorch file without a network: no module and no table of weights in it.",
                    path, 0, kWantedWeights);
    if (const std::string_view family = foreignFamily(tree.tensors); !family.empty())
        return fail(ErrorCode::BadInput,
                    path.string() + " holds the weights of " + std::string(family) + ", a network this program does not run.", path, 0,
                    kWantedWeights);
    Result<std::vector<NamedArray>> arrays = archive.arrays(std::move(tree.tensors));
    if (!arrays)
        return failAs(arrays);
    ArrayFile file;
    file.path = path;
    file.arrays = std::move(*arrays);
    return file;
}

/// The network of a checkpoint, wherever training programs put it; nullptr if there is none, so that the table itself may be the state
/// dict.
const PickleValue* networkIn(const PickleValue& root) {
    for (const char* key : {"ema", "model", "state_dict", "model_state_dict"}) {
        const PickleValue* value = root.at(key);
        if (value != nullptr && (value->kind == Kind::Dict || (value->kind == Kind::Object && value->state != nullptr)))
            return value;
    }
    return nullptr;
}

Result<ArrayFile> readTorch(TorchArchive& archive, const std::filesystem::path& path) {
    const PickleValue& root = *archive.pickle().root;
    if (root.kind == Kind::Object && root.state == nullptr)
        return fail(ErrorCode::BadInput, path.string() + " holds an object of " + std::string(root.text) + " without any weights.", path, 0,
                    kWantedWeights);
    if (root.kind != Kind::Object && root.kind != Kind::Dict)
        return fail(ErrorCode::BadInput, path.string() + " is a PyTorch file, but what it holds is no checkpoint.", path, 0,
                    kWantedWeights);
    const PickleValue* found = networkIn(root);
    const PickleValue& network = found != nullptr ? *found : root;
    Result<ArrayFile> file = network.kind == Kind::Object ? readModule(archive, network, path) : readStateDict(archive, network, path);
    if (!file)
        return file;
    if (const PickleValue* epoch = root.at("epoch"); epoch != nullptr && epoch->kind == Kind::Int)
        file->metadata["epoch"] = std::to_string(epoch->integer);
    const Result<std::string> record = archive.record(kMetadataRecord, kMostMetadata);
    if (!record)
        return failAs(record);
    if (!record->empty()) {
        Result<std::map<std::string, std::string>> metadata = parseMetadata(*record, path);
        if (!metadata)
            return failAs(metadata);
        file->metadata.merge(*metadata); // what the module says of itself stays
    }
    return file;
}

} // namespace

Result<ArrayFile> readTorchBytes(std::string_view bytes, const std::filesystem::path& path) {
    Result<TorchArchive> archive = TorchArchive::fromBytes(bytes, path);
    return archive ? readTorch(*archive, path) : Result<ArrayFile>(failAs(archive));
}

Result<ArrayFile> readWeights(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return fail(ErrorCode::BadInput, path.string() + " is a folder, not a weight file.", path, 0, kWantedWeights);
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return fail(ErrorCode::BadInput, path.string() + " cannot be opened: no such file, or no right to read it.", path, 0,
                    "Check the path of the weights.");
    char first[128] = {};
    stream.read(first, sizeof first);
    const std::string_view head(first, static_cast<std::size_t>(stream.gcount()));
    if (head.empty())
        return fail(ErrorCode::BadInput, path.string() + " is empty.", path, 0, "Download it again.");
    if (head.starts_with("PK\x03\x04")) {
        Result<TorchArchive> archive = TorchArchive::open(path);
        return archive ? readTorch(*archive, path) : Result<ArrayFile>(failAs(archive));
    }
    if (head.size() > 9 && head[8] == '{')
        return readSafetensors(path);
    return refuseForeign(path, head);
}

} // namespace intersect::weights

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/candidates_file.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/json_text.h"
#include "core/weights/safetensors.h"

namespace intersect::detect {
namespace {

template <class T>
weights::NamedArray column(const std::string& name, weights::DType type, std::vector<std::int64_t> shape, const std::vector<T>& values) {
    weights::NamedArray array{name, type, std::move(shape), {}};
    array.bytes.resize(values.size() * sizeof(T));
    if (!values.empty())
        std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
    return array;
}

/// Reads a column of that type and length; false if the file has no such column.
template <class T>
bool readColumn(const weights::ArrayFile& file, const std::string& name, weights::DType type, std::int64_t elements, std::vector<T>& values) {
    const weights::NamedArray* array = file.find(name);
    if (array == nullptr || array->type != type || array->elements() != elements)
        return false;
    values.resize(static_cast<std::size_t>(elements));
    if (elements > 0)
        std::memcpy(values.data(), array->bytes.data(), array->bytes.size());
    return true;
}

} // namespace

Result<void> writeCandidates(const std::filesystem::path& path, const DetectionSet& candidates) {
    std::vector<float> boxes, scores;
    std::vector<std::int32_t> classes, images;
    Json table = Json::array();
    for (std::size_t i = 0; i < candidates.images.size(); ++i) {
        const ImageEntry& image = candidates.images[i];
        table.push_back({{"id", image.id}, {"file_name", pathText(image.file)}, {"width", image.size.width}, {"height", image.size.height}});
        for (const detect::Detection& candidate : candidates.of(i)) {
            boxes.insert(boxes.end(), {candidate.box.x1, candidate.box.y1, candidate.box.x2, candidate.box.y2});
            scores.push_back(candidate.score);
            classes.push_back(candidate.classId);
            images.push_back(static_cast<std::int32_t>(i));
        }
    }
    const auto count = static_cast<std::int64_t>(scores.size());
    weights::ArrayFile file;
    file.arrays.push_back(column("boxes", weights::DType::F32, {count, 4}, boxes));
    file.arrays.push_back(column("scores", weights::DType::F32, {count}, scores));
    file.arrays.push_back(column("classes", weights::DType::I32, {count}, classes));
    file.arrays.push_back(column("image", weights::DType::I32, {count}, images));
    file.metadata = {{"names", toText(Json(candidates.names))}, {"images", toText(table)}};
    return weights::writeSafetensors(path, file);
}

Result<DetectionSet> readCandidates(const std::filesystem::path& path) {
    const auto file = weights::readSafetensors(path);
    if (!file)
        return failAs(file);
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, path.string() + " cannot be read as candidates: " + why + ".", path, 0, "Make it again: evaluate the run, or predict with --candidates.");
    };
    const auto names = file->metadata.find("names"), images = file->metadata.find("images");
    if (names == file->metadata.end() || images == file->metadata.end())
        return refuse("it has no class names and no table of images");
    DetectionSet set;
    try {
        set.names = Json::parse(names->second).get<std::vector<std::string>>();
        for (const Json& image : Json::parse(images->second))
            set.images.push_back({image.at("id").get<int>(), image.at("file_name").get<std::string>(), {image.at("width").get<int>(), image.at("height").get<int>()}});
    } catch (const nlohmann::json::exception&) {
        return refuse("its class names or its table of images are damaged");
    }
    const weights::NamedArray* scoreArray = file->find("scores");
    const std::int64_t count = scoreArray != nullptr ? scoreArray->elements() : -1;
    std::vector<float> scores, boxes;
    std::vector<std::int32_t> classes, rows;
    if (count < 0 || !readColumn(*file, "scores", weights::DType::F32, count, scores) || !readColumn(*file, "boxes", weights::DType::F32, 4 * count, boxes) ||
        !readColumn(*file, "classes", weights::DType::I32, count, classes) || !readColumn(*file, "image", weights::DType::I32, count, rows))
        return refuse("one of its columns boxes, scores, classes, image is missing or of another length");
    set.begin.assign(set.images.size() + 1, 0);
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const bool inTable = rows[i] >= 0 && static_cast<std::size_t>(rows[i]) < set.images.size();
        if (!inTable || (i > 0 && rows[i] < rows[i - 1]) || classes[i] < 0)
            return refuse("candidate " + std::to_string(i + 1) + " names no image of the table, or stands out of order");
        ++set.begin[static_cast<std::size_t>(rows[i]) + 1];
        set.detections.push_back({{boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]}, scores[i], classes[i]});
    }
    for (std::size_t i = 1; i < set.begin.size(); ++i)
        set.begin[i] += set.begin[i - 1];
    return set;
}

std::optional<DetectionSet> candidatesOf(const DetectionSet& detections, const std::filesystem::path& path) {
    std::error_code missing;
    if (path.empty() || !std::filesystem::exists(path, missing))
        return std::nullopt;
    auto candidates = readCandidates(path);
    if (!candidates || !std::ranges::equal(candidates->images, detections.images, [](const ImageEntry& a, const ImageEntry& b) {
            return a.file.native() == b.file.native() && a.size == b.size;
        }))
        return std::nullopt;
    candidates->names = detections.names;
    return std::move(*candidates);
}

} // namespace intersect::detect

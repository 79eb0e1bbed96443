// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/coco_truth.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

#include "core/base/files.h"
#include "core/base/json_text.h"

namespace intersect::eval {
namespace {

constexpr std::int64_t kLargestCategory = 100'000; ///< names is a flat array over the ids

/// An entry of one of the file's lists, for reading fields with errors that name it.
class Entry {
public:
    Entry(const Json& json, const char* list, std::size_t index, const std::filesystem::path& path)
        : m_json(json), m_list(list), m_index(index), m_path(path) {}

    tl::unexpected<Error> wrong(const std::string& what) const {
        return fail(ErrorCode::BadInput,
                    m_path.string() + ": entry " + std::to_string(m_index) + " of \"" + m_list + "\" " + what + ".",
                    m_path, 0, "Entries are counted from 0; correct it or write the file again.");
    }
    Result<std::int64_t> integer(const char* key) const {
        const Json* value = find(key);
        if (value == nullptr || !value->is_number_integer())
            return wrong(std::string("has no whole number \"") + key + "\"");
        return value->get<std::int64_t>();
    }
    std::optional<double> number(const char* key) const {
        const Json* value = find(key);
        return value != nullptr && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
    }
    std::string text(const char* key) const {
        const Json* value = find(key);
        return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
    }
    Result<std::array<double, 4>> box() const {
        const Json* value = find("bbox");
        std::array<double, 4> box{};
        if (value == nullptr || !value->is_array() || value->size() != 4)
            return wrong("has no \"bbox\" of four numbers");
        for (std::size_t i = 0; i < 4; ++i) {
            if (!(*value)[i].is_number() || !std::isfinite((*value)[i].get<double>()))
                return wrong("has a \"bbox\" that is not four numbers");
            box[i] = (*value)[i].get<double>();
        }
        if (box[2] < 0 || box[3] < 0)
            return wrong("has a box of negative width or height");
        return box;
    }

private:
    const Json* find(const char* key) const {
        if (!m_json.is_object())
            return nullptr;
        const auto found = m_json.find(key);
        return found == m_json.end() ? nullptr : &*found;
    }
    const Json& m_json;
    const char* m_list;
    std::size_t m_index;
    const std::filesystem::path& m_path;
};

Result<const Json*> listOf(const Json& document, const char* name, const std::filesystem::path& path) {
    if (document.is_object()) {
        const auto found = document.find(name);
        if (found != document.end() && found->is_array())
            return &*found;
    }
    return fail(ErrorCode::BadInput, path.string() + " has no list \"" + name + "\".", path, 0,
                "A COCO ground truth file is needed.");
}

} // namespace

Result<CocoTruth> truthFromCoco(const std::filesystem::path& path) {
    const auto text = readFile(path);
    if (!text)
        return failAs(text);
    const auto document = parseJson(*text, path);
    if (!document)
        return failAs(document);
    const auto images = listOf(*document, "images", path);
    if (!images)
        return failAs(images);
    const auto annotations = listOf(*document, "annotations", path);
    if (!annotations)
        return failAs(annotations);
    const auto categories = listOf(*document, "categories", path);
    if (!categories)
        return failAs(categories);

    CocoTruth result;
    std::vector<char> known;
    for (std::size_t i = 0; i < (*categories)->size(); ++i) {
        const Entry entry((**categories)[i], "categories", i, path);
        const auto id = entry.integer("id");
        if (!id)
            return failAs(id);
        if (*id < 0 || *id > kLargestCategory)
            return entry.wrong("has the id " + std::to_string(*id) + ", which is not in 0.." +
                               std::to_string(kLargestCategory));
        const auto place = static_cast<std::size_t>(*id);
        if (known.size() <= place) {
            known.resize(place + 1, 0);
            result.names.resize(place + 1);
        }
        known[place] = 1;
        result.names[place] = entry.text("name");
    }

    std::unordered_map<std::int64_t, std::size_t> imageOf;
    for (std::size_t i = 0; i < (*images)->size(); ++i) {
        const Entry entry((**images)[i], "images", i, path);
        const auto id = entry.integer("id");
        if (!id)
            return failAs(id);
        if (*id < 0 || *id > std::numeric_limits<int>::max())
            return entry.wrong("has the id " + std::to_string(*id) + ", which is too large");
        if (!imageOf.emplace(*id, i).second)
            return entry.wrong("has the id " + std::to_string(*id) + " of another image");
        const auto side = [&entry](const char* key) {
            const double value = entry.number(key).value_or(0);
            return value >= 1 && value <= 1e6 ? static_cast<int>(value) : 0; // 0: not known
        };
        result.images.push_back({static_cast<int>(*id), entry.text("file_name"), {side("width"), side("height")}});
    }

    // Counting sort by image: objects of an image keep the file's order.
    std::vector<std::pair<std::size_t, TruthBox>> boxes;
    result.truth.begin.assign(result.images.size() + 1, 0);
    for (std::size_t i = 0; i < (*annotations)->size(); ++i) {
        const Entry entry((**annotations)[i], "annotations", i, path);
        const auto imageId = entry.integer("image_id");
        if (!imageId)
            return failAs(imageId);
        const auto image = imageOf.find(*imageId);
        if (image == imageOf.end())
            return entry.wrong("is of image " + std::to_string(*imageId) + ", which is not in \"images\"");
        const auto category = entry.integer("category_id");
        if (!category)
            return failAs(category);
        if (*category < 0 || *category >= static_cast<std::int64_t>(known.size()) ||
            known[static_cast<std::size_t>(*category)] == 0)
            return entry.wrong("has category " + std::to_string(*category) + ", which is not in \"categories\"");
        const auto box = entry.box();
        if (!box)
            return failAs(box);
        const auto& [x, y, w, h] = *box;
        TruthBox truth;
        truth.box = {static_cast<float>(x), static_cast<float>(y), static_cast<float>(x + w),
                     static_cast<float>(y + h)};
        truth.classId = static_cast<int>(*category);
        truth.crowd = entry.number("iscrowd").value_or(0) != 0;
        truth.area = entry.number("area").value_or(w * h);
        boxes.emplace_back(image->second, truth);
        ++result.truth.begin[image->second + 1];
    }
    for (std::size_t i = 0; i < result.images.size(); ++i)
        result.truth.begin[i + 1] += result.truth.begin[i];
    std::vector<std::uint32_t> next(result.truth.begin.begin(), result.truth.begin.end());
    result.truth.boxes.resize(boxes.size());
    for (const auto& [image, truth] : boxes)
        result.truth.boxes[next[image]++] = truth;
    return result;
}

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detections_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

#include <simdjson.h>

#include "core/base/files.h"
#include "core/base/json_text.h"

namespace intersect::detect {
namespace {

constexpr std::uintmax_t kMostBytes = 2ULL << 30;
constexpr int kMostClasses = 100'000;

void appendInt(std::string& text, std::int64_t value) {
    char digits[24];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

/// The fewest digits that read back to the same float; what is not finite becomes 0.
void appendFloat(std::string& text, float value) {
    char digits[48];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, std::isfinite(value) ? value : 0.0F).ptr);
}

void appendAnnotations(std::string& text, const DetectionSet& set) {
    text.reserve(text.size() + set.detections.size() * 110);
    bool first = true;
    for (std::size_t i = 0; i < set.images.size(); ++i)
        for (const Detection& detection : set.of(i)) {
            text += first ? "\n{\"image_id\":" : ",\n{\"image_id\":";
            first = false;
            appendInt(text, set.images[i].id);
            text += ",\"category_id\":";
            appendInt(text, detection.classId);
            text += ",\"bbox\":[";
            appendFloat(text, detection.box.x1);
            text += ',';
            appendFloat(text, detection.box.y1);
            text += ',';
            appendFloat(text, detection.box.width());
            text += ',';
            appendFloat(text, detection.box.height());
            text += "],\"score\":";
            appendFloat(text, detection.score);
            text += '}';
        }
}

/// Bytes of a path that are not UTF-8 as %XX, so that the file can be found again.
std::string percentEncoded(const std::string& bytes) {
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        if (value >= 0x80 || value == '%') {
            text += '%';
            text += kHex[value >> 4];
            text += kHex[value & 15U];
        } else {
            text += byte;
        }
    }
    return text;
}

std::string percentDecoded(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
            bytes += static_cast<char>(value);
            i += 2;
        } else {
            bytes += text[i];
        }
    }
    return bytes;
}

/// Reads one file; `why` says what is wrong with it.
class Reader {
public:
    DetectionSet set;
    std::string why;

    bool readImages(simdjson::dom::element list) {
        simdjson::dom::array images;
        if (list.get(images) != simdjson::SUCCESS)
            return refuse("\"images\" is no list");
        for (const simdjson::dom::element image : images) {
            std::int64_t id = 0, width = 0, height = 0;
            std::string_view name;
            if (image["id"].get(id) != simdjson::SUCCESS || id < std::numeric_limits<int>::min() || id > std::numeric_limits<int>::max())
                return refuse("an image of the table has no whole number as \"id\"");
            if (image["file_name"].get(name) != simdjson::SUCCESS)
                return refuse("image " + std::to_string(id) + " has no \"file_name\"");
            const bool sized = image["width"].get(width) == simdjson::SUCCESS && image["height"].get(height) == simdjson::SUCCESS;
            if (!sized || width < 0 || height < 0 || width > 1'000'000 || height > 1'000'000)
                return refuse("image " + std::to_string(id) + " has no proper \"width\" and \"height\"");
            std::string_view encoded;
            ImageEntry entry;
            entry.id = static_cast<int>(id);
            entry.file = image["file_name_bytes"].get(encoded) == simdjson::SUCCESS ? percentDecoded(encoded) : std::string(name);
            entry.size = {static_cast<int>(width), static_cast<int>(height)};
            set.images.push_back(std::move(entry));
        }
        return true;
    }

    bool readCategories(simdjson::dom::element list) {
        simdjson::dom::array categories;
        if (list.get(categories) != simdjson::SUCCESS)
            return refuse("\"categories\" is no list");
        for (const simdjson::dom::element category : categories) {
            std::int64_t id = 0;
            std::string_view name;
            if (category["id"].get(id) != simdjson::SUCCESS || id < 0 || id >= kMostClasses || category["name"].get(name) != simdjson::SUCCESS)
                return refuse("a category has no proper \"id\" and \"name\"");
            for (auto i = static_cast<std::int64_t>(set.names.size()); i <= id; ++i)
                set.names.push_back("class" + std::to_string(i));
            set.names[static_cast<std::size_t>(id)] = name;
        }
        return true;
    }

    bool readAnnotations(simdjson::dom::element list) {
        simdjson::dom::array annotations;
        if (list.get(annotations) != simdjson::SUCCESS)
            return refuse("its detections are no list");
        std::unordered_map<std::int64_t, std::uint32_t> imageOfId;
        for (std::size_t i = 0; i < set.images.size(); ++i)
            if (!imageOfId.emplace(set.images[i].id, static_cast<std::uint32_t>(i)).second)
                return refuse("image id " + std::to_string(set.images[i].id) + " stands twice in the table");
        std::size_t number = 0;
        for (const simdjson::dom::element annotation : annotations) {
            ++number;
            const auto fault = [&](const std::string& what) { return refuse("detection " + std::to_string(number) + " " + what); };
            simdjson::dom::object fields;
            if (annotation.get(fields) != simdjson::SUCCESS)
                return fault("is no table");
            std::int64_t imageId = 0, classId = 0;
            double score = 0, box[4] = {};
            bool hasImage = false, hasClass = false, hasBox = false, hasScore = false;
            for (const auto field : fields) { // one pass: looking up each key would scan the object four times
                if (field.key == "image_id")
                    hasImage = field.value.get(imageId) == simdjson::SUCCESS;
                else if (field.key == "category_id")
                    hasClass = field.value.get(classId) == simdjson::SUCCESS;
                else if (field.key == "score")
                    hasScore = field.value.get(score) == simdjson::SUCCESS;
                else if (field.key == "bbox")
                    hasBox = readBox(field.value, box);
            }
            if (!hasImage || !hasClass || !hasBox || !hasScore)
                return fault(!hasImage ? "has no whole number as \"image_id\"" : !hasClass ? "has no whole number as \"category_id\""
                             : !hasBox ? "has no \"bbox\" of four numbers" : "has no number as \"score\"");
            if (classId < 0 || classId >= kMostClasses)
                return fault("has the impossible category " + std::to_string(classId));
            if (box[2] < 0 || box[3] < 0)
                return fault("has a box of negative size");
            const auto image = imageOfId.find(imageId);
            if (image == imageOfId.end())
                return fault("names image " + std::to_string(imageId) + ", which is not in the table of images");
            m_imageOf.push_back(image->second);
            set.detections.push_back({{static_cast<float>(box[0]), static_cast<float>(box[1]), static_cast<float>(box[0] + box[2]),
                                       static_cast<float>(box[1] + box[3])},
                                      static_cast<float>(score),
                                      static_cast<int>(classId)});
        }
        group();
        return true;
    }

private:
    bool refuse(std::string reason) {
        why = std::move(reason);
        return false;
    }
    static bool readBox(simdjson::dom::element element, double (&box)[4]) {
        simdjson::dom::array values;
        if (element.get(values) != simdjson::SUCCESS || values.size() != 4)
            return false;
        std::size_t i = 0;
        for (const simdjson::dom::element value : values)
            if (value.get(box[i]) != simdjson::SUCCESS || std::abs(box[i++]) > 1e9)
                return false;
        return true;
    }
    /// By image, in it by descending score, ties in file order.
    void group() {
        std::vector<std::uint32_t> begin(set.images.size() + 1, 0);
        for (const std::uint32_t image : m_imageOf)
            ++begin[image + 1];
        std::partial_sum(begin.begin(), begin.end(), begin.begin());
        std::vector<Detection> grouped(set.detections.size());
        std::vector<std::uint32_t> at(begin.begin(), begin.end() - 1);
        for (std::size_t i = 0; i < m_imageOf.size(); ++i)
            grouped[at[m_imageOf[i]]++] = set.detections[i];
        for (std::size_t i = 0; i < set.images.size(); ++i)
            std::stable_sort(grouped.begin() + begin[i], grouped.begin() + begin[i + 1],
                             [](const Detection& a, const Detection& b) { return a.score > b.score; });
        set.begin = std::move(begin);
        set.detections = std::move(grouped);
    }

    std::vector<std::uint32_t> m_imageOf; ///< of each detection in file order
};

} // namespace

std::string formatResultsList(const DetectionSet& set) {
    std::string text = "[";
    appendAnnotations(text, set);
    return text + "\n]\n";
}

std::string formatDetections(const DetectionSet& set) {
    std::string text = "{\"images\":[";
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        const ImageEntry& image = set.images[i];
        Json entry = {{"id", image.id}, {"file_name", pathText(image.file)}, {"width", image.size.width}, {"height", image.size.height}};
        if (pathText(image.file) != image.file.string())
            entry["file_name_bytes"] = percentEncoded(image.file.string());
        text += (i > 0 ? ",\n" : "\n") + toText(entry);
    }
    text += "\n],\n\"categories\":[";
    for (std::size_t i = 0; i < set.names.size(); ++i)
        text += (i > 0 ? ",\n" : "\n") + toText(Json{{"id", i}, {"name", set.names[i]}});
    text += "\n],\n\"annotations\":[";
    appendAnnotations(text, set);
    return text + "\n]}\n";
}

Result<DetectionSet> readDetections(const std::filesystem::path& path, const DetectionSet* known) {
    const Result<std::string> bytes = readFile(path, kMostBytes);
    if (!bytes)
        return failAs(bytes);
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, path.string() + " cannot be read as detections: " + why + ".", path, 0,
                    "Give a file that predict or evaluate wrote, or COCO results with their ground truth.");
    };
    try {
        simdjson::dom::parser parser;
        simdjson::dom::element root;
        if (const auto error = parser.parse(*bytes).get(root); error != simdjson::SUCCESS)
            return refuse(std::string("it is not valid JSON (") + simdjson::error_message(error) + ")");
        Reader reader;
        simdjson::dom::element annotations = root;
        if (root.is_array()) {
            if (known == nullptr)
                return refuse("it is a plain list of results, whose images are not known here");
            reader.set.images = known->images;
            reader.set.names = known->names;
        } else {
            simdjson::dom::element images, categories;
            if (root["images"].get(images) != simdjson::SUCCESS)
                return refuse("it has no \"images\"");
            if (root["annotations"].get(annotations) != simdjson::SUCCESS)
                return refuse("it has no \"annotations\"");
            if (!reader.readImages(images) || (root["categories"].get(categories) == simdjson::SUCCESS && !reader.readCategories(categories)))
                return refuse(reader.why);
        }
        if (!reader.readAnnotations(annotations))
            return refuse(reader.why);
        return std::move(reader.set);
    } catch (const std::exception& error) {
        return refuse(error.what());
    }
}

} // namespace intersect::detect

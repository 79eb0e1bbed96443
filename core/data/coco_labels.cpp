// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/coco_labels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_set>

#include <simdjson.h>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/base/percent_text.h"
#include "core/data/line_finder.h"
#include "core/data/pixel_box.h"

namespace intersect::data {
namespace {

namespace json = simdjson::ondemand;

constexpr std::uintmax_t kMaxCocoBytes = 2ULL << 30;

struct Category {
    std::int64_t id = 0;
    std::string name;
};
struct Image {
    std::int64_t id = 0;
    AnnotatedImage said;
    int line = 0;
};
struct Annotation {
    std::int64_t image = 0, category = 0;
    PixelBox box;
    int line = 0;
};

std::optional<std::int64_t> integerOf(json::value value) {
    std::int64_t number = 0;
    return value.get_int64().get(number) == simdjson::SUCCESS ? std::optional(number) : std::nullopt;
}

std::optional<std::string> textOf(json::value value) {
    std::string_view text;
    return value.get_string().get(text) == simdjson::SUCCESS ? std::optional(std::string(text)) : std::nullopt;
}

int sideOf(json::value value) {
    double number = 0;
    const bool good = value.get_double().get(number) == simdjson::SUCCESS && number >= 1 && number <= 1e6 && number == std::floor(number);
    return good ? static_cast<int>(number) : 0;
}

/// COCO writes 0 and 1, others true and false.
bool flagOf(json::value value) {
    bool flag = false;
    if (value.get_bool().get(flag) == simdjson::SUCCESS)
        return flag;
    double number = 0;
    return value.get_double().get(number) == simdjson::SUCCESS && number != 0;
}

std::optional<PixelBox> boxOf(json::value value) {
    json::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS)
        return std::nullopt;
    std::array<double, 4> numbers{};
    std::size_t count = 0;
    for (auto item : list) {
        if (count == numbers.size() || item.get_double().get(numbers[count]) != simdjson::SUCCESS)
            return std::nullopt;
        ++count;
    }
    return count == numbers.size() ? std::optional(PixelBox{numbers[0], numbers[1], numbers[2], numbers[3]}) : std::nullopt;
}

/// Goes through one file once, whatever the order of its lists, and puts the parts together at the end.
class Reader {
public:
    Reader(std::string& text, const std::filesystem::path& path) : m_text(text), m_lines(text), m_findings(path) {}

    Annotations read(const SizeLookup& sizeOf) {
        m_text.reserve(m_text.size() + simdjson::SIMDJSON_PADDING);
        m_lines = LineFinder(m_text);
        Annotations annotations;
        json::document document;
        simdjson::error_code error = m_parser.iterate(simdjson::padded_string_view(m_text.data(), m_text.size(), m_text.capacity())).get(document);
        const bool begun = error == simdjson::SUCCESS;
        if (begun)
            error = readLists(document);
        if (error != simdjson::SUCCESS) {
            FileFindings only = m_findings.fresh();
            only.add("label-unreadable", Severity::Error, lineOf(begun ? &document : nullptr, error), std::string("The file cannot be read as COCO: ") + simdjson::error_message(error),
                     "Write the file again with the program it came from.");
            annotations.findings = only.take();
            return annotations;
        }
        if (!m_hasImages || !m_hasAnnotations || !m_hasCategories)
            m_findings.add("label-fields", Severity::Error, 0,
                           std::string("The file has no list \"") + (!m_hasImages ? "images" : !m_hasAnnotations ? "annotations" : "categories") + "\".",
                           "Give a COCO file of objects (instances).");
        putTogether(annotations, sizeOf);
        annotations.findings = m_findings.take();
        return annotations;
    }

private:
    int lineOf(json::value value) { return lineAt(value.raw_json_token().data()); }
    int lineAt(const char* at) { return m_lines.lineOf(static_cast<std::size_t>(std::max<std::ptrdiff_t>(at - m_text.data(), 0))); }
    int lineOf(json::document* document, simdjson::error_code error) {
        const char* at = nullptr;
        if (error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT || error == simdjson::UNCLOSED_STRING)
            return m_lines.lineOf(m_text.size()); // the end is missing
        return document != nullptr && document->current_location().get(at) == simdjson::SUCCESS ? lineAt(at) : 0;
    }
    void fault(const char* code, int line, std::string message, std::string advice = "Correct the entry, or write the file again.") {
        m_findings.add(code, Severity::Error, line, std::move(message), std::move(advice));
    }

    simdjson::error_code readLists(json::document& document) {
        json::object root;
        if (const auto error = document.get_object().get(root); error != simdjson::SUCCESS)
            return error;
        for (auto entry : root) {
            std::string_view key;
            json::value value;
            if (auto error = entry.unescaped_key().get(key); error != simdjson::SUCCESS)
                return error;
            if (auto error = entry.value().get(value); error != simdjson::SUCCESS)
                return error;
            simdjson::error_code error = simdjson::SUCCESS;
            if (key == "images")
                error = readList(value, "images", m_hasImages, [this](json::object fields, int line) { return readImage(fields, line); });
            else if (key == "annotations")
                error = readList(value, "annotations", m_hasAnnotations, [this](json::object fields, int line) { return readAnnotation(fields, line); });
            else if (key == "categories")
                error = readList(value, "categories", m_hasCategories, [this](json::object fields, int line) { return readCategory(fields, line); });
            if (error != simdjson::SUCCESS)
                return error;
        }
        const char* more = nullptr;
        return document.current_location().get(more) == simdjson::SUCCESS ? simdjson::TRAILING_CONTENT : simdjson::SUCCESS;
    }

    template <class ReadEntry>
    simdjson::error_code readList(json::value value, const char* name, bool& has, const ReadEntry& readEntry) {
        json::array list;
        if (value.get_array().get(list) != simdjson::SUCCESS) {
            fault("label-fields", lineOf(value), std::string("\"") + name + "\" is no list.");
            return simdjson::SUCCESS;
        }
        has = true;
        for (auto item : list) {
            json::value entry;
            if (const auto error = item.get(entry); error != simdjson::SUCCESS)
                return error;
            const int line = lineOf(entry);
            json::object fields;
            if (entry.get_object().get(fields) != simdjson::SUCCESS)
                fault("label-fields", line, std::string("An entry of \"") + name + "\" is no table of fields.");
            else if (const auto error = readEntry(fields, line); error != simdjson::SUCCESS)
                return error;
        }
        return simdjson::SUCCESS;
    }

    /// Calls `read(key, value)` for every field.
    template <class ReadField>
    static simdjson::error_code eachField(json::object fields, const ReadField& read) {
        for (auto field : fields) {
            std::string_view key;
            json::value value;
            if (auto error = field.unescaped_key().get(key); error != simdjson::SUCCESS)
                return error;
            if (auto error = field.value().get(value); error != simdjson::SUCCESS)
                return error;
            read(key, value);
        }
        return simdjson::SUCCESS;
    }

    simdjson::error_code readImage(json::object fields, int line) {
        Image image;
        std::optional<std::int64_t> id;
        std::optional<std::string> name, bytes;
        const auto error = eachField(fields, [&](std::string_view key, json::value value) {
            if (key == "id")
                id = integerOf(value);
            else if (key == "file_name")
                name = textOf(value);
            else if (key == "file_name_bytes")
                bytes = textOf(value);
            else if (key == "width")
                image.said.size.width = sideOf(value);
            else if (key == "height")
                image.said.size.height = sideOf(value);
        });
        if (error != simdjson::SUCCESS)
            return error;
        if (!id || !name || name->empty()) {
            fault("label-fields", line, !id ? "An image has no whole number as \"id\"." : "An image has no \"file_name\".");
            return error;
        }
        image.id = *id;
        image.said.file = bytes ? percentDecoded(*bytes) : std::move(*name);
        if (image.said.size.width == 0 || image.said.size.height == 0)
            image.said.size = {};
        image.line = line;
        if (m_imageOf.emplace(image.id, m_images.size()).second)
            m_images.push_back(std::move(image));
        else
            fault("label-fields", line, "Two images have the id " + std::to_string(image.id) + ".");
        return error;
    }

    simdjson::error_code readCategory(json::object fields, int line) {
        std::optional<std::int64_t> id;
        std::optional<std::string> name;
        const auto error = eachField(fields, [&](std::string_view key, json::value value) {
            if (key == "id")
                id = integerOf(value);
            else if (key == "name")
                name = textOf(value);
        });
        if (error != simdjson::SUCCESS)
            return error;
        if (!id)
            fault("label-fields", line, "A category has no whole number as \"id\".");
        else if (!m_categoryIds.insert(*id).second)
            fault("label-fields", line, "Two categories have the id " + std::to_string(*id) + ".");
        else
            m_categories.push_back({*id, name && !name->empty() ? std::move(*name) : "class " + std::to_string(*id)});
        return error;
    }

    simdjson::error_code readAnnotation(json::object fields, int line) {
        std::optional<std::int64_t> image, category;
        std::optional<PixelBox> box;
        bool crowd = false;
        const auto error = eachField(fields, [&](std::string_view key, json::value value) {
            if (key == "image_id")
                image = integerOf(value);
            else if (key == "category_id")
                category = integerOf(value);
            else if (key == "bbox")
                box = boxOf(value);
            else if (key == "iscrowd")
                crowd = flagOf(value);
        });
        if (error != simdjson::SUCCESS)
            return error;
        if (!image || !category)
            fault("label-fields", line, std::string("An annotation has no whole number as \"") + (!image ? "image_id" : "category_id") + "\".");
        else if (crowd)
            ++m_crowds;
        else if (!box)
            fault("label-number", line, "An annotation has no \"bbox\" of four numbers.");
        else
            m_annotations.push_back({*image, *category, *box, line});
        return error;
    }

    void putTogether(Annotations& to, const SizeLookup& sizeOf) {
        std::sort(m_categories.begin(), m_categories.end(), [](const Category& a, const Category& b) { return a.id < b.id; });
        std::unordered_map<std::int64_t, int> rankOf;
        for (Category& category : m_categories) {
            rankOf.emplace(category.id, static_cast<int>(to.names.size()));
            to.names.push_back(std::move(category.name));
        }
        std::vector<bool> told(m_images.size());
        for (const Annotation& annotation : m_annotations) {
            const auto image = m_imageOf.find(annotation.image);
            const auto rank = rankOf.find(annotation.category);
            if (image == m_imageOf.end()) {
                fault("label-fields", annotation.line, "An annotation is of image " + std::to_string(annotation.image) + ", which is not in \"images\".");
                continue;
            }
            if (rank == rankOf.end()) {
                fault("label-class", annotation.line, "An annotation is of category " + std::to_string(annotation.category) + ", which is not in \"categories\".");
                continue;
            }
            Image& of = m_images[image->second];
            if (of.said.size.width == 0 && !told[image->second] && sizeOf)
                of.said.size = sizeOf(of.said.file);
            if (of.said.size.width == 0) {
                if (!told[image->second])
                    fault("label-no-size", of.line, "The image \"" + shownText(of.said.file) + "\" has no width and height, and the picture was not found.",
                          "Bring the picture back, or write its width and height.");
                told[image->second] = true;
                continue;
            }
            addAnnotation(of.said, rank->second, annotation);
        }
        if (m_crowds > 0)
            m_findings.add("label-crowd", Severity::Note, 0, std::to_string(m_crowds) + " crowd regions are left out: they are no single objects.");
        for (Image& image : m_images) {
            dropDuplicates(image.said.labels, m_findings);
            to.images.push_back(std::move(image.said));
        }
    }

    void addAnnotation(AnnotatedImage& image, int classId, const Annotation& annotation) {
        auto fractions = toFractions(annotation.box, image.size);
        if (!fractions) {
            m_findings.add(std::move(fractions.error()), annotation.line);
            return;
        }
        if (fractions->warning)
            m_findings.add(std::move(*fractions->warning), annotation.line);
        image.labels.push_back({classId, fractions->box, annotation.line});
    }

    std::string& m_text;
    LineFinder m_lines;
    FileFindings m_findings;
    json::parser m_parser;
    bool m_hasImages = false, m_hasAnnotations = false, m_hasCategories = false;
    std::vector<Image> m_images;
    std::unordered_map<std::int64_t, std::size_t> m_imageOf;
    std::vector<Category> m_categories;
    std::unordered_set<std::int64_t> m_categoryIds;
    std::vector<Annotation> m_annotations;
    std::int64_t m_crowds = 0;
};

std::string pixelText(double value) {
    return formatShortest(tidied(value, 9));
}

} // namespace

Annotations parseCocoLabels(std::string text, const std::filesystem::path& path, const SizeLookup& sizeOf) {
    return Reader(text, path).read(sizeOf);
}

Annotations readCocoLabels(const std::filesystem::path& path, const SizeLookup& sizeOf) {
    Result<std::string> text = readFile(path, kMaxCocoBytes);
    if (text)
        return parseCocoLabels(std::move(*text), path, sizeOf);
    Annotations annotations;
    annotations.findings.push_back({"label-unreadable", Severity::Error, path, 0, text.error().message, text.error().advice});
    return annotations;
}

std::string formatCocoLabels(const std::vector<AnnotatedImage>& images, const std::vector<std::string>& names) {
    std::string text = "{\"images\":[";
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::string name = pathText(images[i].file);
        text += (i > 0 ? ",\n{\"id\":" : "\n{\"id\":") + std::to_string(i + 1) + ",\"file_name\":" + toText(Json(name));
        if (name != images[i].file)
            text += ",\"file_name_bytes\":" + toText(Json(percentEncoded(images[i].file)));
        text += ",\"width\":" + std::to_string(images[i].size.width) + ",\"height\":" + std::to_string(images[i].size.height) + "}";
    }
    text += "\n],\n\"categories\":[";
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i > 0 ? ",\n{\"id\":" : "\n{\"id\":") + std::to_string(i) + ",\"name\":" + toText(Json(names[i])) + "}";
    text += "\n],\n\"annotations\":[";
    std::size_t id = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
        for (const Label& label : images[i].labels) {
            const PixelBox box = toPixels(label.box, images[i].size);
            text += (id > 0 ? ",\n{\"id\":" : "\n{\"id\":") + std::to_string(id + 1) + ",\"image_id\":" + std::to_string(i + 1) + ",\"category_id\":" +
                    std::to_string(label.classId) + ",\"bbox\":[" + pixelText(box.x) + "," + pixelText(box.y) + "," + pixelText(box.w) + "," + pixelText(box.h) +
                    "],\"area\":" + pixelText(box.w * box.h) + ",\"iscrowd\":0}";
            ++id;
        }
    }
    return text + "\n]}\n";
}

} // namespace intersect::data

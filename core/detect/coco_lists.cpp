// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/coco_lists.h"

#include <cmath>
#include <new>
#include <set>
#include <string_view>

#include <simdjson.h>

#include "core/base/json_list_reader.h"
#include "core/base/percent_text.h"

namespace intersect::detect {
namespace {

static_assert(simdjson::SIMDJSON_PADDING <= JsonListReader::kPadding);

using simdjson::dom::element;
constexpr double kFarthest = 1e9; ///< pixels; far within float32
constexpr double kLargestSide = 1e6;

bool integer(element value, std::int64_t& into) {
    return value.get(into) == simdjson::SUCCESS;
}

bool number(element value, double& into) {
    return value.get(into) == simdjson::SUCCESS && std::isfinite(into);
}

/// A side of an image, 0 where it is not known; -1 where the file tells no proper one.
int sideOf(element value) {
    double side = 0;
    return number(value, side) && side >= 0 && side <= kLargestSide ? static_cast<int>(side) : -1;
}

/// What is wrong with a box, or nothing.
const char* readBox(element value, BoxXywh& box) {
    simdjson::dom::array values;
    if (value.get(values) != simdjson::SUCCESS)
        return "has no \"bbox\" of four numbers";
    double numbers[4] = {};
    std::size_t count = 0;
    for (const element one : values) {
        if (count == 4 || !number(one, numbers[count]))
            return "has no \"bbox\" of four numbers";
        if (std::abs(numbers[count++]) > kFarthest)
            return "has a box that reaches farther than a billion pixels";
    }
    if (count != 4)
        return "has no \"bbox\" of four numbers";
    box = {numbers[0], numbers[1], numbers[2], numbers[3]};
    return box.w < 0 || box.h < 0 ? "has a box of negative size" : nullptr;
}

std::string readImage(element entry, const CocoVisitor& visitor) {
    CocoImage image;
    element value;
    if (!entry.is_object())
        return "is no table";
    if (entry["id"].get(value) != simdjson::SUCCESS || !integer(value, image.id))
        return "has no whole number as \"id\"";
    std::string_view text;
    if (entry["file_name_bytes"].get(text) == simdjson::SUCCESS)
        image.file = percentDecoded(text);
    else if (entry["file_name"].get(text) == simdjson::SUCCESS)
        image.file = text;
    const auto side = [&](const char* key) { return entry[key].get(value) == simdjson::SUCCESS ? sideOf(value) : -1; };
    const Size size{side("width"), side("height")};
    if (size.width >= 0 && size.height >= 0)
        image.size = size;
    return visitor.image ? visitor.image(std::move(image)) : std::string();
}

std::string readCategory(element entry, const CocoVisitor& visitor) {
    CocoCategory category;
    element value;
    if (!entry.is_object())
        return "is no table";
    if (entry["id"].get(value) != simdjson::SUCCESS || !integer(value, category.id))
        return "has no whole number as \"id\"";
    std::string_view name;
    if (entry["name"].get(name) == simdjson::SUCCESS)
        category.name = name;
    return visitor.category ? visitor.category(std::move(category)) : std::string();
}

/// One pass over the fields: looking up each key would go through the entry again and again.
std::string readAnnotation(element entry, const CocoVisitor& visitor) {
    simdjson::dom::object fields;
    if (entry.get(fields) != simdjson::SUCCESS)
        return "is no table";
    CocoBox box;
    bool hasImage = false, hasCategory = false;
    const char* boxFault = "has no \"bbox\" of four numbers";
    for (const auto field : fields) {
        const std::string_view key = field.key;
        const bool null = field.value.is_null();
        double read = 0;
        bool flag = false;
        if (key == "image_id") {
            hasImage = integer(field.value, box.imageId);
        } else if (key == "category_id") {
            hasCategory = integer(field.value, box.categoryId);
        } else if (key == "bbox") {
            boxFault = readBox(field.value, box.box);
        } else if (key == "score" && !null) {
            if (!number(field.value, read))
                return "has no number as \"score\"";
            box.score = read;
        } else if (key == "area" && !null) {
            if (!number(field.value, read) || read < 0)
                return "has an \"area\" that is no number of pixels";
            box.area = read;
        } else if (key == "iscrowd" && !null) {
            if (field.value.get(flag) == simdjson::SUCCESS)
                box.crowd = flag;
            else if (number(field.value, read))
                box.crowd = read != 0;
            else
                return "has an \"iscrowd\" that is neither 0 nor 1";
        } else if (key == "id") {
            std::int64_t id = 0;
            if (integer(field.value, id))
                box.id = id;
        }
    }
    if (!hasImage)
        return "has no whole number as \"image_id\"";
    if (!hasCategory)
        return "has no whole number as \"category_id\"";
    if (boxFault != nullptr)
        return boxFault;
    return visitor.box ? visitor.box(box) : std::string();
}

/// What a text holds that is no JSON but is often written as if it were.
std::string whyNoJson(std::string_view text, simdjson::error_code error) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (quoted && text[i] == '\\')
            ++i;
        else if (!quoted && (text.substr(i, 3) == "NaN" || text.substr(i, 3) == "nan"))
            return "holds NaN, which is no number";
        else if (!quoted && (text.substr(i, 3) == "Inf" || text.substr(i, 3) == "inf"))
            return "holds infinity, which is no number";
    }
    return std::string("is not valid JSON (") + simdjson::error_message(error) + ")";
}

/// Parses one batch after the other and hands out the entries.
class Walk {
public:
    Walk(const std::filesystem::path& path, const CocoVisitor& visitor) : m_path(path), m_visitor(visitor) {}

    Result<CocoLists> run() {
        auto reader = JsonListReader::open(m_path);
        if (!reader)
            return failAs(reader);
        for (;;) {
            const auto batch = reader->next();
            if (!batch)
                return failAs(batch);
            if (!*batch)
                return m_lists;
            if (const auto taken = take(**batch); !taken)
                return failAs(taken);
        }
    }

private:
    using Read = std::string (*)(element, const CocoVisitor&);

    Result<void> take(const JsonBatch& batch) {
        const bool plain = batch.key.empty() && batch.list;
        bool CocoLists::*const seen = plain                        ? &CocoLists::plain
                                      : batch.key == "annotations" ? &CocoLists::boxes
                                      : batch.key == "images"      ? &CocoLists::images
                                      : batch.key == "categories"  ? &CocoLists::categories
                                                                   : nullptr;
        if (seen != nullptr && !batch.list)
            return refuse("has a \"" + batch.key + "\" that is no list", batch.line);
        if (batch.first == 0 && !m_values.insert(batch.key).second)
            return refuse("has \"" + batch.key + "\" twice", batch.line);
        element parsed;
        const auto error = m_parser.parse(batch.text.data(), batch.text.size(), false).get(parsed);
        if (error != simdjson::SUCCESS)
            return batch.list ? firstBroken(batch) : refuse(whyNoJson(batch.text, error), batch.line);
        if (seen == nullptr)
            return {};
        m_lists.*seen = true;
        const Read read = seen == &CocoLists::images       ? readImage
                          : seen == &CocoLists::categories ? readCategory
                                                           : readAnnotation;
        std::size_t number = batch.first;
        for (const element entry : simdjson::dom::array(parsed)) {
            ++number;
            if (const std::string fault = read(entry, m_visitor); !fault.empty())
                return cocoFault(m_path, batch.key, number, wordOf(batch.key), fault);
        }
        return {};
    }

    const char* wordOf(const std::string& key) const {
        return key == "images"                       ? "image entry"
               : key == "categories"                 ? "category entry"
               : key.empty() || key == "annotations" ? m_visitor.boxWord
                                                     : "entry";
    }
    tl::unexpected<Error> refuse(const std::string& what, int line) const {
        return fail(ErrorCode::BadInput, m_path.string() + " " + what + ".", m_path, line,
                    "Write the file again with the program it came from.");
    }
    /// Names the first entry of the batch that cannot be parsed by itself.
    Result<void> firstBroken(const JsonBatch& batch);

    const std::filesystem::path& m_path;
    const CocoVisitor& m_visitor;
    CocoLists m_lists;
    std::set<std::string> m_values; ///< names seen at the top
    simdjson::dom::parser m_parser;
};

/// Goes through the file again entry by entry; `visit` gets those of the list `key` until it returns true.
template <class Visit>
bool findEntry(const std::filesystem::path& path, const std::string& key, const Visit& visit) {
    auto reader = JsonListReader::open(path, 0);
    while (reader) {
        const auto entry = reader->next();
        if (!entry || !*entry)
            break;
        if ((*entry)->list && (*entry)->key == key && visit(**entry))
            return true;
    }
    return false;
}

Result<void> Walk::firstBroken(const JsonBatch& batch) {
    Result<void> result = refuse("is not valid JSON", batch.line);
    findEntry(m_path, batch.key, [&](const JsonBatch& entry) {
        element parsed;
        const auto error = m_parser.parse(entry.text.data(), entry.text.size(), false).get(parsed);
        if (entry.first < batch.first || error == simdjson::SUCCESS)
            return false;
        result = fail(ErrorCode::BadInput,
                      m_path.string() + ": " + wordOf(batch.key) + " " + std::to_string(entry.first + 1) + " " +
                          whyNoJson(entry.text, error) + ".",
                      m_path, entry.line, "Write the file again with the program it came from.");
        return true;
    });
    return result;
}

} // namespace

tl::unexpected<Error> cocoFault(const std::filesystem::path& path, const std::string& key, std::size_t number,
                                const char* word, const std::string& what) {
    int line = 0;
    findEntry(path, key, [&](const JsonBatch& entry) {
        line = entry.line;
        return entry.first + 1 == number;
    });
    return fail(ErrorCode::BadInput, path.string() + ": " + word + " " + std::to_string(number) + " " + what + ".",
                path, line, "Entries are counted from 1; correct it or write the file again.");
}

Result<CocoLists> readCocoLists(const std::filesystem::path& path, const CocoVisitor& visitor) {
    try {
        return Walk(path, visitor).run();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::Failed, path.string() + " does not fit into memory.", path, 0, "Evaluate it in parts.");
    }
}

} // namespace intersect::detect

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detections_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <new>
#include <numeric>
#include <set>
#include <unordered_map>
#include <vector>

#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/base/percent_text.h"
#include "core/detect/coco_lists.h"

namespace intersect::detect {
namespace {

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

/// Takes the entries of one file and puts them in the order of its images.
class Reader {
public:
    Reader(const std::filesystem::path& path, const DetectionSet* known) : m_path(path), m_known(known) {}

    Result<DetectionSet> run() {
        CocoVisitor visitor;
        visitor.image = [this](CocoImage&& image) { return takeImage(std::move(image)); };
        visitor.category = [this](CocoCategory&& category) { return takeCategory(std::move(category)); };
        visitor.box = [this](const CocoBox& box) { return takeBox(box); };
        visitor.boxWord = kWord;
        const auto lists = readCocoLists(m_path, visitor);
        if (!lists)
            return failAs(lists);
        const auto lacks = [this](const std::string& why) {
            return fail(ErrorCode::BadInput, m_path.string() + " cannot be read as detections: " + why + ".", m_path, 0,
                        "Give a file that predict or evaluate wrote, or COCO results with their ground truth.");
        };
        if (lists->plain) {
            if (m_known == nullptr)
                return lacks("it is a plain list of results, whose images are not known here");
            m_set.images = m_known->images;
            m_set.names = m_known->names;
        } else if (!lists->images || !lists->boxes) {
            return lacks(!lists->images ? "it has no \"images\"" : "it has no \"annotations\"");
        }
        if (const auto grouped = group(lists->plain ? "" : "annotations"); !grouped)
            return failAs(grouped);
        return std::move(m_set);
    }

private:
    static constexpr const char* kWord = "detection";

    std::string takeImage(CocoImage&& image) {
        if (image.id < std::numeric_limits<int>::min() || image.id > std::numeric_limits<int>::max())
            return "has the id " + std::to_string(image.id) + ", which is too large";
        if (image.file.empty())
            return "(id " + std::to_string(image.id) + ") has no \"file_name\"";
        if (!image.size)
            return "(id " + std::to_string(image.id) + ") has no proper \"width\" and \"height\"";
        m_set.images.push_back({static_cast<int>(image.id), std::move(image.file), *image.size});
        return {};
    }

    std::string takeCategory(CocoCategory&& category) {
        if (category.id < 0 || category.id >= kMostClasses)
            return "has the impossible id " + std::to_string(category.id);
        if (!m_categories.insert(category.id).second)
            return "has the id " + std::to_string(category.id) + " of another category";
        for (auto i = static_cast<std::int64_t>(m_set.names.size()); i <= category.id; ++i)
            m_set.names.push_back("class" + std::to_string(i));
        m_set.names[static_cast<std::size_t>(category.id)] = std::move(category.name);
        return {};
    }

    std::string takeBox(const CocoBox& box) {
        if (!box.score)
            return "has no number as \"score\"";
        if (*box.score < 0 || *box.score > 1)
            return "has the score " + formatShortest(*box.score) + ", which is not in 0..1";
        if (box.categoryId < 0 || box.categoryId >= kMostClasses)
            return "has the impossible category " + std::to_string(box.categoryId);
        if (m_boxes.size() == std::numeric_limits<std::uint32_t>::max())
            return "is one more than can be counted";
        m_boxes.push_back({box.box, *box.score});
        m_classes.push_back(static_cast<int>(box.categoryId));
        m_imageIds.push_back(box.imageId);
        return {};
    }

    /// By image, in it by descending score, ties in file order.
    Result<void> group(const std::string& key) {
        std::unordered_map<std::int64_t, std::uint32_t> placeOfId;
        for (std::size_t i = 0; i < m_set.images.size(); ++i)
            if (!placeOfId.emplace(m_set.images[i].id, static_cast<std::uint32_t>(i)).second)
                return fail(ErrorCode::BadInput,
                            m_path.string() + ": image id " + std::to_string(m_set.images[i].id) +
                                " stands twice in the table of images.",
                            m_path, 0, "Number the images anew.");
        std::vector<std::uint32_t> places(m_boxes.size());
        std::vector<std::uint32_t>& begin = m_set.begin;
        begin.assign(m_set.images.size() + 1, 0);
        auto place = placeOfId.end(); // the same as before, most of the time
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (place == placeOfId.end() || place->first != m_imageIds[i])
                place = placeOfId.find(m_imageIds[i]);
            if (place == placeOfId.end())
                return cocoFault(m_path, key, i + 1, kWord,
                                 "names image " + std::to_string(m_imageIds[i]) +
                                     ", which is not in the table of images");
            places[i] = place->second;
            ++begin[place->second + 1];
        }
        std::vector<std::int64_t>().swap(m_imageIds);
        std::partial_sum(begin.begin(), begin.end(), begin.begin());
        std::vector<std::uint32_t> order(places.size()), next(begin.begin(), begin.end() - 1);
        for (std::size_t i = 0; i < places.size(); ++i)
            order[next[places[i]]++] = static_cast<std::uint32_t>(i);
        std::vector<std::uint32_t>().swap(places);
        for (std::size_t i = 0; i + 1 < begin.size(); ++i)
            std::sort(order.begin() + begin[i], order.begin() + begin[i + 1], [this](std::uint32_t a, std::uint32_t b) {
                return m_boxes[a].score != m_boxes[b].score ? m_boxes[a].score > m_boxes[b].score : a < b;
            });
        m_set.exact.reserve(order.size());
        m_set.detections.reserve(order.size());
        for (const std::uint32_t i : order) {
            const auto& [box, score] = m_boxes[i];
            m_set.exact.push_back(m_boxes[i]);
            m_set.detections.push_back({{static_cast<float>(box.x), static_cast<float>(box.y),
                                         static_cast<float>(box.x + box.w), static_cast<float>(box.y + box.h)},
                                        static_cast<float>(score),
                                        m_classes[i]});
        }
        return {};
    }

    const std::filesystem::path& m_path;
    const DetectionSet* m_known;
    DetectionSet m_set;
    std::set<std::int64_t> m_categories;
    std::vector<ExactDetection> m_boxes; ///< in file order, as the two below
    std::vector<int> m_classes;
    std::vector<std::int64_t> m_imageIds;
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
        Json entry = {{"id", image.id},
                      {"file_name", pathText(image.file)},
                      {"width", image.size.width},
                      {"height", image.size.height}};
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
    try {
        return Reader(path, known).run();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::Failed, path.string() + " holds more detections than fit into memory.", path, 0,
                    "Evaluate it in parts.");
    }
}

} // namespace intersect::detect

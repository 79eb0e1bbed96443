// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/coco_truth.h"

#include <cstddef>
#include <limits>
#include <unordered_map>
#include <utility>

#include "core/detect/coco_lists.h"

namespace intersect::eval {
namespace {

constexpr std::int64_t kLargestCategory = 100'000; ///< names is a flat array over the ids
constexpr const char* kWord = "annotation";

/// An object and what has to be looked up once all lists are read.
struct Row {
    std::int64_t imageId = 0, categoryId = 0;
    detect::BoxXywh box;
    double area = 0;
    bool crowd = false;
};

/// Takes the entries of one file and puts them in the order of its images.
class Reader {
public:
    explicit Reader(const std::filesystem::path& path) : m_path(path) {}

    Result<CocoTruth> run() {
        detect::CocoVisitor visitor;
        visitor.image = [this](detect::CocoImage&& image) { return takeImage(std::move(image)); };
        visitor.category = [this](detect::CocoCategory&& category) { return takeCategory(std::move(category)); };
        visitor.box = [this](const detect::CocoBox& box) { return takeBox(box); };
        visitor.boxWord = kWord;
        const auto lists = detect::readCocoLists(m_path, visitor);
        if (!lists)
            return failAs(lists);
        const char* missing = !lists->images       ? "images"
                              : !lists->boxes      ? "annotations"
                              : !lists->categories ? "categories"
                                                   : nullptr;
        if (missing != nullptr)
            return fail(ErrorCode::BadInput, m_path.string() + " has no list \"" + missing + "\".", m_path, 0,
                        "A COCO ground truth file is needed.");
        if (const auto grouped = group(); !grouped)
            return failAs(grouped);
        return std::move(m_result);
    }

private:
    std::string takeImage(detect::CocoImage&& image) {
        if (image.id < 0 || image.id > std::numeric_limits<int>::max())
            return "has the id " + std::to_string(image.id) + ", which is negative or too large";
        if (!m_placeOfImage.emplace(image.id, m_result.images.size()).second)
            return "has the id " + std::to_string(image.id) + " of another image";
        m_result.images.push_back({static_cast<int>(image.id), std::move(image.file), image.size.value_or(Size{})});
        return {};
    }

    std::string takeCategory(detect::CocoCategory&& category) {
        if (category.id < 0 || category.id > kLargestCategory)
            return "has the id " + std::to_string(category.id) + ", which is not in 0.." +
                   std::to_string(kLargestCategory);
        const auto place = static_cast<std::size_t>(category.id);
        if (m_known.size() <= place) {
            m_known.resize(place + 1, 0);
            m_result.names.resize(place + 1);
        }
        if (std::exchange(m_known[place], char(1)) != 0)
            return "has the id " + std::to_string(category.id) + " of another category";
        m_result.names[place] = category.name.empty() ? std::to_string(category.id) : std::move(category.name);
        return {};
    }

    std::string takeBox(const detect::CocoBox& box) {
        if (m_rows.size() == std::numeric_limits<std::uint32_t>::max())
            return "is one more than can be counted";
        if (box.id)
            if (const auto [other, fresh] = m_numberOfId.emplace(*box.id, m_rows.size() + 1); !fresh)
                return "has the id " + std::to_string(*box.id) + " of " + kWord + " " + std::to_string(other->second);
        m_rows.push_back({box.imageId, box.categoryId, box.box, box.area.value_or(box.box.area()), box.crowd});
        return {};
    }

    /// Counting sort by image: objects of an image keep the file's order.
    Result<void> group() {
        const auto wrong = [this](std::size_t row, const std::string& what) {
            return detect::cocoFault(m_path, "annotations", row + 1, kWord, what);
        };
        Truth& truth = m_result.truth;
        truth.begin.assign(m_result.images.size() + 1, 0);
        std::vector<std::uint32_t> places;
        places.reserve(m_rows.size());
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const auto image = m_placeOfImage.find(m_rows[i].imageId);
            if (image == m_placeOfImage.end())
                return wrong(i, "is of image " + std::to_string(m_rows[i].imageId) + ", which is not in \"images\"");
            const std::int64_t category = m_rows[i].categoryId;
            if (category < 0 || category >= static_cast<std::int64_t>(m_known.size()) ||
                m_known[static_cast<std::size_t>(category)] == 0)
                return wrong(i, "has category " + std::to_string(category) + ", which is not in \"categories\"");
            places.push_back(static_cast<std::uint32_t>(image->second));
            ++truth.begin[image->second + 1];
        }
        for (std::size_t i = 0; i + 1 < truth.begin.size(); ++i)
            truth.begin[i + 1] += truth.begin[i];
        std::vector<std::uint32_t> next(truth.begin.begin(), truth.begin.end());
        truth.boxes.resize(m_rows.size());
        truth.exact.resize(m_rows.size());
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const Row& row = m_rows[i];
            const auto& [x, y, w, h] = row.box;
            const std::uint32_t place = next[places[i]]++;
            truth.exact[place] = row.box;
            truth.boxes[place] = {
                {static_cast<float>(x), static_cast<float>(y), static_cast<float>(x + w), static_cast<float>(y + h)},
                static_cast<int>(row.categoryId),
                row.crowd,
                row.area};
        }
        return {};
    }

    const std::filesystem::path& m_path;
    CocoTruth m_result;
    std::vector<char> m_known; ///< category ids
    std::unordered_map<std::int64_t, std::size_t> m_placeOfImage, m_numberOfId;
    std::vector<Row> m_rows; ///< in file order
};

} // namespace

Result<CocoTruth> truthFromCoco(const std::filesystem::path& path) {
    return Reader(path).run();
}

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detections_txt.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/detect/detections_file.h"

namespace intersect::detect {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 256ULL << 20;
/// Boxes may reach over the border of their picture; what lies beyond these is in pixels, or of another picture.
constexpr double kLowestCentre = -1, kHighestCentre = 2, kLongestSide = 3;

tl::unexpected<Error> wrongRow(const fs::path& file, int line, const std::string& what, const std::string& advice) {
    return fail(ErrorCode::BadInput, file.string() + " " + what + ".", file, line, advice);
}

/// One row of a file.
struct Row {
    int classId = 0;
    BoxCxcywhn box;
    double score = 0;
};

Result<Row> parseRow(std::string_view text, const fs::path& file, int line, std::size_t classes) {
    const char* const kForm = "Rows are: class cx cy w h confidence, with the box as fractions of the picture.";
    const std::vector<std::string_view> cells = splitBlanks(text);
    if (cells.size() == 5)
        return wrongRow(file, line, "has no confidence, as a label file", "Write the detections with --save-conf too.");
    if (cells.size() != 6)
        return wrongRow(file, line, "has a row of " + std::to_string(cells.size()) + " numbers instead of 6", kForm);
    double numbers[6] = {};
    for (std::size_t i = 0; i < 6; ++i) {
        const auto number = parseDouble(cells[i]);
        if (!number || !std::isfinite(*number))
            return wrongRow(file, line, "has \"" + std::string(cells[i].substr(0, 40)) + "\" where a number belongs",
                            kForm);
        numbers[i] = *number;
    }
    const auto& [id, cx, cy, w, h, score] = numbers;
    if (id != std::floor(id) || id < 0 || id >= static_cast<double>(classes))
        return wrongRow(file, line,
                        "has the unknown class " + formatShortest(id) + ": there are " + std::to_string(classes) +
                            " classes",
                        "Give detections of the classes of the truth.");
    if (w < 0 || h < 0)
        return wrongRow(file, line, "has a box of negative size", kForm);
    if (std::min(cx, cy) < kLowestCentre || std::max(cx, cy) > kHighestCentre || std::max(w, h) > kLongestSide)
        return wrongRow(file, line, "has a box far outside its picture", kForm);
    if (score < 0 || score > 1)
        return wrongRow(file, line, "has the confidence " + formatShortest(score) + ", which is not in 0..1", kForm);
    return Row{static_cast<int>(id), {cx, cy, w, h}, score};
}

/// Adds the rows of one file, the surest first.
Result<void> addRows(const fs::path& file, const ImageEntry& image, DetectionSet& set) {
    const auto text = readFile(file, kMostBytes);
    if (!text)
        return failAs(text);
    std::vector<Row> rows;
    int line = 0;
    for (const std::string_view row : splitAt(*text, '\n')) {
        ++line;
        if (trimmed(row).empty())
            continue;
        const auto parsed = parseRow(trimmed(row), file, line, set.names.size());
        if (!parsed)
            return failAs(parsed);
        rows.push_back(*parsed);
    }
    if (!rows.empty() && (image.size.width <= 0 || image.size.height <= 0))
        return fail(ErrorCode::BadInput,
                    "The size of " + image.file.string() + " is not known, so its detections cannot be placed.",
                    image.file, 0, "Give a truth that tells the sizes of its pictures.");
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.score > b.score; });
    for (const Row& row : rows) {
        const auto& [cx, cy, w, h] = row.box;
        const double width = image.size.width, height = image.size.height;
        set.detections.push_back({toXyxy(row.box, image.size), static_cast<float>(row.score), row.classId});
        set.exact.push_back({{(cx - w / 2) * width, (cy - h / 2) * height, w * width, h * height}, row.score});
    }
    return {};
}

/// Whether a path is another, or its last parts.
bool endsWith(const std::string& path, const std::string& end) {
    if (path.size() < end.size() || path.compare(path.size() - end.size(), end.size(), end) != 0)
        return false;
    return path.size() == end.size() || path[path.size() - end.size() - 1] == '/';
}

/// Finds the picture a text file is of.
class Pictures {
public:
    explicit Pictures(const std::vector<ImageEntry>& images) : m_images(images) {
        for (std::size_t i = 0; i < images.size(); ++i) {
            m_byName.emplace(images[i].file.stem().string(), i);
            if (images[i].file.has_extension())
                m_byName.emplace(images[i].file.filename().string(), i);
        }
    }
    /// The pictures that `relative`, a path without ".txt", may mean.
    std::vector<std::size_t> of(const fs::path& relative) const {
        std::vector<std::size_t> whole, stems;
        const auto [first, last] = m_byName.equal_range(relative.filename().string());
        for (auto entry = first; entry != last; ++entry) {
            const fs::path& file = m_images[entry->second].file;
            if (endsWith((file.parent_path() / file.stem()).string(), relative.string()))
                stems.push_back(entry->second);
            else if (endsWith(file.string(), relative.string()))
                whole.push_back(entry->second);
        }
        return stems.empty() ? whole : stems;
    }

private:
    const std::vector<ImageEntry>& m_images;
    std::unordered_multimap<std::string, std::size_t> m_byName; ///< with and without its ending
};

} // namespace

Result<DetectionSet> readTextDetections(const fs::path& folder, const DetectionSet& pictures) {
    const auto refuse = [](const fs::path& path, const std::string& message, const char* advice) {
        return fail(ErrorCode::BadInput, message, path, 0, advice);
    };
    std::vector<fs::path> files;
    std::error_code error, ignored;
    for (fs::recursive_directory_iterator at(folder, fs::directory_options::follow_directory_symlink, error), end;
         !error && at != end; at.increment(error))
        if (at->path().extension() == ".txt" && !at->is_directory(ignored))
            files.push_back(at->path());
    if (error)
        return refuse(folder, folder.string() + " cannot be read: " + error.message() + ".", "");
    if (files.empty())
        return refuse(folder, folder.string() + " has no text file of detections.",
                      "Give the folder that --save-txt wrote (YOLOv5 calls it labels).");
    std::sort(files.begin(), files.end());

    const Pictures table(pictures.images);
    std::vector<std::optional<fs::path>> fileOf(pictures.images.size());
    for (const fs::path& file : files) {
        const std::vector<std::size_t> fitting =
            table.of(fs::path(file).replace_extension().lexically_relative(folder));
        if (fitting.empty())
            return refuse(file, file.string() + " is of none of the pictures evaluated.",
                          "Give detections of the same pictures as the truth.");
        if (fitting.size() > 1)
            return refuse(file,
                          file.string() + " may be of " + pictures.images[fitting[0]].file.string() + " or of " +
                              pictures.images[fitting[1]].file.string() + ".",
                          "Write the detections again in folders like those of the pictures, as predict does.");
        std::optional<fs::path>& mine = fileOf[fitting.front()];
        if (mine)
            return refuse(file,
                          file.string() + " and " + mine->string() + " may both be of " +
                              pictures.images[fitting.front()].file.string() + ".",
                          "Leave one of them.");
        mine = file;
    }

    DetectionSet set;
    set.names = pictures.names;
    set.images = pictures.images;
    set.begin.push_back(0);
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        if (fileOf[i])
            if (const auto added = addRows(*fileOf[i], set.images[i], set); !added)
                return failAs(added);
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
    }
    return set;
}

Result<DetectionSet> readDetectionsOf(const fs::path& path, const DetectionSet& pictures) {
    std::error_code ignored;
    return fs::is_directory(path, ignored) ? readTextDetections(path, pictures) : readDetections(path, &pictures);
}

} // namespace intersect::detect

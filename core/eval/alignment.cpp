// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/alignment.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace intersect::eval {
namespace {

/// Whether one path is the other, or its last parts.
bool samePicture(const std::string& a, const std::string& b) {
    const std::string& longer = a.size() >= b.size() ? a : b;
    const std::string& shorter = a.size() >= b.size() ? b : a;
    if (longer.compare(longer.size() - shorter.size(), shorter.size(), shorter) != 0)
        return false;
    return longer.size() == shorter.size() || longer[longer.size() - shorter.size() - 1] == '/';
}

bool haveNames(const std::vector<detect::ImageEntry>& images) {
    for (const detect::ImageEntry& image : images)
        if (image.file.empty())
            return false;
    return true;
}

bool sameTable(const std::vector<detect::ImageEntry>& a, const std::vector<detect::ImageEntry>& b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const detect::ImageEntry& x, const detect::ImageEntry& y) { return x.id == y.id && x.file == y.file; });
}

} // namespace

Result<detect::DetectionSet> alignDetections(detect::DetectionSet found, const std::vector<detect::ImageEntry>& images,
                                             const std::filesystem::path& path) {
    if (sameTable(found.images, images)) {
        found.images = images; // with the sizes of the truth
        return found;
    }
    const bool byName = haveNames(images) && haveNames(found.images);
    std::unordered_multimap<std::string, std::size_t> table; // file name or id -> place in `found`
    const auto keyOf = [byName](const detect::ImageEntry& image) {
        return byName ? image.file.filename().string() : std::to_string(image.id);
    };
    for (std::size_t i = 0; i < found.images.size(); ++i)
        table.emplace(keyOf(found.images[i]), i);

    detect::DetectionSet aligned;
    aligned.names = found.names;
    aligned.images = images;
    aligned.begin.push_back(0);
    aligned.detections.reserve(found.detections.size());
    aligned.exact.reserve(found.exact.size());
    std::vector<char> used(found.images.size(), 0);
    for (const detect::ImageEntry& image : images) {
        std::size_t place = found.images.size();
        const auto [first, last] = table.equal_range(keyOf(image));
        for (auto entry = first; entry != last; ++entry) {
            if (byName && !samePicture(found.images[entry->second].file.string(), image.file.string()))
                continue;
            if (place < found.images.size())
                return fail(ErrorCode::BadInput,
                            path.string() + " has two pictures that may be " + image.file.string() + ".", path, 0,
                            "Write the detections again with full paths.");
            place = entry->second;
        }
        if (place == found.images.size())
            return fail(ErrorCode::BadInput,
                        path.string() + " does not know the picture " +
                            (byName ? image.file.string() : "with id " + keyOf(image)) + ".",
                        path, 0, "Give detections of the same pictures as the truth.");
        const auto mine = found.of(place);
        aligned.detections.insert(aligned.detections.end(), mine.begin(), mine.end());
        if (found.exact.size() == found.detections.size())
            aligned.exact.insert(aligned.exact.end(), found.exact.begin() + found.begin[place],
                                 found.exact.begin() + found.begin[place + 1]);
        aligned.begin.push_back(static_cast<std::uint32_t>(aligned.detections.size()));
        used[place] = 1;
    }
    for (std::size_t i = 0; i < used.size(); ++i)
        if (used[i] == 0 && !found.of(i).empty())
            return fail(ErrorCode::BadInput,
                        path.string() + " has detections of " +
                            (byName ? found.images[i].file.string() : "the picture with id " + keyOf(found.images[i])) +
                            ", which is none of the pictures evaluated.",
                        path, 0, "Give detections of the same pictures as the truth.");
    return aligned;
}

} // namespace intersect::eval

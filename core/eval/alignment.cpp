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

std::string keyOf(const detect::ImageEntry& image, bool byName) {
    return byName ? image.file.filename().string() : std::to_string(image.id);
}

} // namespace

Result<std::vector<std::int64_t>> placesOf(const std::vector<detect::ImageEntry>& images, const std::vector<detect::ImageEntry>& found,
                                           const std::filesystem::path& path) {
    const bool byName = haveNames(images) && haveNames(found);
    std::unordered_multimap<std::string, std::size_t> table; // file name or id -> place in `found`
    for (std::size_t i = 0; i < found.size(); ++i)
        table.emplace(keyOf(found[i], byName), i);
    std::vector<std::int64_t> places;
    places.reserve(images.size());
    for (const detect::ImageEntry& image : images) {
        std::int64_t place = -1;
        const auto [first, last] = table.equal_range(keyOf(image, byName));
        for (auto entry = first; entry != last; ++entry) {
            if (byName && !samePicture(found[entry->second].file.string(), image.file.string()))
                continue;
            if (place >= 0)
                return fail(ErrorCode::BadInput,
                            path.string() + " has two pictures that may be " + image.file.string() + ".", path, 0,
                            "Write the detections again with full paths.");
            place = static_cast<std::int64_t>(entry->second);
        }
        places.push_back(place);
    }
    return places;
}

detect::DetectionSet detectionsAt(const detect::DetectionSet& found, const std::vector<detect::ImageEntry>& images, const std::vector<std::int64_t>& places) {
    detect::DetectionSet aligned;
    aligned.names = found.names;
    aligned.images = images;
    aligned.begin.reserve(images.size() + 1);
    aligned.begin.push_back(0);
    aligned.detections.reserve(found.detections.size());
    const bool exact = found.exact.size() == found.detections.size();
    for (const std::int64_t place : places) {
        if (place >= 0) {
            const auto at = static_cast<std::size_t>(place);
            const auto mine = found.of(at);
            aligned.detections.insert(aligned.detections.end(), mine.begin(), mine.end());
            if (exact)
                aligned.exact.insert(aligned.exact.end(), found.exact.begin() + found.begin[at], found.exact.begin() + found.begin[at + 1]);
        }
        aligned.begin.push_back(static_cast<std::uint32_t>(aligned.detections.size()));
    }
    return aligned;
}

Result<detect::DetectionSet> alignDetections(detect::DetectionSet found, const std::vector<detect::ImageEntry>& images,
                                             const std::filesystem::path& path) {
    if (sameTable(found.images, images)) {
        found.images = images; // with the sizes of the truth
        return found;
    }
    const auto places = placesOf(images, found.images, path);
    if (!places)
        return failAs(places);
    const bool byName = haveNames(images) && haveNames(found.images);
    std::vector<char> used(found.images.size(), 0);
    for (std::size_t i = 0; i < images.size(); ++i) {
        if ((*places)[i] < 0)
            return fail(ErrorCode::BadInput,
                        path.string() + " does not know the picture " +
                            (byName ? images[i].file.string() : "with id " + keyOf(images[i], byName)) + ".",
                        path, 0, "Give detections of the same pictures as the truth.");
        used[static_cast<std::size_t>((*places)[i])] = 1;
    }
    for (std::size_t i = 0; i < used.size(); ++i)
        if (used[i] == 0 && !found.of(i).empty())
            return fail(ErrorCode::BadInput,
                        path.string() + " has detections of " +
                            (byName ? found.images[i].file.string() : "the picture with id " + keyOf(found.images[i], byName)) +
                            ", which is none of the pictures evaluated.",
                        path, 0, "Give detections of the same pictures as the truth.");
    return detectionsAt(found, images, *places);
}

} // namespace intersect::eval

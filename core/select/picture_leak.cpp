// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/picture_leak.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <unordered_map>

#include "core/data/taken_at.h"

namespace intersect::select {
namespace fs = std::filesystem;

int cellDifference(const image::PictureSignature& a, const image::PictureSignature& b) {
    int most = 0;
    for (std::size_t i = 0; i < a.cells.size(); ++i)
        most = std::max(most, std::abs(static_cast<int>(a.cells[i]) - static_cast<int>(b.cells[i])));
    return most;
}

std::vector<NearestPicture> nearestPictures(const std::vector<fs::path>& train, std::span<const image::PictureSignature> trainSignatures,
                                            const std::vector<fs::path>& val, std::span<const image::PictureSignature> valSignatures) {
    std::unordered_map<std::string, std::vector<std::size_t>> byFolder;
    for (std::size_t i = 0; i < train.size(); ++i) {
        if (trainSignatures[i].known)
            byFolder[train[i].parent_path().native()].push_back(i);
    }
    std::vector<NearestPicture> nearest(val.size());
    for (std::size_t v = 0; v < val.size(); ++v) {
        const image::PictureSignature& picture = valSignatures[v];
        const auto folder = byFolder.find(val[v].parent_path().native());
        if (!picture.known || folder == byFolder.end())
            continue;
        NearestPicture& best = nearest[v];
        for (const std::size_t t : folder->second) {
            const int distance = image::hammingDistance(picture.hash, trainSignatures[t].hash);
            if (best.train && distance > best.distance)
                continue;
            const int levels = cellDifference(picture, trainSignatures[t]);
            if (!best.train || distance < best.distance || levels < best.cellLevels)
                best = {t, distance, levels};
        }
    }
    return nearest;
}

std::optional<std::size_t> nearestInTime(const std::vector<fs::path>& train, const fs::path& val) {
    const auto taken = data::takenAtOf(val.stem().string());
    if (!taken)
        return std::nullopt;
    const fs::path folder = val.parent_path();
    std::optional<std::size_t> best;
    std::int64_t nearest = 0;
    for (std::size_t i = 0; i < train.size(); ++i) {
        if (train[i].parent_path() != folder)
            continue;
        const auto time = data::takenAtOf(train[i].stem().string());
        if (!time)
            continue;
        const std::int64_t gap = std::abs(*time - *taken);
        if (!best || gap < nearest) {
            best = i;
            nearest = gap;
        }
    }
    return best;
}

} // namespace intersect::select

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/diverse_rows.h"

#include <algorithm>
#include <limits>

namespace intersect::select {

std::vector<std::uint32_t> kCenter(const FeatureRows& features, const DiverseRequest& request) {
    const std::size_t rows = request.rows.size();
    std::vector<float> nearest(rows, std::numeric_limits<float>::infinity());
    std::vector<bool> taken(rows);
    std::vector<std::int64_t> room = request.room;
    std::vector<std::uint32_t> chosen;
    const auto see = [&](std::uint32_t center) {
        for (std::size_t i = 0; i < rows; ++i)
            nearest[i] = std::min(nearest[i], squaredDistance(features.row(request.rows[i]), features.row(center), features.width));
    };
    for (const std::uint32_t center : request.centers)
        see(center);
    while (static_cast<std::int64_t>(chosen.size()) < request.count) {
        std::size_t best = rows;
        if (chosen.empty() && request.centers.empty() && request.first < rows && room[request.cameras[request.first]] > 0) {
            best = request.first;
        } else {
            for (std::size_t i = 0; i < rows; ++i) {
                if (!taken[i] && room[request.cameras[i]] > 0 && (best == rows || nearest[i] > nearest[best]))
                    best = i;
            }
        }
        if (best == rows)
            break;
        taken[best] = true;
        --room[request.cameras[best]];
        chosen.push_back(static_cast<std::uint32_t>(best));
        see(request.rows[best]);
    }
    return chosen;
}

} // namespace intersect::select

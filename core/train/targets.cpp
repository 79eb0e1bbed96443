// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/targets.h"

#include <algorithm>
#include <cmath>

namespace intersect::train {

namespace {

/// An object on the grid of a level, with the anchor it fits.
struct Fit {
    const TargetRow* target;
    int anchor;
    float x, y, w, h; ///< cells
};

/// Whether a coordinate lies in the first half of its cell and has a cell before it.
bool leansBack(float position) {
    return std::fmod(position, 1.0F) < 0.5F && position > 1.0F;
}

} // namespace

std::vector<Assignment> assignTargets(std::span<const TargetRow> targets, const LevelShape& level, float anchorT) {
    const auto nx = static_cast<float>(level.nx);
    const auto ny = static_cast<float>(level.ny);
    std::vector<Fit> fits;
    for (int anchor = 0; anchor < static_cast<int>(level.anchors.size()); ++anchor) {
        const auto [anchorW, anchorH] = level.anchors[static_cast<std::size_t>(anchor)];
        for (const TargetRow& target : targets) {
            const Fit fit{&target, anchor, target.cx * nx, target.cy * ny, target.w * nx, target.h * ny};
            const float rw = fit.w / anchorW;
            const float rh = fit.h / anchorH;
            if (std::max(std::max(rw, 1.0F / rw), std::max(rh, 1.0F / rh)) < anchorT)
                fits.push_back(fit);
        }
    }
    std::vector<Assignment> rows;
    rows.reserve(fits.size() * 3);
    const auto give = [&](const Fit& fit, float offsetX, float offsetY) {
        const int gi = std::clamp(static_cast<int>(fit.x - offsetX), 0, level.nx - 1);
        const int gj = std::clamp(static_cast<int>(fit.y - offsetY), 0, level.ny - 1);
        rows.push_back({fit.target->image, fit.anchor, gj, gi, fit.target->classId, fit.x - static_cast<float>(gi),
                        fit.y - static_cast<float>(gj), fit.w, fit.h});
    };
    for (const Fit& fit : fits)
        give(fit, 0, 0);
    for (const Fit& fit : fits)
        if (leansBack(fit.x))
            give(fit, 0.5F, 0);
    for (const Fit& fit : fits)
        if (leansBack(fit.y))
            give(fit, 0, 0.5F);
    for (const Fit& fit : fits)
        if (leansBack(nx - fit.x))
            give(fit, -0.5F, 0);
    for (const Fit& fit : fits)
        if (leansBack(ny - fit.y))
            give(fit, 0, -0.5F);
    return rows;
}

} // namespace intersect::train

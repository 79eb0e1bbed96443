// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/base/json_text.h"

namespace intersect::runs {

/// AP at IoU 0.5 of each class that the val list has, after one epoch.
struct ClassApEpoch {
    int epoch = 0; ///< from 1
    std::map<int, double> ap50;
    bool operator==(const ClassApEpoch&) const = default;
};

/// What the epochs of events.jsonl say of single classes, ascending; an epoch that was done again after resuming counts as it was done
/// last. Pure.
std::vector<ClassApEpoch> classApByEpoch(const std::vector<Json>& events);

/// How soon a class was good.
struct ClassSpeed {
    double best = 0;   ///< AP at IoU 0.5
    int bestEpoch = 0; ///< the first with that AP
    int epochs = 0;    ///< the first epoch with at least 90 % of it
};

/// nullopt for a class that no epoch names, or that never got above 0.
std::optional<ClassSpeed> speedOf(const std::vector<ClassApEpoch>& epochs, int classId);

} // namespace intersect::runs

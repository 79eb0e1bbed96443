// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/select/selection.h"

namespace intersect::select {

/// A choice with a name: what the exercise with the cameras 170, 173, 398, 410, 495 and 511 asks for.
struct Preset {
    std::string name;        ///< "Exercise WAY2"
    std::string description; ///< one sentence
    SelectionRequest request;
};

/// `Exercise WAY1` (random), `WAY2` (equal), `WAY3 exact` (exact powers of 0.9) and `WAY3 as printed` (weights 1 .9 .81 .73 .63 .55, rounded before they were used).
const std::vector<Preset>& presets();

/// The preset of that name, whatever its case, with or without "Exercise"; an error names those there are.
Result<Preset> presetFromName(const std::string& name);

} // namespace intersect::select

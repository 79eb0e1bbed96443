// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/json_text.h"
#include "core/base/result.h"
#include "core/detect/detection.h"
#include "core/eval/truth.h"

namespace intersect::app {

struct AgainstRequest {
    std::filesystem::path run; ///< the other run's folder
    std::string split;
    double confidence = 0.25; ///< at which boxes are told fixed or broken; match IoU 0.5
    int resamples = 1000;
    std::uint64_t seed = 0;
    int threads = 1;
    int maxDetections = 300;
};

/// What changed from another run to these detections, as `evaluate` prints it.
struct Against {
    Json json;
    std::string table;
};

/// Reads what the other run left on that split and compares. Errors: it has none there, other pictures or other classes.
Result<Against> compareAgainst(const detect::DetectionSet& detections, const eval::Truth& truth, const AgainstRequest& request);

} // namespace intersect::app

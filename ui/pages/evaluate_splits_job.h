// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>

#include "core/eval/bootstrap.h"
#include "ui/pages/evaluate_job.h"

namespace intersect::ui {

/// One run on one of its lists, at an IoU of NMS.
struct SplitFigures {
    std::int64_t images = 0;
    double map50 = 0, map5095 = 0;                ///< YOLOv5's definition; NaN without labels
    std::shared_ptr<const eval::Pairing> pairing; ///< for counts at thresholds
    std::int64_t newCameras = 0;                  ///< cameras that are not in the training list
    std::optional<eval::Interval> interval;       ///< 95 % of map50; only of test
};

/// train, val and test, where there are detections.
using SplitTable = std::array<std::optional<SplitFigures>, 3>;
inline constexpr std::array<const char*, 3> kSplitNames{"train", "val", "test"};

/// Reads and works out the splits of a run; `shown` is one of them that is there already. A split that cannot be read is left out. Empty if
/// `cancelled` said so meanwhile. Any thread.
std::optional<SplitTable> splitTable(const runs::RunPaths& paths, const RunEvaluation& shown, const std::vector<std::string>& datasetNames,
                                     double nmsIou, const std::function<bool()>& cancelled);

/// What the gaps between the splits say.
enum class SplitVerdict {
    Incomplete, ///< train, val or test is missing, or has no labels
    Fine,       ///< train and val lie within the interval of test, or below
    OverFitted, ///< train lies above it, val does not
    Leaking     ///< val lies above it: val is nearer to training than test is
};
SplitVerdict verdictOf(const SplitTable& splits);

} // namespace intersect::ui

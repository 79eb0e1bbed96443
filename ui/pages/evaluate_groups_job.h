// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/eval/bootstrap.h"
#include "ui/pages/evaluate_job.h"

namespace intersect::ui {

/// By what the frames, or the boxes, of a run are told apart.
enum class GroupKind { Camera, Pool, Hour, Size };

/// One group at the thresholds; figures that do not exist are NaN.
struct GroupRow {
    std::string key;     ///< of the group among its kind: "pool/camera", "07", "small"
    std::string name;    ///< as it is shown: the camera alone where that says which
    bool unseen = false; ///< a camera that was never in the training list
    std::int64_t images = 0, labels = 0;
    double ap50 = 0; ///< YOLOv5's definition; sizes: COCO's
    std::int64_t tp = 0, fp = 0, fn = 0;
    double countError = 0, countBias = 0; ///< vehicles a frame
    double precision() const;
    double recall() const;
};

/// All groups of a kind, and all frames as one.
struct GroupFigures {
    GroupKind kind = GroupKind::Camera;
    std::vector<GroupRow> rows;
    GroupRow all;
};

/// The figures of every group at the confidence and match IoU of `shown.live`. Any thread; pure.
GroupFigures groupFigures(const ShownRun& shown, GroupKind kind);

/// 95 % intervals of AP50, one per row of groupFigures, then of all frames (1,000 redraws, seed 0); none for sizes but the last. Empty if
/// `cancelled` said so meanwhile. Any thread; pure.
std::vector<eval::Interval> groupIntervals(const RunEvaluation& run, GroupKind kind, const std::function<bool()>& cancelled);

/// The images of a group, by its key; for a size those with an object of it. Ascending.
std::vector<std::size_t> imagesOfGroup(const RunEvaluation& run, GroupKind kind, const std::string& key);

} // namespace intersect::ui

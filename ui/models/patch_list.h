// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include <QRect>
#include <QString>

#include "ui/models/frame_errors.h"
#include "ui/models/inspection.h"

namespace intersect::ui {

/// One box of an inspection, looked at by itself: a small picture of it and what was said about it.
struct Patch {
    std::uint32_t frame = 0;
    InspectedBox box;
    double areaPx() const { return static_cast<double>(box.box.width()) * static_cast<double>(box.box.height()); } ///< pixels of the image
    /// Whether both are the same detection, or the same missed object; another NMS gives detections other numbers, but leaves them what they are.
    bool isSameBox(const Patch& other) const {
        return frame == other.frame && (box.detection >= 0) == (other.box.detection >= 0) && box.classId == other.box.classId &&
               box.score == other.box.score && box.box == other.box.box;
    }
};

/// Every box of the frames at the thresholds, frame by frame as inspectFrame gives them; with `errors` (null: not known yet) each with its
/// error. Empty if `cancelled` said so meanwhile. Any thread.
std::vector<Patch> gatherPatches(const Inspection& inspection, const FrameErrors* errors, std::span<const std::uint32_t> frames,
                                 double confidence, double matchIou, const std::function<bool()>& cancelled = {});

/// What patches are ordered by.
enum class PatchOrder { Score, Size, Iou, Camera };

/// Which patches are shown, and how they are ordered.
struct PatchChoice {
    std::array<bool, 4> verdicts{}; ///< by eval::Verdict (boxes without a verdict count as Ignored); none set: all
    int classId = -1;               ///< -1: all
    std::optional<eval::ErrorType> error = std::nullopt;
    double scoreFrom = 0, scoreTo = 1; ///< of detections, both included; missed objects have no score and stay
    PatchOrder order = PatchOrder::Score;
    bool ascending = false;
    bool anyVerdict() const { return verdicts == std::array<bool, 4>{} || verdicts == std::array<bool, 4>{true, true, true, true}; }
    bool operator==(const PatchChoice&) const = default;
};

/// How many patches each choice would show, all other choices staying as they are.
struct PatchCounts {
    std::array<std::int64_t, 4> verdicts{}; ///< by eval::Verdict
    std::map<int, std::int64_t> classes;    ///< every class that any patch has
    ErrorCounts errors{};
};

/// The chosen patches in order, by their places among all, and what the other choices would show.
struct PatchRows {
    std::vector<std::uint32_t> rows;
    PatchCounts counts;
};

/// Chooses and orders. Patches that lack what they are ordered by (a missed object has no score and no IoU) come last in both directions;
/// ties stay in the order given. Cameras are ordered by name, within one by time. Empty if `cancelled` said so meanwhile. Any thread; pure.
PatchRows arrangePatches(const Inspection& inspection, std::span<const Patch> patches, const PatchChoice& choice,
                         const std::function<bool()>& cancelled = {});

/// What a patch shows of its picture, in whole pixels: the box, on each side 40 % of its length and at least 32 pixels more, widened to the
/// proportions asked for, moved and cut where the picture ends. Pure.
QRect patchWindow(const BoxXyxy& box, Size image, double widthToHeight);

/// The patches of these rows as CSV with a header line: file, camera, verdict, class, score, IoU, error, corners in pixels. Any thread; pure.
QString patchesCsv(const Inspection& inspection, std::span<const Patch> patches, std::span<const std::uint32_t> rows,
                   const std::function<QString(int)>& className);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/detect/detection.h"
#include "core/eval/error_types.h"
#include "core/eval/matching.h"
#include "core/eval/truth.h"

namespace intersect::ui {

/// What a run found on a list of frames, beside what is there. Made once, then only read.
struct Inspection {
    struct Frame {
        std::uint32_t camera = 0;              ///< index into cameras
        std::optional<std::int64_t> takenAt;   ///< seconds since 1970 in local time
        bool judged = true;                    ///< false: nobody labelled it, so what was found has no verdict
    };
    detect::DetectionSet detections;
    std::shared_ptr<const detect::DetectionSet> candidates; ///< the boxes before NMS; null where none were kept
    double nmsIou = 0;                     ///< of the detections; 0 without candidates
    eval::Truth truth;
    std::vector<Frame> frames;        ///< one per image of the detections
    std::vector<std::string> cameras; ///< names in the order of their bytes
    std::size_t size() const { return frames.size(); }
    bool anyJudged() const;
};

/// Verdicts of one frame, or of many; of frames without labels only how many boxes were found.
struct VerdictCounts {
    std::int64_t fn = 0, fp = 0, tp = 0;
    std::int64_t found = 0; ///< boxes without a verdict
    bool judged = true;     ///< false: no frame of these has verdicts
    float leastSure = kNoScore; ///< the lowest score of a TP, of one frame
    static constexpr float kNoScore = 2; ///< above every score: there is no TP
    std::optional<double> precision() const { return tp + fp > 0 ? std::optional(static_cast<double>(tp) / static_cast<double>(tp + fp)) : std::nullopt; }
    std::optional<double> recall() const { return tp + fn > 0 ? std::optional(static_cast<double>(tp) / static_cast<double>(tp + fn)) : std::nullopt; }
    bool operator==(const VerdictCounts& other) const { // of the counts
        return fn == other.fn && fp == other.fp && tp == other.tp && found == other.found && judged == other.judged;
    }
};

/// One box on the picture and in the table: a detection, or a true object that was missed.
struct InspectedBox {
    eval::Verdict verdict = eval::Verdict::FP;
    BoxXyxy box; ///< pixels of the image
    int classId = 0;
    float score = 0; ///< detections only
    float iou = 0;   ///< of the pair; for FP the best IoU with an object of any class
    int detection = -1, truth = -1;
    bool judged = true; ///< false: `verdict` says nothing
    bool errorKnown = false; ///< the errors were looked for
    std::optional<eval::ErrorType> error = std::nullopt; ///< why it is wrong
};

/// What a frame without a label file means: nothing is there (YOLO's way with a data set), or nobody looked (pictures from anywhere).
enum class Unlabelled { HoldsNothing, HasNoVerdicts };

/// Reads a detections file and the labels of its images; relative file names stand below `dataRoot`. With candidates of the same images their
/// boxes take the place of the detections, suppressed at `nmsIou`. Errors as readDetections. Any thread.
Result<std::shared_ptr<const Inspection>> loadInspection(const std::filesystem::path& detectionsFile, const std::filesystem::path& dataRoot,
                                                         Unlabelled unlabelled = Unlabelled::HoldsNothing, const std::filesystem::path& candidatesFile = {},
                                                         double nmsIou = 0);

/// The same frames with what another IoU of NMS leaves of the candidates, which must be there. Any thread; pure.
std::shared_ptr<const Inspection> atNmsIou(const Inspection& inspection, double nmsIou);

/// Verdicts of one frame at the thresholds: FN first, then FP, then TP; of a frame without verdicts the boxes above the confidence, surest first.
std::vector<InspectedBox> inspectFrame(const Inspection& inspection, std::size_t frame, double confidence, double matchIou);
VerdictCounts countsOf(const std::vector<InspectedBox>& boxes);

/// Verdict counts of every frame at the thresholds; empty if `cancelled` said so meanwhile. Any thread.
std::vector<VerdictCounts> countAllFrames(const Inspection& inspection, double confidence, double matchIou, const std::function<bool()>& cancelled = {});

/// Adds counts of another frame.
void addCounts(VerdictCounts& sum, const VerdictCounts& counts);

/// How the list of frames is ordered.
enum class FrameOrder { Missed, Invented, Found, Errors, Camera, Hour, LeastSure };

/// Frames (of one camera, or all for -1), worst first: by the chosen count descending, ties by missed, then invented, then file order;
/// `Errors` is ordered as `Missed`, sortByErrors does the rest. `Hour` goes by time of day, unknown times last; `LeastSure` by the lowest score of
/// a TP, frames without one last.
std::vector<std::uint32_t> orderedFrames(const Inspection& inspection, const std::vector<VerdictCounts>& counts, FrameOrder order, int camera);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/truth.h"

namespace intersect::eval {

enum class Verdict { TP, FP, FN, Ignored };

/// A detection and the truth it was paired with, or one of them alone.
struct Match {
    Verdict verdict = Verdict::FP;
    int detection = -1; ///< index in the frame's detections; -1 for FN
    int truth = -1;     ///< index in the frame's truths; -1 for FP without any
    float iou = 0;      ///< of the pair; for FP its best IoU with any truth (0: none)
};

/// All matches of one frame at a confidence and a match IoU.
struct FrameMatches {
    std::vector<Match> matches; ///< FN first, then FP, then TP; each by descending score
    int tp = 0, fp = 0, fn = 0;
};

/// Added to the union of two boxes, as YOLOv5's metrics do: keeps 0/0 away, and makes 0.5 exactly 0.5 in float32.
constexpr float kIouEpsilon = 1e-7F;

/// The object of its class that a detection overlaps most; -1 and 0 where it overlaps none. Crowd objects are left out;
/// of equal overlaps the first object counts.
struct BestObject {
    int truth = -1;
    float iou = 0;
};
/// One per detection, in their order. This pairing does not depend on the match IoU: a threshold only asks whether
/// `iou` reaches it.
std::vector<BestObject> bestObjects(std::span<const detect::Detection> detections, std::span<const TruthBox> truth);

/// Pairs detections with score >= confidence and truths of equal class by the YOLOv5 rule at one match IoU (both
/// compared in float32; equal scores in the order given). Crowd objects are left out. Any thread; pure.
FrameMatches matchFrame(std::span<const detect::Detection> detections, std::span<const TruthBox> truth,
                        double confidence, double matchIou);

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// What became of a box from A to B: of an object (found or not) or of a detection of nothing (there or not).
enum class Change {
    Fixed,     ///< wrong in A, right in B: an object is found now, or a false detection is gone
    Broken,    ///< right in A, wrong in B: an object is lost, or a false detection is new
    BothWrong, ///< wrong in both
    BothRight  ///< objects only: found in both
};
constexpr std::size_t kChanges = 4;

/// One box of one image.
struct BoxChange {
    Change change = Change::BothRight;
    std::uint32_t image = 0;
    std::int32_t truth = -1;      ///< index in the image's truths; -1 for a false detection
    std::int32_t detectionA = -1; ///< index in A's detections of the image; -1: none
    std::int32_t detectionB = -1;
};

/// Counts of one image.
struct FrameChange {
    std::int32_t fixed = 0, broken = 0, bothWrong = 0, bothRight = 0;
};

struct Comparison {
    std::vector<BoxChange> boxes; ///< by image: its objects, then false detections
    std::vector<FrameChange> frames;
};

/// How detections are judged: score >= confidence, YOLOv5's pairing at the match IoU.
struct Judgement {
    double confidence = 0.25, matchIou = 0.5;
};

/// What changed from A to B on one image (its objects, then false detections), by the rule of compareDetections. Any thread; pure.
std::vector<BoxChange> compareImage(std::span<const detect::Detection> a, const Judgement& judgeA, std::span<const detect::Detection> b,
                                    const Judgement& judgeB, std::span<const TruthBox> truth, std::uint32_t image);
void countChange(FrameChange& frame, Change change);

/// What changed from A to B, which may be two networks or one at two thresholds. A false detection of A and one of B are the same if they
/// have one class and overlap with IoU 0.5 or more (best overlaps first; each is used once). A, B and the truth are of the same images in
/// the same order, detections of an image in descending score. Any thread; pure.
Comparison compareDetections(const detect::DetectionSet& a, const Judgement& judgeA, const detect::DetectionSet& b, const Judgement& judgeB,
                             const Truth& truth);

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// Why a label may be wrong, by what a network sees.
enum class SuspectKind {
    MissingLabel, ///< a sure detection where no label is near
    NothingThere, ///< a label that no detection comes near, however unsure
    WrongClass,   ///< a label in whose place the network is sure of another class, and surer than of its own
    BadlyPlaced   ///< a label whose box lies beside a sure detection of its class
};

/// One label, or a lack of one, that a person should look at.
struct Suspect {
    SuspectKind kind = SuspectKind::MissingLabel;
    std::uint32_t image = 0;
    std::int32_t detection = -1; ///< index in the image's detections: what the network sees; -1 for NothingThere
    std::int32_t truth = -1;     ///< index in the image's truths: the label in question; -1 for MissingLabel
    float iou = 0;               ///< of the two; for MissingLabel and NothingThere the best with anything
    double rank = 0;             ///< 0..1, the larger the more suspect; within one kind
};

struct SuspectRequest {
    double sure = 0.5;       ///< score from which the network is believed
    double near = 0.3;       ///< a label with this IoU or more is near a detection
    double inPlace = 0.7;    ///< IoU from which two boxes are of one object, whatever their classes
    double wellPlaced = 0.6; ///< IoU below which two boxes of one object and class disagree
};

/// Labels that may be wrong, by descending rank, ties by image and box. Detections of the network that is asked, above a low confidence
/// (0.001) after NMS, and the truth of the same images in the same order; a network that was trained on these very labels agrees with them
/// more than it should. Ranks: MissingLabel the score; NothingThere (1 - best IoU / `near`) times s / (s + 32), s the square root of the
/// label's area in pixels (a network overlooks small objects that are there); WrongClass the score minus that of the surest detection of the
/// label's own class in place; BadlyPlaced score times (1 - IoU). Crowd regions are left alone. Any thread; pure.
std::vector<Suspect> findSuspects(const detect::DetectionSet& detections, const Truth& truth, const SuspectRequest& request = {});

} // namespace intersect::eval

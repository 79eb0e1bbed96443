// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/eval/truth.h"
#include "ui/models/inspection.h"

namespace intersect::ui {

/// A detection of a picture and the true object it is measured against.
struct BoxPair {
    int box = -1;   ///< index into the boxes; a detection
    int truth = -1; ///< index into the true objects
    float iou = 0;  ///< as matching computes it
    bool operator==(const BoxPair&) const = default;
};

/// Nothing nearer than this IoU counts as near, as TIDE's rule for background has it.
constexpr float kNearIou = 0.1F;

/// The pair a box belongs to: a TP and its object; an FP and the object it overlaps most, of any class, which is the
/// IoU the table tells; an FN and the detection that overlaps it most. None where nothing is near, and for boxes
/// without verdicts. Pure.
std::optional<BoxPair> pairOfBox(const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth,
                                 int box);

/// The pair of a true object: its TP, else the detection that overlaps it most. Pure.
std::optional<BoxPair> pairOfTruth(const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth,
                                   int object);

/// The highest of COCO's ten thresholds 0.50, 0.55 … 0.95 that an IoU reaches, compared in float32 as matching does;
/// none below 0.50. Pure.
std::optional<double> highestThreshold(float iou);

} // namespace intersect::ui

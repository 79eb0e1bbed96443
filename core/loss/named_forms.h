// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/loss/class_weights.h"
#include "core/loss/loss_spec.h"

namespace intersect::loss {

/// A choice of loss that people know by a name. `name` and `description` are plain English; the window translates them.
struct NamedForm {
    const char* id;          ///< as typed: "yolov5-focal"
    const char* name;        ///< as read: "YOLOv5 focal"
    const char* description; ///< one sentence
    LossSpec spec;
    ClassWeightRule classWeights = ClassWeightRule::None;
    std::optional<double> prior; ///< see priorLogit; none: the start bias stays
};

/// All named forms, in the order in which they are offered; they live as long as the program. Any thread.
std::span<const NamedForm> namedForms();

/// The form of an id or a name; Usage error that lists the ids.
Result<NamedForm> namedFormFrom(const std::string& idOrName);

/// The form that is exactly this choice, all numbers that its loss reads compared; nullptr: none is.
const NamedForm* namedFormOf(const LossSpec& spec, ClassWeightRule classWeights, const std::optional<double>& prior);

/// -ln((1 - p) / p): the bias with which every cell starts at the probability p, -4.595120 for 0.01. 0 < p < 1. Source:
/// Lin et al. 2017, "Focal Loss for Dense Object Detection", section 4.1.
double priorLogit(double p);

/// "focal (gamma 1.5, alpha 0.25)": a loss and the numbers that it reads, where they are not what leaves BCE unchanged.
std::string describeLoss(const LossSpec& spec);

} // namespace intersect::loss

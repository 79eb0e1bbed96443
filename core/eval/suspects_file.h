// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/json_text.h"
#include "core/eval/suspect_labels.h"

namespace intersect::eval {

/// How a kind is called in files: "missing_label", "nothing_there", "wrong_class", "badly_placed".
const char* suspectKindName(SuspectKind kind);

/// {"suspects":[{"kind","rank","image","label","label_class","label_box","found_class","found_box","score","iou"}]}, in the order given: boxes x y w h
/// in image pixels, `label` the place of the label among the image's labels, from 1; what a kind does not have is null.
Json suspectsJson(const std::vector<Suspect>& suspects, const detect::DetectionSet& detections, const Truth& truth);

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/train/targets.h"

namespace intersect::train {

/// The cells and anchors of one level that objects may be given to, and what the network says there.
struct LevelCandidates {
    LevelShape shape;
    std::vector<Assignment> cells; ///< each cell and anchor of an image once; of each only the place is read
    std::vector<float> outputs;    ///< [cells, 5 + classes], before the sigmoid
};

/// The places of assignTargets' rows, each once, in the order of their first row.
std::vector<Assignment> distinctCells(const std::vector<Assignment>& rows);

/// Deals objects to the cells whose present output suits them best, image by image, over all levels together. An object takes
/// the k candidates of lowest cost, k the whole part of the sum of its ten largest IoUs, at least 1; cost = BCE of
/// sqrt(class * objectness) against its class, summed over the classes, + 3 (-ln(IoU + 1e-8)). A candidate that several
/// objects take goes to the object of the image that costs least there. Ties go to the earlier candidate and object. Gives
/// the rows of each level. Arithmetic in double. Any thread; pure. Source: YOLOv7 `ComputeLossOTA.build_targets`, after Ge et
/// al. 2021 (OTA) and 2021 (YOLOX); unlike there a cell that two objects bring in is one candidate, not two.
std::vector<std::vector<Assignment>> assignByCost(std::span<const TargetRow> targets, std::span<const LevelCandidates> levels, int classes);

} // namespace intersect::train

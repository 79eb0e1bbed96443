// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QPointF>

#include "core/eval/evaluation.h"

namespace intersect::ui {

/// A precision-recall curve ready to draw: the part that was measured, and the line of YOLOv5's definition from the last recall to (1, 0).
struct PrPath {
    std::vector<QPointF> measured, extrapolated;
};

/// The curve with the precision envelope AP is computed from.
PrPath pathOf(const eval::PrCurve& curve);
/// The mean over the classes' curves at 101 recalls; measured as far as every class is.
PrPath meanPathOf(const std::vector<PrPath>& classes);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QPainter>
#include <QString>

#include "ui/models/missed_heat.h"

namespace intersect::ui {

/// A heat that is shown: its picture, to be stretched over the frame, and what its legend says.
struct ShownHeat {
    QImage image; ///< Format_ARGB32_Premultiplied, a pixel a cell, clear where nothing was missed; null: no heat
    int most = 0;
    QString caption; ///< "Camera 2703: 41 missed objects in 120 frames"
};

/// The colour of band `index` of `count` on a photograph: from dark violet to pale yellow, lighter the more, so that it
/// reads without hues.
QColor heatColour(int index, int count);
/// The picture of a heat. Any thread.
QImage heatImage(const MissedHeat& heat);
/// The legend in the lower left of `room`: caption, colours with their counts, the unit; `scale` 1 on screen.
void paintHeatLegend(QPainter& painter, const QRectF& room, const ShownHeat& heat, double scale);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include <QPainter>
#include <QRectF>
#include <QString>

#include "core/data/dataset.h"
#include "ui/models/frame_marks.h"
#include "ui/theme.h"

namespace intersect::ui {

/// The glyph of a class (disc, triangle, square, diamond; an outline from the fifth class on) round a point.
void paintClassGlyph(QPainter& painter, int classId, QPointF centre, double sizePx, const QColor& colour);
/// The warning sign of a frame with findings.
void paintFindingSign(QPainter& painter, const QRectF& rect, const QColor& colour);
/// The word of a split, white or dark on its colour, its right upper corner at `corner`.
void paintUseBadge(QPainter& painter, const QPointF& corner, FrameUse use);
/// "train", "val", "test", "chosen"; empty for unused.
QString useWord(FrameUse use);
QColor useColour(FrameUse use, const Palette& palette);

/// True boxes in class colours over a picture that fills `rect`; `widthPx` 1.2 to 1.5.
void paintClassBoxes(QPainter& painter, const QRectF& rect, std::span<const data::Label> labels, double widthPx);
/// The largest rectangle of the picture's proportions inside `room`, centred.
QRectF fitted(const QSizeF& picture, const QRectF& room);

} // namespace intersect::ui

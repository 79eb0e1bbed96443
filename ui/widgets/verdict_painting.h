// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QPainter>
#include <QRectF>
#include <QString>
#include <QTransform>

#include "core/eval/truth.h"
#include "ui/models/inspection.h"

namespace intersect::ui {

/// The letters of a verdict: "TP", "FP", "FN", "ignored".
QString verdictWord(eval::Verdict verdict);
/// The line of a verdict on a photograph: TP solid, FP dashed, FN dotted, Ignored dash-dot; `scale` widens it (1 on screen).
QPen verdictPen(eval::Verdict verdict, double scale = 1);
/// A chip of letters on its soft colour ("FN 4"), for tables and counts; returns the width it took.
double paintVerdictChip(QPainter& painter, const QPointF& leftTop, eval::Verdict verdict, const QString& text, double height = 18);
double verdictChipWidth(const QString& text);
/// The line and label colour of a box on a photograph: its verdict's, or its class's where there is no verdict.
QColor boxColourOnPhoto(const InspectedBox& box, const QString& className);
/// "TP car 0.86", "FN motorcycle"; "car 0.86" where there is no verdict.
QString verdictLabel(const InspectedBox& box, const QString& className);

/// A label that wants a place beside its box.
struct LabelWish {
    QRectF box;         ///< in the view
    QSizeF size;
    bool must = true;   ///< false: left out where no side is free
};
/// Places labels above their boxes, else at the first free side (right, below, left, inside), clear of other labels and, if possible, of other
/// boxes, all inside `room`. Earlier wishes choose first. A null rectangle: left out. Pure.
std::vector<QRectF> placeLabels(const std::vector<LabelWish>& wishes, const std::vector<QRectF>& boxes, const QRectF& room);

/// A box that is pointed out, with corners round it and a few words below (may be empty).
struct OverlayMark {
    BoxXyxy box;
    QString words;
};

/// What an overlay shows and how.
struct OverlayLook {
    bool boxes = true, truth = true, labels = true;
    int current = -1, hovered = -1; ///< indices of boxes; -1: none
    double scale = 1;               ///< lines and letters; 1 on screen
    std::function<QString(int)> className;
    std::vector<OverlayMark> marks;
};

/// Labels placed for a view; kept until the view or the boxes change.
struct PlacedLabels {
    std::vector<QRectF> rects;   ///< one per box, null: none
    std::vector<QString> texts;
};
PlacedLabels placeOverlayLabels(const std::vector<InspectedBox>& boxes, const QTransform& viewFromImage, const QRectF& room, const OverlayLook& look);

/// Draws TP below FP below FN, then labels, then the frame of the current box.
void paintOverlay(QPainter& painter, const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth, const QTransform& viewFromImage,
                  const QRectF& room, const OverlayLook& look, const PlacedLabels& labels);

/// A box of the image in the view.
QRectF viewRect(const BoxXyxy& box, const QTransform& viewFromImage);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <set>
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

/// The letters of labels on a picture; `scale` 1 on screen.
QFont overlayFont(double scale);
/// A rectangle's line with its black halo; each side begins with a dash. `seen`, where given, bounds the dashes.
void strokeBox(QPainter& painter, const QRectF& rect, const QPen& pen, double scale, const QRectF& seen = {});
/// Parallel lines at 45 degrees inside a rectangle, rising to the right, or falling; `spacing` in view pixels along x.
void hatchBox(QPainter& painter, const QRectF& rect, const QPen& pen, double spacing, bool falling);
/// Room that a label needs, and the label itself, dark on its colour; the painter has overlayFont.
QSizeF overlayLabelSize(const QString& text, double scale);
void paintOverlayLabel(QPainter& painter, const QRectF& rect, const QColor& ground, const QString& text, double scale);
/// The line of a box: its verdict's; solid in the class's colour where there is none.
QPen boxPen(const InspectedBox& box, const QString& className, double scale);
/// A box that is left out of the count: dash-dot and hatched. `seen` bounds the hatching.
void paintIgnored(QPainter& painter, const QRectF& rect, const QRectF& seen, double scale);

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
    std::set<int> hidden; ///< classes that are left out
    bool hides(int classId) const { return hidden.contains(classId); }
    QString nameOf(int classId) const { return className ? className(classId) : QString::number(classId); }
};

/// Labels placed for a view; kept until the view or the boxes change.
struct PlacedLabels {
    std::vector<QRectF> rects;   ///< one per box, null: none
    std::vector<QString> texts;
};
PlacedLabels placeOverlayLabels(const std::vector<InspectedBox>& boxes, const QTransform& viewFromImage, const QRectF& room, const OverlayLook& look);

/// Draws TP below FP below FN, then labels, then the boxes pointed out; what is hovered or chosen lies above it, see pair_painting.h.
void paintOverlay(QPainter& painter, const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth, const QTransform& viewFromImage,
                  const QRectF& room, const OverlayLook& look, const PlacedLabels& labels);

/// The verdicts on a small picture that fills `picture`; `size` of the whole picture in its own pixels. Without labels.
void paintVerdictBoxes(QPainter& painter, const QRectF& picture, Size size, const std::vector<InspectedBox>& boxes,
                       const std::function<QString(int)>& className);

/// A box of the image in the view.
QRectF viewRect(const BoxXyxy& box, const QTransform& viewFromImage);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/verdict_painting.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainterPath>
#include <QVarLengthArray>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {
namespace {

constexpr double kHalo = 1;              ///< wider than the line, on both sides
constexpr double kNarrowTp = 22;         ///< a TP narrower than this has its label on hover only
constexpr double kLabelHeight = 15;
const QColor kLabelInk(0x14, 0x16, 0x1A);

constexpr double kThumbLines = 0.6;      ///< of the widths on the picture

} // namespace

QFont overlayFont(double scale) {
    QFont font = Theme::font(FontRole::ChartText);
    font.setPixelSize(std::max(8, static_cast<int>(std::lround(10.5 * scale))));
    font.setWeight(QFont::DemiBold);
    return font;
}

void strokeBox(QPainter& painter, const QRectF& rect, const QPen& pen, double scale, const QRectF& seen) {
    // Upright lines are rectangles: filling them costs less than stroking a path, which counts where there are hundreds.
    const auto along = [](const QRectF& box, double width) {
        const double half = width / 2;
        const QRectF out = box.adjusted(-half, -half, half, half);
        const double inside = std::max(0.0, out.height() - 2 * width);
        return std::array<QRectF, 4>{QRectF(out.left(), out.top(), out.width(), width),
                                     QRectF(out.left(), out.bottom() - width, out.width(), width),
                                     QRectF(out.left(), out.top() + width, width, inside),
                                     QRectF(out.right() - width, out.top() + width, width, inside)};
    };
    const double width = pen.widthF();
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 128));
    const auto halo = along(rect, width + 2 * kHalo * scale);
    painter.drawRects(halo.data(), static_cast<int>(halo.size()));
    painter.setBrush(pen.brush());
    const QList<double> pattern = pen.style() == Qt::SolidLine ? QList<double>() : pen.dashPattern(); // in pen widths
    const double period = std::accumulate(pattern.begin(), pattern.end(), 0.0) * width;
    QVarLengthArray<QRectF, 256> parts;
    for (const QRectF& side : along(rect, width)) {
        if (period <= 0) {
            parts.append(side);
            continue;
        }
        const bool level = side.width() > side.height();
        const double begin = level ? side.left() : side.top(), end = level ? side.right() : side.bottom();
        // A box far larger than the view has its dashes where they are seen only.
        const double from =
            seen.isNull()
                ? begin
                : std::max(begin, begin + std::floor(((level ? seen.left() : seen.top()) - begin) / period) * period);
        const double to = seen.isNull() ? end : std::min(end, level ? seen.right() : seen.bottom());
        for (double at = from; at < to; at += period) {
            double dash = at;
            for (qsizetype i = 0; i < pattern.size(); ++i) {
                const double next = dash + pattern[i] * width, last = std::min(next, end);
                if (i % 2 == 0 && last > dash)
                    parts.append(level ? QRectF(dash, side.top(), last - dash, side.height())
                                       : QRectF(side.left(), dash, side.width(), last - dash));
                dash = next;
            }
        }
    }
    painter.drawRects(parts.data(), static_cast<int>(parts.size()));
    painter.setBrush(Qt::NoBrush);
}

void hatchBox(QPainter& painter, const QRectF& rect, const QPen& pen, double spacing, bool falling) {
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.setPen(pen);
    const double height = rect.height();
    QList<QLineF> lines;
    // From a fixed raster, so that the lines stand still while a box moves.
    for (double x = std::floor((rect.left() - height) / spacing) * spacing; x < rect.right() + height; x += spacing)
        lines << (falling ? QLineF(x, rect.top(), x + height, rect.bottom()) : QLineF(x, rect.bottom(), x + height, rect.top()));
    painter.drawLines(lines);
    painter.restore();
}

QSizeF overlayLabelSize(const QString& text, double scale) {
    return {QFontMetricsF(overlayFont(scale)).horizontalAdvance(text) + 8 * scale, kLabelHeight * scale};
}

void paintOverlayLabel(QPainter& painter, const QRectF& rect, const QColor& ground, const QString& text, double scale) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(rect, 2 * scale, 2 * scale);
    painter.setPen(kLabelInk);
    painter.drawText(rect, Qt::AlignCenter, text);
    painter.setBrush(Qt::NoBrush);
}

QString verdictWord(eval::Verdict verdict) {
    switch (verdict) {
    case eval::Verdict::TP: return QStringLiteral("TP");
    case eval::Verdict::FP: return QStringLiteral("FP");
    case eval::Verdict::FN: return QStringLiteral("FN");
    case eval::Verdict::Ignored: break;
    }
    return QCoreApplication::translate("Verdict", "ignored");
}

QPen verdictPen(eval::Verdict verdict, double scale) {
    double width = 2;
    QList<double> pattern; // in pixels
    switch (verdict) {
    case eval::Verdict::TP: break;
    case eval::Verdict::FP: pattern = {6, 3}; break;
    case eval::Verdict::FN:
        width = 2.4;
        pattern = {2, 2};
        break;
    case eval::Verdict::Ignored:
        width = 1;
        pattern = {5, 2, 1, 2};
        break;
    }
    QPen pen(Theme::verdictOnPhoto(verdict), width * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
    if (!pattern.isEmpty()) {
        for (double& part : pattern)
            part /= width; // Qt counts in pen widths
        pen.setDashPattern(pattern);
    }
    return pen;
}

double verdictChipWidth(const QString& text) {
    QFont font = Theme::font(FontRole::Caption);
    font.setWeight(QFont::DemiBold);
    return QFontMetricsF(font).horizontalAdvance(text) + 12;
}

double paintVerdictChip(QPainter& painter, const QPointF& leftTop, eval::Verdict verdict, const QString& text, double height) {
    const Theme& theme = Theme::instance();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = Theme::font(FontRole::Caption);
    font.setWeight(QFont::DemiBold);
    const double width = verdictChipWidth(text);
    const QRectF chip(leftTop, QSizeF(width, height));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.verdictSoft(verdict));
    painter.drawRoundedRect(chip, 3, 3);
    painter.setFont(font);
    painter.setPen(theme.verdictText(verdict));
    painter.drawText(chip, Qt::AlignCenter, text);
    painter.restore();
    return width;
}

QString verdictLabel(const InspectedBox& box, const QString& className) {
    QString text = box.judged ? QString(verdictWord(box.verdict) + QLatin1Char(' ') + className) : className;
    if (box.detection >= 0)
        text += QLatin1Char(' ') + qs(formatFixed(static_cast<double>(box.score), 2));
    return text;
}

QColor boxColourOnPhoto(const InspectedBox& box, const QString& className) {
    return box.judged ? Theme::verdictOnPhoto(box.verdict)
                      : Theme::instance().classColourOnPhoto(box.classId, className);
}

QRectF viewRect(const BoxXyxy& box, const QTransform& viewFromImage) {
    return viewFromImage.mapRect(QRectF(QPointF(static_cast<double>(box.x1), static_cast<double>(box.y1)),
                                        QPointF(static_cast<double>(box.x2), static_cast<double>(box.y2))));
}

std::vector<QRectF> placeLabels(const std::vector<LabelWish>& wishes, const std::vector<QRectF>& boxes, const QRectF& room) {
    std::vector<QRectF> placed(wishes.size());
    std::vector<QRectF> taken;
    taken.reserve(wishes.size());
    const auto meets = [](const QRectF& a, const std::vector<QRectF>& others, const QRectF& own) {
        return std::any_of(others.begin(), others.end(), [&](const QRectF& other) { return other != own && a.intersects(other); });
    };
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        const LabelWish& wish = wishes[i];
        const QSizeF s = wish.size;
        const QRectF& b = wish.box;
        constexpr double gap = 2;
        // At an edge of the room a label slides along its side of the box.
        const auto slid = [](double at, double length, double low, double high) { return std::max(low, std::min(at, high - length)); };
        const double x = slid(b.left() - gap, s.width(), room.left(), room.right());
        const double xEnd = slid(b.right() + gap - s.width(), s.width(), room.left(), room.right());
        const double y = slid(b.top() - gap, s.height(), room.top(), room.bottom());
        const std::array<QPointF, 7> sides = {
            QPointF(x, b.top() - gap - s.height()),    // above
            QPointF(xEnd, b.top() - gap - s.height()), // above, to the left
            QPointF(b.right() + gap, y),               // right
            QPointF(x, b.bottom() + gap),              // below
            QPointF(xEnd, b.bottom() + gap),           // below, to the left
            QPointF(b.left() - gap - s.width(), y),    // left
            QPointF(b.left() + 1, b.top() + 1),        // inside
        };
        QRectF best;
        for (const QPointF& side : sides) {
            const QRectF rect(side, s);
            if (!room.contains(rect) || meets(rect, taken, QRectF()))
                continue;
            if (!meets(rect, boxes, b)) {
                best = rect;
                break;
            }
            if (best.isNull())
                best = rect; // free of labels at least
        }
        if (best.isNull() && wish.must) {
            best = QRectF(sides[0], s);
            best.moveLeft(std::clamp(best.left(), room.left(), std::max(room.left(), room.right() - s.width())));
            best.moveTop(std::clamp(best.top(), room.top(), std::max(room.top(), room.bottom() - s.height())));
            if (!best.intersects(b.adjusted(-40, -40, 40, 40)))
                best = QRectF(); // its box is out of sight
        }
        if (!best.isNull())
            taken.push_back(best);
        placed[i] = best;
    }
    return placed;
}

PlacedLabels placeOverlayLabels(const std::vector<InspectedBox>& boxes, const QTransform& viewFromImage, const QRectF& room, const OverlayLook& look) {
    PlacedLabels labels;
    labels.rects.resize(boxes.size());
    labels.texts.resize(boxes.size());
    if (!look.boxes || !look.labels)
        return labels;
    const QFontMetricsF metrics(overlayFont(look.scale));
    std::vector<LabelWish> wishes;
    std::vector<std::size_t> owner;
    std::vector<QRectF> rects;
    rects.reserve(boxes.size());
    for (const InspectedBox& box : boxes)
        rects.push_back(viewRect(box.box, viewFromImage));
    const auto wish = [&](std::size_t i) {
        labels.texts[i] = verdictLabel(boxes[i], look.nameOf(boxes[i].classId));
        wishes.push_back({rects[i], QSizeF(metrics.horizontalAdvance(labels.texts[i]) + 8 * look.scale, kLabelHeight * look.scale), false});
        owner.push_back(i);
    };
    // What is wrong chooses first, then what is right.
    const auto rank = [](const InspectedBox& box) { return box.judged ? box.verdict : eval::Verdict::TP; };
    for (const eval::Verdict verdict : {eval::Verdict::FN, eval::Verdict::FP, eval::Verdict::TP})
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            if (rank(boxes[i]) != verdict || look.hides(boxes[i].classId) || !rects[i].intersects(room))
                continue;
            if (verdict == eval::Verdict::TP && rects[i].width() < kNarrowTp * look.scale)
                continue;
            wish(i);
        }
    const std::vector<QRectF> placed = placeLabels(wishes, rects, room);
    for (std::size_t k = 0; k < placed.size(); ++k)
        labels.rects[owner[k]] = placed[k];
    return labels;
}

namespace {

/// White corners a little outside the box, on a dark halo, and the words below it, clear of those in `taken`.
void paintMark(QPainter& painter, const QRectF& box, const QString& words, double scale, std::vector<QRectF>& taken) {
    const double out = 4 * scale;
    const QRectF rect = box.adjusted(-out, -out, out, out);
    const double x = std::clamp(rect.width() / 3, 4 * scale, 12 * scale), y = std::clamp(rect.height() / 3, 4 * scale, 12 * scale);
    QPainterPath corners;
    const auto corner = [&](const QPointF& at, double toX, double toY) {
        corners.moveTo(at + QPointF(toX, 0));
        corners.lineTo(at);
        corners.lineTo(at + QPointF(0, toY));
    };
    corner(rect.topLeft(), x, y);
    corner(rect.topRight(), -x, y);
    corner(rect.bottomLeft(), x, -y);
    corner(rect.bottomRight(), -x, -y);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 128), 4.5 * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.drawPath(corners);
    painter.setPen(QPen(Qt::white, 2.5 * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.drawPath(corners);
    if (words.isEmpty())
        return;
    painter.setFont(overlayFont(scale));
    QRectF tag(rect.left(), rect.bottom() + 2 * scale,
                     QFontMetricsF(painter.font()).horizontalAdvance(words) + 10 * scale, 16 * scale);
    for (const QRectF& other : taken)
        if (tag.intersects(other))
            tag.moveTop(other.bottom() + 2 * scale);
    taken.push_back(tag);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::white);
    painter.drawRoundedRect(tag, 2 * scale, 2 * scale);
    painter.setPen(kLabelInk);
    painter.drawText(tag, Qt::AlignCenter, words);
    painter.setBrush(Qt::NoBrush);
}

} // namespace

QPen boxPen(const InspectedBox& box, const QString& className, double scale) {
    return box.judged ? verdictPen(box.verdict, scale)
                      : QPen(boxColourOnPhoto(box, className), 2 * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
}

void paintIgnored(QPainter& painter, const QRectF& rect, const QRectF& seen, double scale) {
    QColor faint = Theme::verdictOnPhoto(eval::Verdict::Ignored);
    faint.setAlphaF(0.6F);
    hatchBox(painter, rect.intersected(seen), QPen(faint, scale), 6 * scale, false);
    strokeBox(painter, rect, verdictPen(eval::Verdict::Ignored, scale), scale, seen);
}

void paintOverlay(QPainter& painter, const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth, const QTransform& viewFromImage,
                  const QRectF& room, const OverlayLook& look, const PlacedLabels& labels) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const QRectF seen = room.adjusted(-8, -8, 8, 8);
    if (look.truth) {
        const QPen pen(Qt::white, look.scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
        for (const eval::TruthBox& object : truth) {
            const QRectF rect = viewRect(object.box, viewFromImage);
            if (!rect.intersects(seen) || look.hides(object.classId))
                continue;
            if (object.crowd)
                paintIgnored(painter, rect, seen, look.scale);
            else
                strokeBox(painter, rect, pen, look.scale, seen);
        }
    }
    if (look.boxes) {
        for (auto box = boxes.rbegin(); box != boxes.rend(); ++box) { // the surest on top
            const QRectF rect = viewRect(box->box, viewFromImage);
            if (!box->judged && rect.intersects(seen) && !look.hides(box->classId))
                strokeBox(painter, rect, boxPen(*box, look.nameOf(box->classId), look.scale), look.scale, seen);
        }
        for (const eval::Verdict verdict : {eval::Verdict::Ignored, eval::Verdict::TP, eval::Verdict::FP, eval::Verdict::FN}) {
            const QPen pen = verdictPen(verdict, look.scale);
            for (const InspectedBox& box : boxes) {
                if (!box.judged || box.verdict != verdict || look.hides(box.classId))
                    continue;
                const QRectF rect = viewRect(box.box, viewFromImage);
                if (!rect.intersects(seen))
                    continue;
                if (verdict == eval::Verdict::Ignored)
                    paintIgnored(painter, rect, seen, look.scale);
                else
                    strokeBox(painter, rect, pen, look.scale, seen);
            }
        }
        painter.setFont(overlayFont(look.scale));
        for (std::size_t i = 0; i < boxes.size() && i < labels.rects.size(); ++i)
            if (!labels.rects[i].isNull())
                paintOverlayLabel(painter, labels.rects[i], boxColourOnPhoto(boxes[i], look.nameOf(boxes[i].classId)), labels.texts[i], look.scale);
    }
    std::vector<QRectF> taken;
    for (const OverlayMark& mark : look.marks)
        paintMark(painter, viewRect(mark.box, viewFromImage), mark.words, look.scale, taken);
    painter.restore();
}

void paintVerdictBoxes(QPainter& painter, const QRectF& picture, Size size, const std::vector<InspectedBox>& boxes,
                       const std::function<QString(int)>& className) {
    if (size.width <= 0 || size.height <= 0)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false); // whole pixels: quicker, and plainer at this size
    painter.setClipRect(picture, Qt::IntersectClip);
    QTransform inPicture = QTransform::fromTranslate(picture.left(), picture.top());
    inPicture.scale(picture.width() / size.width, picture.height() / size.height);
    for (const eval::Verdict verdict : {eval::Verdict::Ignored, eval::Verdict::TP, eval::Verdict::FP, eval::Verdict::FN})
        for (const InspectedBox& box : boxes)
            if (box.verdict == verdict)
                strokeBox(painter, viewRect(box.box, inPicture),
                          boxPen(box, className ? className(box.classId) : QString(), kThumbLines), kThumbLines,
                          picture);
    painter.restore();
}

} // namespace intersect::ui

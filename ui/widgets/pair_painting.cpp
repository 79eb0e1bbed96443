// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/pair_painting.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainterPath>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {
namespace {

constexpr double kLit = 1.4; ///< a lit line is so much wider
const QColor kUnion(0x7F, 0xA4, 0xFA, 90);
constexpr float kMarks[] = {0.5F, 0.75F, 0.9F};
const QSizeF kPanel(172, 52);

QString twoDigits(double value) {
    return qs(formatFixed(value, 2));
}

/// The union tinted, the intersection hatched the other way than ignored boxes are.
void paintShares(QPainter& painter, const QRectF& a, const QRectF& b, const QRectF& seen, double scale) {
    QPainterPath both; // both rectangles run the same way round, so that nothing is left out
    both.setFillRule(Qt::WindingFill);
    both.addRect(a.intersected(seen));
    both.addRect(b.intersected(seen));
    painter.fillPath(both, kUnion);
    const QRectF common = a.intersected(b).intersected(seen);
    if (common.isEmpty())
        return;
    hatchBox(painter, common, QPen(QColor(0, 0, 0, 90), 2.6 * scale), 7 * scale, true);
    hatchBox(painter, common, QPen(QColor(255, 255, 255, 190), 1.2 * scale), 7 * scale, true);
}

/// The IoU in words, and where it stands between 0 and 1.
void paintPanel(QPainter& painter, const QRectF& rect, const QString& overlap, const QString& verdict, float iou,
                double scale) {
    const Palette& palette = Theme::instance().palette();
    painter.setPen(QPen(palette.line2, scale));
    painter.setBrush(palette.surface);
    painter.drawRoundedRect(rect, 4 * scale, 4 * scale);
    const QRectF inside = rect.adjusted(10 * scale, 4 * scale, -10 * scale, -3 * scale);
    QFont strong = Theme::font(FontRole::Table);
    strong.setPixelSize(static_cast<int>(std::lround(12 * scale)));
    const QFont plain = strong;
    strong.setWeight(QFont::DemiBold);
    const QRectF line(inside.left(), inside.top(), inside.width(), 17 * scale);
    painter.setFont(strong);
    painter.setPen(palette.text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, overlap);
    painter.setFont(plain);
    painter.setPen(palette.text2);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, verdict);

    const double y = inside.top() + 24 * scale, left = inside.left() + 3 * scale, length = inside.width() - 6 * scale;
    const auto xOf = [&](float value) { return left + length * static_cast<double>(value); };
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.unused);
    painter.drawRect(QRectF(left, y - 1.5 * scale, length, 3 * scale));
    painter.setBrush(palette.accent);
    painter.drawRect(QRectF(left, y - 1.5 * scale, length * std::clamp(static_cast<double>(iou), 0.0, 1.0), 3 * scale));
    QFont small = Theme::font(FontRole::ChartText);
    small.setPixelSize(std::max(8, static_cast<int>(std::lround(10.5 * scale))));
    painter.setFont(small);
    // A mark that is passed is a filled disc, the others are rings.
    for (const float mark : kMarks) {
        const bool passed = iou >= mark;
        painter.setPen(QPen(passed ? palette.accent : palette.axis, 1.4 * scale));
        painter.setBrush(passed ? palette.accent : palette.surface);
        painter.drawEllipse(QPointF(xOf(mark), y), 3.4 * scale, 3.4 * scale);
        painter.setPen(passed ? palette.text : palette.text3);
        const QString number = mark == 0.75F ? twoDigits(0.75) : qs(formatFixed(static_cast<double>(mark), 1));
        painter.drawText(QRectF(xOf(mark) - 20 * scale, y + 6 * scale, 40 * scale, 13 * scale), Qt::AlignCenter,
                         number);
    }
    // Where the pair stands: a pointer from above.
    const double x = xOf(std::clamp(iou, 0.0F, 1.0F));
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.text);
    painter.drawPolygon(QPolygonF(
        {QPointF(x, y - 1 * scale), QPointF(x - 4 * scale, y - 7 * scale), QPointF(x + 4 * scale, y - 7 * scale)}));
    painter.setBrush(Qt::NoBrush);
}

} // namespace

QString PairWords::object(const QString& className) {
    return tr("truth %1").arg(className);
}

QString PairWords::overlap(const BoxPair& pair) {
    return tr("IoU %1").arg(qs(formatFixed(static_cast<double>(pair.iou), 3)));
}

QString PairWords::verdict(const BoxPair& pair, const std::vector<InspectedBox>& boxes,
                           std::span<const eval::TruthBox> truth) {
    const InspectedBox& box = boxes[static_cast<std::size_t>(pair.box)];
    if (box.classId != truth[static_cast<std::size_t>(pair.truth)].classId)
        return tr("another class");
    const std::optional<double> highest = highestThreshold(pair.iou);
    if (!highest)
        return tr("below 0.50");
    const bool taken =
        box.verdict == eval::Verdict::FP && std::ranges::any_of(boxes, [&pair](const InspectedBox& other) {
            return other.verdict == eval::Verdict::TP && other.truth == pair.truth;
        });
    return taken ? tr("found twice") : tr("passes %1").arg(twoDigits(*highest));
}

void paintRaised(QPainter& painter, const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth,
                 const QTransform& viewFromImage, const QRectF& room, const OverlayLook& look,
                 const PlacedLabels& labels, const std::optional<BoxPair>& pair) {
    const auto known = [&boxes](int index) { return index >= 0 && static_cast<std::size_t>(index) < boxes.size(); };
    std::vector<int> raised; // the last lies on top
    if (pair)
        raised.push_back(pair->box);
    for (const int index : {look.current, look.hovered})
        if (known(index)) {
            std::erase(raised, index);
            raised.push_back(index);
        }
    if (raised.empty() || !look.boxes)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const QRectF seen = room.adjusted(-8, -8, 8, 8);
    const auto rectOf = [&](int index) { return viewRect(boxes[static_cast<std::size_t>(index)].box, viewFromImage); };
    const auto nameOf = [&](int index) { return look.nameOf(boxes[static_cast<std::size_t>(index)].classId); };
    QRectF object;
    if (pair) {
        object = viewRect(truth[static_cast<std::size_t>(pair->truth)].box, viewFromImage);
        paintShares(painter, rectOf(pair->box), object, seen, look.scale);
        strokeBox(painter, object, QPen(Qt::white, 1.5 * look.scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin),
                  look.scale, seen);
    }
    for (const int index : raised)
        strokeBox(painter, rectOf(index),
                  boxPen(boxes[static_cast<std::size_t>(index)], nameOf(index), kLit * look.scale), look.scale, seen);
    if (known(look.current)) {
        const double out = 5 * look.scale;
        strokeBox(painter, rectOf(look.current).adjusted(-out, -out, out, out),
                  QPen(Qt::white, 1.5 * look.scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin), look.scale, seen);
    }

    // Words: those of the boxes where the overlay has them, else beside their box, clear of each other.
    std::vector<LabelWish> wishes;
    std::vector<QRectF> others;
    std::vector<QString> texts;
    std::vector<QColor> grounds;
    const auto wish = [&](const QRectF& box, const QString& text, const QColor& ground) {
        wishes.push_back({box, overlayLabelSize(text, look.scale), true});
        texts.push_back(text);
        grounds.push_back(ground);
    };
    painter.setFont(overlayFont(look.scale));
    std::vector<QRectF> placed;
    for (const int index : raised) {
        const InspectedBox& box = boxes[static_cast<std::size_t>(index)];
        others.push_back(rectOf(index));
        const auto place = static_cast<std::size_t>(index);
        if (place < labels.rects.size() && !labels.rects[place].isNull()) {
            paintOverlayLabel(painter, labels.rects[place], boxColourOnPhoto(box, nameOf(index)), labels.texts[place],
                              look.scale);
            placed.push_back(labels.rects[place]);
        } else {
            wish(rectOf(index), verdictLabel(box, nameOf(index)), boxColourOnPhoto(box, nameOf(index)));
        }
    }
    if (pair) {
        others.push_back(object);
        others.insert(others.end(), placed.begin(), placed.end());
        // A missed object is raised with its own label.
        const bool missed = std::ranges::any_of(raised, [&](int index) {
            const InspectedBox& box = boxes[static_cast<std::size_t>(index)];
            return box.detection < 0 && box.truth == pair->truth;
        });
        if (!missed)
            wish(object, PairWords::object(look.nameOf(truth[static_cast<std::size_t>(pair->truth)].classId)),
                 Qt::white);
        wishes.push_back({rectOf(pair->box).united(object), kPanel * look.scale, true});
    }
    const std::vector<QRectF> places = placeLabels(wishes, others, room);
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (!places[i].isNull())
            paintOverlayLabel(painter, places[i], grounds[i], texts[i], look.scale);
    if (pair && !places.back().isNull())
        paintPanel(painter, places.back(), PairWords::overlap(*pair), PairWords::verdict(*pair, boxes, truth),
                   pair->iou, look.scale);
    painter.restore();
}

} // namespace intersect::ui

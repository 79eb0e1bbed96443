// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frame_painting.h"

#include <algorithm>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPolygonF>

namespace intersect::ui {

void paintClassGlyph(QPainter& painter, int classId, QPointF centre, double sizePx, const QColor& colour) {
    const Theme& theme = Theme::instance();
    const double r = sizePx / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (theme.classGlyphHollow(classId)) {
        painter.setPen(QPen(colour, 1.4));
        painter.setBrush(Qt::NoBrush);
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
    }
    const auto at = [&](double x, double y) { return QPointF(centre.x() + x * r, centre.y() + y * r); };
    switch (theme.classGlyph(classId)) {
    case ClassGlyph::Disc: painter.drawEllipse(centre, r, r); break;
    case ClassGlyph::Triangle: painter.drawPolygon(QPolygonF({at(0, -1), at(1.05, 0.9), at(-1.05, 0.9)})); break;
    case ClassGlyph::Square: painter.drawRect(QRectF(at(-0.88, -0.88), at(0.88, 0.88))); break;
    case ClassGlyph::Diamond: painter.drawPolygon(QPolygonF({at(0, -1.15), at(1.15, 0), at(0, 1.15), at(-1.15, 0)})); break;
    }
    painter.restore();
}

void paintFindingSign(QPainter& painter, const QRectF& rect, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF r = rect.adjusted(1, 1, -1, -1.5);
    painter.setPen(QPen(colour, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolygon(QPolygonF({QPointF(r.center().x(), r.top()), r.bottomRight(), r.bottomLeft()}));
    const double x = r.center().x();
    painter.drawLine(QPointF(x, r.top() + r.height() * 0.38), QPointF(x, r.top() + r.height() * 0.66));
    painter.drawPoint(QPointF(x, r.top() + r.height() * 0.84));
    painter.restore();
}

QString useWord(FrameUse use) {
    switch (use) {
    case FrameUse::Train: return QCoreApplication::translate("FrameUse", "train");
    case FrameUse::Val: return QCoreApplication::translate("FrameUse", "val");
    case FrameUse::Test: return QCoreApplication::translate("FrameUse", "test");
    case FrameUse::Chosen: return QCoreApplication::translate("FrameUse", "chosen");
    case FrameUse::Unused: break;
    }
    return {};
}

QColor useColour(FrameUse use, const Palette& palette) {
    switch (use) {
    case FrameUse::Train: return palette.train;
    case FrameUse::Val: return palette.val;
    case FrameUse::Test: return palette.test;
    case FrameUse::Chosen: return palette.accentText;
    case FrameUse::Unused: break;
    }
    return palette.unused;
}

void paintUseBadge(QPainter& painter, const QPointF& corner, FrameUse use) {
    const QString word = useWord(use);
    if (word.isEmpty())
        return;
    const QColor ground = useColour(use, Theme::instance().palette());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = Theme::font(FontRole::Caption);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const double width = QFontMetricsF(font).horizontalAdvance(word) + 14;
    const QRectF rect(corner.x() - width, corner.y(), width, 19);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(rect, 3, 3);
    // Relative luminance decides between white and near-black words: train is dark in the light theme, val never is.
    const double luminance = 0.2126 * ground.redF() * ground.redF() + 0.7152 * ground.greenF() * ground.greenF() + 0.0722 * ground.blueF() * ground.blueF();
    painter.setPen(luminance > 0.19 ? QColor(0x14, 0x16, 0x1A) : QColor(Qt::white));
    painter.drawText(rect, Qt::AlignCenter, word);
    painter.restore();
}

void paintClassBoxes(QPainter& painter, const QRectF& rect, std::span<const data::Label> labels, double widthPx) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.setBrush(Qt::NoBrush);
    const Theme& theme = Theme::instance();
    const auto rectOf = [&](const data::Label& label) {
        const BoxCxcywhn& b = label.box;
        return QRectF(rect.left() + (b.cx - b.w / 2) * rect.width(), rect.top() + (b.cy - b.h / 2) * rect.height(), b.w * rect.width(),
                      b.h * rect.height());
    };
    painter.setPen(QPen(QColor(0, 0, 0, 128), widthPx + 1.6, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    for (const data::Label& label : labels)
        painter.drawRect(rectOf(label));
    for (const data::Label& label : labels) {
        painter.setPen(QPen(theme.classColourOnPhoto(label.classId), widthPx, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        painter.drawRect(rectOf(label));
    }
    painter.restore();
}

QRectF fitted(const QSizeF& picture, const QRectF& room) {
    if (picture.isEmpty() || room.isEmpty())
        return room;
    const double scale = std::min(room.width() / picture.width(), room.height() / picture.height());
    const QSizeF size = picture * scale;
    return {QPointF(room.center().x() - size.width() / 2, room.center().y() - size.height() / 2), size};
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>

#include <QPainter>
#include <QTextDocument>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/chart_points.h"
#include "ui/widgets/chart_scale.h"
#include "ui/widgets/line_chart_parts.h"

namespace intersect::ui {

namespace {

constexpr double kMarkerRadius = 3.5;
constexpr int kMarkersAtMost = 60;
constexpr float kShade = 0.16F;
constexpr double kLetterPx = 15; ///< the chip of a cursor's letter
constexpr double kEndRowPx = 14; ///< between words at the curves' ends
constexpr long kOverNote = 400; ///< how much worse a corner is where the read-out would hide the note
constexpr float kNoteGround = 0.82F;

} // namespace

void LineChart::paintUnder(QPainter& painter) {
    const Parts& p = *m_parts;
    const Palette& c = Theme::instance().palette();
    for (const Band& band : p.bands) {
        QRectF ground(QPointF(p.toPixel({band.from, 0}).x(), p.plot.top()),
                      QPointF(p.toPixel({band.to, 0}).x(), p.plot.bottom()));
        ground &= p.plot;
        if (ground.isEmpty())
            continue;
        QColor grey = c.axis;
        grey.setAlphaF(0.16F);
        painter.fillRect(ground, grey);
        painter.setFont(Theme::font(FontRole::ChartText));
        painter.setPen(c.text3);
        painter.drawText(ground.adjusted(8, p.secondCursor ? kLetterPx + 5 : 5, 0, 0), int(Qt::AlignLeft) | int(Qt::AlignTop), band.text);
    }
    for (std::size_t i = 0; p.chosen >= 0 && i < p.drawn.size() && i < p.lines.size(); ++i) {
        if (p.lines[i].choice != p.chosen || p.drawn[i].size() < 2)
            continue;
        QPolygonF ground(QList<QPointF>(p.drawn[i].begin(), p.drawn[i].end()));
        ground << QPointF(ground.last().x(), p.plot.bottom()) << QPointF(ground.first().x(), p.plot.bottom());
        QColor shade = p.lines[i].colour;
        shade.setAlphaF(kShade);
        painter.save();
        painter.setClipRect(p.plot);
        painter.setPen(Qt::NoPen);
        painter.setBrush(shade);
        painter.drawPolygon(ground);
        painter.restore();
    }
    std::vector<AxisTick> x, y;
    if (p.x.logarithmic) {
        for (const double tick : powerTicks(std::pow(10, p.shown.x0), std::pow(10, p.shown.x1)))
            x.push_back({p.toPixel({tick, 1}).x(), powerText(tick)});
    } else {
        for (const double tick : roundTicks(p.shown.x0, p.shown.x1, p.x.ticks, p.x.decimals))
            x.push_back({p.toPixel({tick, 1}).x(), tickText(tick, p.x.decimals)});
    }
    if (p.y.logarithmic) {
        for (const double tick : powerTicks(std::pow(10, p.shown.y0), std::pow(10, p.shown.y1)))
            y.push_back({p.toPixel({1, tick}).y(), powerText(tick)});
    } else {
        for (const double tick : roundTicks(p.shown.y0, p.shown.y1, p.y.ticks, p.y.decimals))
            y.push_back({p.toPixel({0, tick}).y(), tickText(tick, p.y.decimals)});
    }
    paintAxes(painter, p.plot, x, y, p.x.title, p.y.title, true);
}

void LineChart::paintOver(QPainter& painter) {
    const Parts& p = *m_parts;
    const Palette& c = Theme::instance().palette();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool empty =
        std::all_of(p.lines.begin(), p.lines.end(), [](const ChartLine& line) { return line.points.empty(); });
    if (empty && !emptyText().isEmpty()) {
        painter.setFont(Theme::font(FontRole::Table));
        painter.setPen(c.text2);
        painter.drawText(p.plot.adjusted(8, 8, -8, -8), int(Qt::AlignCenter) | int(Qt::TextWordWrap), emptyText());
        return;
    }
    painter.save();
    painter.setClipRect(p.plot.adjusted(-5, -5, 5, 5));
    for (std::size_t i = 0; i < p.lines.size(); ++i) {
        const ChartLine& line = p.lines[i];
        const std::size_t every = std::max<std::size_t>(1, line.points.size() / kMarkersAtMost);
        if (line.marker != MarkerShape::None && line.oneMarker) {
            if (!p.cursor && i < p.drawn.size() && !p.drawn[i].empty()) // a cursor's dots tell the lines apart
                paintMarker(painter, p.drawn[i][p.drawn[i].size() * 3 / 5], line.marker, kMarkerRadius, line.colour, c.surface);
        } else if (line.marker != MarkerShape::None)
            for (std::size_t k = 0; k < line.points.size(); k += every)
                paintMarker(painter, p.toPixel(line.points[k]), line.marker, kMarkerRadius, line.colour, c.surface);
        else if (line.points.size() == 1 ||
                 (!line.endLabel.isEmpty() && !line.points.empty() && !line.dashed && line.widthPx >= 1.4))
            paintMarker(painter, p.toPixel(line.points.back()), MarkerShape::Disc, kMarkerRadius, line.colour,
                        c.surface);
    }
    const bool isPair = p.cursor && p.secondCursor;
    if (isPair)
        paintCursor(painter, *p.secondCursor, false, QStringLiteral("B"));
    if (p.cursor)
        paintCursor(painter, *p.cursor, false, isPair ? QStringLiteral("A") : QString());
    if (p.hover)
        paintCursor(painter, *p.hover, p.cursor.has_value());
    else if (p.mark)
        paintCursor(painter, *p.mark, true);
    for (const Dot& dot : p.dots)
        paintMarker(painter, p.toPixel(dot.at), dot.shape, dot.hollow ? 4.2 : kMarkerRadius + 0.5, dot.colour,
                    c.surface, dot.hollow);
    painter.restore();

    // Words at the curves' ends, kept apart.
    struct End {
        double x, y;
        const ChartLine* line;
    };
    std::vector<End> ends;
    for (const ChartLine& line : p.lines)
        if (!line.endLabel.isEmpty() && !line.points.empty())
            ends.push_back({p.toPixel(line.points.back()).x() + 9,
                            std::clamp(p.toPixel(line.points.back()).y(), p.plot.top() + 4, p.plot.bottom() - 6),
                            &line});
    std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.y < b.y; });
    for (std::size_t i = 1; i < ends.size(); ++i)
        if (std::abs(ends[i].x - ends[i - 1].x) < 120)
            ends[i].y = std::max(ends[i].y, ends[i - 1].y + kEndRowPx);
    // What was pushed below the axis goes up again, and the ones above it with it.
    for (std::size_t i = ends.size(); i-- > 0;) {
        const bool beside = i + 1 < ends.size() && std::abs(ends[i].x - ends[i + 1].x) < 120;
        ends[i].y = std::min(ends[i].y, beside ? std::min(p.plot.bottom() - 6, ends[i + 1].y - kEndRowPx) : p.plot.bottom() - 6);
    }
    QFont endFont = Theme::font(FontRole::ChartText);
    for (const End& end : ends) {
        endFont.setWeight(end.line->widthPx >= 2 ? QFont::DemiBold : QFont::Normal);
        painter.setFont(endFont);
        painter.setPen(end.line->widthPx >= 2 ? c.text : c.text2);
        painter.drawText(QPointF(end.x, end.y + 4), end.line->endLabel);
    }
    painter.setFont(Theme::font(FontRole::ChartText));
    if (!p.note.isEmpty()) {
        const QRectF words = noteRect();
        QColor ground = c.surface;
        ground.setAlphaF(kNoteGround);
        painter.fillRect(words.adjusted(-4, -1, 4, 1), ground);
        painter.setPen(c.text2);
        painter.drawText(words, int(Qt::AlignRight) | int(Qt::AlignBottom), p.note);
    }
    if (!p.rubber.isNull()) {
        QColor fill = c.accent;
        fill.setAlphaF(0.12F);
        painter.setPen(QPen(c.accent, 1));
        painter.setBrush(fill);
        painter.drawRect(p.rubber);
    }

    const bool dragging = p.dragFrom && p.interactive && p.cursor;
    if (const QString readout = p.hover ? hoverReadout(*p.hover) : dragging ? hoverReadout(*p.cursor) : p.readout; !readout.isEmpty())
        paintReadout(painter, readout);
}

QRectF LineChart::noteRect() const {
    const QRectF place = m_parts->plot.adjusted(10, 0, -10, -8);
    return QFontMetricsF(Theme::font(FontRole::ChartText)).boundingRect(place, int(Qt::AlignRight) | int(Qt::AlignBottom), m_parts->note);
}

QString LineChart::hoverReadout(double x) const {
    const Parts& p = *m_parts;
    if (p.hoverText)
        if (QString told = p.hoverText(x); !told.isEmpty())
            return told;
    if (!p.readout.isEmpty())
        return p.readout;
    QString readout = QStringLiteral("<b>%1 %2</b><table cellspacing=0 cellpadding=0>").arg(p.x.title.toHtmlEscaped(), tickText(x, p.x.decimals + 1));
    bool any = false;
    for (const ChartLine& line : p.lines) {
        if (const auto value = valueAt(line, x)) {
            any = true;
            readout += QStringLiteral("<tr><td style='color:%1'>■&nbsp;</td><td>%2&nbsp;&nbsp;</td><td align=right>%3</td></tr>")
                           .arg(line.colour.name(), (line.name.isEmpty() ? line.endLabel : line.name).toHtmlEscaped(),
                                qs(formatFixed(*value, std::max(3, p.y.decimals))));
        }
    }
    return any ? readout + QStringLiteral("</table>") : QString();
}

void LineChart::paintCursor(QPainter& painter, double x, bool thin, const QString& letter) const {
    const Parts& p = *m_parts;
    const Palette& c = Theme::instance().palette();
    const double px = std::floor(p.toPixel({x, 1}).x()) + 0.5;
    if (px < p.plot.left() - 1 || px > p.plot.right() + 1)
        return;
    QPen pen(thin ? c.axis : c.text2, !thin && hasFocus() ? 1.6 : 1, Qt::SolidLine, Qt::FlatCap);
    pen.setDashPattern({3, 3});
    painter.setPen(pen);
    painter.drawLine(QPointF(px, p.plot.top()), QPointF(px, p.plot.bottom()));
    if (!letter.isEmpty()) {
        const QRectF chip(px - kLetterPx / 2, p.plot.top(), kLetterPx, kLetterPx);
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.text2);
        painter.drawRoundedRect(chip, 3, 3);
        QFont font = Theme::font(FontRole::ChartText);
        font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        painter.setPen(c.surface);
        painter.drawText(chip, Qt::AlignCenter, letter);
    }
    for (const ChartLine& line : p.lines)
        if (const auto value = valueAt(line, x); value && !line.dashed && (line.marker == MarkerShape::None || line.oneMarker))
            if (const QPointF dot = p.toPixel({x, *value}); p.plot.adjusted(-1, -1, 1, 1).contains(dot))
                paintMarker(painter, dot, line.oneMarker && line.marker != MarkerShape::None ? line.marker : MarkerShape::Disc, kMarkerRadius, line.colour,
                            c.surface, thin);
}

void LineChart::paintReadout(QPainter& painter, const QString& readout) {
    const Parts& p = *m_parts;
    const Palette& c = Theme::instance().palette();
    const QString html = QStringLiteral("<div style='color:%1'>%2</div>").arg(c.text.name(), readout);
    if (!p.document || p.documentHtml != html) {
        m_parts->document = std::make_unique<QTextDocument>();
        m_parts->documentHtml = html;
        p.document->setDocumentMargin(0);
        p.document->setDefaultFont(Theme::font(FontRole::ChartText));
        p.document->setDefaultStyleSheet(QStringLiteral("* { color: %1; }").arg(c.text.name()));
        p.document->setHtml(html);
    }
    const QSizeF box = p.document->size() + QSizeF(20, 14);
    const std::array<QPointF, 4> corners{p.plot.topLeft() + QPointF(10, 8),
                                         p.plot.topRight() + QPointF(-10 - box.width(), 8),
                                         p.plot.bottomLeft() + QPointF(12, -10 - box.height()),
                                         p.plot.bottomRight() + QPointF(-10 - box.width(), -10 - box.height())};
    std::array<long, 4> crowd{};
    for (std::size_t k = 0; k < corners.size(); ++k)
        for (const auto& line : p.drawn)
            crowd[k] += pathPixelsInside(line, QRectF(corners[k], box));
    for (std::size_t k = 0; k < corners.size() && !p.note.isEmpty(); ++k)
        if (QRectF(corners[k], box).intersects(noteRect()))
            crowd[k] += kOverNote;
    // Stay where it is unless another corner is clearly emptier, so that it does not jump while a slider moves.
    const auto best = std::size_t(std::min_element(crowd.begin(), crowd.end()) - crowd.begin());
    if (crowd[std::size_t(p.corner)] > crowd[best] + 12)
        m_parts->corner = int(best);
    const QRectF place(corners[std::size_t(m_parts->corner)], box);
    painter.setPen(QPen(c.line2, 1));
    painter.setBrush(c.surface);
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.save();
    painter.translate(place.topLeft() + QPointF(10, 7));
    p.document->drawContents(&painter);
    painter.restore();
}

} // namespace intersect::ui

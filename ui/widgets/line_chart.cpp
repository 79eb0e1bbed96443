// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/line_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <QKeyEvent>
#include <QLineSeries>
#include <QMouseEvent>
#include <QPainter>
#include <QTextDocument>
#include <QValueAxis>
#include <QWheelEvent>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/chart_points.h"
#include "ui/widgets/chart_scale.h"

namespace intersect::ui {

namespace {

constexpr double kMarkerRadius = 3.5;
constexpr int kMarkersAtMost = 60;
constexpr double kPathShortest = 0.4;

/// A range of both axes.
struct Range {
    double x0 = 0, x1 = 1, y0 = 0, y1 = 1;
    bool operator==(const Range&) const = default;
};

} // namespace

struct LineChart::Parts {
    std::vector<ChartLine> lines;
    std::vector<QLineSeries*> series;
    std::vector<std::vector<QPointF>> drawn; ///< the decimated points, view pixels
    std::vector<Dot> dots;
    std::vector<Band> bands;
    ChartAxis x, y;
    QValueAxis *xAxis = nullptr, *yAxis = nullptr;
    Range full, shown; ///< in axis space (logarithms where the axis is logarithmic)
    QRectF plot;
    std::optional<double> cursor;
    bool interactive = false;
    double step = 0.01;
    std::optional<double> hover;
    QString readout, note;
    std::optional<QPoint> dragFrom;
    QRect rubber;
    int corner = 1;

    double toAxisX(double value) const { return x.logarithmic ? std::log10(std::max(value, 1e-300)) : value; }
    double toAxisY(double value) const { return y.logarithmic ? std::log10(std::max(value, 1e-300)) : value; }
    double fromAxisX(double value) const { return x.logarithmic ? std::pow(10.0, value) : value; }
    QPointF toPixel(QPointF value) const {
        return {plot.left() + (toAxisX(value.x()) - shown.x0) / (shown.x1 - shown.x0) * plot.width(),
                plot.bottom() - (toAxisY(value.y()) - shown.y0) / (shown.y1 - shown.y0) * plot.height()};
    }
    double xAtPixel(double pixel) const { return fromAxisX(shown.x0 + (pixel - plot.left()) / plot.width() * (shown.x1 - shown.x0)); }
};

LineChart::LineChart(const QString& heading, QWidget* parent) : ChartFrame(heading, parent), m_parts(std::make_unique<Parts>()) {
    m_parts->xAxis = new QValueAxis;
    m_parts->yAxis = new QValueAxis;
    for (QValueAxis* axis : {m_parts->xAxis, m_parts->yAxis}) {
        // Qt's axes give the domain; grid and numbers are painted crisp and never cut off by the frame.
        axis->setLabelsVisible(false);
        axis->setGridLineVisible(false);
        axis->setLineVisible(false);
        axis->setTitleVisible(false);
    }
    chart()->addAxis(m_parts->xAxis, Qt::AlignBottom);
    chart()->addAxis(m_parts->yAxis, Qt::AlignLeft);
}

LineChart::~LineChart() = default;

void LineChart::setAxes(const ChartAxis& x, const ChartAxis& y) {
    m_parts->x = x;
    m_parts->y = y;
    const Range before = std::exchange(m_parts->full, {});
    relayout();
    if (!(before == m_parts->full)) {
        m_parts->shown = m_parts->full;
        relayout();
    }
}

void LineChart::setLines(std::vector<ChartLine> lines) {
    m_parts->lines = std::move(lines);
    std::vector<LegendEntry> legend;
    for (const ChartLine& line : m_parts->lines) {
        if (!line.inLegend || line.name.isEmpty())
            continue;
        LegendEntry entry{line.name, line.colour, line.dashed ? LegendEntry::Swatch::DashedLine : LegendEntry::Swatch::Line, line.marker, std::max(2.0, line.widthPx)};
        if (line.marker != MarkerShape::None)
            entry.swatch = LegendEntry::Swatch::Marker;
        legend.push_back(entry);
    }
    headingRow()->setLegend(std::move(legend));
    // As many series as lines; the points come by one replace() in relayout, before a new series joins the chart.
    while (m_parts->series.size() > m_parts->lines.size()) {
        chart()->removeSeries(m_parts->series.back());
        delete m_parts->series.back();
        m_parts->series.pop_back();
    }
    relayout();
}

const std::vector<ChartLine>& LineChart::lines() const {
    return m_parts->lines;
}

void LineChart::setDots(std::vector<Dot> dots) {
    m_parts->dots = std::move(dots);
    repaintChart();
}

void LineChart::setBands(std::vector<Band> bands) {
    m_parts->bands = std::move(bands);
    repaintChart();
}

void LineChart::setCursor(std::optional<double> x, bool interactive, double step) {
    m_parts->cursor = x;
    m_parts->step = step;
    if (interactive != m_parts->interactive) {
        m_parts->interactive = interactive;
        setFocusPolicy(interactive ? Qt::StrongFocus : Qt::NoFocus);
        view()->viewport()->setCursor(interactive ? Qt::SplitHCursor : Qt::ArrowCursor);
    }
    repaintChart();
}

std::optional<double> LineChart::cursorX() const {
    return m_parts->cursor;
}

void LineChart::setReadout(const QString& richText) {
    m_parts->readout = richText;
    repaintChart();
}

void LineChart::setNote(const QString& text) {
    m_parts->note = text;
    repaintChart();
}

std::optional<double> LineChart::valueAt(const ChartLine& line, double x) {
    const auto& points = line.points;
    const auto after = std::lower_bound(points.begin(), points.end(), x, [](const QPointF& p, double at) { return p.x() < at; });
    if (after == points.end())
        return std::nullopt;
    if (after->x() == x)
        return after->y();
    if (after == points.begin())
        return std::nullopt;
    const QPointF a = *(after - 1), b = *after;
    return a.y() + (b.y() - a.y()) * (x - a.x()) / (b.x() - a.x());
}

QString LineChart::dataCsv() const {
    std::string csv = "line,x,y\n";
    for (const ChartLine& line : m_parts->lines) {
        std::string name = line.name.isEmpty() ? line.endLabel.toStdString() : line.name.toStdString();
        if (name.find_first_of(",\"\n") != std::string::npos) {
            for (std::size_t at = 0; (at = name.find('"', at)) != std::string::npos; at += 2)
                name.insert(at, 1, '"');
            name = '"' + name + '"';
        }
        for (const QPointF& point : line.points)
            csv += name + ',' + formatShortest(point.x()) + ',' + formatShortest(point.y()) + '\n';
    }
    return qs(csv);
}

void LineChart::relayout() {
    Parts& p = *m_parts;
    const QSize size = view()->size();
    if (size.width() < 20 || size.height() < 20)
        return;

    // Ranges in axis space: as given, or from the data with round ends.
    const bool followed = p.shown == p.full;
    Range full{p.x.low, p.x.high, p.y.low, p.y.high};
    double x0 = std::numeric_limits<double>::infinity(), x1 = -x0, y0 = x0, y1 = -x0;
    for (const ChartLine& line : p.lines) {
        for (const QPointF& point : line.points) {
            if (!std::isfinite(point.x()) || !std::isfinite(point.y()))
                continue;
            x0 = std::min(x0, point.x()), x1 = std::max(x1, point.x());
            y0 = std::min(y0, point.y()), y1 = std::max(y1, point.y());
        }
    }
    if (p.x.automatic && x0 <= x1)
        full.x0 = x0, full.x1 = x1 > x0 ? x1 : x0 + 1;
    if (p.y.automatic && y0 <= y1) {
        full.y0 = y0, full.y1 = y1;
        roundRange(full.y0, full.y1);
        if (y0 >= 0)
            full.y0 = std::max(0.0, full.y0);
    }
    full.x0 = p.toAxisX(full.x0), full.x1 = p.toAxisX(full.x1), full.y0 = p.toAxisY(full.y0), full.y1 = p.toAxisY(full.y1);
    if (!(full.x1 > full.x0))
        full.x1 = full.x0 + 1;
    if (!(full.y1 > full.y0))
        full.y1 = full.y0 + 1;
    p.full = full;
    if (followed)
        p.shown = full;

    // Room for numbers at the left, words below, end labels at the right.
    const QFontMetricsF metrics(tickFont());
    double widest = 0;
    for (const double tick : p.y.logarithmic ? powerTicks(std::pow(10, p.shown.y0), std::pow(10, p.shown.y1)) : roundTicks(p.shown.y0, p.shown.y1, p.y.ticks))
        widest = std::max(widest, metrics.horizontalAdvance(tickText(tick, p.y.decimals)));
    const QFontMetricsF words(Theme::font(FontRole::ChartText));
    const double left = widest + 10 + (p.y.title.isEmpty() ? 0 : 18);
    const double bottom = 23 + (p.x.title.isEmpty() ? 0 : 17);
    double right = 12;
    for (const ChartLine& line : p.lines) {
        if (line.endLabel.isEmpty() || line.points.empty())
            continue;
        const double part = (p.toAxisX(line.points.back().x()) - p.shown.x0) / (p.shown.x1 - p.shown.x0);
        const double needs = words.horizontalAdvance(line.endLabel) + 14;
        const double room = (1 - part) * (size.width() - left - right);
        if (room < needs)
            right = std::max(right, needs - room + 4);
    }
    p.plot = QRectF(left, 9, std::max(20.0, size.width() - left - right), std::max(20.0, size.height() - 9 - bottom));
    p.plot = QRectF(std::floor(p.plot.left()), std::floor(p.plot.top()), std::floor(p.plot.width()), std::floor(p.plot.height()));
    chart()->setPlotArea(p.plot);
    p.xAxis->setRange(p.shown.x0, p.shown.x1);
    p.yAxis->setRange(p.shown.y0, p.shown.y1);

    p.drawn.resize(p.lines.size());
    for (std::size_t i = 0; i < p.lines.size(); ++i) {
        const ChartLine& line = p.lines[i];
        std::vector<QPointF> inAxis;
        inAxis.reserve(line.points.size());
        for (const QPointF& point : line.points)
            if (std::isfinite(point.x()) && std::isfinite(point.y()))
                inAxis.emplace_back(p.toAxisX(point.x()), p.toAxisY(point.y()));
        const double xPerPixel = (p.shown.x1 - p.shown.x0) / p.plot.width(), yPerPixel = (p.shown.y1 - p.shown.y0) / p.plot.height();
        const QList<QPointF> thin = decimate(inAxis, p.shown.x0, p.shown.x1, xPerPixel, yPerPixel, int(p.plot.width()), kPathShortest);
        p.drawn[i].clear();
        for (const QPointF& point : thin)
            p.drawn[i].emplace_back(p.plot.left() + (point.x() - p.shown.x0) / xPerPixel, p.plot.bottom() - (point.y() - p.shown.y0) / yPerPixel);

        const bool fresh = i >= p.series.size();
        if (fresh)
            p.series.push_back(new QLineSeries);
        QLineSeries* series = p.series[i];
        series->replace(thin);
        QPen pen(line.colour, line.widthPx, Qt::SolidLine, line.dashed ? Qt::FlatCap : Qt::RoundCap, Qt::RoundJoin);
        if (line.dashed)
            pen.setDashPattern({4 / line.widthPx, 3 / line.widthPx});
        series->setPen(pen);
        if (fresh) {
            chart()->addSeries(series);
            series->attachAxis(p.xAxis);
            series->attachAxis(p.yAxis);
        }
    }
    repaintChart();
}

bool LineChart::isZoomed() const {
    return !(m_parts->shown == m_parts->full);
}

void LineChart::resetZoom() {
    m_parts->shown = m_parts->full;
    relayout();
}

// --- painting ---------------------------------------------------------------------------------------------------------

void LineChart::paintUnder(QPainter& painter) {
    const Parts& p = *m_parts;
    const Palette& c = Theme::instance().palette();
    for (const Band& band : p.bands) {
        QRectF ground(QPointF(p.toPixel({band.from, 0}).x(), p.plot.top()), QPointF(p.toPixel({band.to, 0}).x(), p.plot.bottom()));
        ground &= p.plot;
        if (ground.isEmpty())
            continue;
        QColor grey = c.axis;
        grey.setAlphaF(0.16F);
        painter.fillRect(ground, grey);
        painter.setFont(Theme::font(FontRole::ChartText));
        painter.setPen(c.text3);
        painter.drawText(ground.adjusted(8, 5, 0, 0), int(Qt::AlignLeft) | int(Qt::AlignTop), band.text);
    }
    std::vector<AxisTick> x, y;
    if (p.x.logarithmic) {
        for (const double tick : powerTicks(std::pow(10, p.shown.x0), std::pow(10, p.shown.x1)))
            x.push_back({p.toPixel({tick, 1}).x(), tickText(tick, tick < 1 ? p.x.decimals : 0)});
    } else {
        for (const double tick : roundTicks(p.shown.x0, p.shown.x1, p.x.ticks))
            x.push_back({p.toPixel({tick, 1}).x(), tickText(tick, p.x.decimals)});
    }
    if (p.y.logarithmic) {
        for (const double tick : powerTicks(std::pow(10, p.shown.y0), std::pow(10, p.shown.y1)))
            y.push_back({p.toPixel({1, tick}).y(), tickText(tick, tick < 1 ? p.y.decimals : 0)});
    } else {
        for (const double tick : roundTicks(p.shown.y0, p.shown.y1, p.y.ticks))
            y.push_back({p.toPixel({0, tick}).y(), tickText(tick, p.y.decimals)});
    }
    paintAxes(painter, p.plot, x, y, p.x.title, p.y.title, true);
}

void LineChart::paintOver(QPainter& painter) {
    const Parts& p = *m_parts;
    const Palette& c = Theme::instance().palette();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool empty = std::all_of(p.lines.begin(), p.lines.end(), [](const ChartLine& line) { return line.points.empty(); });
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
        if (line.marker != MarkerShape::None)
            for (std::size_t k = 0; k < line.points.size(); k += every)
                paintMarker(painter, p.toPixel(line.points[k]), line.marker, kMarkerRadius, line.colour, c.surface);
        else if (line.points.size() == 1 || (!line.endLabel.isEmpty() && !line.points.empty() && !line.dashed && line.widthPx >= 1.4))
            paintMarker(painter, p.toPixel(line.points.back()), MarkerShape::Disc, kMarkerRadius, line.colour, c.surface);
    }
    const std::optional<double> at = p.cursor ? p.cursor : p.hover;
    if (at) {
        const double px = std::floor(p.toPixel({*at, 1}).x()) + 0.5;
        if (px >= p.plot.left() - 1 && px <= p.plot.right() + 1) {
            QPen pen(c.text2, hasFocus() ? 1.6 : 1, Qt::SolidLine, Qt::FlatCap);
            pen.setDashPattern({3, 3});
            painter.setPen(pen);
            painter.drawLine(QPointF(px, p.plot.top()), QPointF(px, p.plot.bottom()));
            for (const ChartLine& line : p.lines)
                if (const auto value = valueAt(line, *at); value && !line.dashed && line.marker == MarkerShape::None)
                    if (const QPointF dot = p.toPixel({*at, *value}); p.plot.adjusted(-1, -1, 1, 1).contains(dot))
                        paintMarker(painter, dot, MarkerShape::Disc, kMarkerRadius, line.colour, c.surface);
        }
    }
    for (const Dot& dot : p.dots)
        paintMarker(painter, p.toPixel(dot.at), dot.shape, dot.hollow ? 4.2 : kMarkerRadius + 0.5, dot.colour, c.surface, dot.hollow);
    painter.restore();

    // Words at the curves' ends, kept apart.
    struct End {
        double x, y;
        const ChartLine* line;
    };
    std::vector<End> ends;
    for (const ChartLine& line : p.lines)
        if (!line.endLabel.isEmpty() && !line.points.empty())
            ends.push_back({p.toPixel(line.points.back()).x() + 9, std::clamp(p.toPixel(line.points.back()).y(), p.plot.top() + 4, p.plot.bottom() - 6), &line});
    std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.y < b.y; });
    for (std::size_t i = 1; i < ends.size(); ++i)
        if (std::abs(ends[i].x - ends[i - 1].x) < 120)
            ends[i].y = std::max(ends[i].y, ends[i - 1].y + 14);
    QFont endFont = Theme::font(FontRole::ChartText);
    for (const End& end : ends) {
        endFont.setWeight(end.line->widthPx >= 2 ? QFont::DemiBold : QFont::Normal);
        painter.setFont(endFont);
        painter.setPen(end.line->widthPx >= 2 ? c.text : c.text2);
        painter.drawText(QPointF(end.x, end.y + 4), end.line->endLabel);
    }
    painter.setFont(Theme::font(FontRole::ChartText));
    if (!p.note.isEmpty()) {
        painter.setPen(c.text2);
        painter.drawText(p.plot.adjusted(0, 0, -10, -8), int(Qt::AlignRight) | int(Qt::AlignBottom), p.note);
    }
    if (!p.rubber.isNull()) {
        QColor fill = c.accent;
        fill.setAlphaF(0.12F);
        painter.setPen(QPen(c.accent, 1));
        painter.setBrush(fill);
        painter.drawRect(p.rubber);
    }

    QString readout = p.readout;
    if (readout.isEmpty() && p.hover && !p.cursor) {
        readout = QStringLiteral("<b>%1 %2</b><table cellspacing=0 cellpadding=0>").arg(p.x.title.toHtmlEscaped(), tickText(*p.hover, p.x.decimals + 1));
        bool any = false;
        for (const ChartLine& line : p.lines) {
            if (const auto value = valueAt(line, *p.hover)) {
                any = true;
                readout += QStringLiteral("<tr><td style='color:%1'>■&nbsp;</td><td>%2&nbsp;&nbsp;</td><td align=right>%3</td></tr>")
                               .arg(line.colour.name(), (line.name.isEmpty() ? line.endLabel : line.name).toHtmlEscaped(), qs(formatFixed(*value, std::max(3, p.y.decimals))));
            }
        }
        readout = any ? readout + QStringLiteral("</table>") : QString();
    }
    if (readout.isEmpty())
        return;
    QTextDocument document;
    document.setDocumentMargin(0);
    document.setDefaultFont(Theme::font(FontRole::ChartText));
    document.setDefaultStyleSheet(QStringLiteral("* { color: %1; }").arg(c.text.name()));
    document.setHtml(QStringLiteral("<div style='color:%1'>%2</div>").arg(c.text.name(), readout));
    const QSizeF box = document.size() + QSizeF(20, 14);
    const std::array<QPointF, 4> corners{p.plot.topLeft() + QPointF(10, 8), p.plot.topRight() + QPointF(-10 - box.width(), 8), p.plot.bottomLeft() + QPointF(12, -10 - box.height()),
                                         p.plot.bottomRight() + QPointF(-10 - box.width(), -10 - box.height())};
    std::array<long, 4> crowd{};
    for (std::size_t k = 0; k < corners.size(); ++k)
        for (const auto& line : p.drawn)
            crowd[k] += pathPixelsInside(line, QRectF(corners[k], box));
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
    document.drawContents(&painter);
    painter.restore();
}

// --- mouse and keys ---------------------------------------------------------------------------------------------------

void LineChart::keyPressEvent(QKeyEvent* event) {
    Parts& p = *m_parts;
    if (!p.interactive || !p.cursor) {
        ChartFrame::keyPressEvent(event);
        return;
    }
    const double step = p.step * (event->modifiers() & Qt::ShiftModifier ? 10 : 1);
    const double low = p.fromAxisX(p.full.x0), high = p.fromAxisX(p.full.x1);
    double x = *p.cursor;
    switch (event->key()) {
    case Qt::Key_Left:
        x -= step;
        break;
    case Qt::Key_Right:
        x += step;
        break;
    case Qt::Key_Home:
        x = low;
        break;
    case Qt::Key_End:
        x = high;
        break;
    default:
        ChartFrame::keyPressEvent(event);
        return;
    }
    p.cursor = std::clamp(std::round(x / p.step) * p.step, low, high);
    repaintChart();
    Q_EMIT cursorMoved(*p.cursor);
}

bool LineChart::eventFilter(QObject* watched, QEvent* event) {
    Parts& p = *m_parts;
    const auto moveCursor = [&](double pixel) {
        const double x = std::clamp(p.xAtPixel(pixel), p.fromAxisX(p.full.x0), p.fromAxisX(p.full.x1));
        p.cursor = std::round(x / p.step) * p.step;
        repaintChart();
        Q_EMIT cursorMoved(*p.cursor);
    };
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() != Qt::LeftButton)
            break;
        setFocus(Qt::MouseFocusReason);
        p.dragFrom = mouse->position().toPoint();
        if (p.interactive && !(mouse->modifiers() & Qt::ControlModifier))
            moveCursor(mouse->position().x());
        return true;
    }
    case QEvent::MouseMove: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QPoint at = mouse->position().toPoint();
        if (p.dragFrom && p.interactive && !(mouse->modifiers() & Qt::ControlModifier)) {
            moveCursor(mouse->position().x());
        } else if (p.dragFrom) {
            p.rubber = QRect(*p.dragFrom, at).normalized() & p.plot.toRect();
            repaintChart();
        } else {
            p.hover = p.plot.contains(mouse->position()) ? std::optional(p.xAtPixel(mouse->position().x())) : std::nullopt;
            repaintChart();
        }
        return true;
    }
    case QEvent::MouseButtonRelease:
        p.dragFrom.reset();
        if (p.rubber.width() > 6 && p.rubber.height() > 6) {
            const QRectF r = p.rubber;
            const Range s = p.shown;
            p.shown = {s.x0 + (r.left() - p.plot.left()) / p.plot.width() * (s.x1 - s.x0), s.x0 + (r.right() - p.plot.left()) / p.plot.width() * (s.x1 - s.x0),
                       s.y0 + (p.plot.bottom() - r.bottom()) / p.plot.height() * (s.y1 - s.y0), s.y0 + (p.plot.bottom() - r.top()) / p.plot.height() * (s.y1 - s.y0)};
            relayout();
        }
        p.rubber = {};
        repaintChart();
        return true;
    case QEvent::MouseButtonDblClick:
        resetZoom();
        return true;
    case QEvent::Leave:
        p.hover.reset();
        repaintChart();
        break;
    case QEvent::Wheel: {
        const auto* wheel = static_cast<QWheelEvent*>(event);
        if (!(wheel->modifiers() & Qt::ControlModifier))
            break; // the page may scroll
        const double factor = std::pow(0.85, wheel->angleDelta().y() / 120.0);
        const double at = p.shown.x0 + (wheel->position().x() - p.plot.left()) / p.plot.width() * (p.shown.x1 - p.shown.x0);
        p.shown.x0 = std::max(p.full.x0, at - (at - p.shown.x0) * factor);
        p.shown.x1 = std::min(p.full.x1, at + (p.shown.x1 - at) * factor);
        if (p.shown.x1 - p.shown.x0 < (p.full.x1 - p.full.x0) * 1e-4)
            p.shown = p.full;
        relayout();
        return true;
    }
    default:
        break;
    }
    return ChartFrame::eventFilter(watched, event);
}

} // namespace intersect::ui

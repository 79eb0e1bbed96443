// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/line_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/chart_points.h"
#include "ui/widgets/chart_scale.h"
#include "ui/widgets/line_chart_parts.h"

namespace intersect::ui {

namespace {

constexpr double kPathShortest = 0.4;
constexpr qsizetype kRoundJoinsAtMost = 60; ///< points of a line

} // namespace

LineChart::LineChart(const QString& heading, QWidget* parent)
    : ChartFrame(heading, parent), m_parts(std::make_unique<Parts>()) {
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
    connect(headingRow(), &ChartHeading::choiceClicked, this, [this](int choice) {
        setFocus(Qt::MouseFocusReason);
        choose(choice);
    });
}

LineChart::~LineChart() = default;

void LineChart::setAxes(const ChartAxis& x, const ChartAxis& y) {
    if (m_parts->x == x && m_parts->y == y)
        return;
    m_parts->x = x;
    m_parts->y = y;
    const ChartRange before = std::exchange(m_parts->full, {});
    relayout();
    if (!(before == m_parts->full)) {
        m_parts->shown = m_parts->full;
        relayout();
    }
}

void LineChart::setLines(std::vector<ChartLine> lines) {
    if (m_parts->lines == lines)
        return;
    m_parts->lines = std::move(lines);
    refreshLegend();
    // As many series as lines; the points come by one replace() in relayout, before a new series joins the chart.
    while (m_parts->series.size() > m_parts->lines.size()) {
        chart()->removeSeries(m_parts->series.back());
        delete m_parts->series.back();
        m_parts->series.pop_back();
    }
    relayout();
    noteDataChanged();
}

void LineChart::refreshLegend() {
    std::vector<LegendEntry> legend;
    for (const ChartLine& line : m_parts->lines) {
        if (!line.inLegend || line.name.isEmpty())
            continue;
        LegendEntry entry{line.name, line.colour, line.dashed ? LegendEntry::Swatch::DashedLine : LegendEntry::Swatch::Line, line.marker,
                          std::max(2.0, line.widthPx), line.choice, line.choice >= 0 && line.choice == m_parts->chosen};
        if (line.marker != MarkerShape::None)
            entry.swatch = LegendEntry::Swatch::Marker;
        legend.push_back(entry);
    }
    headingRow()->setLegend(std::move(legend));
}

const std::vector<ChartLine>& LineChart::lines() const {
    return m_parts->lines;
}

void LineChart::setDots(std::vector<Dot> dots) {
    if (m_parts->dots == dots)
        return;
    m_parts->dots = std::move(dots);
    repaintChart();
}

void LineChart::setBands(std::vector<Band> bands) {
    m_parts->bands = std::move(bands);
    repaintChart();
}

void LineChart::setCursor(std::optional<double> x, bool interactive, double step) {
    const bool moved = m_parts->cursor != x;
    m_parts->cursor = x;
    m_parts->step = step;
    if (interactive != m_parts->interactive) {
        m_parts->interactive = interactive;
        view()->viewport()->setCursor(interactive ? Qt::SplitHCursor : Qt::ArrowCursor);
    }
    if (moved)
        repaintChart();
}

std::optional<double> LineChart::cursorX() const {
    return m_parts->cursor;
}

void LineChart::setSecondCursor(std::optional<double> x) {
    if (m_parts->secondCursor == x)
        return;
    m_parts->secondCursor = x;
    repaintChart();
}

std::optional<double> LineChart::secondCursorX() const {
    return m_parts->secondCursor;
}

void LineChart::setReadout(const QString& richText) {
    if (m_parts->readout == richText)
        return;
    m_parts->readout = richText;
    repaintChart();
}

void LineChart::setNote(const QString& text) {
    if (m_parts->note == text)
        return;
    m_parts->note = text;
    repaintChart();
}

void LineChart::setMark(std::optional<double> x) {
    if (m_parts->mark == x)
        return;
    m_parts->mark = x;
    repaintChart();
}

const std::vector<LineChart::Dot>& LineChart::dots() const {
    return m_parts->dots;
}

QString LineChart::readout() const {
    return m_parts->readout;
}

QString LineChart::note() const {
    return m_parts->note;
}

std::optional<double> LineChart::markX() const {
    return m_parts->mark;
}

void LineChart::setHoverText(std::function<QString(double)> text) {
    m_parts->hoverText = std::move(text);
}

std::optional<double> LineChart::hoverX() const {
    return m_parts->hover;
}

void LineChart::setChosen(int choice) {
    if (m_parts->chosen == choice)
        return;
    m_parts->chosen = choice;
    refreshLegend();
    repaintChart();
}

int LineChart::chosen() const {
    return m_parts->chosen;
}

void LineChart::setPointsAtMost(int count) {
    m_parts->pointsAtMost = count;
    relayout();
}

void LineChart::setLeastMargins(double leftPx, double rightPx) {
    m_parts->leastLeft = leftPx;
    m_parts->leastRight = rightPx;
    relayout();
}

QPointF LineChart::pixelOf(QPointF value) const {
    return m_parts->toPixel(value);
}

QStringList LineChart::tableHeader() const {
    const Parts& p = *m_parts;
    return {tr("curve"), p.x.title.isEmpty() ? QStringLiteral("x") : p.x.title, p.y.title.isEmpty() ? tr("value") : p.y.title};
}

std::optional<double> LineChart::valueAt(const ChartLine& line, double x) {
    const auto& points = line.points;
    const auto after =
        std::lower_bound(points.begin(), points.end(), x, [](const QPointF& p, double at) { return p.x() < at; });
    if (after == points.end())
        return std::nullopt;
    const auto ifFinite = [](double y) { return std::isfinite(y) ? std::optional(y) : std::nullopt; };
    if (after->x() == x)
        return ifFinite(after->y());
    if (after == points.begin())
        return std::nullopt;
    const QPointF a = *(after - 1), b = *after;
    return ifFinite(a.y() + (b.y() - a.y()) * (x - a.x()) / (b.x() - a.x()));
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
    ChartRange full{p.x.low, p.x.high, p.y.low, p.y.high};
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
    full.x0 = p.toAxisX(full.x0), full.x1 = p.toAxisX(full.x1), full.y0 = p.toAxisY(full.y0),
    full.y1 = p.toAxisY(full.y1);
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
    for (const double tick : p.y.logarithmic ? powerTicks(std::pow(10, p.shown.y0), std::pow(10, p.shown.y1))
                                             : roundTicks(p.shown.y0, p.shown.y1, p.y.ticks, p.y.decimals))
        widest = std::max(widest, metrics.horizontalAdvance(p.y.logarithmic ? powerText(tick) : tickText(tick, p.y.decimals)));
    const QFontMetricsF words(Theme::font(FontRole::ChartText));
    const double left = std::max(p.leastLeft, widest + 10 + (p.y.title.isEmpty() ? 0 : 18));
    const double bottom = 23 + (p.x.title.isEmpty() ? 0 : 17);
    double right = p.leastRight;
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
    p.plot = QRectF(std::floor(p.plot.left()), std::floor(p.plot.top()), std::floor(p.plot.width()),
                    std::floor(p.plot.height()));
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
        const double xPerPixel = (p.shown.x1 - p.shown.x0) / p.plot.width(),
                     yPerPixel = (p.shown.y1 - p.shown.y0) / p.plot.height();
        // Two points a column, and what may lie on both sides of them.
        const int wide = int(p.plot.width());
        const int columns = p.pointsAtMost > 0 ? std::min(wide, std::max(1, p.pointsAtMost / 2 - 4)) : wide;
        const QList<QPointF> thin =
            decimate(inAxis, p.shown.x0, p.shown.x1, (p.shown.x1 - p.shown.x0) / columns, yPerPixel, columns, kPathShortest);
        p.drawn[i].clear();
        for (const QPointF& point : thin)
            p.drawn[i].emplace_back(p.plot.left() + (point.x() - p.shown.x0) / xPerPixel,
                                    p.plot.bottom() - (point.y() - p.shown.y0) / yPerPixel);

        const bool fresh = i >= p.series.size();
        if (fresh)
            p.series.push_back(new QLineSeries);
        QLineSeries* series = p.series[i];
        if (series->points() != thin) // a curve that stays costs nothing
            series->replace(thin);
        // Round joins are not seen on thin lines or where points lie dense, but take most of their drawing.
        const bool plain = line.widthPx < 2 || thin.size() > kRoundJoinsAtMost;
        QPen pen(line.colour, line.widthPx, Qt::SolidLine, line.dashed ? Qt::FlatCap : Qt::RoundCap, plain ? Qt::BevelJoin : Qt::RoundJoin);
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

} // namespace intersect::ui

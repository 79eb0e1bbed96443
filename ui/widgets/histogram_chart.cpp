// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/histogram_chart.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

constexpr double kBarPart = 0.82;        ///< of a bin's width
constexpr double kLeastOfLogScale = 0.5; ///< a single one still has a bar

QString shortCount(double value) {
    if (value >= 1e6)
        return qs(formatGrouped(std::llround(value / 1e6))) + QStringLiteral(" M");
    return value >= 1e3 ? qs(formatGrouped(std::llround(value / 1e3))) + QStringLiteral(" k") : qs(formatGrouped(std::llround(value)));
}

} // namespace

HistogramChart::HistogramChart(const QString& heading, QWidget* parent) : ChartFrame(heading, parent) {}

void HistogramChart::setAxes(const ChartAxis& x, const ChartAxis& y, bool percent) {
    m_x = x;
    m_y = y;
    m_percent = percent;
    relayout();
}

void HistogramChart::setSeries(std::vector<HistogramSeries> series) {
    if (m_series == series)
        return;
    m_series = std::move(series);
    refresh();
}

void HistogramChart::setMarks(const QString& name, std::vector<double> values) {
    if (m_marksName == name && m_marks == values)
        return;
    m_marksName = name;
    m_marks = std::move(values);
    refresh();
}

void HistogramChart::refresh() {
    std::vector<LegendEntry> legend;
    for (const HistogramSeries& series : m_series)
        legend.push_back({series.name, series.colour, LegendEntry::Swatch::Fill, MarkerShape::None, 2});
    if (!m_marks.empty())
        legend.push_back({m_marksName, Theme::instance().palette().text, LegendEntry::Swatch::Line, MarkerShape::None, 2});
    headingRow()->setLegend(std::move(legend));
    noteDataChanged();
    relayout();
}

void HistogramChart::setCursor(std::optional<double> x, double step) {
    m_step = step;
    view()->viewport()->setCursor(x ? Qt::SplitHCursor : Qt::ArrowCursor);
    if (m_cursor == x)
        return;
    m_cursor = x;
    repaintChart();
}

void HistogramChart::setWaiting(bool waiting) {
    if (m_waiting == waiting)
        return;
    m_waiting = waiting;
    repaintChart();
}

void HistogramChart::setLeastMargins(double leftPx, double rightPx) {
    m_leastLeft = leftPx;
    m_leastRight = rightPx;
    relayout();
}

int HistogramChart::bins() const {
    return m_series.empty() ? 0 : static_cast<int>(m_series.front().values.size());
}

double HistogramChart::highest() const {
    double high = 0;
    const auto take = [&high](const std::vector<double>& values) {
        for (const double value : values)
            high = std::isfinite(value) ? std::max(high, value) : high;
    };
    for (const HistogramSeries& series : m_series)
        take(series.values);
    take(m_marks);
    return high;
}

double HistogramChart::xPixel(double value) const {
    return m_plot.left() + (value - m_x.low) / (m_x.high - m_x.low) * m_plot.width();
}

double HistogramChart::yPixel(double value) const {
    const double at = m_y.logarithmic ? std::log10(std::max(value, kLeastOfLogScale)) : value;
    return m_plot.bottom() - std::clamp((at - m_low) / (m_high - m_low), 0.0, 1.0) * m_plot.height();
}

int HistogramChart::binAt(double pixel) const {
    if (bins() == 0 || pixel < m_plot.left() || pixel >= m_plot.right())
        return -1;
    return static_cast<int>((pixel - m_plot.left()) / m_plot.width() * bins());
}

QString HistogramChart::valueText(double value) const {
    if (m_percent)
        return tickText(value * 100, m_y.decimals) + QStringLiteral(" %");
    return m_y.logarithmic ? shortCount(value) : tickText(value, m_y.decimals);
}

std::vector<AxisTick> HistogramChart::yTicks() const {
    std::vector<AxisTick> ticks;
    const double factor = m_percent ? 100 : 1;
    const std::vector<double> at = m_y.logarithmic ? powerTicks(std::pow(10, m_low), std::pow(10, m_high))
                                                   : roundTicks(m_low * factor, m_high * factor, m_y.ticks, m_y.decimals);
    for (const double tick : at) {
        const double value = m_y.logarithmic ? tick : tick / factor;
        ticks.push_back({yPixel(value), valueText(value)});
    }
    return ticks;
}

void HistogramChart::relayout() {
    const QSize size = view()->size();
    if (m_y.logarithmic) {
        m_low = std::log10(kLeastOfLogScale);
        m_high = std::max(1.0, std::ceil(std::log10(std::max(1.0, highest())) - 1e-9));
    } else {
        m_low = 0;
        m_high = m_y.automatic ? std::max(highest(), 1e-9) : m_y.high;
        if (m_y.automatic)
            roundRange(m_low, m_high);
        if (m_percent)
            m_high = std::min(m_high, 1.0);
    }
    const QFontMetricsF metrics(tickFont());
    double widest = 0;
    for (const AxisTick& tick : yTicks())
        widest = std::max(widest, metrics.horizontalAdvance(tick.text));
    const double left = std::floor(std::max(m_leastLeft, widest + 10 + (m_y.title.isEmpty() ? 0 : 18)));
    const double bottom = 23 + (m_x.title.isEmpty() ? 0 : 17);
    m_plot = QRectF(left, 9, std::floor(std::max(20.0, size.width() - left - m_leastRight)),
                    std::floor(std::max(20.0, size.height() - 9 - bottom)));
    chart()->setPlotArea(m_plot);
    repaintChart();
}

void HistogramChart::paintUnder(QPainter& painter) {
    std::vector<AxisTick> x;
    for (const double tick : roundTicks(m_x.low, m_x.high, m_x.ticks, m_x.decimals))
        x.push_back({xPixel(tick), tickText(tick, m_x.decimals)});
    paintAxes(painter, m_plot, x, yTicks(), m_x.title, m_y.title, true);

    const Palette& c = Theme::instance().palette();
    const int count = bins();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double whole = count > 0 ? m_plot.width() / count : 0, gap = whole * (1 - kBarPart) / 2;
    const double each = m_series.empty() ? 0 : (whole - 2 * gap) / static_cast<double>(m_series.size());
    for (std::size_t s = 0; s < m_series.size(); ++s)
        for (int bin = 0; bin < count; ++bin) {
            const double value = m_series[s].values[static_cast<std::size_t>(bin)];
            if (!(value > 0))
                continue;
            const double from = m_plot.left() + bin * whole + gap + each * static_cast<double>(s);
            const double top = std::min(yPixel(value), m_plot.bottom() - 1);
            painter.fillRect(QRectF(QPointF(std::round(from), std::round(top)),
                                    QPointF(std::max(std::round(from) + 1, std::round(from + each)), m_plot.bottom())),
                             m_waiting ? c.unused : m_series[s].colour);
        }
    painter.restore();
}

void HistogramChart::paintOver(QPainter& painter) {
    const Palette& c = Theme::instance().palette();
    if (m_series.empty()) {
        painter.setFont(Theme::font(FontRole::Table));
        painter.setPen(c.text2);
        painter.drawText(m_plot, int(Qt::AlignCenter) | int(Qt::TextWordWrap), emptyText());
        return;
    }
    const int count = bins();
    const double whole = count > 0 ? m_plot.width() / count : 0;
    if (!m_waiting)
        for (int bin = 0; bin < count && static_cast<std::size_t>(bin) < m_marks.size(); ++bin)
            if (const double value = m_marks[static_cast<std::size_t>(bin)]; value > 0)
                painter.fillRect(QRectF(std::round(m_plot.left() + bin * whole) + 1, std::round(yPixel(value)) - 1,
                                        std::max(2.0, std::round(whole) - 2), 2),
                                 c.text);
    if (!m_cursor || *m_cursor < m_x.low || *m_cursor > m_x.high)
        return;
    const double at = std::floor(xPixel(*m_cursor)) + 0.5;
    QPen pen(c.text2, hasFocus() ? 1.6 : 1, Qt::SolidLine, Qt::FlatCap);
    pen.setDashPattern({3, 3});
    painter.setPen(pen);
    painter.drawLine(QPointF(at, m_plot.top()), QPointF(at, m_plot.bottom()));
}

void HistogramChart::moveCursorTo(double x) {
    m_cursor = std::clamp(std::round(x / m_step) * m_step, m_x.low, m_x.high);
    repaintChart();
    Q_EMIT cursorMoved(*m_cursor);
}

void HistogramChart::keyPressEvent(QKeyEvent* event) {
    const double step = m_step * (event->modifiers() & Qt::ShiftModifier ? 10 : 1);
    if (m_cursor && event->key() == Qt::Key_Left)
        moveCursorTo(*m_cursor - step);
    else if (m_cursor && event->key() == Qt::Key_Right)
        moveCursorTo(*m_cursor + step);
    else if (m_cursor && event->key() == Qt::Key_Home)
        moveCursorTo(m_x.low);
    else if (m_cursor && event->key() == Qt::Key_End)
        moveCursorTo(m_x.high);
    else
        ChartFrame::keyPressEvent(event);
}

bool HistogramChart::eventFilter(QObject* watched, QEvent* event) {
    const auto valueAt = [this](const QMouseEvent* mouse) {
        return m_x.low + (mouse->position().x() - m_plot.left()) / m_plot.width() * (m_x.high - m_x.low);
    };
    if (event->type() == QEvent::MouseButtonPress && m_cursor) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        m_dragging = mouse->button() == Qt::LeftButton;
        if (m_dragging)
            moveCursorTo(valueAt(mouse));
    } else if (event->type() == QEvent::MouseButtonRelease) {
        m_dragging = false;
    } else if (event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (m_dragging)
            moveCursorTo(valueAt(mouse));
        else if (const int bin = binAt(mouse->position().x()); bin >= 0 && m_hoverText)
            QToolTip::showText(mouse->globalPosition().toPoint() + QPoint(12, 12), m_hoverText(bin), this);
        else
            QToolTip::hideText();
    }
    return ChartFrame::eventFilter(watched, event);
}

QString HistogramChart::dataCsv() const {
    std::string csv = "from,to";
    const auto column = [&csv](const QString& name) {
        QString quoted = name;
        csv += ",\"" + quoted.replace(QLatin1Char('"'), QStringLiteral("\"\"")).toStdString() + '"';
    };
    for (const HistogramSeries& series : m_series)
        column(series.name);
    if (!m_marks.empty())
        column(m_marksName);
    csv += '\n';
    const int count = bins();
    for (int bin = 0; bin < count; ++bin) {
        const auto edge = [&](int index) {
            return formatShortest(std::round((m_x.low + (m_x.high - m_x.low) * index / count) * 1e9) / 1e9);
        };
        csv += edge(bin) + ',' + edge(bin + 1);
        for (const HistogramSeries& series : m_series)
            csv += ',' + formatShortest(series.values[static_cast<std::size_t>(bin)]);
        if (static_cast<std::size_t>(bin) < m_marks.size())
            csv += ',' + formatShortest(m_marks[static_cast<std::size_t>(bin)]);
        csv += '\n';
    }
    return qs(csv);
}

} // namespace intersect::ui

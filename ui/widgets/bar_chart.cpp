// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/bar_chart.h"

#include <algorithm>
#include <cmath>

#include <QBarCategoryAxis>
#include <QBarSeries>
#include <QBarSet>
#include <QMouseEvent>
#include <QPainter>
#include <QStackedBarSeries>
#include <QToolTip>
#include <QValueAxis>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/chart_scale.h"

namespace intersect::ui {

namespace {

constexpr double kBarPart = 0.56; ///< of a category's width

} // namespace

BarChart::BarChart(const QString& heading, QWidget* parent) : ChartFrame(heading, parent) {}

void BarChart::setCategories(const QStringList& categories) {
    m_categories = categories;
    rebuild();
}

void BarChart::setCurrentCategory(int index) {
    m_current = index;
    repaintChart();
}

void BarChart::setSeries(std::vector<BarSeries> series, bool stacked) {
    m_series = std::move(series);
    m_stacked = stacked;
    rebuild();
}

void BarChart::setMarkers(std::vector<double> values, const QString& name, const QStringList& labels) {
    m_markers = std::move(values);
    m_markerName = name;
    m_markerLabels = labels;
    rebuild();
}

void BarChart::setAxisTitle(const QString& xTitle, const QString& yTitle) {
    m_xTitle = xTitle;
    m_yTitle = yTitle;
    relayout();
}

void BarChart::setDecimals(int decimals) {
    m_decimals = decimals;
    relayout();
}

QString BarChart::dataCsv() const {
    std::string csv = "category";
    for (const BarSeries& series : m_series)
        csv += ',' + series.name.toStdString();
    if (!m_markers.empty())
        csv += ',' + (m_markerName.isEmpty() ? std::string("marker") : m_markerName.toStdString());
    csv += '\n';
    for (qsizetype i = 0; i < m_categories.size(); ++i) {
        const auto at = std::size_t(i);
        csv += m_categories[i].toStdString();
        for (const BarSeries& series : m_series)
            csv += ',' + (at < series.values.size() ? formatShortest(series.values[at]) : std::string());
        if (!m_markers.empty())
            csv += ',' + (at < m_markers.size() ? formatShortest(m_markers[at]) : std::string());
        csv += '\n';
    }
    return qs(csv);
}

double BarChart::topOfAxis() const {
    double top = 0;
    for (std::size_t i = 0; i < std::size_t(m_categories.size()); ++i) {
        double sum = 0;
        for (const BarSeries& series : m_series) {
            const double value = i < series.values.size() && std::isfinite(series.values[i]) ? series.values[i] : 0;
            sum = m_stacked ? sum + value : std::max(sum, value);
        }
        top = std::max(top, sum);
        if (i < m_markers.size() && std::isfinite(m_markers[i]))
            top = std::max(top, m_markers[i]);
    }
    double low = 0;
    top = std::max(top * 1.04, m_decimals == 0 ? 1.0 : 1e-9);
    roundRange(low, top);
    return top;
}

void BarChart::rebuild() {
    noteDataChanged();
    std::vector<LegendEntry> legend;
    for (const BarSeries& series : m_series)
        if (!series.name.isEmpty())
            legend.push_back({series.name, series.colour, LegendEntry::Swatch::Fill, MarkerShape::None, 2});
    if (!m_markers.empty() && !m_markerName.isEmpty())
        legend.push_back(
            {m_markerName, Theme::instance().palette().text, LegendEntry::Swatch::Line, MarkerShape::None, 2});
    headingRow()->setLegend(std::move(legend));

    chart()->removeAllSeries();
    const QList<QAbstractAxis*> axes = chart()->axes();
    for (QAbstractAxis* axis : axes) {
        chart()->removeAxis(axis);
        delete axis;
    }
    if (m_categories.isEmpty()) {
        relayout();
        return;
    }
    QAbstractBarSeries* bars = m_stacked ? static_cast<QAbstractBarSeries*>(new QStackedBarSeries) : new QBarSeries;
    bars->setBarWidth(kBarPart);
    for (const BarSeries& series : m_series) {
        auto* set = new QBarSet(series.name);
        QList<qreal> values;
        for (qsizetype i = 0; i < m_categories.size(); ++i)
            values << (std::size_t(i) < series.values.size() && std::isfinite(series.values[std::size_t(i)])
                           ? series.values[std::size_t(i)]
                           : 0.0);
        set->append(values);
        set->setBrush(series.colour);
        set->setPen(Qt::NoPen);
        bars->append(set);
    }
    auto* x = new QBarCategoryAxis;
    // Qt Charts wants every category once; the words shown are our own.
    QStringList unique;
    for (qsizetype i = 0; i < m_categories.size(); ++i)
        unique << QString::number(i);
    x->append(unique);
    auto* y = new QValueAxis;
    y->setRange(0, topOfAxis());
    for (QAbstractAxis* axis : {static_cast<QAbstractAxis*>(x), static_cast<QAbstractAxis*>(y)}) {
        axis->setLabelsVisible(false);
        axis->setGridLineVisible(false);
        axis->setLineVisible(false);
    }
    chart()->addSeries(bars);
    chart()->addAxis(x, Qt::AlignBottom);
    chart()->addAxis(y, Qt::AlignLeft);
    bars->attachAxis(x);
    bars->attachAxis(y);
    relayout();
}

void BarChart::relayout() {
    const QSize size = view()->size();
    const QFontMetricsF metrics(tickFont());
    double widest = 0;
    for (const double tick : roundTicks(0, topOfAxis(), 0, m_decimals))
        widest = std::max(widest, metrics.horizontalAdvance(tickText(tick, m_decimals)));
    const double left = std::floor(widest + 10 + (m_yTitle.isEmpty() ? 0 : 18));
    const double bottom = 23 + (m_xTitle.isEmpty() ? 0 : 17);
    m_plot = QRectF(left, 9, std::max(20.0, size.width() - left - 8), std::max(20.0, size.height() - 9 - bottom));
    chart()->setPlotArea(m_plot);
    repaintChart();
}

void BarChart::paintUnder(QPainter& painter) {
    std::vector<AxisTick> x, y;
    const double top = topOfAxis();
    for (const double tick : roundTicks(0, top, 0, m_decimals))
        y.push_back({m_plot.bottom() - tick / top * m_plot.height(), tickText(tick, m_decimals)});
    const double each = m_categories.isEmpty() ? 0 : m_plot.width() / double(m_categories.size());
    // Where the words do not fit side by side, every second, third … is written; the current one always.
    const QFontMetricsF metrics(tickFont());
    double widest = 0;
    for (const QString& word : m_categories)
        widest = std::max(widest, metrics.horizontalAdvance(word) + 8);
    const int stride = each > 0 ? std::max(1, int(std::ceil(widest / each))) : 1;
    for (int i = 0; i < int(m_categories.size()); ++i)
        if (i % stride == 0 || i == m_current)
            x.push_back({m_plot.left() + each * (i + 0.5), m_categories[i], i == m_current});
    paintAxes(painter, m_plot, x, y, m_xTitle, m_yTitle, false);
}

void BarChart::paintOver(QPainter& painter) {
    const Palette& c = Theme::instance().palette();
    if (m_categories.isEmpty()) {
        painter.setFont(Theme::font(FontRole::Table));
        painter.setPen(c.text2);
        painter.drawText(m_plot, int(Qt::AlignCenter) | int(Qt::TextWordWrap), emptyText());
        return;
    }
    const double top = topOfAxis(), each = m_plot.width() / double(m_categories.size());
    QFont font = tickFont();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    for (std::size_t i = 0; i < m_markers.size() && i < std::size_t(m_categories.size()); ++i) {
        if (!std::isfinite(m_markers[i]))
            continue;
        const double centre = m_plot.left() + each * (double(i) + 0.5),
                     y = std::round(m_plot.bottom() - m_markers[i] / top * m_plot.height());
        const double half = each * kBarPart / 2 + std::min(8.0, each * 0.08);
        painter.fillRect(QRectF(centre - half, y - 1, half * 2, 2), c.text);
        if (qsizetype(i) < m_markerLabels.size()) {
            const QString& label = m_markerLabels[qsizetype(i)];
            const double room = each / 2 - half;
            painter.setPen(c.text);
            if (metrics.horizontalAdvance(label) + 6 <= room + each / 2 - half)
                painter.drawText(QPointF(centre + half + 5, y + 4), label);
            else
                painter.drawText(QPointF(centre - metrics.horizontalAdvance(label) / 2, y - 5), label);
        }
    }
}

int BarChart::categoryAt(double xPx) const {
    if (m_categories.isEmpty() || xPx < m_plot.left() || xPx >= m_plot.right())
        return -1;
    return int((xPx - m_plot.left()) / (m_plot.width() / double(m_categories.size())));
}

bool BarChart::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonPress) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (const int index = categoryAt(mouse->position().x()); mouse->button() == Qt::LeftButton && index >= 0)
            Q_EMIT categoryClicked(index);
    } else if (event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const int index = categoryAt(mouse->position().x());
        if (index != m_hover) {
            m_hover = index;
            QString words = index >= 0 ? m_categories[index] : QString();
            for (const BarSeries& series : m_series)
                if (index >= 0 && std::size_t(index) < series.values.size())
                    words += QStringLiteral("\n%1 %2").arg(
                        series.name, qs(formatFixed(series.values[std::size_t(index)], m_decimals)));
            if (index >= 0 && std::size_t(index) < m_markers.size())
                words += QStringLiteral("\n%1 %2").arg(m_markerName,
                                                       qs(formatFixed(m_markers[std::size_t(index)], m_decimals + 2)));
            QToolTip::showText(mouse->globalPosition().toPoint() + QPoint(12, 12), words, this);
        }
    } else if (event->type() == QEvent::Leave) {
        m_hover = -1;
    }
    return ChartFrame::eventFilter(watched, event);
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <QColor>
#include <QString>

#include "ui/widgets/chart_scale.h"
#include "ui/widgets/line_chart.h"

namespace intersect::ui {

/// Bars of one colour: one value for each of the equal bins.
struct HistogramSeries {
    QString name;
    QColor colour;
    std::vector<double> values;
    bool operator==(const HistogramSeries&) const = default;
};

/// Bars over equal bins of a number, side by side where there are several series, in the look of LineChart and with its cursor, so that
/// both can stand under each other on one axis. GUI thread only.
class HistogramChart : public ChartFrame {
    Q_OBJECT
public:
    explicit HistogramChart(const QString& heading, QWidget* parent = nullptr);

    /// `x` from its low to its high is cut into as many bins as the series have values. An automatic `y` begins at 0; a logarithmic one at
    /// 0.5, and its numbers are short ("100 k"). `percent`: values 0..1 are written as per cent.
    void setAxes(const ChartAxis& x, const ChartAxis& y, bool percent = false);
    void setSeries(std::vector<HistogramSeries> series);
    const std::vector<HistogramSeries>& series() const { return m_series; }
    /// A short horizontal line over each bin; `name` stands in the legend. Empty: none.
    void setMarks(const QString& name, std::vector<double> values);
    const std::vector<double>& marks() const { return m_marks; }
    /// The vertical cursor, moved by mouse and arrow keys too; nullopt hides it.
    void setCursor(std::optional<double> x, double step = 0.01);
    std::optional<double> cursorX() const { return m_cursor; }
    /// Tells about a bin where the pointer is.
    void setHoverText(std::function<QString(int bin)> text) { m_hoverText = std::move(text); }
    /// Grey bars: others are being read.
    void setWaiting(bool waiting);
    bool isWaiting() const { return m_waiting; }
    /// Room left and right of the plot is at least this.
    void setLeastMargins(double leftPx, double rightPx);
    /// Where the plot begins and ends, in the pixels of its view.
    QRectF plotRect() const { return m_plot; }

    /// Columns from, to, one per series, marks.
    QString dataCsv() const override;

Q_SIGNALS:
    void cursorMoved(double x);

protected:
    void paintUnder(QPainter& painter) override;
    void paintOver(QPainter& painter) override;
    void relayout() override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    int bins() const;
    double highest() const;
    double yPixel(double value) const;
    double xPixel(double value) const;
    int binAt(double pixel) const;
    void moveCursorTo(double x);
    std::vector<AxisTick> yTicks() const;
    QString valueText(double value) const;

    ChartAxis m_x, m_y;
    bool m_percent = false, m_waiting = false, m_dragging = false;
    std::vector<HistogramSeries> m_series;
    QString m_marksName;
    std::vector<double> m_marks;
    std::optional<double> m_cursor;
    double m_step = 0.01, m_leastLeft = 0, m_leastRight = 12;
    double m_low = 0, m_high = 1; ///< of y as drawn, logarithms where it is logarithmic
    QRectF m_plot;
    std::function<QString(int)> m_hoverText;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QChart>
#include <QChartView>

#include "ui/widgets/figure.h"

namespace intersect::ui {

/// What all charts share beside a figure: a bare Qt chart without frame or animation, in the look of the theme. GUI thread only.
class ChartFrame : public Figure {
    Q_OBJECT
public:
    explicit ChartFrame(const QString& heading, QWidget* parent = nullptr);
    ~ChartFrame() override;

    /// A sentence in the middle while there is nothing to draw.
    void setEmptyText(const QString& text);

protected:
    QChart* chart() const { return m_chart; }
    QChartView* view() const { return m_view; }
    QString emptyText() const { return m_emptyText; }
    /// Paint below and above the series, in the view's pixels.
    virtual void paintUnder(QPainter& painter) = 0;
    virtual void paintOver(QPainter& painter) = 0;
    /// The view has a new size, or the theme changed: set the plot area and the series.
    virtual void relayout() = 0;
    void paintBody(QPainter& painter) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void repaintChart();

private:
    friend class PlotView;
    QChart* m_chart;
    QChartView* m_view;
    QString m_emptyText;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QColor>
#include <QString>
#include <QStringList>

#include "ui/widgets/chart_frame.h"

namespace intersect::ui {

/// One colour of bars: a value for every category.
struct BarSeries {
    QString name;
    QColor colour;
    std::vector<double> values;
};

/// Grouped or stacked bars over named categories, by Qt Charts, in the look of LineChart and with the same context menu. GUI thread only.
class BarChart : public ChartFrame {
    Q_OBJECT
public:
    explicit BarChart(const QString& heading, QWidget* parent = nullptr);
    void setCategories(const QStringList& categories);
    /// The words of this category are drawn semi-bold; -1: none.
    void setCurrentCategory(int index);
    void setSeries(std::vector<BarSeries> series, bool stacked);
    /// A short horizontal line over each category (the exact quota); `name` stands in the legend, `labels` right of the lines (may be empty).
    void setMarkers(std::vector<double> values, const QString& name = {}, const QStringList& labels = {});
    void setAxisTitle(const QString& xTitle, const QString& yTitle = {});
    /// Decimals of the numbers at the y axis; default 0.
    void setDecimals(int decimals);
    /// Columns category, one per series, markers.
    QString dataCsv() const override;

Q_SIGNALS:
    void categoryClicked(int index);

protected:
    void paintUnder(QPainter& painter) override;
    void paintOver(QPainter& painter) override;
    void relayout() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    double topOfAxis() const;
    void rebuild();
    int categoryAt(double xPx) const;
    QStringList m_categories, m_markerLabels;
    std::vector<BarSeries> m_series;
    std::vector<double> m_markers;
    QString m_markerName, m_xTitle, m_yTitle;
    QRectF m_plot;
    int m_current = -1, m_hover = -1, m_decimals = 0;
    bool m_stacked = true;
};

} // namespace intersect::ui

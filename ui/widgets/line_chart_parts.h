// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to the three files of LineChart: layout (line_chart.cpp), painting and input.

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include <QLineSeries>
#include <QRect>
#include <QRectF>
#include <QTextDocument>
#include <QValueAxis>

#include "ui/widgets/line_chart.h"

namespace intersect::ui {

/// A range of both axes.
struct ChartRange {
    double x0 = 0, x1 = 1, y0 = 0, y1 = 1;
    bool operator==(const ChartRange&) const = default;
};

struct LineChart::Parts {
    std::vector<ChartLine> lines;
    std::vector<QLineSeries*> series;
    std::vector<std::vector<QPointF>> drawn; ///< the decimated points, view pixels
    std::vector<Dot> dots;
    std::vector<Band> bands;
    ChartAxis x, y;
    QValueAxis *xAxis = nullptr, *yAxis = nullptr;
    ChartRange full, shown; ///< in axis space (logarithms where the axis is logarithmic)
    QRectF plot;
    std::optional<double> cursor, secondCursor;
    bool dragsSecond = false;
    bool interactive = false;
    double step = 0.01;
    std::optional<double> hover, mark;
    std::function<QString(double)> hoverText;
    int chosen = -1;
    int pointsAtMost = 0;
    double leastLeft = 0, leastRight = 12;
    QString readout, note;
    std::unique_ptr<QTextDocument> document; ///< the read-out laid out, while its words and colours stay
    QString documentHtml;
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
    double xAtPixel(double pixel) const {
        return fromAxisX(shown.x0 + (pixel - plot.left()) / plot.width() * (shown.x1 - shown.x0));
    }
};

} // namespace intersect::ui

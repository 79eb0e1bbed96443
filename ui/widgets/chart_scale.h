// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QFont>
#include <QPainter>
#include <QPointF>
#include <QRectF>
#include <QString>

namespace intersect::ui {

/// Round positions between low and high: about `wanted` of them (0: 4 to 6), steps of 1, 2, 2.5 or 5 times a power of ten, and
/// never finer than `decimals` can tell apart (0: whole numbers only).
std::vector<double> roundTicks(double low, double high, int wanted, int decimals);
/// Powers of ten between low and high (both > 0), thinned to at most six.
std::vector<double> powerTicks(double low, double high);
/// A range that holds low..high with round ends.
void roundRange(double& low, double& high);
/// A number at an axis: fixed decimals without useless zeros at whole numbers 0 and 1, thousands with commas.
QString tickText(double value, int decimals);
/// A power of ten at a logarithmic axis: 0.001, 1, 10,000.
QString powerText(double power);
/// The numbers' font at an axis: 10.5 px, equal digits.
QFont tickFont();

/// What is painted round a plot: grid, axis line with ticks, numbers, names. All in view pixels.
struct AxisTick {
    double at = 0; ///< pixel along its axis
    QString text;
    bool strong = false;
};
void paintAxes(QPainter& painter, const QRectF& plot, const std::vector<AxisTick>& x, const std::vector<AxisTick>& y, const QString& xTitle, const QString& yTitle, bool verticalGrid);

} // namespace intersect::ui

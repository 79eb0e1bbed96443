// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QList>
#include <QPointF>
#include <QRectF>

namespace intersect::ui {

/// At most about two points a pixel of what lies in x0..x1 (and one neighbour on each side): where x never falls, the lowest and highest of each
/// pixel column in their order, so that no peak is lost; for other paths, points nearer than `shortestPx` to the one before are left out. Pure.
QList<QPointF> decimate(const std::vector<QPointF>& points, double x0, double x1, double xPerPixel, double yPerPixel, int widthPx, double shortestPx);

/// How many pixels of a path lie inside a rectangle, roughly; to find the emptiest corner.
long pathPixelsInside(const std::vector<QPointF>& path, const QRectF& box);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chart_points.h"

#include <algorithm>
#include <cmath>

namespace intersect::ui {

QList<QPointF> decimate(const std::vector<QPointF>& points, double x0, double x1, double xPerPixel, double yPerPixel,
                        int widthPx, double shortestPx) {
    const bool ascending =
        std::is_sorted(points.begin(), points.end(), [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); });
    auto first = points.begin(), last = points.end();
    if (ascending) {
        first =
            std::lower_bound(points.begin(), points.end(), x0, [](const QPointF& p, double x) { return p.x() < x; });
        last = std::upper_bound(points.begin(), points.end(), x1, [](double x, const QPointF& p) { return x < p.x(); });
        if (first != points.begin())
            --first;
        if (last != points.end())
            ++last;
    }
    if (last - first <= 2 * std::max(1, widthPx))
        return QList<QPointF>(first, last);

    QList<QPointF> thin;
    if (!ascending) {
        for (auto point = first; point != last; ++point) {
            const bool near = !thin.isEmpty() && std::abs(point->x() - thin.back().x()) < shortestPx * xPerPixel &&
                              std::abs(point->y() - thin.back().y()) < shortestPx * yPerPixel;
            if (!near || point + 1 == last)
                thin.append(*point);
        }
        return thin;
    }
    for (auto point = first; point != last;) {
        const auto column = std::floor((point->x() - x0) / xPerPixel);
        auto low = point, high = point, end = point;
        for (; end != last && std::floor((end->x() - x0) / xPerPixel) == column; ++end) {
            if (end->y() < low->y())
                low = end;
            if (end->y() > high->y())
                high = end;
        }
        thin.append(low < high ? *low : *high);
        if (low != high)
            thin.append(low < high ? *high : *low);
        point = end;
    }
    if (thin.back() != *(last - 1))
        thin.append(*(last - 1));
    return thin;
}

long pathPixelsInside(const std::vector<QPointF>& path, const QRectF& box) {
    long inside = 0;
    for (std::size_t i = 1; i < path.size(); ++i) {
        const QPointF a = path[i - 1], b = path[i];
        const QRectF around = QRectF(a, b).normalized().adjusted(-0.5, -0.5, 0.5, 0.5);
        if (!around.intersects(box))
            continue;
        const int steps = std::clamp(int(std::max(std::abs(b.x() - a.x()), std::abs(b.y() - a.y())) / 4), 1, 400);
        for (int k = 0; k < steps; ++k)
            inside += box.contains(a + (b - a) * (double(k) / steps)) ? 4 : 0;
    }
    return inside;
}

} // namespace intersect::ui

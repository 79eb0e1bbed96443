// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_paths.h"

#include <algorithm>

namespace intersect::ui {

namespace {

constexpr int kMeanPoints = 101;

/// The curve's precision at a recall: straight lines between its points.
double precisionAt(const std::vector<QPointF>& points, double recall) {
    if (points.empty() || recall > points.back().x())
        return 0;
    const auto above = std::lower_bound(points.begin(), points.end(), recall, [](const QPointF& point, double x) { return point.x() < x; });
    if (above == points.begin() || above->x() == recall)
        return above->y();
    const QPointF& a = *(above - 1);
    const double part = (recall - a.x()) / (above->x() - a.x());
    return a.y() + part * (above->y() - a.y());
}

} // namespace

PrPath pathOf(const eval::PrCurve& curve) {
    PrPath path;
    if (curve.recall.empty()) {
        path.extrapolated = {{0, 0}, {1, 0}};
        return path;
    }
    // From the right: no point lies lower than any to its right. Of the points with one recall only the highest is kept.
    std::vector<QPointF> reversed;
    double best = 0;
    for (std::size_t i = curve.recall.size(); i-- > 0;) {
        best = std::max(best, curve.precision[i]);
        if (!reversed.empty() && reversed.back().x() == curve.recall[i])
            reversed.back().setY(best);
        else
            reversed.emplace_back(curve.recall[i], best);
    }
    if (reversed.back().x() > 0)
        reversed.emplace_back(0, reversed.back().y());
    path.measured.assign(reversed.rbegin(), reversed.rend());
    path.extrapolated = {path.measured.back(), {1, 0}};
    return path;
}

PrPath meanPathOf(const std::vector<PrPath>& classes) {
    PrPath path;
    if (classes.empty())
        return path;
    double measuredTo = 1;
    for (const PrPath& one : classes)
        measuredTo = std::min(measuredTo, one.measured.empty() ? 0.0 : one.measured.back().x());
    const auto meanAt = [&](double recall) {
        double sum = 0;
        for (const PrPath& one : classes) {
            const bool measured = !one.measured.empty() && recall <= one.measured.back().x();
            sum += precisionAt(measured ? one.measured : one.extrapolated, recall);
        }
        return sum / static_cast<double>(classes.size());
    };
    for (int i = 0; i < kMeanPoints; ++i) {
        const double recall = static_cast<double>(i) / (kMeanPoints - 1);
        if (recall <= measuredTo)
            path.measured.emplace_back(recall, meanAt(recall));
        else {
            if (path.extrapolated.empty()) {
                const QPointF joint(measuredTo, meanAt(measuredTo));
                if (!path.measured.empty())
                    path.measured.push_back(joint);
                path.extrapolated.push_back(joint);
            }
            path.extrapolated.emplace_back(recall, meanAt(recall));
        }
    }
    return path;
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// What the AP definitions share: points of a curve, interpolation as numpy does it, the 101-point area.
namespace intersect::eval {

/// Added to denominators that may be 0, as YOLOv5 and YOLOv7 do.
constexpr double kTiny = 1e-16;

/// i-th of `count` even points from 0 to 1, rounded as numpy's linspace does.
inline double evenPoint(std::size_t i, std::size_t count) {
    return i + 1 == count ? 1.0 : static_cast<double>(i) * (1.0 / static_cast<double>(count - 1));
}

/// Piecewise linear through (x[i], y[i]), x ascending (of equal ones the last counts); views, nothing is copied.
class Polyline {
public:
    Polyline(std::span<const double> x, std::span<const double> y) : m_x(x), m_y(y) {}
    /// The value at x; `left` before the first point, the last value behind the last.
    double at(double x, double left) const {
        const auto above = static_cast<std::size_t>(std::upper_bound(m_x.begin(), m_x.end(), x) - m_x.begin());
        if (above == 0)
            return left;
        const std::size_t i = above - 1;
        if (above == m_x.size() || m_x[i] == x)
            return m_y[i];
        const double slope = (m_y[above] - m_y[i]) / (m_x[above] - m_x[i]);
        return slope * (x - m_x[i]) + m_y[i];
    }

private:
    std::span<const double> m_x, m_y;
};

/// Recall and precision after each detection in descending score; `right(i)` tells whether detection i is a true
/// positive.
template <class Right>
void accumulateVerdicts(std::size_t count, std::int64_t labels, const Right& right, std::vector<double>& recall,
                        std::vector<double>& precision) {
    recall.resize(count);
    precision.resize(count);
    double tp = 0;
    for (std::size_t i = 0; i < count; ++i) {
        tp += right(i) ? 1 : 0;
        recall[i] = tp / (static_cast<double>(labels) + kTiny);
        precision[i] = tp / static_cast<double>(i + 1);
    }
}

/// Where the curve is led to precision 0: YOLOv5 at recall 1 (a triangle of area is added), YOLOv7 just behind the
/// largest recall.
enum class LastPoint { AtRecallOne, BehindLargestRecall };

/// AP of a measured curve (not empty): (0, 1) in front, precision envelope, 101 recalls 0..1, trapezoid rule.
double areaBy101Points(std::span<const double> recall, std::span<const double> precision, LastPoint last);

} // namespace intersect::eval

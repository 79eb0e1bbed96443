// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/precision_curve.h"

namespace intersect::eval {

double areaBy101Points(std::span<const double> recall, std::span<const double> precision, LastPoint last) {
    std::vector<double> r, p;
    r.reserve(recall.size() + 2);
    p.reserve(recall.size() + 2);
    r.push_back(0);
    p.push_back(1);
    r.insert(r.end(), recall.begin(), recall.end());
    p.insert(p.end(), precision.begin(), precision.end());
    r.push_back(last == LastPoint::AtRecallOne ? 1.0 : recall.back() + 0.01);
    p.push_back(0);
    for (std::size_t i = p.size() - 1; i-- > 0;)
        p[i] = std::max(p[i], p[i + 1]);
    const Polyline curve(r, p);
    double area = 0, before = 0, beforeX = 0;
    for (std::size_t i = 0; i <= 100; ++i) {
        const double x = evenPoint(i, 101), y = curve.at(x, p.front());
        if (i > 0)
            area += (x - beforeX) * (y + before) / 2;
        before = y;
        beforeX = x;
    }
    return area;
}

} // namespace intersect::eval

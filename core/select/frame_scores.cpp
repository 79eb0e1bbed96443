// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/frame_scores.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace intersect::select {

double objectsIn(const data::Frame& frame) {
    return static_cast<double>(frame.labelCount);
}

double classesIn(const data::Dataset& dataset, const data::Frame& frame) {
    std::set<int> classes;
    for (const data::Label& label : dataset.labelsOf(frame))
        classes.insert(label.classId);
    return static_cast<double>(classes.size());
}

double uncertaintyOf(std::span<const float> confidences) {
    double sum = 0;
    for (const float confidence : confidences) {
        const double p = confidence;
        if (p > 0 && p < 1)
            sum -= p * std::log(p) + (1 - p) * std::log1p(-p);
    }
    return sum;
}

double disagreementOf(std::span<const ScoredBox> one, std::span<const ScoredBox> other) {
    struct Pair {
        std::size_t a = 0, b = 0;
        float overlap = 0;
    };
    std::vector<Pair> pairs;
    for (std::size_t a = 0; a < one.size(); ++a) {
        for (std::size_t b = 0; b < other.size(); ++b) {
            const float overlap = one[a].classId == other[b].classId ? iou(one[a].box, other[b].box) : 0.0F;
            if (overlap > 0)
                pairs.push_back({a, b, overlap});
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) { return x.overlap > y.overlap; });
    std::vector<double> lackOne(one.size(), 1.0), lackOther(other.size(), 1.0);
    for (const Pair& pair : pairs) {
        // A taken one lacks less than all, because every pair overlaps.
        if (lackOne[pair.a] < 1 || lackOther[pair.b] < 1)
            continue;
        lackOne[pair.a] = lackOther[pair.b] = 1.0 - static_cast<double>(pair.overlap);
    }
    double sum = 0;
    for (std::size_t a = 0; a < one.size(); ++a)
        sum += static_cast<double>(one[a].confidence) * lackOne[a];
    for (std::size_t b = 0; b < other.size(); ++b)
        sum += static_cast<double>(other[b].confidence) * lackOther[b];
    return sum;
}

} // namespace intersect::select

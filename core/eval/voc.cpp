// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "core/eval/definitions.h"
#include "core/eval/overlap.h"

namespace intersect::eval {
namespace {

/// One detection of a class and the thresholds at which it is right, a bit each.
struct Scored {
    float score = 0;
    std::uint16_t right = 0;
};

} // namespace

double averagePrecisionVoc(const std::vector<std::uint8_t>& tp, std::int64_t labels, VocArea area) {
    if (tp.empty() || labels <= 0)
        return 0;
    std::vector<std::int64_t> found(tp.size());
    std::vector<double> envelope(tp.size());
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < tp.size(); ++i) {
        sum += tp[i] != 0 ? 1 : 0;
        found[i] = sum;
        envelope[i] = static_cast<double>(sum) / static_cast<double>(i + 1);
    }
    for (std::size_t i = tp.size() - 1; i-- > 0;)
        envelope[i] = std::max(envelope[i], envelope[i + 1]);
    double ap = 0;
    if (area == VocArea::ElevenPoints) {
        for (std::int64_t level = 0; level <= 10; ++level) {
            const auto at = std::partition_point(found.begin(), found.end(),
                                                 [&](std::int64_t n) { return n * 10 < level * labels; });
            if (at != found.end())
                ap += envelope[static_cast<std::size_t>(at - found.begin())] / 11;
        }
        return ap;
    }
    for (std::size_t i = 0; i < tp.size(); ++i)
        if (tp[i] != 0)
            ap += envelope[i] / static_cast<double>(labels);
    return ap;
}

ApTable evaluateVoc(const detect::DetectionSet& detections, const Truth& truth, VocArea area) {
    constexpr std::size_t kThresholds = 10;
    std::map<int, std::pair<std::int64_t, std::vector<Scored>>> classes; // labels and detections
    for (const TruthBox& box : truth.boxes)
        if (!box.crowd)
            ++classes[box.classId].first;
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        const auto objects = truth.of(image);
        std::vector<std::uint16_t> taken(objects.size(), 0);
        for (std::size_t d = detections.begin[image]; d < detections.begin[image + 1]; ++d) {
            const detect::Detection& one = detections.detections[d];
            const auto mine = classes.find(one.classId);
            if (mine == classes.end())
                continue;
            const detect::BoxXywh box = detections.exactOf(d).box;
            std::size_t best = objects.size();
            double bestIou = 0;
            for (std::size_t t = 0; t < objects.size(); ++t) {
                if (objects[t].crowd || objects[t].classId != one.classId)
                    continue;
                const double overlap = overlapOf(box, truth.exactOf(truth.begin[image] + t));
                if (overlap > bestIou) {
                    best = t;
                    bestIou = overlap;
                }
            }
            Scored scored{one.score, 0};
            for (std::size_t k = 0; k < kThresholds && best < objects.size(); ++k) {
                const auto bit = static_cast<std::uint16_t>(1U << k);
                if (bestIou < static_cast<double>(50 + 5 * k) / 100 || (taken[best] & bit) != 0)
                    continue;
                taken[best] = static_cast<std::uint16_t>(taken[best] | bit);
                scored.right = static_cast<std::uint16_t>(scored.right | bit);
            }
            mine->second.second.push_back(scored);
        }
    }

    ApTable table;
    for (auto& [id, counted] : classes) {
        auto& [labels, scored] = counted;
        std::stable_sort(scored.begin(), scored.end(),
                         [](const Scored& a, const Scored& b) { return a.score > b.score; });
        ClassAp mine{id, labels, {}};
        std::vector<std::uint8_t> flags(scored.size());
        for (std::size_t k = 0; k < kThresholds; ++k) {
            for (std::size_t i = 0; i < scored.size(); ++i)
                flags[i] = (scored[i].right >> k & 1U) != 0 ? 1 : 0;
            mine.apByIou[k] = averagePrecisionVoc(flags, labels, area);
        }
        table.classes.push_back(mine);
        table.map50 += mine.ap50();
        table.map5095 += mine.ap5095();
    }
    const auto count = static_cast<double>(table.classes.size()); // 0/0 is NaN on purpose
    table.map50 /= count;
    table.map5095 /= count;
    return table;
}

} // namespace intersect::eval

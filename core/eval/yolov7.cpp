// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>
#include <map>

#include "core/eval/definitions.h"
#include "core/eval/evaluation.h"
#include "core/eval/precision_curve.h"

namespace intersect::eval {
namespace {

struct Scored {
    float score = 0;
    float iou = 0; ///< of its match; 0 without one
};

} // namespace

double ClassAp::ap5095() const {
    double sum = 0;
    for (const double ap : apByIou)
        sum += ap;
    return sum / static_cast<double>(apByIou.size());
}

ApTable evaluateYolov7(const detect::DetectionSet& detections, const Truth& truth, int maxDetections) {
    std::map<int, std::pair<std::int64_t, std::vector<Scored>>> classes; // labels and detections
    for (const TruthBox& box : truth.boxes)
        if (!box.crowd)
            ++classes[box.classId].first;
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        const auto all = detections.of(image);
        const auto objects = truth.of(image);
        std::vector<char> taken(objects.size(), 0);
        for (const detect::Detection& one :
             all.first(std::min(all.size(), static_cast<std::size_t>(std::max(maxDetections, 0))))) {
            const auto mine = classes.find(one.classId);
            if (mine == classes.end())
                continue;
            std::size_t best = objects.size();
            float bestIou = 0.5F;
            for (std::size_t t = 0; t < objects.size(); ++t) {
                if (objects[t].crowd || objects[t].classId != one.classId)
                    continue;
                const float overlap = iou(objects[t].box, one.box);
                if (overlap > bestIou) {
                    best = t;
                    bestIou = overlap;
                }
            }
            Scored scored{one.score, 0};
            if (best < objects.size() && taken[best] == 0) {
                taken[best] = 1;
                scored.iou = bestIou;
            }
            mine->second.second.push_back(scored);
        }
    }

    ApTable table;
    std::vector<double> recall, precision;
    for (auto& [id, counted] : classes) {
        auto& [labels, scored] = counted;
        std::stable_sort(scored.begin(), scored.end(),
                         [](const Scored& a, const Scored& b) { return a.score > b.score; });
        ClassAp mine{id, labels, {}};
        for (std::size_t k = 0; k < mine.apByIou.size() && !scored.empty(); ++k) {
            accumulateVerdicts(
                scored.size(), labels,
                [&, list = &scored](std::size_t i) { return (*list)[i].iou > matchThreshold(k); }, recall, precision);
            mine.apByIou[k] = areaBy101Points(recall, precision, LastPoint::BehindLargestRecall);
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

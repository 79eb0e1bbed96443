// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/matching.h"

#include <algorithm>
#include <numeric>

namespace intersect::eval {

std::vector<BestObject> bestObjects(std::span<const detect::Detection> detections, std::span<const TruthBox> truth) {
    std::vector<BestObject> best(detections.size());
    for (std::size_t d = 0; d < detections.size(); ++d)
        for (std::size_t t = 0; t < truth.size(); ++t) {
            if (truth[t].crowd || truth[t].classId != detections[d].classId)
                continue;
            const float overlap = iou(truth[t].box, detections[d].box, kIouEpsilon);
            if (overlap > best[d].iou)
                best[d] = {static_cast<int>(t), overlap};
        }
    return best;
}

FrameMatches matchFrame(std::span<const detect::Detection> detections, std::span<const TruthBox> truth,
                        double confidence, double matchIou) {
    const auto minScore = static_cast<float>(confidence);
    const auto minIou = static_cast<float>(matchIou);
    std::vector<int> order;
    for (std::size_t d = 0; d < detections.size(); ++d)
        if (detections[d].score >= minScore)
            order.push_back(static_cast<int>(d));
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return detections[static_cast<std::size_t>(a)].score > detections[static_cast<std::size_t>(b)].score;
    });

    std::vector<char> taken(truth.size(), 0);
    std::vector<Match> wrong, right;
    for (const int index : order) {
        const auto d = static_cast<std::size_t>(index);
        const BestObject best = bestObjects(detections.subspan(d, 1), truth).front();
        if (best.truth >= 0 && best.iou >= minIou && taken[static_cast<std::size_t>(best.truth)] == 0) {
            taken[static_cast<std::size_t>(best.truth)] = 1;
            right.push_back({Verdict::TP, index, best.truth, best.iou});
            continue;
        }
        Match match{Verdict::FP, index, -1, 0};
        for (std::size_t t = 0; t < truth.size(); ++t) {
            const float overlap = truth[t].crowd ? 0.0F : iou(truth[t].box, detections[d].box, kIouEpsilon);
            if (overlap > match.iou) {
                match.truth = static_cast<int>(t);
                match.iou = overlap;
            }
        }
        wrong.push_back(match);
    }

    FrameMatches result;
    for (std::size_t t = 0; t < truth.size(); ++t)
        if (!truth[t].crowd && taken[t] == 0)
            result.matches.push_back({Verdict::FN, -1, static_cast<int>(t), 0});
    result.fn = static_cast<int>(result.matches.size());
    result.fp = static_cast<int>(wrong.size());
    result.tp = static_cast<int>(right.size());
    result.matches.insert(result.matches.end(), wrong.begin(), wrong.end());
    result.matches.insert(result.matches.end(), right.begin(), right.end());
    return result;
}

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/confusion.h"

#include <map>
#include <set>

#include "core/eval/matching.h"

namespace intersect::eval {
namespace {

constexpr int kBackground = -1;

/// Counts the pairs of one image into (predicted, true) cells.
void countImage(std::span<const detect::Detection> detections, std::span<const TruthBox> truth, float minScore,
                float minIou, std::map<std::pair<int, int>, std::int64_t>& cells) {
    std::vector<int> keeper(truth.size(), -1); // the detection an object is given to
    std::vector<float> kept(truth.size(), 0.0F);
    for (std::size_t d = 0; d < detections.size(); ++d) {
        if (detections[d].score <= minScore)
            continue;
        int best = -1;
        float bestIou = minIou;
        for (std::size_t t = 0; t < truth.size(); ++t) {
            const float overlap = truth[t].crowd ? 0.0F : iou(truth[t].box, detections[d].box, kIouEpsilon);
            if (overlap > bestIou) {
                best = static_cast<int>(t);
                bestIou = overlap;
            }
        }
        if (best >= 0 && bestIou > kept[static_cast<std::size_t>(best)]) {
            const auto t = static_cast<std::size_t>(best);
            if (keeper[t] >= 0) // the one before loses its object
                ++cells[{detections[static_cast<std::size_t>(keeper[t])].classId, kBackground}];
            keeper[t] = static_cast<int>(d);
            kept[t] = bestIou;
        } else {
            ++cells[{detections[d].classId, kBackground}];
        }
    }
    for (std::size_t t = 0; t < truth.size(); ++t)
        if (!truth[t].crowd)
            ++cells[{keeper[t] >= 0 ? detections[static_cast<std::size_t>(keeper[t])].classId : kBackground,
                     truth[t].classId}];
}

} // namespace

ConfusionMatrix confusionMatrix(const detect::DetectionSet& detections, const Truth& truth, double confidence,
                                double iou) {
    std::map<std::pair<int, int>, std::int64_t> cells;
    for (std::size_t image = 0; image < detections.images.size(); ++image)
        countImage(detections.of(image), truth.of(image), static_cast<float>(confidence), static_cast<float>(iou),
                   cells);

    std::set<int> ids;
    for (const auto& [cell, count] : cells) {
        ids.insert(cell.first);
        ids.insert(cell.second);
    }
    ids.erase(kBackground);
    ConfusionMatrix matrix{confidence, iou, {ids.begin(), ids.end()}, {}};
    std::map<int, std::size_t> place{{kBackground, ids.size()}};
    for (std::size_t i = 0; i < matrix.classIds.size(); ++i)
        place[matrix.classIds[i]] = i;
    matrix.counts.assign(ids.size() + 1, std::vector<std::int64_t>(ids.size() + 1, 0));
    for (const auto& [cell, count] : cells)
        matrix.counts[place[cell.first]][place[cell.second]] = count;
    return matrix;
}

} // namespace intersect::eval

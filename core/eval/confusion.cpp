// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/confusion.h"

#include <map>
#include <set>

#include "core/eval/matching.h"

namespace intersect::eval {
namespace {

/// Calls `count(predicted, true)` for each pair and each box left over in one image.
template <class Count>
void countImage(std::span<const detect::Detection> detections, std::span<const TruthBox> truth, float minScore,
                float minIou, const Count& count) {
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
                count(detections[static_cast<std::size_t>(keeper[t])].classId, kConfusionBackground);
            keeper[t] = static_cast<int>(d);
            kept[t] = bestIou;
        } else {
            count(detections[d].classId, kConfusionBackground);
        }
    }
    for (std::size_t t = 0; t < truth.size(); ++t)
        if (!truth[t].crowd)
            count(keeper[t] >= 0 ? detections[static_cast<std::size_t>(keeper[t])].classId : kConfusionBackground,
                  truth[t].classId);
}

} // namespace

ConfusionMatrix confusionMatrix(const detect::DetectionSet& detections, const Truth& truth, double confidence,
                                double iou) {
    std::map<std::pair<int, int>, std::int64_t> cells;
    for (std::size_t image = 0; image < detections.images.size(); ++image)
        countImage(detections.of(image), truth.of(image), static_cast<float>(confidence), static_cast<float>(iou),
                   [&cells](int predicted, int actual) { ++cells[{predicted, actual}]; });

    std::set<int> ids;
    for (const auto& [cell, count] : cells) {
        ids.insert(cell.first);
        ids.insert(cell.second);
    }
    ids.erase(kConfusionBackground);
    ConfusionMatrix matrix{confidence, iou, {ids.begin(), ids.end()}, {}};
    std::map<int, std::size_t> place{{kConfusionBackground, ids.size()}};
    for (std::size_t i = 0; i < matrix.classIds.size(); ++i)
        place[matrix.classIds[i]] = i;
    matrix.counts.assign(ids.size() + 1, std::vector<std::int64_t>(ids.size() + 1, 0));
    for (const auto& [cell, count] : cells)
        matrix.counts[place[cell.first]][place[cell.second]] = count;
    return matrix;
}

std::vector<std::size_t> imagesOfConfusion(const detect::DetectionSet& detections, const Truth& truth, double confidence, double iou,
                                           int predicted, int actual) {
    std::vector<std::size_t> images;
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        bool here = false;
        countImage(detections.of(image), truth.of(image), static_cast<float>(confidence), static_cast<float>(iou),
                   [&](int row, int column) { here = here || (row == predicted && column == actual); });
        if (here)
            images.push_back(image);
    }
    return images;
}

} // namespace intersect::eval

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/box_pair.h"

#include "core/eval/matching.h"

namespace intersect::ui {
namespace {

float overlapOf(const BoxXyxy& object, const BoxXyxy& detection) {
    return iou(object, detection, eval::kIouEpsilon);
}

} // namespace

std::optional<BoxPair> pairOfTruth(const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth,
                                   int object) {
    if (object < 0 || static_cast<std::size_t>(object) >= truth.size() || truth[static_cast<std::size_t>(object)].crowd)
        return std::nullopt;
    BoxPair best;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        if (boxes[i].detection < 0 || !boxes[i].judged)
            continue;
        const float overlap = overlapOf(truth[static_cast<std::size_t>(object)].box, boxes[i].box);
        const bool own = boxes[i].verdict == eval::Verdict::TP && boxes[i].truth == object;
        if (own || (overlap >= kNearIou && overlap > best.iou))
            best = {static_cast<int>(i), object, overlap};
        if (own)
            return best;
    }
    return best.box >= 0 ? std::optional(best) : std::nullopt;
}

std::optional<BoxPair> pairOfBox(const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth,
                                 int box) {
    if (box < 0 || static_cast<std::size_t>(box) >= boxes.size() || !boxes[static_cast<std::size_t>(box)].judged)
        return std::nullopt;
    const InspectedBox& one = boxes[static_cast<std::size_t>(box)];
    if (one.detection < 0)
        return pairOfTruth(boxes, truth, one.truth);
    if (one.truth < 0 || static_cast<std::size_t>(one.truth) >= truth.size())
        return std::nullopt;
    const float overlap = overlapOf(truth[static_cast<std::size_t>(one.truth)].box, one.box);
    if (one.verdict != eval::Verdict::TP && overlap < kNearIou)
        return std::nullopt;
    return BoxPair{box, one.truth, overlap};
}

std::optional<double> highestThreshold(float iou) {
    for (int hundredths = 95; hundredths >= 50; hundredths -= 5)
        if (iou >= static_cast<float>(hundredths / 100.0))
            return hundredths / 100.0;
    return std::nullopt;
}

} // namespace intersect::ui

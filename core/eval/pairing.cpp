// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/pairing.h"

#include <algorithm>
#include <cassert>

#include "core/base/score_order.h"
#include "core/base/threads.h"
#include "core/eval/matching.h"

namespace intersect::eval {

Pairing pairDetections(const detect::DetectionSet& detections, const Truth& truth, int maxDetections, int threads) {
    assert(truth.begin.size() == detections.images.size() + 1 && detections.begin.size() == truth.begin.size());
    const std::size_t images = detections.images.size();
    const auto cap = static_cast<std::uint32_t>(std::max(maxDetections, 0));
    const auto endOf = [&](std::size_t image) { return std::min(detections.begin[image + 1], detections.begin[image] + cap); };

    // Where each class of the ids in use stands; ids are few, but may be large.
    int most = -1;
    for (const TruthBox& box : truth.boxes)
        most = std::max(most, box.crowd ? -1 : box.classId);
    for (const detect::Detection& one : detections.detections)
        most = std::max(most, one.classId);
    std::vector<std::int64_t> labels(static_cast<std::size_t>(most + 1), 0), found = labels;
    for (const TruthBox& box : truth.boxes)
        if (!box.crowd && box.classId >= 0)
            ++labels[static_cast<std::size_t>(box.classId)];
    for (std::size_t image = 0; image < images; ++image)
        for (std::uint32_t d = detections.begin[image]; d < endOf(image); ++d)
            if (detections.detections[d].classId >= 0)
                ++found[static_cast<std::size_t>(detections.detections[d].classId)];

    Pairing pairing;
    pairing.objects = truth.boxes.size();
    std::vector<std::size_t> slotOf(labels.size(), 0);
    for (std::size_t id = 0; id < labels.size(); ++id) {
        if (labels[id] == 0 && found[id] == 0)
            continue;
        slotOf[id] = pairing.classes.size();
        pairing.classes.push_back({static_cast<int>(id), labels[id], {}});
        pairing.classes.back().detections.reserve(static_cast<std::size_t>(found[id]));
        pairing.labels += labels[id];
        pairing.detections += found[id];
    }

    std::vector<BestObject> best(detections.detections.size());
    parallelFor(images, threads, [&](std::size_t image) {
        const std::uint32_t begin = detections.begin[image];
        const std::vector<BestObject> mine = bestObjects(detections.of(image).first(endOf(image) - begin), truth.of(image));
        std::copy(mine.begin(), mine.end(), best.begin() + begin);
    });
    for (std::size_t image = 0; image < images; ++image)
        for (std::uint32_t d = detections.begin[image]; d < endOf(image); ++d) {
            const detect::Detection& one = detections.detections[d];
            if (one.classId < 0)
                continue;
            PairedDetection paired{one.score, best[d].iou, PairedDetection::kNone, static_cast<std::uint32_t>(image), d};
            if (best[d].truth >= 0)
                paired.object = truth.begin[image] + static_cast<std::uint32_t>(best[d].truth);
            pairing.classes[slotOf[static_cast<std::size_t>(one.classId)]].detections.push_back(paired);
        }
    parallelFor(pairing.classes.size(), threads, [&](std::size_t c) {
        auto& mine = pairing.classes[c].detections;
        std::vector<Ranked> order(mine.size());
        for (std::size_t i = 0; i < mine.size(); ++i)
            order[i] = {orderKey(mine[i].score), static_cast<std::uint32_t>(i)};
        sortByKey(order);
        std::vector<PairedDetection> sorted;
        sorted.reserve(mine.size());
        for (const Ranked& ranked : order)
            sorted.push_back(mine[ranked.index]);
        mine = std::move(sorted);
    });
    return pairing;
}

std::vector<std::uint8_t> verdictsAt(const PairedClass& paired, double matchIou, std::vector<std::uint8_t>& taken) {
    const auto reach = static_cast<float>(matchIou);
    std::vector<std::uint8_t> right(paired.detections.size(), 0);
    for (std::size_t i = 0; i < right.size(); ++i) {
        const PairedDetection& one = paired.detections[i];
        if (one.object == PairedDetection::kNone || one.iou < reach || taken[one.object] != 0)
            continue;
        taken[one.object] = 1;
        right[i] = 1;
    }
    for (const PairedDetection& one : paired.detections)
        if (one.object != PairedDetection::kNone)
            taken[one.object] = 0;
    return right;
}

} // namespace intersect::eval

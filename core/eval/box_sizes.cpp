// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/box_sizes.h"

#include <array>

#include "core/eval/overlap.h"

namespace intersect::eval {
namespace {

constexpr double kSmall = 32.0 * 32, kLarge = 96.0 * 96;

std::size_t sizeOf(double area) {
    return area < kSmall ? 0 : area <= kLarge ? 1 : 2;
}

constexpr std::array<const char*, 3> kNames{"small", "medium", "large"};

} // namespace

const char* sizeNameOf(double area) {
    return kNames[sizeOf(area)];
}

std::vector<SizeResult> evaluateBySize(const Pairing& pairing, const detect::DetectionSet& detections, const Truth& truth,
                                       const CocoTable& coco, double confidence, double matchIou) {
    std::vector<SizeResult> sizes(kNames.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        sizes[i].name = kNames[i];
        sizes[i].map50 = coco.map50ByArea[i];
        sizes[i].map5095 = coco.stats[3 + i];
    }
    for (const TruthBox& box : truth.boxes)
        if (!box.crowd)
            ++sizes[sizeOf(box.area)].labels;
    const auto least = static_cast<float>(confidence);
    std::vector<std::uint8_t> taken(pairing.objects, 0);
    for (const PairedClass& paired : pairing.classes) {
        const std::vector<std::uint8_t> right = verdictsAt(paired, matchIou, taken);
        for (std::size_t i = 0; i < right.size() && paired.detections[i].score >= least; ++i) {
            const PairedDetection& one = paired.detections[i];
            if (right[i] != 0)
                ++sizes[sizeOf(truth.boxes[one.object].area)].tp;
            else
                ++sizes[sizeOf(areaOf(detections.detections[one.detection].box))].fp;
        }
    }
    for (SizeResult& size : sizes)
        size.fn = size.labels - size.tp;
    return sizes;
}

} // namespace intersect::eval

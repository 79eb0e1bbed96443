// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/nms.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>

namespace intersect::detect {
namespace {

constexpr float kClassShift = 7680.0F; ///< wider than any input, so that boxes of two classes never meet

/// The decimal number a threshold was meant as: 0.6F is a little more than 0.6, and the reference compares with 0.6.
double meant(float threshold) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, threshold).ptr;
    double value = 0;
    std::from_chars(text, end, value);
    return value;
}

/// A key that sorts by descending score, then by ascending index.
std::uint64_t orderKey(float score, std::size_t index) {
    const auto bits = std::bit_cast<std::uint32_t>(score);
    const std::uint32_t ascending = (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
    return static_cast<std::uint64_t>(~ascending) << 32 | static_cast<std::uint32_t>(index);
}

/// The kept boxes of one class, as columns.
struct Kept {
    std::vector<float> x1, y1, x2, y2, area;

    bool overlaps(const BoxXyxy& box, float boxArea, double threshold) const {
        for (std::size_t i = 0; i < x1.size(); ++i) {
            const float w = std::min(box.x2, x2[i]) - std::max(box.x1, x1[i]);
            const float h = std::min(box.y2, y2[i]) - std::max(box.y1, y1[i]);
            if (w <= 0 || h <= 0)
                continue;
            const float intersection = w * h;
            if (static_cast<double>(intersection / (area[i] + boxArea - intersection)) > threshold)
                return true;
        }
        return false;
    }
    void add(const BoxXyxy& box, float boxArea) {
        x1.push_back(box.x1);
        y1.push_back(box.y1);
        x2.push_back(box.x2);
        y2.push_back(box.y2);
        area.push_back(boxArea);
    }
};

} // namespace

std::vector<Detection> nonMaximumSuppression(std::span<const Detection> candidates, const NmsOptions& options) {
    std::vector<std::uint64_t> order;
    order.reserve(candidates.size());
    int mostClass = -1;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (candidates[i].score > options.confidence && candidates[i].classId >= 0) {
            order.push_back(orderKey(candidates[i].score, i));
            mostClass = std::max(mostClass, candidates[i].classId);
        }
    std::sort(order.begin(), order.end());
    if (order.size() > static_cast<std::size_t>(std::max(options.maxCandidates, 0)))
        order.resize(static_cast<std::size_t>(std::max(options.maxCandidates, 0)));

    const double threshold = meant(options.iou);
    std::vector<int> slotOfClass(static_cast<std::size_t>(mostClass + 1), -1);
    std::vector<Kept> keptOfSlot;
    std::vector<Detection> kept;
    for (const std::uint64_t key : order) {
        if (kept.size() >= static_cast<std::size_t>(std::max(options.maxDetections, 0)))
            break;
        const Detection& candidate = candidates[key & 0xFFFFFFFFU];
        // Shifted in float32 as the reference does: its rounding decides close calls.
        const float shift = static_cast<float>(candidate.classId) * kClassShift;
        const BoxXyxy box{candidate.box.x1 + shift, candidate.box.y1 + shift, candidate.box.x2 + shift, candidate.box.y2 + shift};
        int& slot = slotOfClass[static_cast<std::size_t>(candidate.classId)];
        if (slot < 0) {
            slot = static_cast<int>(keptOfSlot.size());
            keptOfSlot.emplace_back();
        }
        Kept& sameClass = keptOfSlot[static_cast<std::size_t>(slot)];
        const float area = box.area();
        if (sameClass.overlaps(box, area, threshold))
            continue;
        sameClass.add(box, area);
        kept.push_back(candidate);
    }
    return kept;
}

} // namespace intersect::detect

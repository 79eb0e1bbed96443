// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/nms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/base/cpu_clones.h"
#include "core/base/score_order.h"

namespace intersect::detect {
namespace {

constexpr float kClassShift = 7680.0F; ///< wider than any input, so that boxes of two classes never meet

/// The largest float that is not above the decimal number `threshold` was meant as: 0.6F is a little more than 0.6, the
/// reference compares floats with the double 0.6, and a float is above that double exactly if it is above this float.
float floatBelow(float threshold) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, threshold).ptr;
    double meant = 0;
    std::from_chars(text, end, meant);
    return static_cast<double>(threshold) > meant ? std::nextafter(threshold, -std::numeric_limits<float>::infinity())
                                                  : threshold;
}

/// Sixteen kept boxes as columns. Lanes without a box hold one that overlaps nothing.
struct Block {
    static constexpr std::size_t kLanes = 16;
    static constexpr float kFar = std::numeric_limits<float>::infinity();
    std::array<float, kLanes> x1, y1, x2, y2, area;
    Block() {
        x1.fill(kFar);
        y1.fill(kFar);
        x2.fill(-kFar);
        y2.fill(-kFar);
        area.fill(0);
    }
};

/// Whether one of the blocks' boxes overlaps the box by an IoU above the threshold; the arithmetic of torchvision's
/// nms, float by float.
INTERSECT_FOR_EVERY_CPU bool overlapsAny(const Block* block, std::size_t count, BoxXyxy box, float boxArea,
                                         float threshold) {
    for (const Block* end = block + count; block != end; ++block) {
        std::uint32_t hits = 0;
        for (std::size_t i = 0; i < Block::kLanes; ++i) {
            const float right = box.x2 < block->x2[i] ? box.x2 : block->x2[i],
                        left = box.x1 > block->x1[i] ? box.x1 : block->x1[i];
            const float bottom = box.y2 < block->y2[i] ? box.y2 : block->y2[i],
                        top = box.y1 > block->y1[i] ? box.y1 : block->y1[i];
            const float w = right - left > 0 ? right - left : 0, h = bottom - top > 0 ? bottom - top : 0;
            const float intersection = w * h;
            hits |= intersection / (block->area[i] + boxArea - intersection) > threshold ? 1U : 0U;
        }
        if (hits != 0)
            return true;
    }
    return false;
}

/// The kept boxes of one class.
class Kept {
public:
    bool overlaps(const BoxXyxy& box, float boxArea, float threshold) const {
        return overlapsAny(m_blocks.data(), m_blocks.size(), box, boxArea, threshold);
    }
    void add(const BoxXyxy& box, float boxArea) {
        const std::size_t lane = m_count++ % Block::kLanes;
        if (lane == 0)
            m_blocks.emplace_back();
        Block& block = m_blocks.back();
        block.x1[lane] = box.x1;
        block.y1[lane] = box.y1;
        block.x2[lane] = box.x2;
        block.y2[lane] = box.y2;
        block.area[lane] = boxArea;
    }

private:
    std::vector<Block> m_blocks;
    std::size_t m_count = 0;
};

} // namespace

std::vector<Detection> nonMaximumSuppression(std::span<const Detection> candidates, const NmsOptions& options) {
    std::vector<Ranked> order;
    order.reserve(candidates.size());
    int mostClass = -1;
    bool sorted = true; // as kept candidates are
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (candidates[i].score > options.confidence && candidates[i].classId >= 0) {
            const std::uint32_t key = orderKey(candidates[i].score);
            sorted = sorted && (order.empty() || order.back().key <= key);
            order.push_back({key, static_cast<std::uint32_t>(i)});
            mostClass = std::max(mostClass, candidates[i].classId);
        }
    if (!sorted)
        sortByKey(order);
    if (order.size() > static_cast<std::size_t>(std::max(options.maxCandidates, 0)))
        order.resize(static_cast<std::size_t>(std::max(options.maxCandidates, 0)));

    const float threshold = floatBelow(options.iou);
    std::vector<int> slotOfClass(static_cast<std::size_t>(mostClass + 1), -1);
    std::vector<Kept> keptOfSlot;
    std::vector<Detection> kept;
    for (const Ranked& ranked : order) {
        if (kept.size() >= static_cast<std::size_t>(std::max(options.maxDetections, 0)))
            break;
        const Detection& candidate = candidates[ranked.index];
        // Shifted in float32 as the reference does: its rounding decides close calls.
        const float shift = static_cast<float>(candidate.classId) * kClassShift;
        const BoxXyxy box{candidate.box.x1 + shift, candidate.box.y1 + shift, candidate.box.x2 + shift,
                          candidate.box.y2 + shift};
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

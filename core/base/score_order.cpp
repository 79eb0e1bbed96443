// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/score_order.h"

#include <algorithm>
#include <array>
#include <utility>

namespace intersect {

void sortByKey(std::vector<Ranked>& items) {
    constexpr std::size_t kFew = 512;
    if (items.size() < kFew) {
        std::stable_sort(items.begin(), items.end(), [](const Ranked& a, const Ranked& b) { return a.key < b.key; });
        return;
    }
    constexpr std::uint32_t kBits = 11, kDigits = 1U << kBits;
    std::vector<Ranked> sorted(items.size());
    for (std::uint32_t shift = 0; shift < 32; shift += kBits) {
        std::array<std::uint32_t, kDigits> begin{};
        for (const Ranked& item : items)
            ++begin[(item.key >> shift) & (kDigits - 1)];
        std::uint32_t sum = 0;
        for (std::uint32_t& first : begin)
            sum += std::exchange(first, sum);
        for (const Ranked& item : items)
            sorted[begin[(item.key >> shift) & (kDigits - 1)]++] = item;
        items.swap(sorted);
    }
}

} // namespace intersect

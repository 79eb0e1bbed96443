// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace intersect {

/// A key that sorts by descending score (no NaN).
inline std::uint32_t orderKey(float score) {
    const auto bits = std::bit_cast<std::uint32_t>(score);
    const std::uint32_t ascending = (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
    return ~ascending;
}

/// A key and the place of what it stands for.
struct Ranked {
    std::uint32_t key, index;
};

/// Sorts by key, ascending; equal keys keep their order. Many by three passes over the key's digits of 11 bits, least significant first.
void sortByKey(std::vector<Ranked>& items);

} // namespace intersect

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/numpy_random.h"

#include <bit>
#include <numeric>
#include <utility>

namespace intersect::select {

double NumpyRandom::uniform() {
    const std::uint32_t high = word() >> 5;
    const std::uint32_t low = word() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

std::vector<std::size_t> NumpyRandom::permutation(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = count; i-- > 1;) {
        // Masked rejection: draw as many low bits as i has until the number is at most i.
        const auto mask = static_cast<std::uint32_t>((std::uint64_t{1} << std::bit_width(i)) - 1);
        std::uint32_t at = 0;
        do
            at = word() & mask;
        while (at > i);
        std::swap(order[i], order[at]);
    }
    return order;
}

} // namespace intersect::select

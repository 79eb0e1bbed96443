// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace intersect::select {

/// The generator of Python 3.11's `random.Random(seed)`, 0 <= seed < 2^32: the same shuffles and samples as there, to the index.
class PythonRandom {
public:
    explicit PythonRandom(std::uint32_t seed);

    /// The next 32 random bits.
    std::uint32_t word() { return static_cast<std::uint32_t>(m_engine()); }
    /// A double in [0, 1), as random().
    double uniform();
    /// A whole number in 0..limit-1; 0 < limit < 2^32.
    std::uint32_t below(std::uint32_t limit);
    /// sample(range(population), count); count <= population < 2^32.
    std::vector<std::uint32_t> sample(std::uint32_t population, std::uint32_t count);
    /// shuffle(list).
    template <class T>
    void shuffle(std::vector<T>& list) {
        for (std::size_t i = list.size(); i-- > 1;)
            std::swap(list[i], list[below(static_cast<std::uint32_t>(i + 1))]);
    }

private:
    std::mt19937 m_engine;
};

} // namespace intersect::select

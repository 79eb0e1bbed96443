// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace intersect::select {

/// The frozen generator of `numpy.random.RandomState(seed)`, 0 <= seed < 2^32: the same permutations as there, to the index.
class NumpyRandom {
public:
    explicit NumpyRandom(std::uint32_t seed) : m_engine(seed) {}

    /// The next 32 random bits.
    std::uint32_t word() { return static_cast<std::uint32_t>(m_engine()); }
    /// A double in [0, 1), as random_sample().
    double uniform();
    /// permutation(count); count < 2^32.
    std::vector<std::size_t> permutation(std::size_t count);

private:
    std::mt19937 m_engine;
};

} // namespace intersect::select

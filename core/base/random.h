// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>

namespace intersect {

/// A small random generator whose stream is the same on every machine and compiler (SplitMix64, Steele et al. 2014).
/// Made from several numbers at once (seed, epoch, index), so that each sample has a stream of its own whatever thread draws it.
class RandomStream {
    __extension__ using Wide = unsigned __int128;

public:
    explicit RandomStream(std::initializer_list<std::uint64_t> parts) {
        for (const std::uint64_t part : parts)
            m_state = mix(m_state ^ mix(part + 0x9E3779B97F4A7C15ULL));
    }
    /// 64 random bits.
    std::uint64_t next() { return mix(m_state += 0x9E3779B97F4A7C15ULL); }
    /// A double in [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    /// A double in [low, high).
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// An integer in 0 .. count-1; count > 0.
    std::uint64_t below(std::uint64_t count) {
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * count) >> 64);
    }
    /// A draw of the standard normal distribution (Box-Muller).
    double normal() {
        const double r = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return r * std::cos(2.0 * std::numbers::pi * uniform());
    }
    /// True with that probability.
    bool chance(double probability) { return uniform() < probability; }

private:
    static constexpr std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    std::uint64_t m_state = 0x853C49E6748FEA9BULL;
};

} // namespace intersect

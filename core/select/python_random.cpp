// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/python_random.h"

#include <bit>
#include <numeric>

namespace intersect::select {
namespace {

/// The state that the one-word key {seed} makes by Matsumoto and Nishimura's initialisation by array (2002), which is not what
/// std::mt19937(seed) does. Given to the engine as its seed sequence, since that is the way in which the whole state can be set.
class ArraySeed {
public:
    using result_type = std::uint32_t;
    explicit ArraySeed(std::uint32_t key) : m_key(key) {}

    template <class Iterator>
    void generate(Iterator begin, Iterator end) const {
        const auto count = static_cast<std::size_t>(end - begin);
        std::vector<std::uint32_t> state(count);
        state[0] = 19650218U;
        for (std::size_t i = 1; i < count; ++i)
            state[i] = 1812433253U * (state[i - 1] ^ (state[i - 1] >> 30)) + static_cast<std::uint32_t>(i);
        std::size_t at = 1;
        const auto step = [&](std::uint32_t factor, bool addKey) {
            state[at] ^= (state[at - 1] ^ (state[at - 1] >> 30)) * factor;
            state[at] += addKey ? m_key : 0U - static_cast<std::uint32_t>(at);
            if (++at == count) {
                state[0] = state[count - 1];
                at = 1;
            }
        };
        for (std::size_t i = 0; i < count; ++i)
            step(1664525U, true);
        for (std::size_t i = 1; i < count; ++i)
            step(1566083941U, false);
        state[0] = 0x80000000U;
        for (const std::uint32_t word : state)
            *begin++ = word;
    }

private:
    std::uint32_t m_key;
};

std::mt19937 engineOf(std::uint32_t seed) {
    ArraySeed sequence(seed);
    return std::mt19937(sequence);
}

} // namespace

PythonRandom::PythonRandom(std::uint32_t seed) : m_engine(engineOf(seed)) {}

double PythonRandom::uniform() {
    const std::uint32_t high = word() >> 5;
    const std::uint32_t low = word() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

std::uint32_t PythonRandom::below(std::uint32_t limit) {
    const int bits = std::bit_width(limit);
    std::uint32_t value = 0;
    do
        value = word() >> (32 - bits); // the top bits
    while (value >= limit);
    return value;
}

std::vector<std::uint32_t> PythonRandom::sample(std::uint32_t population, std::uint32_t count) {
    std::vector<std::uint32_t> chosen(count);
    // Python takes the way it expects to need less memory, and the two ways draw different words.
    std::uint64_t poolLimit = 21;
    if (count > 5) {
        std::uint64_t power = 1;
        while (power < 3ULL * count)
            power *= 4;
        poolLimit += power;
    }
    if (population <= poolLimit) {
        std::vector<std::uint32_t> pool(population);
        std::iota(pool.begin(), pool.end(), 0U);
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t at = below(population - i);
            chosen[i] = pool[at];
            pool[at] = pool[population - i - 1];
        }
        return chosen;
    }
    std::vector<bool> taken(population);
    for (std::uint32_t& one : chosen) {
        do
            one = below(population);
        while (taken[one]);
        taken[one] = true;
    }
    return chosen;
}

} // namespace intersect::select

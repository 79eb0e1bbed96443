// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled so that the loops become vector code (core/CMakeLists.txt). All arithmetic on pixels is in integers.
#include "core/train/straight_warp.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "core/base/cpu_clones.h"

namespace intersect::train {

namespace {

/// OpenCV finds positions in 1/1024 px and mixes in 1/32 px.
constexpr int kPositionBits = 10, kMixBits = 5, kMix = 1 << kMixBits;

/// Where the output's columns (or rows) lie in the picture: the pixel before, and how many 32nds of the way to the next.
struct Places {
    std::vector<std::int32_t> first, part;
};

std::int32_t fixed(double position) {
    return static_cast<std::int32_t>(std::lrint(position * (1 << kPositionBits)));
}

/// Adds a position. Those that fall outside are moved to the border pixels at -1 and `side`.
void add(Places& places, std::int32_t position, int side) {
    const std::int32_t at = (position + (1 << (kPositionBits - kMixBits - 1))) >> (kPositionBits - kMixBits);
    const std::int32_t first = at >> kMixBits;
    places.first.push_back(std::clamp(first, -1, side));
    places.part.push_back(first < -1 || first >= side ? 0 : at & (kMix - 1));
}

/// `back`: picture pixels per output pixel. OpenCV rounds the columns' two summands one by one, the rows' sum.
Places columnsOf(double back, double shift, int side, int count) {
    Places places;
    for (int x = 0; x < count; ++x)
        add(places, fixed(-back * shift) + fixed(back * x), side);
    return places;
}
Places rowsOf(double back, double shift, int side, int count) {
    Places places;
    for (int y = 0; y < count; ++y)
        add(places, fixed(back * y + -back * shift), side);
    return places;
}

/// Mixes two rows of 3 `pixels` values, and packs every value with that of the next pixel; four pairs a pixel, of which the last means nothing.
/// The last pixel has no next and no pairs.
INTERSECT_FOR_EVERY_CPU void mixRows(const std::uint8_t* above, const std::uint8_t* below, std::int32_t part, std::size_t pixels, std::uint16_t* mixed,
                                     std::uint32_t* pairs) {
    for (std::size_t i = 0; i < 3 * pixels; ++i)
        mixed[i] = static_cast<std::uint16_t>(above[i] * (kMix - part) + below[i] * part);
    for (std::size_t pixel = 0; pixel + 1 < pixels; ++pixel)
        for (std::size_t channel = 0; channel < 3; ++channel)
            pairs[4 * pixel + channel] = static_cast<std::uint32_t>(mixed[3 * pixel + channel]) | static_cast<std::uint32_t>(mixed[3 * pixel + channel + 3]) << 16;
}

/// Mixes the pairs of one pixel: three bytes at `out`, and where `more` the byte behind them may be overwritten too.
inline void mixPixel(const std::uint32_t* pairs, std::int32_t part, [[maybe_unused]] bool more, std::uint8_t* out) {
#if defined(__SSE2__)
    if (more) {
        const __m128i weights = _mm_set1_epi32((kMix - part) | part << 16);
        const __m128i sums = _mm_madd_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(pairs)), weights);
        const __m128i levels = _mm_srli_epi32(_mm_add_epi32(sums, _mm_set1_epi32(1 << (2 * kMixBits - 1))), 2 * kMixBits);
        const __m128i words = _mm_packs_epi32(levels, levels);
        const int bytes = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
        std::memcpy(out, &bytes, 4);
        return;
    }
#endif
    for (int channel = 0; channel < 3; ++channel) {
        const auto left = static_cast<std::int32_t>(pairs[channel] & 0xFFFF), right = static_cast<std::int32_t>(pairs[channel] >> 16);
        out[channel] = static_cast<std::uint8_t>((left * (kMix - part) + right * part + (1 << (2 * kMixBits - 1))) >> (2 * kMixBits));
    }
}

} // namespace

void warpStraight(const PixelRows& from, double scaleX, double shiftX, double scaleY, double shiftY, std::uint8_t border, int width, int height, std::uint8_t* out) {
    const double turned = 1 / (scaleX * scaleY); // as warpAffine turns a matrix round, to the last bit
    const Places across = columnsOf(scaleY * turned, shiftX, from.width, width), down = rowsOf(scaleX * turned, shiftY, from.height, height);
    // Rows of the picture with a pixel of border before and two behind; of its columns only those that are looked at.
    const int begin = *std::min_element(across.first.begin(), across.first.end());
    const int end = *std::max_element(across.first.begin(), across.first.end()) + 2;
    const auto pixels = static_cast<std::size_t>(end - begin);
    std::vector<std::uint8_t> rows[2] = {std::vector<std::uint8_t>(3 * pixels, border), std::vector<std::uint8_t>(3 * pixels, border)};
    std::vector<std::uint16_t> mixed(3 * pixels);
    std::vector<std::uint32_t> pairs(4 * pixels, 0);
    const int inside = std::max(begin, 0), insideEnd = std::min(end, from.width);
    int held[2] = {-2, -2}; // the picture's rows in `rows`
    const auto rowOf = [&](int y) -> const std::uint8_t* {
        const auto slot = static_cast<std::size_t>(y & 1);
        if (held[slot] != y) {
            held[slot] = y;
            std::uint8_t* to = rows[slot].data() + 3 * (inside - begin);
            const auto bytes = 3 * static_cast<std::size_t>(std::max(0, insideEnd - inside));
            if (y >= 0 && y < from.height)
                std::copy_n(from.data + static_cast<std::size_t>(y) * from.step + 3 * inside, bytes, to);
            else
                std::fill_n(to, bytes, border);
        }
        return rows[slot].data();
    };
    for (std::size_t y = 0; y < down.first.size(); ++y) {
        const std::uint8_t* above = rowOf(down.first[y]);
        const std::uint8_t* below = rowOf(down.first[y] + 1);
        mixRows(above, below, down.part[y], pixels, mixed.data(), pairs.data());
        std::uint8_t* to = out + 3 * y * across.first.size();
        for (std::size_t x = 0; x < across.first.size(); ++x)
            mixPixel(pairs.data() + 4 * (across.first[x] - begin), across.part[x], x + 1 < across.first.size(), to + 3 * x);
    }
}

} // namespace intersect::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/norm_silu_rows.h"

#include <cstring>
#include <type_traits>

#include "core/base/cpu_clones.h"

#define INTERSECT_INLINE [[gnu::always_inline]] inline

namespace intersect::nn::rows {
namespace {

constexpr std::size_t kLanes = 16;
using Floats = float __attribute__((vector_size(kLanes * 4)));
using Words = std::uint32_t __attribute__((vector_size(kLanes * 4)));
using Halves = std::uint16_t __attribute__((vector_size(kLanes * 2)));

/// Values a block of rows holds: a second look at them, for the next channels, finds them in the first cache.
constexpr std::size_t kBlockValues = 1U << 13;

INTERSECT_INLINE Floats all(float value) {
    return Floats{} + value;
}
INTERSECT_INLINE Words bitsOf(Floats x) {
    return reinterpret_cast<Words>(x);
}
INTERSECT_INLINE Floats floatsOf(Words x) {
    return reinterpret_cast<Floats>(x);
}

INTERSECT_INLINE Floats load(const float* from) {
    Floats x;
    std::memcpy(&x, from, sizeof x);
    return x;
}
INTERSECT_INLINE Floats load(const Bf16* from) {
    Halves x;
    std::memcpy(&x, from, sizeof x);
    return floatsOf(__builtin_convertvector(x, Words) << 16);
}
INTERSECT_INLINE void store(Floats x, float* to) {
    std::memcpy(to, &x, sizeof x);
}
/// To the nearest bfloat16, ties to even.
INTERSECT_INLINE void store(Floats x, Bf16* to) {
    const Words bits = bitsOf(x);
    const Halves half = __builtin_convertvector((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16, Halves);
    std::memcpy(to, &half, sizeof half);
}
/// Fewer than all lanes: the last channels of a row.
template <class T>
INTERSECT_INLINE Floats loadSome(const T* from, std::size_t lanes) {
    T some[kLanes] = {};
    std::memcpy(some, from, lanes * sizeof(T));
    return load(some);
}
template <class T>
INTERSECT_INLINE void storeSome(Floats x, T* to, std::size_t lanes) {
    T some[kLanes];
    store(x, some);
    std::memcpy(to, some, lanes * sizeof(T));
}

/// e^x to a few units in the last place; x is cut to -87..87. Source: argument reduction by ln 2 in two parts (Cody and Waite 1980), polynomial of the
/// Cephes library's expf.
INTERSECT_INLINE Floats exponential(Floats x) {
    x = x < -87.0F ? all(-87.0F) : x;
    x = x > 87.0F ? all(87.0F) : x;
    const Floats shifted = x * 1.44269504F + 12582912.0F; // rounds to a whole number in the low bits
    const Floats n = shifted - 12582912.0F;
    const Floats r = x - n * 0.693359375F + n * 2.12194440e-4F;
    Floats p = r * 1.9875691500e-4F + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * (r * r) + (r + 1.0F);
    return floatsOf(bitsOf(p) + (bitsOf(shifted) << 23));
}

/// 1 / x to an ulp or two for x in 1..1e38, four times as fast as the division of wide vectors: a first guess by subtracting from a bit pattern
/// (wrong by 12 %), then three of Newton's steps, each squaring the error.
INTERSECT_INLINE Floats reciprocal(Floats x) {
    Floats r = floatsOf(0x7EF311C7U - bitsOf(x));
    r = r * (2.0F - x * r);
    r = r * (2.0F - x * r);
    return r + r * (1.0F - x * r);
}

INTERSECT_INLINE Floats sigmoid(Floats z) {
    return reciprocal(1.0F + exponential(-z));
}
/// The derivative of silu at z.
INTERSECT_INLINE Floats siluSlope(Floats z) {
    const Floats s = sigmoid(z);
    return s + z * s * (1.0F - s);
}

/// What to do with the lanes of some channels: all of them at compile time, or the last few.
struct AllLanes {
    template <class T>
    INTERSECT_INLINE Floats get(const T* from) const {
        return load(from);
    }
    template <class T>
    INTERSECT_INLINE void put(Floats x, T* to) const {
        store(x, to);
    }
    static constexpr std::size_t count = kLanes;
};
struct SomeLanes {
    template <class T>
    INTERSECT_INLINE Floats get(const T* from) const {
        return loadSome(from, count);
    }
    template <class T>
    INTERSECT_INLINE void put(Floats x, T* to) const {
        storeSome(x, to, count);
    }
    std::size_t count;
};

/// Calls use(first channel, lanes) for all channels.
template <class Use>
INTERSECT_INLINE void overChannels(std::size_t channels, const Use& use) {
    std::size_t c = 0;
    for (; c + kLanes <= channels; c += kLanes)
        use(c, AllLanes{});
    if (c < channels)
        use(c, SomeLanes{channels - c});
}

template <class Lanes>
INTERSECT_INLINE void addTo(double* totals, Floats sums, const Lanes& lanes) {
    for (std::size_t i = 0; i < lanes.count; ++i)
        totals[i] += static_cast<double>(sums[i]);
}

/// Calls use(first row, rows) for blocks of about kBlockValues values.
template <class Use>
INTERSECT_INLINE void overBlocks(std::size_t rows, std::size_t channels, const Use& use) {
    const std::size_t step = channels < kBlockValues ? kBlockValues / channels : 1;
    for (std::size_t first = 0; first < rows; first += step)
        use(first, rows - first < step ? rows - first : step);
}

template <class T>
INTERSECT_INLINE void statisticsOf(Rows<const T> x, const float* shift, double* sums, double* squares) {
    overBlocks(x.count, x.channels, [&](std::size_t first, std::size_t count) __attribute__((always_inline)) {
        overChannels(x.channels, [&](std::size_t c, auto lanes) __attribute__((always_inline)) {
            const Floats middle = lanes.get(shift + c);
            const T* from = x.values + first * x.channels + c;
            // Two sums of each kind: an addition need not wait for the one before.
            Floats sum[2] = {}, square[2] = {};
            std::size_t row = 0;
            for (; row + 2 <= count; row += 2, from += 2 * x.channels) {
                const Floats a = lanes.get(from) - middle, b = lanes.get(from + x.channels) - middle;
                sum[0] += a;
                sum[1] += b;
                square[0] += a * a;
                square[1] += b * b;
            }
            if (row < count) {
                const Floats a = lanes.get(from) - middle;
                sum[0] += a;
                square[0] += a * a;
            }
            addTo(sums + c, sum[0] + sum[1], lanes);
            addTo(squares + c, square[0] + square[1], lanes);
        });
    });
}

template <class T>
INTERSECT_INLINE void forwardOf(Rows<const T> x, Rows<T> y, const float* scale, const float* offset) {
    overBlocks(x.count, x.channels, [&](std::size_t first, std::size_t count) __attribute__((always_inline)) {
        overChannels(x.channels, [&](std::size_t c, auto lanes) __attribute__((always_inline)) {
            const Floats slope = lanes.get(scale + c), start = lanes.get(offset + c);
            const T* from = x.values + first * x.channels + c;
            T* to = y.values + first * y.channels + c;
            for (std::size_t row = 0; row < count; ++row, from += x.channels, to += y.channels) {
                const Floats z = lanes.get(from) * slope + start;
                lanes.put(z * sigmoid(z), to);
            }
        });
    });
}

template <class T>
INTERSECT_INLINE void backwardSumsOf(Rows<const T> x, Rows<const T> gradY, const float* scale, const float* offset, const float* mean, double* sums,
                                     double* products) {
    overBlocks(x.count, x.channels, [&](std::size_t first, std::size_t count) __attribute__((always_inline)) {
        overChannels(x.channels, [&](std::size_t c, auto lanes) __attribute__((always_inline)) {
            const Floats slope = lanes.get(scale + c), start = lanes.get(offset + c), middle = lanes.get(mean + c);
            const T* from = x.values + first * x.channels + c;
            const T* gradient = gradY.values + first * gradY.channels + c;
            Floats sum{}, product{};
            for (std::size_t row = 0; row < count; ++row, from += x.channels, gradient += gradY.channels) {
                const Floats value = lanes.get(from);
                const Floats dz = lanes.get(gradient) * siluSlope(value * slope + start);
                sum += dz;
                product += dz * (value - middle);
            }
            addTo(sums + c, sum, lanes);
            addTo(products + c, product, lanes);
        });
    });
}

template <class T>
INTERSECT_INLINE void backwardInputOf(Rows<const T> x, Rows<const T> gradY, Rows<T> gradX, const float* scale, const float* offset, const float* slope,
                                      const float* constant) {
    overBlocks(x.count, x.channels, [&](std::size_t first, std::size_t count) __attribute__((always_inline)) {
        overChannels(x.channels, [&](std::size_t c, auto lanes) __attribute__((always_inline)) {
            const Floats factor = lanes.get(scale + c), start = lanes.get(offset + c), pull = lanes.get(slope + c), rest = lanes.get(constant + c);
            const T* from = x.values + first * x.channels + c;
            const T* gradient = gradY.values + first * gradY.channels + c;
            T* to = gradX.values + first * gradX.channels + c;
            for (std::size_t row = 0; row < count; ++row, from += x.channels, gradient += gradY.channels, to += gradX.channels) {
                const Floats value = lanes.get(from);
                const Floats dz = lanes.get(gradient) * siluSlope(value * factor + start);
                lanes.put(dz * factor + value * pull + rest, to);
            }
        });
    });
}

// target_clones wants plain functions: one for each type, form and pass.
INTERSECT_FOR_EVERY_CPU void statisticsFloat(Rows<const float> x, const float* shift, double* sums, double* squares) {
    statisticsOf(x, shift, sums, squares);
}
INTERSECT_FOR_EVERY_CPU void statisticsBf16(Rows<const Bf16> x, const float* shift, double* sums, double* squares) {
    statisticsOf(x, shift, sums, squares);
}

#define INTERSECT_PASSES(name, T)                                                                                                                   \
    INTERSECT_FOR_EVERY_CPU void forward##name(Rows<const T> x, Rows<T> y, const float* scale, const float* offset) {                               \
        forwardOf<T>(x, y, scale, offset);                                                                                                          \
    }                                                                                                                                               \
    INTERSECT_FOR_EVERY_CPU void backwardSums##name(Rows<const T> x, Rows<const T> gradY, const float* scale, const float* offset,                  \
                                                    const float* mean, double* sums, double* products) {                                            \
        backwardSumsOf<T>(x, gradY, scale, offset, mean, sums, products);                                                                           \
    }                                                                                                                                               \
    INTERSECT_FOR_EVERY_CPU void backwardInput##name(Rows<const T> x, Rows<const T> gradY, Rows<T> gradX, const float* scale, const float* offset,  \
                                                     const float* slope, const float* constant) {                                                   \
        backwardInputOf<T>(x, gradY, gradX, scale, offset, slope, constant);                                                                        \
    }
INTERSECT_PASSES(Float, float)
INTERSECT_PASSES(Bf16, Bf16)
#undef INTERSECT_PASSES

} // namespace

template <class T>
void statistics(Rows<const T> x, const float* shift, double* sums, double* squares) {
    if constexpr (std::is_same_v<T, float>)
        statisticsFloat(x, shift, sums, squares);
    else
        statisticsBf16(x, shift, sums, squares);
}

template <class T>
void forward(Rows<const T> x, Rows<T> y, const float* scale, const float* offset) {
    if constexpr (std::is_same_v<T, float>)
        forwardFloat(x, y, scale, offset);
    else
        forwardBf16(x, y, scale, offset);
}

template <class T>
void backwardSums(Rows<const T> x, Rows<const T> gradY, const float* scale, const float* offset, const float* mean, double* sums, double* products) {
    if constexpr (std::is_same_v<T, float>)
        backwardSumsFloat(x, gradY, scale, offset, mean, sums, products);
    else
        backwardSumsBf16(x, gradY, scale, offset, mean, sums, products);
}

template <class T>
void backwardInput(Rows<const T> x, Rows<const T> gradY, Rows<T> gradX, const float* scale, const float* offset, const float* slope, const float* constant) {
    if constexpr (std::is_same_v<T, float>)
        backwardInputFloat(x, gradY, gradX, scale, offset, slope, constant);
    else
        backwardInputBf16(x, gradY, gradX, scale, offset, slope, constant);
}

template void statistics(Rows<const float>, const float*, double*, double*);
template void statistics(Rows<const Bf16>, const float*, double*, double*);
template void forward(Rows<const float>, Rows<float>, const float*, const float*);
template void forward(Rows<const Bf16>, Rows<Bf16>, const float*, const float*);
template void backwardSums(Rows<const float>, Rows<const float>, const float*, const float*, const float*, double*, double*);
template void backwardSums(Rows<const Bf16>, Rows<const Bf16>, const float*, const float*, const float*, double*, double*);
template void backwardInput(Rows<const float>, Rows<const float>, Rows<float>, const float*, const float*, const float*, const float*);
template void backwardInput(Rows<const Bf16>, Rows<const Bf16>, Rows<Bf16>, const float*, const float*, const float*, const float*);

} // namespace intersect::nn::rows

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/update_rules.h"

#include <algorithm>
#include <cmath>

// One function for each kind of processor, chosen when the program loads. Sanitizers cannot be called that early.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define INTERSECT_FOR_EVERY_CPU __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define INTERSECT_FOR_EVERY_CPU
#endif

namespace intersect::train {

INTERSECT_FOR_EVERY_CPU
void sgdUpdate(float* __restrict parameter, const float* __restrict gradient, float* __restrict momentum, std::int64_t n, float lr, float factor, float decay,
               bool first) {
    const float kept = first ? 0.0F : factor;
    for (std::int64_t i = 0; i < n; ++i) {
        const float change = gradient[i] + decay * parameter[i];
        const float moved = kept * momentum[i] + change;
        momentum[i] = moved;
        parameter[i] -= lr * (change + factor * moved);
    }
}

INTERSECT_FOR_EVERY_CPU
void adamUpdate(float* __restrict parameter, const float* __restrict gradient, float* __restrict mean, float* __restrict square, std::int64_t n,
                const AdamStep& step) {
    const auto steps = static_cast<double>(step.step);
    const auto rate = static_cast<float>(step.lr / (1 - std::pow(step.beta1, steps)));
    const auto root = static_cast<float>(1 / std::sqrt(1 - std::pow(step.beta2, steps)));
    const auto shrink = static_cast<float>(step.decoupled ? 1 - step.lr * step.decay : 1);
    const auto decay = static_cast<float>(step.decoupled ? 0 : step.decay);
    const auto fresh1 = static_cast<float>(1 - step.beta1), fresh2 = static_cast<float>(1 - step.beta2);
    const auto kept2 = static_cast<float>(step.beta2);
    constexpr float kEpsilon = 1e-8F;
    for (std::int64_t i = 0; i < n; ++i) {
        const float change = gradient[i] + decay * parameter[i];
        const float m = mean[i] + fresh1 * (change - mean[i]);
        const float v = kept2 * square[i] + fresh2 * (change * change);
        mean[i] = m;
        square[i] = v;
        parameter[i] = shrink * parameter[i] - rate * m / (std::sqrt(v) * root + kEpsilon);
    }
}

INTERSECT_FOR_EVERY_CPU
void averageUpdate(float* __restrict average, const float* __restrict value, std::int64_t n, double keep) {
    const auto kept = static_cast<float>(keep), fresh = static_cast<float>(1 - keep);
    for (std::int64_t i = 0; i < n; ++i)
        average[i] = kept * average[i] + fresh * value[i];
}

INTERSECT_FOR_EVERY_CPU
double squaredNorm(const float* values, std::int64_t n) {
    constexpr std::int64_t kLanes = 32, kBlock = 4096;
    double sum = 0;
    for (std::int64_t begin = 0; begin < n; begin += kBlock) {
        const std::int64_t end = std::min(begin + kBlock, n);
        float lanes[kLanes] = {};
        std::int64_t i = begin;
        for (; i + kLanes <= end; i += kLanes)
            for (std::int64_t k = 0; k < kLanes; ++k)
                lanes[k] += values[i + k] * values[i + k];
        for (; i < end; ++i)
            lanes[0] += values[i] * values[i];
        for (const float lane : lanes)
            sum += static_cast<double>(lane);
    }
    return sum;
}

INTERSECT_FOR_EVERY_CPU
void scaleBy(float* values, std::int64_t n, float factor) {
    for (std::int64_t i = 0; i < n; ++i)
        values[i] *= factor;
}

} // namespace intersect::train

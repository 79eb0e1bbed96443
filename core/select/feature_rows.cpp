// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/feature_rows.h"

#include "core/base/cpu_clones.h"

namespace intersect::select {
namespace {
constexpr std::size_t kLanes = 16; // separate sums, so that the compiler may take them side by side
}

INTERSECT_FOR_EVERY_CPU
float squaredDistance(const float* a, const float* b, std::size_t width) {
    float lanes[kLanes] = {};
    std::size_t k = 0;
    for (; k + kLanes <= width; k += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const float difference = a[k + lane] - b[k + lane];
            lanes[lane] += difference * difference;
        }
    }
    float sum = 0;
    for (; k < width; ++k)
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    for (const float lane : lanes)
        sum += lane;
    return sum;
}

INTERSECT_FOR_EVERY_CPU
float scalarProduct(const float* a, const float* b, std::size_t width) {
    float lanes[kLanes] = {};
    std::size_t k = 0;
    for (; k + kLanes <= width; k += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] += a[k + lane] * b[k + lane];
    }
    float sum = 0;
    for (; k < width; ++k)
        sum += a[k] * b[k];
    for (const float lane : lanes)
        sum += lane;
    return sum;
}

} // namespace intersect::select

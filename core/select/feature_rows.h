// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace intersect::select {

/// Rows of numbers, one a frame: the network's features.
struct FeatureRows {
    std::span<const float> values; ///< [rows, width]
    std::size_t width = 0;
    const float* row(std::size_t i) const { return values.data() + i * width; }
};

/// The squared Euclidean distance of two rows of `width` numbers.
float squaredDistance(const float* a, const float* b, std::size_t width);

/// The scalar product of two rows of `width` numbers.
float scalarProduct(const float* a, const float* b, std::size_t width);

} // namespace intersect::select

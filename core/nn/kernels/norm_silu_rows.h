// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

// Batch norm and SiLU on rows of channels (channels-last: a row is a pixel), each a single pass over memory. No torch and no threads here: this file is
// compiled for wide vector units, and the caller deals rows to threads.
namespace intersect::nn::rows {

/// A bfloat16 as its 16 bits.
using Bf16 = std::uint16_t;

/// Neighbouring rows of values, one after the other. `T`: float or Bf16.
template <class T>
struct Rows {
    T* values;
    std::size_t count, channels;
};

/// Adds to `sums` and `squares` the sum and the sum of squares of x - shift, per channel; float32 within some hundred rows, double beyond.
template <class T>
void statistics(Rows<const T> x, const float* shift, double* sums, double* squares);

/// y = silu(scale x + offset), per channel.
template <class T>
void forward(Rows<const T> x, Rows<T> y, const float* scale, const float* offset);

/// With z = scale x + offset and dz the gradient of z: adds to sums and products, per channel, dz and dz (x - mean); summed as in `statistics`.
template <class T>
void backwardSums(Rows<const T> x, Rows<const T> gradY, const float* scale, const float* offset, const float* mean, double* sums, double* products);

/// gradX = scale dz + slope x + constant, per channel.
template <class T>
void backwardInput(Rows<const T> x, Rows<const T> gradY, Rows<T> gradX, const float* scale, const float* offset, const float* slope, const float* constant);

} // namespace intersect::nn::rows

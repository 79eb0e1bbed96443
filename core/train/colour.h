// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace intersect::train {

/// Lookup tables for hue (0..179), saturation and value.
struct HsvTables {
    std::array<std::uint8_t, 256> hue{}, saturation{}, value{};
};
HsvTables hsvTables(double hueFactor, double saturationFactor, double valueFactor);

/// Changes the colours of `count` pixels: BGR interleaved at `bgr` to RGB interleaved at `rgb`, by way of 8-bit
/// hue, saturation and value. The same bits as OpenCV 4.6's COLOR_BGR2HSV, the tables and COLOR_HSV2RGB one after another, at half
/// their cost. The places must not overlap. `mirrored`: the last pixel first. Any thread; pure.
void changeColours(const std::uint8_t* bgr, std::size_t count, const HsvTables& tables, bool mirrored, std::uint8_t* rgb);

/// The same places, with the colours left as they are.
void swapToRgb(const std::uint8_t* bgr, std::size_t count, bool mirrored, std::uint8_t* rgb);

} // namespace intersect::train

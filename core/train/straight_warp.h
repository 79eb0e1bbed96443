// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace intersect::train {

/// A picture of 3 interleaved bytes a pixel; `step`: bytes from row to row.
struct PixelRows {
    const std::uint8_t* data = nullptr;
    int width = 0, height = 0;
    std::size_t step = 0;
};

/// The warp x' = scaleX x + shiftX, y' = scaleY y + shiftY (scales above 0) of `from` into width * height * 3 bytes at `out`, `border` where
/// there is no picture. The same bits as OpenCV 4.6's warpAffine with INTER_LINEAR and a constant border, at half its cost: rows are mixed
/// first, columns then. Sides below 32768. Any thread.
void warpStraight(const PixelRows& from, double scaleX, double shiftX, double scaleY, double shiftY, std::uint8_t border, int width, int height, std::uint8_t* out);

} // namespace intersect::train

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <tl/expected.hpp>

#include "core/base/geometry.h"
#include "core/data/finding.h"

namespace intersect::data {

/// A box by its upper left corner and its size, in pixels of its picture; x to the right, y down; (0, 0) is the picture's corner.
struct PixelBox {
    double x = 0, y = 0, w = 0, h = 0;
};

/// A box in pixels of a picture of that size; exact but for the rounding of double.
PixelBox toPixels(const BoxCxcywhn& box, Size image);

/// A box as fractions, and what is to be said about it.
struct FractionBox {
    BoxCxcywhn box;
    std::optional<Finding> warning; ///< without path and line
};

/// A box in fractions of a picture of that size (both sides > 0), as a YOLO label can hold it: centre and size within 0..1. A box that reaches beyond
/// the picture is kept as it is as long as that holds, else clipped to the picture; both with a warning. Faults (no area, not finite, wholly
/// outside) come back as a finding without path and line.
tl::expected<FractionBox, Finding> toFractions(const PixelBox& box, Size image);

/// The value with so many decimals, but never 0 where it was not: takes off the last digits that arithmetic left.
double tidied(double value, int decimals);

} // namespace intersect::data

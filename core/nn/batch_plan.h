// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/image/letterbox.h"
#include "core/nn/detector.h"

namespace intersect::nn {

/// Pictures that go through the network together, all in an input of one size.
struct PlannedBatch {
    std::vector<std::size_t> images; ///< indices into the request
    Size input;
};

/// Deals pictures of these sizes into batches of at most `batch`. PerImage: pictures with the same smallest rectangle share a batch, in their order.
/// Rectangles: sorted by aspect ratio height / width, ties in order; a batch's rectangle has room for its most extreme ratio plus `padding` strides (0.5 in
/// validation, 0 in training).
/// `stride`: the network's largest; inputs are multiples of it. Source: YOLOv5 7.0, LoadImagesAndLabels with rect. Sides of a picture are at least 1.
std::vector<PlannedBatch> planBatches(std::span<const Size> sizes, BatchShape shape, int imgSize, int batch, int stride = 32, double padding = 0.5);

/// Reads a picture and puts it into an input of that size: float RGB 0..1, interleaved (channels last), `input.width * input.height * 3` values at `out`.
/// PerImage: enlarged or shrunk by INTER_LINEAR; Rectangles: long side to imgSize, INTER_AREA when shrinking, never enlarged after that.
/// Errors name the picture. Any thread.
Result<image::LetterboxTransform> loadInto(const std::filesystem::path& path, BatchShape shape, int imgSize, Size input, float* out);

} // namespace intersect::nn

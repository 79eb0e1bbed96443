// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "core/base/result.h"

namespace intersect::image {

/// What two pictures are compared by, without keeping either.
///
/// The hash alone says "the same place in the same light": a webcam that never moves gives hashes 0 to 10 bits apart for frames with other
/// vehicles. The cells tell such frames apart: a vehicle that covers one cell changes it by tens of grey levels, coding the picture
/// again by two or three.
struct PictureSignature {
    static constexpr int kCellsWide = 32, kCellsHigh = 18;
    std::uint64_t hash = 0;                                    ///< perceptual, see perceptualHash
    std::uint64_t content = 0;                                 ///< of the file's bytes, see contentHash; 0: not from a file
    std::uint64_t fileBytes = 0;                               ///< size of the file
    std::array<std::uint8_t, kCellsWide * kCellsHigh> cells{}; ///< mean grey of each cell, row by row
    bool known = false;                                        ///< false: the picture could not be read
};

/// The 64-bit hash of a grey picture (CV_8UC1, any size): reduced to 32x32 by area, cosine transform, one bit for each of the 8x8 lowest
/// frequencies without the first row and column, set where the coefficient is above their median (quantised to 1/16 grey level, so that a
/// flat picture has no bits). Source: C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions (2010), section 3.2.1;
/// without its mean filter, whose place the reduction by area takes. Any thread.
std::uint64_t perceptualHash(const cv::Mat& grey);

/// Hash and cells of a grey picture (CV_8UC1, any size). Any thread.
PictureSignature signatureOf(const cv::Mat& grey);

/// Reads and decodes a picture file once for all of its signature; a JPEG at an eighth of its size where that suffices, although all of its
/// coded data are read. Errors as decodeImage. Any thread; about 0.4 ms for a 640x360 JPEG.
Result<PictureSignature> readSignature(const std::filesystem::path& path);

/// A 64-bit hash of bytes that are equal only if the bytes are (by chance 1 in 2^64, against no adversary).
std::uint64_t contentHash(std::string_view bytes);

/// How many bits differ: 0 (same) to 64.
inline int hammingDistance(std::uint64_t a, std::uint64_t b) {
    return std::popcount(a ^ b);
}

/// Whether no cell of the two differs by more than `limit` grey levels once the difference of their mean greys is taken off, which itself
/// must not be above twice the limit.
bool cellsAgree(const PictureSignature& a, const PictureSignature& b, int limit);

} // namespace intersect::image

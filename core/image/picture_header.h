// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "core/base/geometry.h"

namespace intersect::image {

/// The kinds of picture files we read, told by their first bytes (never by the name).
enum class PictureKind { Unknown, Jpeg, Png, Bmp, WebP, Tiff };

/// What the header of a picture file says, before anything is decoded.
struct PictureHeader {
    PictureKind kind = PictureKind::Unknown;
    Size stored;         ///< as stored, before the EXIF orientation; 0x0 where the header does not tell
    int orientation = 1; ///< EXIF 1..8; 5..8 swap the sides
    bool complete = true; ///< false: the end of the file is missing
    /// When it was taken, seconds since 1970 in local time: DateTimeOriginal, else DateTime (EXIF 2.3 tags 36867 and 306).
    std::optional<std::int64_t> takenAt = std::nullopt;
};

/// Random access to the bytes of a file, on disk or in memory.
struct ByteSource {
    std::uint64_t size = 0;
    /// Copies `count` bytes from `offset`; false if they are not all there.
    std::function<bool(std::uint64_t offset, unsigned char* to, std::size_t count)> read;
};

/// Reads the header of a JPEG, PNG, BMP, WebP or TIFF file; nullopt if it is none of them or its header is damaged.
/// Any thread; reads a few kilobytes from the start and the end, and up to 64 MiB from the end where something long follows the picture.
std::optional<PictureHeader> readPictureHeader(const ByteSource& source);

} // namespace intersect::image

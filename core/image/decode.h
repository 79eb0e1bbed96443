// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/image/open_file.h"

namespace intersect::image {

/// No picture with more pixels than this is decoded (a bomb in a small file would fill the memory).
constexpr std::int64_t kMaxPixels = 100'000'000;

/// Decodes a picture: CV_8UC3, BGR, upright by its EXIF orientation. Errors name the file and why (missing, not a picture,
/// truncated, too large). Any thread; about 1 ms for a 640x360 JPEG.
Result<cv::Mat> decodeImage(const std::filesystem::path& path);

/// The same picture as small as the decoder gets it for nothing: a JPEG at a half, a quarter or an eighth of its size (each side rounded up), as long
/// as its long side does not fall below `longSideAtLeastPx`; other files whole. Several times faster than whole. `whole`, where given, gets the
/// size of the whole picture. Errors as decodeImage. Any thread.
Result<cv::Mat> decodeImageReduced(const std::filesystem::path& path, int longSideAtLeastPx, Size* whole = nullptr);

/// Decodes the bytes of a picture file to grey: CV_8UC1, upright by its EXIF orientation. A JPEG comes at an eighth, a quarter or half of its
/// size where its short side keeps `shortSidePx` pixels (all of its coded data are still read). `path` only names it. Errors as decodeImage.
/// Any thread; about 0.3 ms for a 640x360 JPEG.
Result<cv::Mat> decodeGrey(std::string_view bytes, const std::filesystem::path& path, int shortSidePx);

/// Width and height (as decodeImage would return them, EXIF orientation applied) from the file's header alone, and whether
/// the end marker of a JPEG or PNG is there. Errors as decodeImage. Any thread; reads a few kilobytes.
struct ImageProbe {
    Size size;
    bool complete = true; ///< false: the end marker is missing, the file is cut off
    std::optional<std::int64_t> takenAt = std::nullopt; ///< from EXIF, see PictureHeader
};
Result<ImageProbe> probeImage(const std::filesystem::path& path);

/// The same of a file that was opened before (or failed to); `path` names it in errors, and is opened again where only decoding can tell (TIFF).
Result<ImageProbe> probeImage(OpenFile& file, const std::filesystem::path& path);

/// Whether the file name ends like a picture we read (jpg jpeg png bmp webp tif tiff, any case).
bool hasImageExtension(const std::filesystem::path& path);
/// The same of a name or path as text, without making a path of it.
bool isImageName(std::string_view name);
/// Whether a name or path ends like a video (mp4 m4v mov avi mkv webm mpg mpeg wmv ts, any case). Only names: nothing here reads one.
bool isVideoName(std::string_view name);

} // namespace intersect::image

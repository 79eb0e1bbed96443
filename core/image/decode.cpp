// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/decode.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <string>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/base/files.h"
#include "core/image/picture_header.h"

namespace intersect::image {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kMaxFileBytes = 1ULL << 30;

tl::unexpected<Error> notAPicture(const fs::path& path) {
    return fail(ErrorCode::BadInput, path.string() + " is not a picture that can be read (JPEG, PNG, BMP, WebP and TIFF can).", path, 0,
                "Remove the file, or fetch it again.");
}

tl::unexpected<Error> cutOff(const fs::path& path) {
    return fail(ErrorCode::BadInput, path.string() + " is cut off: the end of the picture is missing.", path, 0,
                "Fetch the file again, or remove it.");
}

Result<void> checkPixels(const fs::path& path, Size size) {
    if (static_cast<std::int64_t>(size.width) * size.height > kMaxPixels)
        return fail(ErrorCode::BadInput,
                    path.string() + " is too large: " + std::to_string(size.width) + " x " + std::to_string(size.height) + " pixels, at most " +
                        std::to_string(kMaxPixels) + " are decoded.",
                    path, 0, "Make it smaller, or remove it.");
    return {};
}

/// Turns a picture upright by its EXIF orientation (values 1..8 of EXIF 2.3, tag 274).
cv::Mat upright(cv::Mat stored, int orientation) {
    if (orientation >= 5) {
        cv::Mat turned;
        cv::transpose(stored, turned);
        stored = turned;
    }
    // What is left to do is a mirror: 1 left-right, 0 top-bottom, -1 both.
    switch (orientation) {
    case 2:
    case 6:
        cv::flip(stored, stored, 1);
        break;
    case 4:
    case 8:
        cv::flip(stored, stored, 0);
        break;
    case 3:
    case 7:
        cv::flip(stored, stored, -1);
        break;
    default:
        break;
    }
    return stored;
}

ByteSource sourceOf(std::string_view bytes) {
    return {bytes.size(), [bytes](std::uint64_t offset, unsigned char* to, std::size_t count) {
                if (offset > bytes.size() || count > bytes.size() - offset)
                    return false;
                std::memcpy(to, bytes.data() + offset, count);
                return true;
            }};
}

/// Decodes what `flagOf` its header says (colour or grey, whole or reduced), upright.
template <class FlagOf>
Result<cv::Mat> decodeBytes(std::string_view bytes, const fs::path& path, FlagOf&& flagOf) {
    const auto header = readPictureHeader(sourceOf(bytes));
    if (!header)
        return notAPicture(path);
    if (auto small = checkPixels(path, header->stored); !small)
        return failAs(small);
    if (!header->complete)
        return cutOff(path);
    try {
        // Without a copy: OpenCV only reads from this matrix.
        const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<char*>(bytes.data()));
        cv::Mat picture = cv::imdecode(raw, flagOf(*header) | cv::IMREAD_IGNORE_ORIENTATION);
        if (picture.empty())
            return notAPicture(path);
        return header->kind == PictureKind::Tiff ? picture : upright(std::move(picture), header->orientation);
    } catch (const cv::Exception&) {
        return notAPicture(path);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::Failed, path.string() + " cannot be decoded: there is not enough memory.", path);
    }
}

/// Whether a name's ending is one of these small ones, in any case; a name that only is an ending has none.
bool endsLikeOneOf(std::string_view name, std::span<const std::string_view> endings) {
    name.remove_prefix(name.rfind('/') + 1); // npos + 1 is 0
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0)
        return false;
    const std::string_view extension = name.substr(dot + 1);
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view known) {
        return std::equal(known.begin(), known.end(), extension.begin(), extension.end(),
                          [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); });
    });
}

} // namespace

Result<cv::Mat> decodeImage(const fs::path& path) {
    const Result<std::string> bytes = readFile(path, kMaxFileBytes);
    if (!bytes)
        return failAs(bytes);
    return decodeBytes(*bytes, path, [](const PictureHeader&) { return cv::IMREAD_COLOR; });
}

Result<cv::Mat> decodeImageReduced(const fs::path& path, int longSideAtLeastPx, Size* whole) {
    const Result<std::string> bytes = readFile(path, kMaxFileBytes);
    if (!bytes)
        return failAs(bytes);
    const int wanted = std::max(1, longSideAtLeastPx);
    return decodeBytes(*bytes, path, [wanted, whole](const PictureHeader& header) {
        if (whole != nullptr)
            *whole = header.orientation >= 5 ? Size{header.stored.height, header.stored.width} : header.stored;
        const int longSide = std::max(header.stored.width, header.stored.height);
        if (header.kind != PictureKind::Jpeg || longSide < 2 * wanted)
            return cv::IMREAD_COLOR;
        return longSide >= 8 * wanted ? cv::IMREAD_REDUCED_COLOR_8 : longSide >= 4 * wanted ? cv::IMREAD_REDUCED_COLOR_4 : cv::IMREAD_REDUCED_COLOR_2;
    });
}

Result<cv::Mat> decodeGrey(std::string_view bytes, const fs::path& path, int shortSidePx) {
    return decodeBytes(bytes, path, [shortSidePx](const PictureHeader& header) {
        const int shortSide = std::min(header.stored.width, header.stored.height);
        if (header.kind != PictureKind::Jpeg || shortSide < 2 * shortSidePx)
            return cv::IMREAD_GRAYSCALE;
        return shortSide >= 8 * shortSidePx   ? cv::IMREAD_REDUCED_GRAYSCALE_8
               : shortSide >= 4 * shortSidePx ? cv::IMREAD_REDUCED_GRAYSCALE_4
                                              : cv::IMREAD_REDUCED_GRAYSCALE_2;
    });
}

Result<ImageProbe> probeImage(const fs::path& path) {
    OpenFile file(AT_FDCWD, path.c_str());
    return probeImage(file, path);
}

Result<ImageProbe> probeImage(OpenFile& file, const fs::path& path) {
    if (!file.isOpen())
        return fail(ErrorCode::BadInput, path.string() + " cannot be read: " + std::strerror(file.openError()) + ".", path, 0, "Check the path.");
    if (file.size() > kMaxFileBytes)
        return fail(ErrorCode::BadInput,
                    path.string() + " is too large: " + std::to_string(file.size()) + " bytes, at most " + std::to_string(kMaxFileBytes) + " are read.",
                    path);
    const auto header = readPictureHeader(file.source());
    if (!header)
        return notAPicture(path);
    if (auto small = checkPixels(path, header->stored); !small)
        return failAs(small);
    if (header->kind == PictureKind::Tiff) { // its directories may say much more than we look at: ask the decoder
        const Result<cv::Mat> picture = decodeImage(path);
        if (!picture)
            return failAs(picture);
        return ImageProbe{{picture->cols, picture->rows}, true, header->takenAt};
    }
    Size size = header->stored;
    if (header->orientation >= 5)
        std::swap(size.width, size.height);
    return ImageProbe{size, header->complete, header->takenAt};
}

bool isImageName(std::string_view name) {
    constexpr std::array<std::string_view, 7> kKnown = {"jpg", "jpeg", "png", "bmp", "webp", "tif", "tiff"};
    return endsLikeOneOf(name, kKnown);
}

bool isVideoName(std::string_view name) {
    constexpr std::array<std::string_view, 10> kKnown = {"mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "wmv", "ts"};
    return endsLikeOneOf(name, kKnown);
}

bool hasImageExtension(const fs::path& path) {
    return isImageName(path.native());
}

} // namespace intersect::image

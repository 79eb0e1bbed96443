// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/picture_header.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace intersect::image {
namespace {

constexpr std::uint64_t kTailBytes = 4096;

/// Reads numbers of both byte orders from a source; `ok` turns false at the first byte that is not there.
class Reader {
public:
    Reader(const ByteSource& source, bool littleEndian) : m_source(source), m_little(littleEndian) {}

    std::uint32_t number(std::uint64_t offset, std::size_t bytes) {
        std::array<unsigned char, 4> raw{};
        if (!m_source.read(offset, raw.data(), bytes)) {
            ok = false;
            return 0;
        }
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = (value << 8) | raw[m_little ? bytes - 1 - i : i];
        return value;
    }
    std::string text(std::uint64_t offset, std::size_t bytes) {
        std::string raw(bytes, '\0');
        if (!m_source.read(offset, reinterpret_cast<unsigned char*>(raw.data()), bytes)) {
            ok = false;
            raw.clear();
        }
        return raw;
    }
    bool ok = true;

private:
    const ByteSource& m_source;
    bool m_little;
};

std::string tailOf(const ByteSource& source, std::uint64_t bytes) {
    const std::uint64_t count = std::min(bytes, source.size);
    return Reader(source, false).text(source.size - count, static_cast<std::size_t>(count));
}

Size sizeOf(std::uint32_t width, std::uint32_t height) {
    constexpr std::uint32_t kLargest = 1U << 30; // beyond any picture; keeps the sides within int
    return {static_cast<int>(std::min(width, kLargest)), static_cast<int>(std::min(height, kLargest))};
}

/// "2021:03:20 07:18:36" as seconds since 1970 in local time.
std::optional<std::int64_t> parseExifTime(std::string_view text) {
    constexpr std::string_view kForm = "dddd:dd:dd dd:dd:dd";
    if (text.size() < kForm.size())
        return std::nullopt;
    std::array<int, 6> part{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        if (kForm[i] != 'd') {
            if (text[i] != kForm[i])
                return std::nullopt;
            ++at;
        } else if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        } else {
            part[at] = part[at] * 10 + (text[i] - '0');
        }
    }
    const std::chrono::year_month_day date{std::chrono::year(part[0]), std::chrono::month(static_cast<unsigned>(part[1])),
                                           std::chrono::day(static_cast<unsigned>(part[2]))};
    if (!date.ok() || part[0] < 1970 || part[3] > 23 || part[4] > 59 || part[5] > 60)
        return std::nullopt; // cameras without a clock write zeros
    return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400} + part[3] * 3600 + part[4] * 60 + part[5];
}

/// Sides, orientation and time of the first directory of a TIFF structure (a TIFF file, or the body of an EXIF block).
struct TiffTags {
    std::uint32_t width = 0, height = 0;
    int orientation = 1;
    std::optional<std::int64_t> takenAt;
};
std::optional<TiffTags> readTiffTags(const ByteSource& source, std::uint64_t begin) {
    Reader order(source, false);
    const std::string mark = order.text(begin, 2);
    if (mark != "II" && mark != "MM")
        return std::nullopt;
    Reader in(source, mark == "II");
    if (in.number(begin + 2, 2) != 42)
        return std::nullopt;
    const auto timeAt = [&](std::uint64_t offset) { return parseExifTime(Reader(source, false).text(begin + offset, 19)); };
    const std::uint64_t directory = begin + in.number(begin + 4, 4);
    const std::uint32_t entries = in.number(directory, 2);
    TiffTags tags;
    std::uint32_t exif = 0;
    for (std::uint32_t i = 0; i < entries && in.ok; ++i) {
        const std::uint64_t entry = directory + 2 + 12ULL * i;
        const std::uint32_t tag = in.number(entry, 2);
        const std::uint32_t type = in.number(entry + 2, 2);
        const std::uint32_t value = in.number(entry + 8, type == 3 ? 2 : 4);
        if (!in.ok)
            break;
        if (tag == 256)
            tags.width = value;
        else if (tag == 257)
            tags.height = value;
        else if (tag == 274 && value >= 1 && value <= 8)
            tags.orientation = static_cast<int>(value);
        else if (tag == 306)
            tags.takenAt = timeAt(value);
        else if (tag == 34665)
            exif = value;
    }
    if (exif != 0) { // the directory of the picture's taking
        Reader more(source, mark == "II");
        const std::uint32_t count = more.number(begin + exif, 2);
        for (std::uint32_t i = 0; i < count && more.ok; ++i) {
            const std::uint64_t entry = begin + exif + 2 + 12ULL * i;
            if (more.number(entry, 2) != 36867)
                continue;
            const std::uint32_t offset = more.number(entry + 8, 4);
            if (const auto time = more.ok ? timeAt(offset) : std::nullopt)
                tags.takenAt = time;
            break;
        }
    }
    return tags;
}

bool isStartOfFrame(std::uint32_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Whether the end mark of a picture stands behind `begin`: looked for in the tail, then (something may follow the picture) further to the
/// front, piece by piece up to a limit.
bool hasEnd(const ByteSource& source, std::uint64_t begin, std::string_view mark) {
    constexpr std::uint64_t kFurthest = 64ULL << 20, kPiece = 256ULL << 10;
    const std::uint64_t first = source.size - std::min({source.size - std::min(begin, source.size), kFurthest, source.size});
    std::string piece;
    for (std::uint64_t end = source.size; end > first;) {
        const std::uint64_t length = std::min(end - first, end == source.size ? kTailBytes : kPiece);
        piece.resize(static_cast<std::size_t>(length));
        if (!source.read(end - length, reinterpret_cast<unsigned char*>(piece.data()), piece.size()))
            return false;
        if (piece.find(mark) != std::string::npos)
            return true;
        end -= length;
        if (end > first) // a mark may lie across the cut
            end = std::min(end + mark.size() - 1, source.size - 1);
    }
    return false;
}

std::optional<PictureHeader> readJpeg(const ByteSource& source) {
    PictureHeader header{PictureKind::Jpeg, {}, 1, true, std::nullopt};
    Reader in(source, false);
    bool haveExif = false;
    for (std::uint64_t at = 2;;) {
        if (in.number(at, 1) != 0xFF || !in.ok)
            return std::nullopt;
        std::uint32_t marker = 0xFF;
        for (++at; marker == 0xFF && in.ok; ++at) // any number of fill bytes
            marker = in.number(at, 1);
        if (!in.ok || marker == 0xD9)
            return std::nullopt;
        if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7))
            continue; // markers without a body
        const std::uint32_t length = in.number(at, 2);
        if (!in.ok || length < 2)
            return std::nullopt;
        if (marker == 0xE1 && !haveExif && length >= 16 && in.text(at + 2, 6) == std::string_view("Exif\0\0", 6)) {
            haveExif = true;
            if (const auto tags = readTiffTags(source, at + 8)) {
                header.orientation = tags->orientation;
                header.takenAt = tags->takenAt;
            }
        } else if (isStartOfFrame(marker)) {
            header.stored = sizeOf(in.number(at + 5, 2), in.number(at + 3, 2));
        } else if (marker == 0xDA) { // the pixels begin
            if (!in.ok || header.stored.width == 0)
                return std::nullopt;
            header.complete = hasEnd(source, at, "\xFF\xD9");
            return header;
        }
        at += length;
    }
}

std::optional<PictureHeader> readPng(const ByteSource& source) {
    PictureHeader header{PictureKind::Png, {}, 1, true, std::nullopt};
    Reader in(source, false);
    if (in.text(12, 4) != "IHDR")
        return std::nullopt;
    header.stored = sizeOf(in.number(16, 4), in.number(20, 4));
    // An orientation may stand in any chunk before the pixels; behind them it is looked for in the tail.
    for (std::uint64_t at = 8; in.ok;) {
        const std::uint64_t length = in.number(at, 4);
        const std::string name = in.text(at + 4, 4);
        if (name == "IDAT" || name == "IEND")
            break;
        if (name == "eXIf") {
            if (const auto tags = readTiffTags(source, at + 8)) {
                header.orientation = tags->orientation;
                header.takenAt = tags->takenAt;
            }
        }
        at += 12 + length;
    }
    header.complete = hasEnd(source, 8, "IEND\xAE\x42\x60\x82");
    const std::string tail = tailOf(source, kTailBytes);
    if (const std::size_t exif = tail.find("eXIf"); header.orientation == 1 && exif != std::string::npos) {
        if (const auto tags = readTiffTags(source, source.size - tail.size() + exif + 4))
            header.orientation = tags->orientation;
    }
    if (header.stored.width <= 0 || header.stored.height <= 0)
        return std::nullopt;
    return header;
}

std::optional<PictureHeader> readBmp(const ByteSource& source) {
    PictureHeader header{PictureKind::Bmp, {}, 1, true, std::nullopt};
    Reader in(source, true);
    const std::uint64_t pixels = in.number(10, 4);
    const bool old = in.number(14, 4) == 12;
    const auto signedSide = [&](std::uint64_t offset) {
        return old ? in.number(offset, 2)
                   : static_cast<std::uint32_t>(std::llabs(static_cast<std::int32_t>(in.number(offset, 4))));
    };
    header.stored = old ? sizeOf(signedSide(18), signedSide(20)) : sizeOf(signedSide(18), signedSide(22));
    const std::uint64_t bits = in.number(old ? 24 : 28, 2);
    const std::uint32_t compression = old ? 0 : in.number(30, 4);
    if (!in.ok || header.stored.width == 0 || header.stored.height == 0)
        return std::nullopt;
    if (compression == 0) {
        const std::uint64_t row = (static_cast<std::uint64_t>(header.stored.width) * bits + 31) / 32 * 4;
        header.complete = source.size >= pixels + row * static_cast<std::uint64_t>(header.stored.height);
    }
    return header;
}

std::optional<PictureHeader> readWebP(const ByteSource& source) {
    PictureHeader header{PictureKind::WebP, {}, 1, true, std::nullopt};
    Reader in(source, true);
    header.complete = source.size >= 8ULL + in.number(4, 4);
    const std::string chunk = in.text(12, 4);
    if (chunk == "VP8X") {
        header.stored = sizeOf(1 + (in.number(24, 3)), 1 + in.number(27, 3));
    } else if (chunk == "VP8L") {
        const std::uint32_t bits = in.number(21, 4);
        header.stored = sizeOf(1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF));
    } else if (chunk == "VP8 ") {
        header.stored = sizeOf(in.number(26, 2) & 0x3FFF, in.number(28, 2) & 0x3FFF);
    }
    if (!in.ok || header.stored.width == 0 || header.stored.height == 0)
        return std::nullopt;
    return header;
}

} // namespace

std::optional<PictureHeader> readPictureHeader(const ByteSource& source) {
    const std::string first = Reader(source, false).text(0, static_cast<std::size_t>(std::min<std::uint64_t>(source.size, 12)));
    const std::string_view start(first);
    if (start.starts_with("\xFF\xD8\xFF"))
        return readJpeg(source);
    if (start.starts_with("\x89PNG\r\n\x1A\n"))
        return readPng(source);
    if (start.starts_with("BM"))
        return readBmp(source);
    if (start.starts_with("RIFF") && start.ends_with("WEBP"))
        return readWebP(source);
    if (start.starts_with(std::string_view("II*\0", 4)) || start.starts_with(std::string_view("MM\0*", 4))) {
        const auto tags = readTiffTags(source, 0);
        if (!tags || tags->width == 0 || tags->height == 0)
            return std::nullopt;
        return PictureHeader{PictureKind::Tiff, sizeOf(tags->width, tags->height), tags->orientation, true, tags->takenAt};
    }
    return std::nullopt;
}

} // namespace intersect::image

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/zip_end.h"

#include <algorithm>
#include <cstring>

namespace intersect::weights {
namespace {

template <class T>
T valueAt(std::string_view bytes, std::size_t at) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

/// Entries of the zip64 record whose locator stands before the end record at `at`; 0 if there is none.
std::uint64_t zip64Entries(std::string_view tail, std::size_t at, std::uint64_t fileSize) {
    constexpr std::size_t kLocator = 20, kRecord = 56;
    if (at < kLocator || tail.substr(at - kLocator, 4) != "PK\x06\x07")
        return 0;
    const auto offset = valueAt<std::uint64_t>(tail, at - kLocator + 8);
    const std::uint64_t tailBegin = fileSize - tail.size();
    if (offset < tailBegin || tail.size() < kRecord || offset - tailBegin > tail.size() - kRecord)
        return kMostZipEntries + 1; // far from its locator: no writer does that
    const auto record = static_cast<std::size_t>(offset - tailBegin);
    return std::max(valueAt<std::uint64_t>(tail, record + 24), valueAt<std::uint64_t>(tail, record + 32));
}

} // namespace

ZipEnd zipEnd(std::string_view tail, std::uint64_t fileSize) {
    constexpr std::size_t kEndRecord = 22;
    tail = tail.substr(tail.size() - std::min(tail.size(), kZipEndBytes));
    std::uint64_t total = 0;
    std::size_t found = 0;
    for (std::size_t at = tail.find("PK\x05\x06"); at != std::string_view::npos; at = tail.find("PK\x05\x06", at + 1)) {
        if (tail.size() - at < kEndRecord)
            break;
        ++found;
        // The library may read the table of each record it comes upon, so they count together.
        const std::uint64_t entries = std::max<std::uint64_t>(valueAt<std::uint16_t>(tail, at + 8), valueAt<std::uint16_t>(tail, at + 10));
        const std::uint64_t large = zip64Entries(tail, at, fileSize);
        total += std::min(std::max(entries == 0xFFFF && large > 0 ? 0 : entries, large), kMostZipEntries + 1);
        if (total > kMostZipEntries || found > 64)
            return ZipEnd::TooLong;
    }
    return found == 0 ? ZipEnd::Missing : ZipEnd::Fine;
}

} // namespace intersect::weights

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

namespace intersect::tests {

/// CRC-32 as zip files use it.
inline std::uint32_t crc32(const char* bytes, std::size_t size) {
    static const auto kTable = [] {
        std::array<std::uint32_t, 256> table{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit)
                value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0);
            table[i] = value;
        }
        return table;
    }();
    std::uint32_t sum = 0xFFFFFFFFU;
    for (std::size_t i = 0; i < size; ++i)
        sum = (sum >> 8) ^ kTable[(sum ^ static_cast<unsigned char>(bytes[i])) & 0xFFU];
    return ~sum;
}

/// Corrects the checksums in a zip's table of contents for its stored entries, so that a fuzzer gets past them; others are left alone.
inline void repairChecksums(std::string& zip) {
    const auto value = [&](std::size_t at, std::size_t width) {
        std::uint32_t number = 0;
        std::memcpy(&number, zip.data() + at, width);
        return number;
    };
    for (std::size_t at = zip.find("PK\x01\x02"); at != std::string::npos && zip.size() - at >= 46; at = zip.find("PK\x01\x02", at + 4)) {
        const std::size_t size = value(at + 20, 4), local = value(at + 42, 4);
        if (value(at + 10, 2) != 0 || local > zip.size() || zip.size() - local < 30)
            continue;
        const std::size_t begin = local + 30 + value(local + 26, 2) + value(local + 28, 2);
        if (begin > zip.size() || zip.size() - begin < size)
            continue;
        const std::uint32_t sum = crc32(zip.data() + begin, size);
        std::memcpy(zip.data() + at + 16, &sum, sizeof sum);
    }
}

} // namespace intersect::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/files.h"
#include "core/base/numbers.h"

namespace intersect::tests {

/// An array of a .npy file: shape and values in C order.
template <class T>
struct NpyArray {
    std::vector<std::size_t> shape;
    std::vector<T> values;
};

/// Reads a .npy file (little-endian uint8, int64, float32 or float64 as T says, C order). Throws what is wrong: a test fails by it.
template <class T>
NpyArray<T> readNpy(const std::filesystem::path& path) {
    const std::string wanted = std::is_same_v<T, std::uint8_t>   ? "|u1"
                               : std::is_same_v<T, std::int64_t> ? "<i8"
                               : std::is_same_v<T, float>        ? "<f4"
                               : std::is_same_v<T, double>       ? "<f8"
                                                                 : "?";
    const auto bytes = readFile(path);
    if (!bytes)
        throw std::runtime_error(bytes.error().message);
    if (bytes->size() < 12 || bytes->compare(0, 6, "\x93NUMPY") != 0)
        throw std::runtime_error(path.string() + " is no .npy file");
    const auto byteAt = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>((*bytes)[i])); };
    const bool first = byteAt(6) == 1;
    const std::size_t length = first ? byteAt(8) + 256 * byteAt(9) : byteAt(8) + 256 * byteAt(9) + 65536 * byteAt(10);
    const std::size_t begin = (first ? 10U : 12U) + length;
    const std::string header = bytes->substr(first ? 10 : 12, length);
    if (header.find("'descr': '" + wanted + "'") == std::string::npos || header.find("'fortran_order': False") == std::string::npos)
        throw std::runtime_error(path.string() + " holds another type or order: " + header);
    NpyArray<T> array;
    std::size_t count = 1;
    const std::size_t open = header.find('(');
    for (const std::string_view part : splitAt(std::string_view(header).substr(open + 1, header.find(')') - open - 1), ',')) {
        if (const auto side = parseInt(trimmed(part))) {
            array.shape.push_back(static_cast<std::size_t>(*side));
            count *= array.shape.back();
        }
    }
    if (bytes->size() != begin + count * sizeof(T))
        throw std::runtime_error(path.string() + " has another length than its header says");
    array.values.resize(count);
    std::memcpy(array.values.data(), bytes->data() + begin, count * sizeof(T));
    return array;
}

} // namespace intersect::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/weights/named_arrays.h"

namespace intersect::tests {

/// Ends the program if an array has not the bytes its shape says, or all together more than three times the file and 4 MB.
inline void checkArrays(const weights::ArrayFile& file, std::size_t fileSize) {
    std::size_t total = 0;
    for (const weights::NamedArray& array : file.arrays) {
        if (array.bytes.size() != static_cast<std::size_t>(array.elements()) * weights::sizeOf(array.type))
            __builtin_trap();
        total += array.bytes.size();
    }
    if (total > 3 * fileSize + (4U << 20))
        __builtin_trap();
}

} // namespace intersect::tests

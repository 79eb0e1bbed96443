// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "core/weights/safetensors.h"
#include "tests/fuzz/checked_arrays.h"

/// The safetensors reader on any bytes: what it accepts has arrays of the length their shapes say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = intersect::weights::parseSafetensors({reinterpret_cast<const char*>(data), size}, "fuzz.safetensors");
    if (file) {
        intersect::tests::checkArrays(*file, size);
        for (const auto& array : file->arrays)
            if (array.toFloats().size() != static_cast<std::size_t>(array.elements()))
                __builtin_trap();
    }
    return 0;
}

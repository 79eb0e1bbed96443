// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/weights/checkpoint.h"
#include "tests/fuzz/checked_arrays.h"
#include "tests/fuzz/zip_checksums.h"

/// A whole .pt in memory, its checksums made right so that what lies behind them is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    intersect::tests::repairChecksums(bytes);
    if (const auto file = intersect::weights::readTorchBytes(bytes, "fuzz.pt"))
        intersect::tests::checkArrays(*file, size);
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "core/weights/checkpoint.h"
#include "tests/fuzz/checked_arrays.h"

/// readWeights on a file of any kind, from opening it on; the file lies in memory.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int kFile = ::memfd_create("fuzz", MFD_CLOEXEC);
    static const std::filesystem::path kPath = "/proc/self/fd/" + std::to_string(kFile);
    if (::ftruncate(kFile, 0) != 0 || ::pwrite(kFile, data, size, 0) != static_cast<ssize_t>(size))
        return -1;
    if (const auto file = intersect::weights::readWeights(kPath))
        intersect::tests::checkArrays(*file, size);
    return 0;
}

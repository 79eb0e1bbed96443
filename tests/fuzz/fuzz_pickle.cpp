// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "core/weights/pickle_machine.h"

/// The pickle machine on any bytes: it may refuse, it may not crash, hang or fill the memory.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    intersect::weights::PickleLimits limits;
    limits.memory = 16U << 20;
    const auto pickle = intersect::weights::readPickle({reinterpret_cast<const char*>(data), size}, "fuzz.pt", limits);
    if (pickle && (pickle->root == nullptr || pickle->memory > limits.memory))
        __builtin_trap();
    return 0;
}

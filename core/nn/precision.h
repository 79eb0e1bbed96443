// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/nn/network.h"

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

/// What a network computes in, and why.
struct Precision {
    bool bfloat16 = false;
    std::string why; ///< "fp32", "bf16 (1.9 times as fast as fp32 here)", "fp32 (this CPU has no bf16)"
};

/// The file outcomes are kept in: intersect/precision.json in the user's cache folder; empty where there is none.
std::filesystem::path precisionCache();

/// Decides for a wish of `auto`, `fp32` or `bf16`. `auto`: fp32 where a CPU computes no bf16; else both are timed once on this network (a second or
/// so) and the outcome is kept in `cache` by device, network and threads. A cache that cannot be read or written only costs the time again.
/// Computes with `threads` threads.
Precision choosePrecision(const Network& network, const std::string& wish, int threads, at::Device device, const std::filesystem::path& cache = precisionCache());

/// The same for another measurement: `what` tells its outcomes apart in the cache, `measure` tells how many times as fast bf16 is and is called only where the
/// cache does not know.
Precision decidePrecision(const std::string& wish, const std::string& what, int threads, at::Device device, const std::function<double()>& measure,
                          const std::filesystem::path& cache = precisionCache());

} // namespace intersect::nn

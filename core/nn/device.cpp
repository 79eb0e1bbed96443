// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/device.h"

#include <algorithm>
#include <exception>
#include <string_view>

#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/version.h>

// Before, no header of every flavour tells how much memory is free.
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 15
#define INTERSECT_TELLS_DEVICE_MEMORY
#include <c10/core/CachingDeviceAllocator.h>
#endif

#include "core/base/numbers.h"

namespace intersect::nn {

namespace {

/// Whether this LibTorch has its GPU half.
bool knowsGpus() {
    return c10::impl::hasDeviceGuardImpl(at::kCUDA);
}

} // namespace

int gpuCount() {
    return knowsGpus() ? std::max<int>(0, c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount()) : 0;
}

Result<at::Device> deviceFrom(const std::string& wish) {
    const int count = gpuCount();
    if (wish == "cpu" || (wish == "auto" && count == 0))
        return at::Device(at::kCPU);
    const bool first = wish == "auto" || wish == "cuda";
    const auto number = parseInt(first ? "0" : std::string_view(wish).substr(wish.starts_with("cuda:") ? 5 : 0));
    constexpr std::int64_t kMost = 99;
    if (!number || *number < 0 || *number > kMost)
        return fail(ErrorCode::Usage, "The device " + wish + " is unknown.", {}, 0, "Use auto, cpu, cuda or cuda:1.");
    if (*number < count)
        return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(*number));
    const std::string missing = "The device " + wish + " is not available: ", onCpu = "Compute on the CPU (--device cpu; for `resume`, device in config.yaml)";
    if (!knowsGpus())
        return fail(ErrorCode::BadInput, missing + "this LibTorch computes on the CPU only.", {}, 0, onCpu + ", or take a LibTorch with CUDA (INTERSECT_TORCH_DIR).");
    if (count == 0)
        return fail(ErrorCode::BadInput, missing + "LibTorch finds no GPU.", {}, 0, onCpu + ", or look whether `nvidia-smi` shows one.");
    return fail(ErrorCode::BadInput, missing + "the last GPU here is cuda:" + std::to_string(count - 1) + ".", {}, 0, "Take one from cuda:0 on.");
}

void finishWork(at::Device device) {
    if (!device.is_cpu())
        c10::impl::getDeviceGuardImpl(device.type())->synchronizeDevice(device.index());
}

std::int64_t freeDeviceMemory(at::Device device) {
#ifdef INTERSECT_TELLS_DEVICE_MEMORY
    try {
        if (!device.is_cpu())
            return static_cast<std::int64_t>(c10::getDeviceAllocator(device.type())->getMemoryInfo(device.index()).first);
    } catch (const std::exception&) { // an allocator that does not tell
        return 0;
    }
#endif
    return 0;
}

} // namespace intersect::nn

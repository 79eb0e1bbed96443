// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/runtime_info.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/version.hpp>
#include <torch/version.h>

#include "core/base/threads.h"
#include "core/nn/device.h"

namespace intersect::nn {
namespace {

/// The value of `KEY=value` in torch's description of how it was built.
std::string setting(const std::string& config, const std::string& key) {
    const std::size_t at = config.find(key + "=");
    if (at == std::string::npos)
        return {};
    const std::size_t begin = at + key.size() + 1;
    return config.substr(begin, config.find_first_of(", \n", begin) - begin);
}

/// The version behind the last "v" of a line such as "Intel(R) MKL-DNN v3.7.1 (Git Hash ...)".
std::string versionIn(const std::string& text) {
    const std::size_t at = text.find(" v");
    return at == std::string::npos ? std::string() : text.substr(at + 2, text.find_first_of(" \n", at + 2) - at - 2);
}

bool variableIs(const char* name, const char* value) {
    const char* found = std::getenv(name);
    return found != nullptr && std::strcmp(found, value) == 0;
}

double matrixSpeed() {
    constexpr int kSide = 512;
    const at::Tensor a = at::ones({kSide, kSide}), b = at::ones({kSide, kSide});
    double best = 0;
    for (int round = 0; round < 3; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        const at::Tensor product = at::matmul(a, b);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        best = std::max(best, 2.0 * kSide * kSide * kSide / std::max(seconds, 1e-9) / 1e9);
    }
    return best;
}

} // namespace

RuntimeInfo runtimeInfo() {
    RuntimeInfo info;
    const std::string config = at::show_config();
    info.torchVersion = TORCH_VERSION;
    info.opencvVersion = cv::getVersionString();
    info.oneDnnVersion = versionIn(at::get_mkldnn_version());
    info.blas = setting(config, "BLAS_INFO");
    info.parallel = at::get_openmp_version();
    info.cpuCapability = at::get_cpu_capability();
    info.bfloat16Fast = __builtin_cpu_supports("avx512bf16") != 0;
    info.gpus = gpuCount();
    at::set_num_threads(availableCores());
    info.torchThreads = at::get_num_threads();
    info.passiveWaiting = variableIs("OMP_WAIT_POLICY", "passive") || variableIs("GOMP_SPINCOUNT", "0");
    info.matrixGflops = matrixSpeed();
    return info;
}

} // namespace intersect::nn

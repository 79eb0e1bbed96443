// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace intersect::nn {

/// What `doctor` tells about the libraries that compute.
struct RuntimeInfo {
    std::string torchVersion;
    std::string opencvVersion;
    std::string oneDnnVersion; ///< convolutions; empty: not built in
    std::string blas;          ///< what multiplies matrices: "mkl 2024.2", "open" …
    std::string parallel;      ///< OpenMP and its version
    std::string cpuCapability; ///< of the vector code in use: DEFAULT, AVX2, AVX512
    bool bfloat16Fast = false; ///< the processor multiplies bf16 itself
    int gpus = 0;              ///< that LibTorch can compute on
    int torchThreads = 0;      ///< after being set to all cores
    bool passiveWaiting = false; ///< OpenMP sleeps while it waits (OMP_WAIT_POLICY, GOMP_SPINCOUNT)
    double matrixGflops = 0;     ///< of a 512 x 512 float product, best of three; under 5 means a BLAS without vector code
};

/// Asks the libraries, sets torch to all cores and multiplies a small matrix; about 50 ms.
RuntimeInfo runtimeInfo();

} // namespace intersect::nn

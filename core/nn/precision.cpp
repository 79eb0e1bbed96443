// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/precision.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include <ATen/ops/full.h>
#include <c10/core/InferenceMode.h>
#include <torch/version.h>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/nn/fast_forward.h"

namespace intersect::nn {
namespace {

constexpr double kWorthIt = 1.1; ///< how much faster bf16 must be
constexpr std::uintmax_t kMostBytes = 1U << 20;

std::string cpuName() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name"))
            return std::string(trimmed(std::string_view(line).substr(std::min(line.find(':') + 1, line.size()))));
    return "unknown CPU";
}

double secondsOf(FastForward& network, const at::Tensor& images, int threads) {
    const auto begin = std::chrono::steady_clock::now();
    network.run(images, threads, [](std::size_t, const std::vector<at::Tensor>&) {});
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// How many times as fast bf16 is: the medians of five runs each, in turns, on four pictures of 640 x 384.
double measuredGain(const Network& network, int threads, at::Device device) {
    const c10::InferenceMode inference;
    FastForward exact(network, false, device), rough(network, true, device);
    const at::Tensor images = at::full({4, 3, 384, 640}, 0.5F).contiguous(at::MemoryFormat::ChannelsLast);
    secondsOf(exact, images, threads);
    secondsOf(rough, images, threads);
    std::array<double, 5> fp32{}, bf16{};
    for (std::size_t i = 0; i < fp32.size(); ++i) {
        fp32[i] = secondsOf(exact, images, threads);
        bf16[i] = secondsOf(rough, images, threads);
    }
    std::sort(fp32.begin(), fp32.end());
    std::sort(bf16.begin(), bf16.end());
    return fp32[2] / std::max(bf16[2], 1e-9);
}

Json readCache(const std::filesystem::path& cache) {
    const Result<std::string> text = cache.empty() ? Result<std::string>("{}") : readFile(cache, kMostBytes);
    const Result<Json> json = text ? parseJson(*text, cache) : Result<Json>(Json::object());
    return json && json->is_object() ? *json : Json::object();
}

} // namespace

std::filesystem::path precisionCache() {
    const char* named = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    if (named != nullptr && *named == '/')
        return std::filesystem::path(named) / "intersect/precision.json";
    return home != nullptr && *home == '/' ? std::filesystem::path(home) / ".cache/intersect/precision.json" : std::filesystem::path();
}

Precision choosePrecision(const Network& network, const std::string& wish, int threads, at::Device device, const std::filesystem::path& cache) {
    return decidePrecision(wish, network.name(), threads, device, [&] { return measuredGain(network, threads, device); }, cache);
}

Precision decidePrecision(const std::string& wish, const std::string& what, int threads, at::Device device, const std::function<double()>& measure,
                          const std::filesystem::path& cache) {
    if (wish != "auto")
        return {wish == "bf16", wish};
    if (device.is_cpu() && !__builtin_cpu_supports("avx512bf16"))
        return {false, "fp32 (this CPU has no fast bf16)"};
    const std::string key = (device.is_cpu() ? cpuName() : device.str() + " beside " + cpuName()) + ", torch " + TORCH_VERSION + ", " + what + ", " +
                            std::to_string(threads) + " threads";
    Json known = readCache(cache);
    double gain = 0;
    if (const auto found = known.find(key); found != known.end() && found->is_number())
        gain = found->get<double>();
    if (!(gain > 0.01 && gain < 100)) {
        gain = measure();
        known[key] = std::round(gain * 100) / 100;
        if (!cache.empty())
            static_cast<void>(writeFileAtomically(cache, toText(known, 1) + "\n")); // only a convenience
    }
    const bool bfloat16 = gain >= kWorthIt;
    return {bfloat16, std::string(bfloat16 ? "bf16 (" : "fp32 (bf16 would be ") + formatFixed(gain, 1) + " times as fast" + (bfloat16 ? " as fp32 here)" : " here)")};
}

} // namespace intersect::nn

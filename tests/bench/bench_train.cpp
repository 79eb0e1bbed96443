// SPDX-License-Identifier: GPL-3.0-or-later
// Where the time of a training goes:  bench_train DATA.yaml WEIGHTS RUN fp32|bf16 EPOCHS [FREEZE [rect]]
// (environment as intersect-cli sets it: OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0). Trains, and prints as JSON images/s, the seconds of the
// training thread in each LibTorch operation less those it calls, and what is left over.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <malloc.h>
#include <map>
#include <string>
#include <vector>

#include <ATen/record_function.h>

#include "core/train/trainer.h"

namespace {

using namespace intersect;
using Clock = std::chrono::steady_clock;

struct Open {
    std::string name;
    Clock::time_point begin;
    double inner = 0;
};
thread_local std::vector<Open> t_open;
bool g_byLayer = false;
std::map<std::string, std::pair<double, int>> g_own; ///< seconds, calls; of the training thread and autograd's on the CPU, which are one

/// "64x3x6x6": the weight a convolution has, which tells the layers apart.
std::string weightOf(const at::RecordFunction& call, std::size_t place) {
    const auto inputs = call.inputs();
    std::string text;
    if (inputs.size() > place && inputs[place].isTensor())
        for (const std::int64_t side : inputs[place].toTensor().sizes())
            text += (text.empty() ? " " : "x") + std::to_string(side);
    return text;
}

std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction& call) {
    std::string name = call.name();
    if (g_byLayer && name == "aten::convolution_backward")
        name += weightOf(call, 2) + weightOf(call, 0);
    else if (g_byLayer && name == "aten::mkldnn_convolution")
        name += weightOf(call, 1) + weightOf(call, 0);
    t_open.push_back({std::move(name), Clock::now(), 0});
    return nullptr;
}

void leave(const at::RecordFunction&, at::ObserverContext*) {
    if (t_open.empty())
        return;
    const Open done = t_open.back();
    t_open.pop_back();
    const double seconds = std::chrono::duration<double>(Clock::now() - done.begin).count();
    auto& own = g_own[done.name];
    own.first += seconds - done.inner;
    ++own.second;
    if (!t_open.empty())
        t_open.back().inner += seconds;
}

} // namespace

int main(int argc, char** argv) {
    mallopt(M_MMAP_THRESHOLD, 1 << 30); // as intersect-cli does
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    if (argc < 6) {
        std::cerr << "Usage: bench_train DATA.yaml WEIGHTS RUN fp32|bf16 EPOCHS [FREEZE [rect]]\n";
        return 2;
    }
    runs::TrainConfig config;
    config.data = argv[1];
    config.weights = argv[2];
    config.precision = argv[4];
    config.epochs = std::atoi(argv[5]);
    for (int i = 0; argc > 6 && i < std::atoi(argv[6]); ++i)
        config.freeze.push_back(i);
    g_byLayer = std::getenv("BY_LAYER") != nullptr;
    train::TrainOptions options;
    options.force = true;
    at::addGlobalCallback(at::RecordFunctionCallback(enter, leave).needsInputs(g_byLayer).scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION, at::RecordScope::USER_SCOPE}));
    const auto begin = Clock::now();
    const auto summary = train::trainDetector(config, argv[3], options);
    const double wall = std::chrono::duration<double>(Clock::now() - begin).count();
    if (!summary) {
        std::cerr << summary.error().message << '\n';
        return 2;
    }
    std::vector<std::pair<std::string, std::pair<double, int>>> rows(g_own.begin(), g_own.end());
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second.first > b.second.first; });
    double told = 0;
    for (const auto& row : rows)
        told += row.second.first;
    std::cout << "{\"images_per_s\":" << summary->imagesPerSecond << ",\"wall_s\":" << wall << ",\"operations_s\":" << told
              << ",\"peak_memory_mb\":" << summary->peakMemoryMb << ",\"operations\":[";
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), g_byLayer ? 150 : 40); ++i)
        std::cout << (i > 0 ? "," : "") << "\n{\"name\":\"" << rows[i].first << "\",\"own_s\":" << rows[i].second.first << ",\"calls\":" << rows[i].second.second << '}';
    std::cout << "]}\n";
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Milliseconds of what follows a backward pass: clipping, optimiser step, moving average. bench_updates [MODEL] [THREADS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/train/optimizer.h"
#include "core/train/start_network.h"

using namespace intersect;

namespace {

/// The median of thirty.
double milliseconds(const std::function<void()>& work) {
    std::vector<double> times;
    for (int i = 0; i < 33; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(times.begin() + 3, times.end());
    return times[18];
}

} // namespace

int main(int argc, char** argv) {
    const std::string model = argc > 1 ? argv[1] : "yolov5n";
    at::set_num_threads(argc > 2 ? std::stoi(argv[2]) : 2);
    const nn::Network network = train::channelsLast(nn::Network::build(model, {"car", "bus", "truck", "van"}, 0).value());
    train::MovingAverage average(network);
    const auto parameters = network.parameters();
    std::int64_t count = 0;
    for (const auto& [name, tensor] : parameters) {
        tensor.mutable_grad() = at::full_like(tensor, 1e-3);
        count += tensor.numel();
    }
    std::printf("%s, %lld parameters\n", model.c_str(), static_cast<long long>(count));
    train::Optimizer sgd(parameters, 5e-4);
    std::printf("norm of the gradients  %6.2f ms\n", milliseconds([&] { sgd.clipGradients(1e9); }));
    std::printf("SGD step               %6.2f ms\n", milliseconds([&] { sgd.step(1e-6, 1e-6, 0.9); }));
#ifndef INTERSECT_SGD_ONLY
    train::Optimizer adam(parameters, 5e-4, train::OptimizerKind::AdamW);
    std::printf("AdamW step             %6.2f ms\n", milliseconds([&] { adam.step(1e-6, 1e-6, 0.9); }));
#endif
    std::printf("moving average         %6.2f ms\n", milliseconds([&] { average.update(network); }));
    return 0;
}

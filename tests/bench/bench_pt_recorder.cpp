// SPDX-License-Identifier: GPL-3.0-or-later
// What recording where predictions lie costs:  bench_pt_recorder [FRAMES SIZE CLASSES OBJECTS ROUNDS]  (16 416 80 9 9)
// The loss of one validation of FRAMES pictures, with and without the record (alternating, CPU time of the whole process, median). Prints
// ms a picture; beside a training's CPU time per val picture and epoch (`time intersect-cli train …`) that is its part.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <random>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/train/detection_loss.h"
#include "core/train/pt_recorder.h"

namespace {

using namespace intersect;
using namespace intersect::train;

double cpuMs() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
    const auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
    const int frames = number(1, 16), size = number(2, 416), classes = number(3, 80), objects = number(4, 9), rounds = number(5, 9);
    at::set_num_threads(1);
    at::manual_seed(1);
    std::vector<at::Tensor> raw;
    for (const int stride : {8, 16, 32}) {
        at::Tensor level = at::randn({frames, 3, size / stride, size / stride, 5 + classes});
        level.select(4, 4).sub_(7); // most cells are sure to be empty
        level.narrow(4, 5, classes).sub_(5);
        raw.push_back(level);
    }
    DetectionLossSpec spec;
    spec.gains = {0.05, 1, 0.5};
    spec.anchorsInCells =
        at::tensor({10., 13., 16., 30., 33., 23., 30., 61., 62., 45., 59., 119., 116., 90., 156., 198., 373., 326.}, at::kFloat)
            .view({3, 3, 2}) /
        at::tensor({8., 16., 32.}, at::kFloat).view({3, 1, 1});
    std::mt19937 random(1);
    std::uniform_real_distribution<float> place(0.1F, 0.9F), side(0.03F, 0.2F);
    std::vector<TargetRow> targets;
    for (int image = 0; image < frames; ++image)
        for (int i = 0; i < objects; ++i)
            targets.push_back({image, i % std::min(classes, 4), place(random), place(random), side(random), side(random)});

    PtRecorder recorder;
    std::vector<double> plain, recorded;
    std::size_t bytes = 0;
    for (int round = 0; round <= rounds; ++round) {
        const double begin = cpuMs();
        detectionLoss(raw, targets, spec, false);
        const double middle = cpuMs();
        detectionLoss(raw, targets, spec, false, [&](const ElementsSeen& seen) { recorder.add(seen); });
        bytes = runs::formatPtRecord(recorder.finish(round + 1)).size();
        const double end = cpuMs();
        if (round == 0)
            continue; // the first touches the memory
        plain.push_back((middle - begin) / frames);
        recorded.push_back((end - middle) / frames);
    }
    std::cout << "{\"plain_ms\":" << median(plain) << ",\"recorded_ms\":" << median(recorded)
              << ",\"record_costs_ms\":" << median(recorded) - median(plain) << ",\"bytes\":" << bytes << "}\n";
    return 0;
}

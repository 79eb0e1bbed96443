// SPDX-License-Identifier: GPL-3.0-or-later
// What a training picture costs:  bench_loader DATA.yaml [HYP.yaml|- [SAMPLES [rect]]]
// Makes pictures of 640 on one thread, as the loader's threads do, with all decoded pictures in memory, and prints as JSON the CPU milliseconds
// each, and a checksum of all bytes: two versions with the same checksum make the same pictures.
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include <opencv2/core/utility.hpp>

#include "core/train/epoch_plan.h"
#include "core/train/sample_maker.h"
#include "core/train/training_data.h"

using namespace intersect;
using namespace intersect::train;

namespace {

double cpuMs() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

int fail(const Error& error) {
    std::cerr << error.message << '\n';
    return EXIT_FAILURE;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty()) {
        std::cerr << "bench_loader DATA.yaml [HYP.yaml|- [SAMPLES [rect]]]\n";
        return 2;
    }
    cv::setNumThreads(1);
    runs::TrainConfig config;
    std::vector<data::Finding> findings;
    if (words.size() > 1 && words[1] != "-")
        if (const auto read = runs::readHyp(words[1], config.hyp, config.loss, findings); !read)
            return fail(read.error());
    const std::size_t wanted = words.size() > 2 ? std::strtoul(words[2].c_str(), nullptr, 10) : 400;
    config.rect = words.size() > 3 && words[3] == "rect";
    const auto data = loadTrainingData(words[0]);
    if (!data)
        return fail(data.error());
    PictureStore pictures(data->train, config.imgSize, true, std::size_t(4) << 30);
    for (std::size_t i = 0; i < data->train.size(); ++i)
        if (const auto picture = pictures.picture(i); !picture)
            return fail(picture.error());

    SampleMaker maker(pictures, config);
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(config.imgSize) * static_cast<std::size_t>(config.imgSize) * 3);
    std::vector<TargetRow> rows;
    std::uint64_t sum = 1469598103934665603ULL; // FNV-1a
    double spent = 0;
    std::size_t made = 0;
    for (int epoch = 0; made < wanted; ++epoch)
        for (const PlannedInputs& inputs : planEpoch(data->train, config, 16, 32, epoch).batches)
            for (const PlannedSample& sample : inputs.samples) {
                const double begin = cpuMs();
                if (const auto error = maker.make(sample, epoch, inputs.input, {}, rgb.data(), 0, rows))
                    return fail(*error);
                spent += cpuMs() - begin;
                ++made;
                const std::size_t bytes = static_cast<std::size_t>(inputs.input.width) * static_cast<std::size_t>(inputs.input.height) * 3;
                for (std::size_t i = 0; i < bytes; ++i)
                    sum = (sum ^ rgb[i]) * 1099511628211ULL;
            }
    std::cout << "{\"samples\": " << made << ", \"cpu_ms_each\": " << spent / static_cast<double>(made) << ", \"objects\": " << rows.size()
              << ", \"checksum\": \"" << std::hex << sum << "\"}\n";
    return EXIT_SUCCESS;
}

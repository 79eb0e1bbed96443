// SPDX-License-Identifier: GPL-3.0-or-later
// Our half of predict_vs_onnxruntime.py: times a network on real pictures that are in memory already, up to the
// candidates before NMS.
//   bench_predict WEIGHTS THREADS WIDTH HEIGHT PICTURE…     (environment as intersect-cli sets it:
//   OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0)
// Lines on standard input:
//   time fp32|bf16 BATCH ROUNDS   answers the seconds of every round: the first BATCH pictures, candidates above
//   confidence 0.001, every class pictures FILE                 writes the input as float32 [n,3,height,width] rows
//   FILE fp32|bf16 BATCH     writes decoded rows as float32 [batch,rows,5+classes]: cx cy w h in input pixels,
//   objectness, classes
#include <chrono>
#include <fstream>
#include <iostream>
#include <malloc.h>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <ATen/Functions.h>
#include <c10/core/InferenceMode.h>

#include "core/nn/batch_plan.h"
#include "core/nn/fast_forward.h"
#include "core/nn/raw_levels.h"
#include "core/weights/checkpoint.h"

namespace {

using namespace intersect;

struct Bench {
    nn::Network network;
    int threads;
    at::Tensor images; ///< [n,3,h,w] channels-last
    std::map<std::string, nn::FastForward> fast;

    at::Tensor first(std::int64_t batch) const { return images.narrow(0, 0, batch); }

    /// What Detector does between reading a batch and NMS.
    double seconds(const std::string& precision, std::int64_t batch) {
        const at::Tensor input = first(batch);
        std::vector<std::size_t> found(static_cast<std::size_t>(batch));
        const auto begin = std::chrono::steady_clock::now();
        fast.at(precision).run(input, threads, [&](std::size_t from, const std::vector<at::Tensor>& raw) {
            const std::vector<at::Tensor> levels = nn::rawLevels(raw);
            for (std::int64_t i = 0; i < levels.front().size(0); ++i)
                found[from + static_cast<std::size_t>(i)] =
                    nn::candidatesOf(network, levels, static_cast<std::size_t>(i), 0.001F, true).size();
        });
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }

    at::Tensor rows(const std::string& precision, std::int64_t batch) {
        const c10::InferenceMode inference;
        std::vector<at::Tensor> raw = fast.at(precision).forward(first(batch), threads);
        for (at::Tensor& level : raw)
            level = level.to(at::kFloat);
        return network.decode(raw).contiguous();
    }
};

void write(const std::string& path, const at::Tensor& values) {
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(values.const_data_ptr<float>()),
              static_cast<std::streamsize>(values.nbytes()));
}

int failed(const Error& error) {
    std::cerr << error.message << '\n';
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    mallopt(M_MMAP_THRESHOLD, 1 << 30); // as intersect-cli does
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    if (argc < 6) {
        std::cerr << "Usage: bench_predict WEIGHTS THREADS WIDTH HEIGHT PICTURE…\n";
        return 2;
    }
    const auto file = weights::readWeights(argv[1]);
    if (!file)
        return failed(file.error());
    auto network = nn::Network::fromArrays(*file);
    if (!network)
        return failed(network.error());
    const Size input{std::stoi(argv[3]), std::stoi(argv[4])};
    Bench bench{std::move(*network),
                std::stoi(argv[2]),
                at::empty({argc - 5, 3, input.height, input.width}, at::kFloat, at::MemoryFormat::ChannelsLast),
                {}};
    bench.fast.emplace("fp32", nn::FastForward(bench.network, false));
    bench.fast.emplace("bf16", nn::FastForward(bench.network, true));
    for (int i = 5; i < argc; ++i) {
        float* out =
            bench.images.data_ptr<float>() + static_cast<std::ptrdiff_t>(i - 5) * 3 * input.width * input.height;
        const auto loaded =
            nn::loadInto(argv[i], nn::BatchShape::PerImage, std::max(input.width, input.height), input, out);
        if (!loaded)
            return failed(loaded.error());
    }
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string command, path, precision;
        std::int64_t batch = 1;
        words >> command;
        if (command == "time") {
            int rounds = 1;
            words >> precision >> batch >> rounds;
            for (int round = 0; round < rounds; ++round)
                std::cout << bench.seconds(precision, batch) << ' ';
        } else if (command == "pictures") {
            words >> path;
            write(path, bench.images.contiguous());
        } else if (command == "rows") {
            words >> path >> precision >> batch;
            write(path, bench.rows(precision, batch));
        }
        std::cout << std::endl;
    }
    return 0;
}

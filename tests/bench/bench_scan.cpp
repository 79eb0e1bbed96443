// SPDX-License-Identifier: GPL-3.0-or-later
// What opening a large data set costs:  bench_scan FOLDER [TIMES [THREADS]]
// Makes 100,000 frames in FOLDER if it holds none (tests/support/make_many_frames), scans it from a warm page cache TIMES (3) times and
// prints frames a second of the best, the CPU seconds of that, and the memory that the program holds before and after and held at most.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <sys/resource.h>

#include "core/base/numbers.h"
#include "core/data/dataset_index.h"
#include "tests/support/make_many_frames.h"

using namespace intersect;
namespace fs = std::filesystem;

namespace {

struct Spent {
    double seconds = 0, cpuSeconds = 0;
};

double cpuSeconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Spent timeOf(const auto& job) {
    const auto begin = std::chrono::steady_clock::now();
    const double cpu = cpuSeconds();
    job();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), cpuSeconds() - cpu};
}

/// A line of /proc/self/status in MB.
double statusMb(const std::string& key) {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(key + ":"))
            return static_cast<double>(parseInt(splitBlanks(line).at(1)).value_or(0)) / 1024;
    return 0;
}

void print(const char* what, const Spent& best, std::size_t frames) {
    std::cout << "{\"what\": \"" << what << "\", \"frames\": " << frames << ", \"seconds\": " << best.seconds
              << ", \"cpu_seconds\": " << best.cpuSeconds << ", \"frames_per_s\": " << static_cast<double>(frames) / best.seconds
              << ", \"resident_mb\": " << statusMb("VmRSS") << ", \"most_resident_mb\": " << statusMb("VmHWM") << "}" << std::endl;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "bench_scan FOLDER [TIMES [THREADS]]\n";
        return 2;
    }
    const fs::path root = argv[1];
    const int times = argc > 2 ? std::atoi(argv[2]) : 3;
    const std::string what = argc > 4 ? argv[4] : "scan";
    data::ScanOptions options;
    options.threads = argc > 3 ? std::atoi(argv[3]) : 0;
    options.health = true;
    options.deep = what == "deep";
    options.namesOnly = what == "names";
    const fs::path cache = what == "index" ? fs::path(root.string() + "-cache") : fs::path();
    if (!fs::exists(root))
        tests::makeManyFrames(root);
    if (what == "index") // so that it is there
        (void)data::openDataset(root, cache, options);
    std::cout << "{\"what\": \"before\", \"resident_mb\": " << statusMb("VmRSS") << "}\n";
    Spent best{1e9, 0};
    for (int i = 0; i < times; ++i) {
        std::optional<data::Dataset> dataset;
        const Spent spent = timeOf([&] {
            auto opened = data::openDataset(root, cache, options);
            if (opened)
                dataset = std::move(*opened);
            else
                std::cerr << opened.error().message << '\n';
        });
        if (!dataset)
            return EXIT_FAILURE;
        if (spent.seconds < best.seconds)
            best = spent;
        if (i + 1 == times)
            print(what.c_str(), best, dataset->frames.size());
    }
    return EXIT_SUCCESS;
}

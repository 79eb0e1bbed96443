// SPDX-License-Identifier: GPL-3.0-or-later
// What a moved slider costs:  bench_live_numbers CANDIDATES.safetensors [IMAGES]
// CANDIDATES: what `evaluate --candidates` wrote; the labels are read beside the pictures it names. With IMAGES its images are repeated until
// there are that many. Prints, in milliseconds, the median and the longest of moves of the IoU of NMS, of the confidence and of the match IoU,
// with all cores, and what follows a moment later: the five definitions, groups by camera, intervals.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/threads.h"
#include "core/detect/candidates_file.h"
#include "core/eval/bootstrap.h"
#include "core/eval/definitions.h"
#include "core/eval/frame_groups.h"
#include "core/eval/live_numbers.h"

using namespace intersect;

namespace {

double millisecondsOf(const auto& job) {
    const auto begin = std::chrono::steady_clock::now();
    job();
    return 1000 * std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void print(const char* what, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    std::printf("%-34s median %8.1f ms   longest %8.1f ms   of %zu\n", what, times[times.size() / 2], times.back(), times.size());
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_live_numbers CANDIDATES.safetensors [IMAGES]\n");
        return 2;
    }
    auto candidates = detect::readCandidates(argv[1]);
    if (!candidates) {
        std::fprintf(stderr, "%s\n", candidates.error().message.c_str());
        return 3;
    }
    const std::size_t had = candidates->images.size(), wanted = argc > 2 ? static_cast<std::size_t>(std::strtoull(argv[2], nullptr, 10)) : had;
    for (std::size_t i = had; i < wanted; ++i) {
        const auto mine = candidates->of(i % had);
        const std::vector<detect::Detection> copy(mine.begin(), mine.end());
        candidates->images.push_back(candidates->images[i % had]);
        candidates->detections.insert(candidates->detections.end(), copy.begin(), copy.end());
        candidates->begin.push_back(static_cast<std::uint32_t>(candidates->detections.size()));
    }
    const auto truth = eval::truthOfImages(candidates->images);
    if (!truth) {
        std::fprintf(stderr, "%s\n", truth.error().message.c_str());
        return 3;
    }
    const int threads = availableCores();
    eval::Suppressed set = eval::suppress(*candidates, *truth, 0.6, 300, threads);
    std::printf("%zu images, %zu candidates, %zu objects, %zu detections at NMS IoU 0.6, %d threads\n", candidates->images.size(), candidates->detections.size(), truth->boxes.size(), set.detections.detections.size(), threads);

    std::vector<double> times;
    for (int i = 0; i < 15; ++i)
        times.push_back(millisecondsOf([&] { set = eval::suppress(*candidates, *truth, 0.3 + 0.04 * i, 300, threads); }));
    print("IoU of NMS: boxes and pairs", times);
    times.clear();
    for (int i = 0; i < 15; ++i)
        times.push_back(millisecondsOf([&] {
            set = eval::suppress(*candidates, *truth, 0.3 + 0.04 * i, 300, threads);
            eval::liveNumbers(set, *truth, 0.25, 0.5, threads);
        }));
    print("IoU of NMS: to all numbers", times);
    set = eval::suppress(*candidates, *truth, 0.6, 300, threads);
    times.clear();
    for (int i = 0; i <= 50; ++i)
        times.push_back(millisecondsOf([&] { eval::liveNumbers(set, *truth, 0.001 + 0.018 * i, 0.5, threads); }));
    print("confidence", times);
    times.clear();
    for (int i = 0; i <= 17; ++i)
        times.push_back(millisecondsOf([&] { eval::liveNumbers(set, *truth, 0.25, 0.1 + 0.05 * i, threads); }));
    print("match IoU", times);

    const eval::FrameGroups cameras = eval::groupFrames(candidates->images, eval::GroupBy::Camera);
    print("YOLOv5, ten thresholds", {millisecondsOf([&] { eval::evaluateYolov5(set.pairing, 1, {}); })});
    print("YOLOv7", {millisecondsOf([&] { eval::evaluateYolov7(set.detections, *truth); })});
    print("COCO", {millisecondsOf([&] { eval::evaluateCoco(set.detections, *truth); })});
    print("VOC 2007", {millisecondsOf([&] { eval::evaluateVoc(set.detections, *truth, eval::VocArea::ElevenPoints); })});
    print("cameras", {millisecondsOf([&] { eval::evaluateGroups(set.pairing, *truth, cameras, 0.25, 0.5, threads); })});
    eval::BootstrapRequest request;
    request.threads = threads;
    print("intervals of cameras, 1,000 draws", {millisecondsOf([&] { eval::bootstrapIntervals(set.pairing, *truth, cameras, request); })});
    return 0;
}

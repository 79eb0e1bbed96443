// SPDX-License-Identifier: GPL-3.0-or-later
// How many thumbnails one core makes in a second.
//   bench_thumbnails FOLDER_OF_PICTURES [LONG_SIDE_PX]
// The pictures of the folder (at most 200, with those below) are made into JPEGs of 352x240 in a scratch folder; printed are the thumbnails
// a second made from those, made from the pictures as they are without and with a cache folder being filled, and read back from that cache.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/image/decode.h"
#include "core/image/thumbnail_cache.h"

namespace {

namespace fs = std::filesystem;
using intersect::image::ThumbnailCache;

/// Best of five rounds, thumbnails a second.
double rate(const std::vector<fs::path>& pictures, int longSide, ThumbnailCache& cache, int rounds = 5) {
    double best = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto began = std::chrono::steady_clock::now();
        for (const fs::path& picture : pictures)
            if (!cache.thumbnail(picture, longSide))
                std::exit(3);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        best = std::max(best, static_cast<double>(pictures.size()) / took.count());
    }
    return best;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_thumbnails FOLDER_OF_PICTURES [LONG_SIDE_PX]\n");
        return 2;
    }
    cv::setNumThreads(1);
    const int longSide = argc > 2 ? std::atoi(argv[2]) : 256;
    const fs::path scratch = fs::temp_directory_path() / ("bench_thumbnails-" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
    fs::create_directories(scratch);
    std::vector<fs::path> whole, small;
    for (const auto& entry : fs::recursive_directory_iterator(argv[1])) {
        if (whole.size() >= 200)
            break;
        if (!entry.is_regular_file() || !intersect::image::hasImageExtension(entry.path()))
            continue;
        const auto picture = intersect::image::decodeImage(entry.path());
        if (!picture)
            continue;
        cv::Mat frame;
        cv::resize(*picture, frame, {352, 240}, 0, 0, cv::INTER_AREA);
        whole.push_back(entry.path());
        small.push_back(scratch / (std::to_string(small.size()) + ".jpg"));
        cv::imwrite(small.back().string(), frame, {cv::IMWRITE_JPEG_QUALITY, 90});
    }
    ThumbnailCache none, kept(scratch / "cache");
    std::printf("%zu pictures, thumbnails of %d px, one thread\n", whole.size(), longSide);
    std::printf("from 352x240 JPEGs      %8.0f / s\n", rate(small, longSide, none));
    std::printf("from the pictures       %8.0f / s\n", rate(whole, longSide, none));
    std::printf("the same, cache filling %8.0f / s\n", rate(whole, longSide, kept, 1));
    std::printf("from the cache          %8.0f / s\n", rate(whole, longSide, kept));
    fs::remove_all(scratch);
    return 0;
}

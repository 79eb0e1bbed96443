// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/make_many_frames.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <random>
#include <stdexcept>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/numbers.h"

namespace intersect::tests {
namespace fs = std::filesystem;
namespace {

/// A road with some vehicles on it.
void writePicture(const fs::path& file, std::mt19937& random) {
    cv::Mat coarse(15, 22, CV_8UC3), picture;
    for (std::size_t i = 0; i < coarse.total() * 3; ++i)
        coarse.data[i] = static_cast<std::uint8_t>(60 + random() % 120);
    cv::resize(coarse, picture, {352, 240}, 0, 0, cv::INTER_CUBIC);
    for (int i = 0; i < 7; ++i) {
        const cv::Rect vehicle(static_cast<int>(random() % 310), static_cast<int>(random() % 210), 30, 20);
        const auto grey = [&] { return static_cast<double>(random() % 256); };
        cv::rectangle(picture, vehicle, cv::Scalar(grey(), grey(), grey()), cv::FILLED);
    }
    if (!cv::imwrite(file.string(), picture, {cv::IMWRITE_JPEG_QUALITY, 85}))
        throw std::runtime_error("cannot write " + file.string());
}

std::string labelText(int boxes, std::mt19937& random) {
    std::string text;
    const auto share = [&](double from, double to) {
        return formatFixed(from + (to - from) * static_cast<double>(random() % 10'000) / 10'000, 6);
    };
    constexpr int kClasses[] = {2, 2, 2, 7, 5, 3};
    for (int i = 0; i < boxes; ++i)
        text += std::to_string(kClasses[random() % 6]) + " " + share(0.1, 0.9) + " " + share(0.1, 0.9) + " " + share(0.02, 0.15) + " " +
                share(0.02, 0.15) + "\n";
    return text;
}

} // namespace

void makeManyFrames(const fs::path& root, const ManyFrames& what) {
    std::mt19937 random(777);
    for (int camera = 0; camera < what.cameras; ++camera) {
        char name[32];
        std::snprintf(name, sizeof name, "cam%03d", camera);
        const fs::path folder = root / what.pool / name;
        fs::create_directories(folder);
        std::vector<fs::path> pictures;
        for (int i = 0; i < what.framesEach; ++i) {
            char time[32];
            const int second = 7 * 3600 + i;
            std::snprintf(time, sizeof time, "-2021_03_%02d_%02d%02d%02d", 1 + second / 86400 % 28, second / 3600 % 24, second / 60 % 60,
                          second % 60);
            const std::string stem = (folder / (std::string(name) + time)).string();
            if (i < what.pictures) {
                writePicture(stem + ".jpg", random);
                pictures.emplace_back(stem + ".jpg");
            } else {
                fs::create_hard_link(pictures[static_cast<std::size_t>(i) % pictures.size()], stem + ".jpg");
            }
            std::ofstream label(stem + ".txt", std::ios::binary);
            label << labelText(what.boxesEach, random);
            if (!label.flush())
                throw std::runtime_error("cannot write " + stem + ".txt");
        }
    }
}

} // namespace intersect::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include "core/detect/detections_txt.h"

/// A text file of any bytes as YOLO detections of one picture: what is read is finite, in its ranges and in order, else the line is named.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace intersect;
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("intersect-fuzz-" + std::to_string(::getpid()) + "txt");
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "1.txt", std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    detect::DetectionSet pictures;
    pictures.names = {"car", "bus"};
    pictures.images = {{1, "/frames/1.jpg", {64, 48}}};
    const auto found = detect::readTextDetections(folder, pictures);
    bool good = found || (found.error().line > 0 && found.error().code == ErrorCode::BadInput);
    if (found)
        for (std::size_t i = 0; i < found->detections.size(); ++i) {
            const detect::Detection& one = found->detections[i];
            good = good && one.score >= 0 && one.score <= 1 && (one.classId == 0 || one.classId == 1) && std::abs(one.box.x1) < 1000 && std::abs(one.box.y2) < 1000 &&
                   one.box.x2 >= one.box.x1 && (i == 0 || found->exact[i].score <= found->exact[i - 1].score);
        }
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    if (!good)
        __builtin_trap();
    return 0;
}

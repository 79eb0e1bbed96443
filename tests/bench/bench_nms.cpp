// SPDX-License-Identifier: GPL-3.0-or-later
// Our half of nms_vs_torchvision.py: times nonMaximumSuppression on one picture's candidates.
//   bench_nms CANDIDATES.safetensors   (boxes F32 [n,4], scores F32 [n], classes I32 [n])
// Lines on standard input: `time ROUNDS CONF IOU MAX_DET` answers the seconds of every round; `keep FILE CONF IOU
// MAX_DET` writes the kept boxes as rows of six float32 (x1 y1 x2 y2 score class) and answers how many there are.
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "core/detect/nms.h"
#include "core/weights/safetensors.h"

namespace {

using namespace intersect;

std::vector<detect::Detection> candidatesOf(const weights::ArrayFile& file) {
    const weights::NamedArray* boxes = file.find("boxes");
    const weights::NamedArray* scores = file.find("scores");
    const weights::NamedArray* classes = file.find("classes");
    if (boxes == nullptr || scores == nullptr || classes == nullptr || classes->type != weights::DType::I32)
        return {};
    const std::vector<float> corner = boxes->toFloats(), score = scores->toFloats();
    std::vector<detect::Detection> candidates(score.size());
    if (corner.size() != 4 * score.size() || classes->bytes.size() != 4 * score.size())
        return {};
    for (std::size_t i = 0; i < score.size(); ++i) {
        candidates[i].box = {corner[4 * i], corner[4 * i + 1], corner[4 * i + 2], corner[4 * i + 3]};
        candidates[i].score = score[i];
        std::memcpy(&candidates[i].classId, classes->bytes.data() + 4 * i, 4);
    }
    return candidates;
}

detect::NmsOptions readOptions(std::istream& words) {
    detect::NmsOptions options;
    words >> options.confidence >> options.iou >> options.maxDetections;
    return options;
}

} // namespace

int main(int argc, char** argv) {
    const auto file = argc == 2 ? weights::readSafetensors(argv[1])
                                : fail(ErrorCode::Usage, "Usage: bench_nms CANDIDATES.safetensors");
    if (!file) {
        std::cerr << file.error().message << '\n';
        return 2;
    }
    const std::vector<detect::Detection> candidates = candidatesOf(*file);
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string command;
        words >> command;
        if (command == "time") {
            int rounds = 0;
            words >> rounds;
            const detect::NmsOptions options = readOptions(words);
            for (int round = 0; round < rounds; ++round) {
                const auto begin = std::chrono::steady_clock::now();
                const std::vector<detect::Detection> kept = detect::nonMaximumSuppression(candidates, options);
                const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
                std::cout << (kept.empty() ? -1 : seconds.count()) << ' ';
            }
            std::cout << std::endl;
        } else if (command == "keep") {
            std::string path;
            words >> path;
            const std::vector<detect::Detection> kept = detect::nonMaximumSuppression(candidates, readOptions(words));
            std::ofstream out(path, std::ios::binary);
            for (const detect::Detection& d : kept) {
                const float row[6] = {d.box.x1, d.box.y1, d.box.x2, d.box.y2, d.score, static_cast<float>(d.classId)};
                out.write(reinterpret_cast<const char*>(row), sizeof row);
            }
            out.close();
            std::cout << kept.size() << std::endl;
        }
    }
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/eval/live_numbers.h"
#include "ui/pages/evaluate_job.h"

namespace intersect::tests {

/// How large a made run is.
struct MadeRunSize {
    int images = 24, labels = 6, detections = 12; ///< an image
    int cameras = 3;
    std::uint64_t seed = 1;
    double found = 0.8; ///< part of the labels that have a detection
    double offPx = 6;   ///< how far boxes lie beside theirs
};

/// A run as the Evaluate page has it, with boxes of four classes (COCO's 2, 3, 5, 7) drawn by a seed on 640x360 pictures of cameras "c0",
/// "c1" …; a part of the labels is found, the rest of the detections shows nothing. Nothing lies on disk.
inline std::shared_ptr<const ui::RunEvaluation> makeRun(const std::string& name, const MadeRunSize& size) {
    std::mt19937_64 random(size.seed);
    const auto upTo = [&](double most) { return most * static_cast<double>(random() >> 11) / 9007199254740992.0; };
    constexpr int kClasses[] = {2, 2, 2, 7, 7, 5, 3};
    detect::DetectionSet set;
    set.names = {"person", "bicycle", "car", "motorcycle", "aeroplane", "bus", "train", "truck"};
    set.begin = {0};
    auto truth = std::make_shared<eval::Truth>();
    truth->begin = {0};
    for (int i = 0; i < size.images; ++i) {
        const std::string camera = "c" + std::to_string(i % size.cameras);
        set.images.push_back({i + 1, "/data/test/" + camera + "/" + camera + "-" + std::to_string(i) + ".jpg", {640, 360}});
        std::vector<detect::Detection> mine;
        for (int k = 0; k < size.labels; ++k) {
            const float x = static_cast<float>(upTo(560)), y = static_cast<float>(upTo(300));
            const BoxXyxy box{x, y, x + 20 + static_cast<float>(upTo(60)), y + 20 + static_cast<float>(upTo(40))};
            const int classId = kClasses[random() % std::size(kClasses)];
            truth->boxes.push_back({box, classId, false, 0});
            if (upTo(1) > size.found)
                continue;
            const auto off = [&] { return static_cast<float>(upTo(2 * size.offPx) - size.offPx); };
            const bool confused = upTo(1) < 0.1;
            mine.push_back({{box.x1 + off(), box.y1 + off(), box.x2 + off(), box.y2 + off()},
                            static_cast<float>(0.2 + upTo(0.79)),
                            confused ? (classId == 2 ? 7 : 2) : classId});
        }
        while (static_cast<int>(mine.size()) < size.detections) {
            const float x = static_cast<float>(upTo(560)), y = static_cast<float>(upTo(300));
            const double sure = upTo(1);
            mine.push_back(
                {{x, y, x + 40, y + 30}, static_cast<float>(0.001 + 0.6 * sure * sure * sure), kClasses[random() % std::size(kClasses)]});
        }
        std::stable_sort(mine.begin(), mine.end(),
                         [](const detect::Detection& a, const detect::Detection& b) { return a.score > b.score; });
        set.detections.insert(set.detections.end(), mine.begin(), mine.end());
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
        truth->begin.push_back(static_cast<std::uint32_t>(truth->boxes.size()));
    }
    auto run = std::make_shared<ui::RunEvaluation>();
    run->run = name;
    run->split = "test";
    run->names = set.names;
    run->trainedCameras = {"c0", "c1"};
    run->set = std::make_shared<const eval::Suppressed>(eval::alreadySuppressed(std::move(set), *truth));
    run->truth = truth;
    run->tables = ui::definitionTables(run->set, *truth);
    return run;
}

/// The run with its numbers at two thresholds.
inline ui::ShownRun shownAt(const std::shared_ptr<const ui::RunEvaluation>& run, double confidence, double matchIou) {
    return {run, std::make_shared<const eval::LiveNumbers>(eval::liveNumbers(*run->set, *run->truth, confidence, matchIou))};
}

} // namespace intersect::tests

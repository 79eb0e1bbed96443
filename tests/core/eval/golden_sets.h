// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include "core/eval/coco_truth.h"
#include "core/eval/evaluation.h"
#include "tests/support/shared_data.h"

namespace intersect::tests {

inline nlohmann::json goldenJson(const std::string& below) {
    return nlohmann::json::parse(std::ifstream(shared("reference/metrics/" + below)));
}

/// One of the golden sets: truth, and the detections of results.json (score descending within an image, ties in file
/// order).
struct GoldenSet {
    eval::CocoTruth coco;
    detect::DetectionSet detections;
};

inline GoldenSet goldenSet(const std::string& name) {
    GoldenSet set;
    set.coco = eval::truthFromCoco(shared("reference/metrics/" + name + "/gt.json")).value();
    set.detections.names = set.coco.names;
    set.detections.images = set.coco.images;
    using Row = std::pair<detect::Detection, detect::ExactDetection>;
    std::map<int, std::vector<Row>> byImage;
    for (const auto& row : goldenJson(name + "/results.json")) {
        const double x = row["bbox"][0], y = row["bbox"][1], w = row["bbox"][2], h = row["bbox"][3];
        byImage[row["image_id"]].push_back(
            {{{static_cast<float>(x), static_cast<float>(y), static_cast<float>(x + w), static_cast<float>(y + h)},
              row["score"].get<float>(),
              row["category_id"]},
             {{x, y, w, h}, row["score"]}});
    }
    set.detections.begin.push_back(0);
    for (const auto& image : set.coco.images) {
        auto& mine = byImage[image.id];
        std::stable_sort(mine.begin(), mine.end(), [](const Row& a, const Row& b) { return a.second.score > b.second.score; });
        for (const auto& [detection, exact] : mine) {
            set.detections.detections.push_back(detection);
            set.detections.exact.push_back(exact);
        }
        set.detections.begin.push_back(static_cast<std::uint32_t>(set.detections.detections.size()));
    }
    return set;
}

} // namespace intersect::tests

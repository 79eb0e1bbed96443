// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/data/data_yaml.h"
#include "core/data/yolo_labels.h"
#include "core/detect/candidates_file.h"
#include "core/detect/detections_file.h"
#include "core/eval/live_numbers.h"
#include "core/runs/run_folder.h"

namespace intersect::tests {

/// Candidates on drawn cameras (tests/support/drawn_cameras.h): of every label the exact box, and a second one moved by a fifth of its
/// width, an IoU of two thirds, which NMS at 0.6 drops and at 0.8 keeps; of every second truck nothing. One invented bus a frame. `looser`
/// moves the exact boxes by so much of their width.
inline detect::DetectionSet candidatesOn(const std::vector<std::filesystem::path>& frames, float looser = 0) {
    detect::DetectionSet set;
    set.names = data::cocoNames();
    set.begin = {0};
    for (std::size_t i = 0; i < frames.size(); ++i) {
        set.images.push_back({static_cast<int>(i) + 1, frames[i], {96, 64}});
        const float less = 0.01F * static_cast<float>(i);
        for (const data::Label& label : data::readYoloLabels(frames[i]).labels) {
            if (label.classId == 7 && i % 2 == 1)
                continue;
            BoxXyxy box = toXyxy(label.box, {96, 64});
            const float width = box.x2 - box.x1;
            box.x1 += looser * width;
            box.x2 += looser * width;
            const float score = (label.classId == 2 ? 0.9F : 0.7F) - less;
            set.detections.push_back({box, score, label.classId});
            box.x1 += 0.2F * width;
            box.x2 += 0.2F * width;
            set.detections.push_back({box, score - 0.15F, label.classId});
        }
        set.detections.push_back({{1, 1, 9, 9}, 0.4F - less, 5});
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
    }
    return set;
}

/// Writes what training and `evaluate RUN --split SPLIT` leave in a run folder: events, weights, a train list with camera "a", detections
/// at NMS IoU 0.6 and, if wanted, the candidates. False if something could not be written.
inline bool writeEvaluatedRun(const runs::RunPaths& paths, const std::string& split, const detect::DetectionSet& candidates,
                              bool withCandidates) {
    const auto truth = eval::truthOfImages(candidates.images);
    if (!truth || !makeFolder(paths.folder / "weights") || !makeFolder(paths.lists()))
        return false;
    const eval::Suppressed kept = eval::suppress(candidates, *truth, 0.6);
    bool good = writeFileAtomically(
                    paths.events(),
                    "{\"type\":\"hello\",\"protocol\":1,\"pid\":1,\"version\":\"0\"}\n{\"type\":\"done\",\"best_epoch\":1,\"map50\":0.5}\n")
                    .has_value();
    good = writeFileAtomically(paths.best(), "weights").has_value() && good;
    good = writeFileAtomically(paths.lists() / "train.txt", "/data/Q2/a/a-1.jpg\n").has_value() && good;
    good = writeFileAtomically(paths.detections(split), detect::formatDetections(kept.detections)).has_value() && good;
    if (withCandidates)
        good = detect::writeCandidates(paths.candidates(split), candidates).has_value() && good;
    return good;
}

} // namespace intersect::tests

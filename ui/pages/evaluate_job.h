// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/eval/definitions.h"
#include "core/eval/evaluation.h"
#include "core/eval/live_numbers.h"
#include "core/runs/run_folder.h"

// What the Evaluate page shows of a run, in the order in which it is worked out: the files, what NMS leaves of them, the definitions of
// AP on that, and the numbers at a confidence and a match IoU. Parts are shared and never change, so all of it is cheap to copy.
namespace intersect::ui {

/// The five definitions of AP on the same detections.
struct DefinitionTables {
    std::shared_ptr<const eval::Suppressed> set; ///< what they were worked out from
    eval::Evaluation yolov5;
    eval::ApTable yolov7, voc2007, voc2010;
    eval::CocoTable coco;
    double extrapolated = 0;    ///< what the line from the last recall to (1, 0) adds to YOLOv5's mAP50
    std::int64_t cutByCoco = 0; ///< detections beyond COCO's 100 an image and class
    std::int64_t crowds = 0;    ///< true areas that are ignored
};

/// A run on one split, as far as confidence and match IoU do not matter.
struct RunEvaluation {
    std::string run, split;
    std::vector<std::string> names;                         ///< of the classes
    std::set<std::string> trainedCameras;                   ///< folder names of the run's train list; empty if it is not known
    std::shared_ptr<const eval::Truth> truth;               ///< labels of the images
    std::shared_ptr<const detect::DetectionSet> candidates; ///< before NMS; null where the run kept none, then its NMS cannot be moved
    std::shared_ptr<const eval::Suppressed> set;            ///< the detections and their pairs; `set->nmsIou` is 0 without candidates
    std::shared_ptr<const DefinitionTables> tables;         ///< null until they are worked out; for a moment those of the NMS IoU before

    const detect::DetectionSet& detections() const { return set->detections; }
    std::string className(int id) const;
};

/// A run with the numbers at the thresholds of now; neither is null.
struct ShownRun {
    std::shared_ptr<const RunEvaluation> run;
    std::shared_ptr<const eval::LiveNumbers> live;
};

/// The classes worth a row, by id: those with labels, and those that were found at the thresholds without any.
std::vector<const eval::LiveClass*> listedClasses(const eval::LiveNumbers& live);

/// The three thresholds of the session.
struct Thresholds {
    double confidence = 0.25, matchIou = 0.5, nmsIou = 0.6;
    bool operator==(const Thresholds&) const = default;
};

/// Reads the candidates of a run on "train", "val" or "test" (its detections where there are none) and the labels, and pairs them; without
/// `tables`. Errors: no or broken detections file, detections of other classes than the labels. Any thread.
Result<RunEvaluation> loadRun(const runs::RunPaths& paths, const std::string& split, const std::vector<std::string>& datasetNames,
                              double nmsIou);

/// The same run at another IoU of NMS, with the tables it had; itself where nothing changes. Any thread; pure.
RunEvaluation atNmsIou(const RunEvaluation& run, double nmsIou);

/// All five definitions; null if `cancelled` said so meanwhile. Any thread; pure.
std::shared_ptr<const DefinitionTables> definitionTables(const std::shared_ptr<const eval::Suppressed>& set, const eval::Truth& truth,
                                                         const std::function<bool()>& cancelled = {});

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <QPointF>

#include "core/base/result.h"
#include "core/eval/confusion.h"
#include "core/eval/definitions.h"
#include "core/eval/evaluation.h"
#include "core/eval/frame_groups.h"
#include "core/runs/run_folder.h"

namespace intersect::ui {

/// A precision-recall curve ready to draw: the part that was measured, and the line of the definition from the last recall to (1, 0).
struct PrPath {
    std::vector<QPointF> measured, extrapolated;
};

/// Precision, recall and F1 counted at one confidence.
struct OperatingPoint {
    double precision = 0, recall = 0, f1 = 0;
};

/// Everything the Evaluate page shows of one run on one split.
struct RunEvaluation {
    std::string run, split;
    detect::DetectionSet detections;
    eval::Truth truth;
    eval::Evaluation yolov5;
    eval::ApTable yolov7, voc2007, voc2010;
    eval::CocoTable coco;
    std::vector<eval::GroupResult> cameras;
    std::set<std::string> trainedCameras; ///< folder names of the run's train list; empty if it is not known
    std::vector<PrPath> paths;            ///< one per class of `yolov5`
    PrPath meanPath;
};

/// Loads the detections of a run on "train", "val" or "test" with their labels and computes everything. Errors: no or broken detections file, detections
/// of other classes than the labels. Pure but for reading; any thread; about 0.3 s for 1,200 frames.
Result<RunEvaluation> evaluateRun(const runs::RunPaths& paths, const std::string& split, const std::vector<std::string>& datasetNames);

/// The curve with the precision envelope AP is computed from.
PrPath pathOf(const eval::PrCurve& curve);
/// The mean over the classes' curves at 101 recalls; measured as far as every class is.
PrPath meanPathOf(const std::vector<PrPath>& classes);
/// Counts of a class at detections with score >= `confidence`; all 0 without any.
OperatingPoint pointAt(const eval::PrCurve& curve, double confidence);
/// The mean of the classes' operating points.
OperatingPoint meanPointAt(const eval::Evaluation& evaluation, double confidence);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ui/pages/evaluate_job.h"
#include "ui/pages/evaluate_paths.h"

namespace intersect::ui {

/// One camera's mean curve of each run at a match IoU.
struct CameraCurves {
    struct OfRun {
        PrPath mean;
        double ap = 0; ///< mean over the classes this camera has labels of, YOLOv5's definition; NaN without labels
    };
    std::string name;
    std::int64_t images = 0, labels = 0;
    bool trained = true;     ///< seen by run A in training, or not known
    std::vector<OfRun> runs; ///< one per run shown
};

/// A run's pairs camera by camera; no threshold changes them.
struct CameraPairs {
    std::shared_ptr<const eval::Suppressed> set; ///< what they were made of
    std::vector<std::string> names;
    std::vector<std::int64_t> images;
    std::vector<eval::Pairing> pairings;
};
CameraPairs cameraPairsOf(const RunEvaluation& run);
/// The curves of the cameras of all runs, joined by name, in the order of the first run's cameras. Any thread; pure.
std::vector<CameraCurves> cameraCurvesOf(const std::vector<ShownRun>& runs, const std::vector<std::shared_ptr<const CameraPairs>>& pairs,
                                         double matchIou);

} // namespace intersect::ui

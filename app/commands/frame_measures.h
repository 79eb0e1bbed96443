// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "core/data/dataset.h"
#include "core/nn/detector.h"
#include "core/select/camera_usefulness.h"
#include "core/select/selection.h"

namespace intersect::app {

/// What a choice may need to be known of the frames, and from which networks.
struct MeasureOptions {
    std::vector<std::filesystem::path> weights; ///< one; for disagreement one or two
    std::filesystem::path results;              ///< table of `--by results`
    std::string by;                             ///< boxes, missed, novelty, results; empty: a ranking
    nn::DetectorOptions detector;
    std::filesystem::path cacheFolder;          ///< of a workspace; empty: nothing is kept
    bool excludeNearDuplicates = false;         ///< of frames that are nearly the same only one may be chosen
    float confidence = 0.1F; ///< detections below it are not looked at
};

/// Whether the choice looks at labels (so that names of files are not enough).
bool needsLabels(select::Strategy strategy, const MeasureOptions& options);

/// Runs the networks a strategy needs over the frames it may choose: features (diverse), uncertainty or disagreement; looks for near-duplicates if asked to.
/// Frames that cannot be read have score 0. Errors: weights missing, not needed or too many; what the detector says.
Result<select::FrameMeasures> measureFrames(const data::Dataset& dataset, const select::SelectionRequest& request, const MeasureOptions& options, const Context& context);

/// The cameras' usefulness by `options.by`, with the sentence that says what it is.
Result<select::Usefulness> measureCameras(const data::Dataset& dataset, const select::SelectionRequest& request, const MeasureOptions& options, const Context& context);

} // namespace intersect::app

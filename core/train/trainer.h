// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/runs/events.h"
#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"

// Torch-free on purpose: a program that includes this never parses a torch header.
namespace intersect::train {

/// What one training came to (`train --json`).
struct TrainSummary {
    int epochs = 0, bestEpoch = 0;
    double imagesPerSecond = 0; ///< training epochs only, without validation
    double seconds = 0;
    double peakMemoryMb = 0;
    double map50 = 0, map5095 = 0; ///< of the best epoch on val, YOLOv5 definition
};

/// Trains as `config` says inside the run folder (locked by the caller): writes config.yaml, lists, results.csv, weights, and events to `events`.
/// Asked to stop, it saves, writes `checkpoint` and `stopped`, and returns ErrorCode::Interrupted. Errors leave what was saved before.
Result<TrainSummary> trainDetector(const runs::TrainConfig& config, const runs::RunPaths& run, runs::EventLog& events, const StopCheck& stop = {});

} // namespace intersect::train

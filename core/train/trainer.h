// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/finding.h"
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
    bool alreadyDone = false;      ///< of resumeTraining: there was nothing left to do
    std::int64_t faultyLabels = 0; ///< label rows that were left out of the lists' pictures
};

/// How a training is watched.
struct TrainOptions {
    bool eventsToStdout = false;
    bool force = false;  ///< an older run in the folder is replaced
    std::string version; ///< of the program, for the `hello` event
    std::vector<data::Finding> findings; ///< about the files the settings came from: told in the run's log and events
    std::function<void(const runs::EpochRecord& epoch, int of, double imagesPerSecond)>
        onEpoch;               ///< called after each epoch
    ProgressCallback progress; ///< in images of all epochs
};

/// Trains as `config` says, on the device it names. Everything that can be wrong with the input (lists, labels, pictures, weights, a missing GPU) is found
/// before the run folder is made. Then writes config.yaml, lists, events.jsonl, results.csv and weights into `folder`,
/// which is locked meanwhile. Asked to stop, it finishes the batch, saves, writes `checkpoint` and `stopped`, and
/// returns ErrorCode::Interrupted; a stop check that blocks pauses it. Other errors write an `error` event and leave
/// what was saved before. One training a process at a time.
Result<TrainSummary> trainDetector(const runs::TrainConfig& config, const std::filesystem::path& folder,
                                   const TrainOptions& options = {}, const StopCheck& stop = {});

/// Goes on with the run in `folder` after its last finished epoch, from the beginning where none is finished, with its own config.yaml and
/// lists; `epochs` extends it and is written to config.yaml. Stops, errors and events as in trainDetector; with `deterministic` the end is,
/// bit for bit, that of a run that was never interrupted. A run that is done is left alone. Refused: a folder that is no run, one another
/// process writes to, a state that does not fit the config.
Result<TrainSummary> resumeTraining(const std::filesystem::path& folder, std::optional<int> epochs, const TrainOptions& options = {},
                                    const StopCheck& stop = {});

} // namespace intersect::train

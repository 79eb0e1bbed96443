// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/nn/network.h"
#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"
#include "core/train/run_recorder.h"
#include "core/train/trainer.h"
#include "core/train/training_data.h"
#include "core/train/training_state.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// What the epochs of a training run on.
struct TrainingInput {
    const runs::TrainConfig& config;
    const TrainingData& data;
    const runs::RunPaths& paths; ///< an open, locked run folder
};

/// Trains, validates and saves epoch after epoch until the last one, an early end or a stop, and writes `done`. `network` is where the
/// training starts, or, with `state`, the network of that state, from which it goes on. With `patienceHolds` a state in which patience has run out
/// already ends at once; else it gets its further epochs.
Result<TrainSummary> runEpochs(const TrainingInput& input, nn::Network network, const TrainingState* state, bool patienceHolds, RunRecorder& recorder,
                               const TrainOptions& options, const StopCheck& stop);

} // namespace intersect::train

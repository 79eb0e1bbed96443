// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>

#include "app/commands/command.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/train/trainer.h"

namespace intersect::app {

/// A training, new or resumed, with the ways to watch and stop it.
using TrainingCall = std::function<Result<train::TrainSummary>(const train::TrainOptions&, const StopCheck&)>;

/// What `train` and `resume` share: runs the call, shows progress, epochs and the end of the training in the folder `run`, or with `events`
/// sends events to standard output and reads stop, pause and resume from standard input.
Result<int> watchTraining(const std::filesystem::path& run, bool events, Context& context, const TrainingCall& call);

} // namespace intersect::app

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"
#include "core/train/batch_loader.h"
#include "core/train/training_data.h"

namespace intersect::train {

/// Lets lists/data.yaml name the lists beside it, which it does not where the run folder was moved. Nothing to do without that file.
Result<void> mendListPaths(const runs::RunPaths& paths);

/// Whether a training may start in that folder: it is absent, empty, or (with `force`) holds an older run. Anything
/// else is refused.
Result<void> mayTrainIn(const std::filesystem::path& folder, bool force);

/// Makes the folder, locks it and clears an older run's files out of it (nothing else in it is touched).
Result<runs::RunLock> openRunFolder(const runs::RunPaths& paths);

/// Locks a run folder to go on in it, and removes the half-written files a killed process left.
Result<runs::RunLock> reopenRunFolder(const runs::RunPaths& paths);

/// Writes config.yaml with a comment on how many pictures have no object.
Result<void> writeRunConfig(const runs::RunPaths& paths, const runs::TrainConfig& config, const TrainingData& data);

/// Writes config.yaml, and lists/ with train.txt, val.txt, test.txt and a data.yaml over them: what this run really
/// used.
Result<void> writeRunInputs(const runs::RunPaths& paths, const runs::TrainConfig& config, const TrainingData& data);

/// Keeps a batch whose loss is no number: failed_batch.safetensors (`images` uint8 [count, height, width, 3] RGB, `targets` float32 [n, 6]:
/// place in the batch, class, cx, cy, w, h as fractions) and failed_batch.jpg.
Result<void> writeFailedBatch(const runs::RunPaths& paths, const Batch& batch, std::span<const std::string> names);

} // namespace intersect::train

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/runs/train_config.h"

namespace intersect::train {

/// Draws the first `count` batches (at least 1; no more than an epoch has) that a training with this config would begin with, without
/// training: train_batch0.jpg and on in `folder`, which is made. Class AP counts as 0, as before any validation; rectangles are multiples of
/// 32, whatever the network. No network is made and none is needed. Errors as of loadTrainingData. Returns the pictures' paths.
Result<std::vector<std::filesystem::path>> previewBatches(const runs::TrainConfig& config, int count, const std::filesystem::path& folder,
                                                          const StopCheck& stop = {});

} // namespace intersect::train

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/runs/train_config.h"
#include "core/train/training_data.h"

namespace intersect::train {

/// Boxes of each class in the train list, one number a name of data.yaml.
std::vector<double> classCounts(const TrainingData& data);

/// Refuses lists of alphas or positive weights that are not as long as the list of class names.
Result<void> checkLossClasses(const runs::TrainConfig& config, std::size_t classes);

} // namespace intersect::train

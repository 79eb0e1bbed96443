// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/runs/train_config.h"

namespace YAML {
class Node;
}

// Internal to core/runs: the keys of config.yaml that describe the loss.
namespace intersect::runs {

bool isLossKey(const std::string& key);
/// Reads the value of a loss key into `config`. Empty: done; otherwise what the value must be, for the error's sentence.
std::string readLossKey(const std::string& key, const YAML::Node& node, TrainConfig& config);
/// Every loss key with its value, one a line.
std::string formatLossKeys(const TrainConfig& config);

} // namespace intersect::runs

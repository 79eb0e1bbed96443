// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/graph.h"
#include "core/runs/train_config.h"

namespace intersect::train {

/// What of a network is frozen.
struct Frozen {
    std::vector<bool> tensors;    ///< by graph.tensors: no gradient
    std::vector<bool> operations; ///< by graph.ops: all of its tensors are frozen
    std::vector<bool> prefix;     ///< by module: frozen whole, and so is everything it reads: it gives the same picture the same values in every epoch
    std::int64_t weights = 0, allWeights = 0; ///< learned values that are frozen, and all

    bool any() const { return weights > 0; }
    bool hasPrefix() const;
};

/// Turns `backbone` of config.freezeNames into the module indices it stands for in this network. Any thread.
void resolveBackbone(runs::TrainConfig& config, const model::Graph& graph);

/// What config.freeze and freezeNames freeze. Refused: modules and blocks the network has not, and a network of which nothing would learn. Any thread.
Result<Frozen> frozenOf(const runs::TrainConfig& config, const model::Graph& graph);

/// "Frozen: modules 0 to 9 (Conv, C3, SPPF), 1.21 of 1.87 million weights (65 %)." for the log.
std::string describe(const Frozen& frozen, const runs::TrainConfig& config, const model::Graph& graph);

} // namespace intersect::train

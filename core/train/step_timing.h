// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/network.h"
#include "core/nn/precision.h"
#include "core/runs/train_config.h"
#include "core/train/freezing.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// What a training computes in: as wished, or for `auto` the faster of both, measured once on forward and backward passes of this network on its device with the
/// present number of threads and kept as nn::choosePrecision keeps it; fp32 for a deterministic training.
nn::Precision chooseTrainingPrecision(const nn::Network& network, const runs::TrainConfig& config);

/// How many times as fast a forward and backward pass is with these parts frozen as with nothing frozen: four pictures of config.imgSize, best of three, on
/// copies of the network.
double speedupByFreezing(const nn::Network& network, const Frozen& frozen, const runs::TrainConfig& config);

} // namespace intersect::train

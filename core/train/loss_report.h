// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/loss/loss_size.h"
#include "core/runs/train_config.h"
#include "core/train/detection_loss.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// How much larger or smaller the choice of loss and class weights makes each term than plain BCE on the same output of
/// the same batch. `value` is what detectionLoss gave for it, with gradients. Terms without any loss count as 1.
loss::LossSizes measuredSizes(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets, const DetectionLossSpec& spec,
                              const DetectionLossValue& value);

/// A sentence on what trains and one on each term whose size it changes, for the log; nothing for plain BCE.
std::string lossSizeReport(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets, const DetectionLossSpec& spec,
                           const DetectionLossValue& value, const runs::HyperParameters& hyp);

} // namespace intersect::train

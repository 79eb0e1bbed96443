// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/detect/detection.h"
#include "core/nn/network.h"

// Internal to core/nn and core/train: it parses torch headers.
namespace intersect::nn {

/// Levels of Network::forward, [b,anchors,ny,nx,5+nc], as dense float rows in the order the network holds them: [b,ny,nx,anchors,5+nc].
/// No copy where they are float and channels-last already.
std::vector<at::Tensor> rawLevels(const std::vector<at::Tensor>& raw);

/// All boxes of one picture of the batch above the confidence, input pixels, by level as appendCandidates orders them. `levels` from rawLevels;
/// `multiLabel` makes no difference with one class. Any thread.
std::vector<detect::Detection> candidatesOf(const Network& network, const std::vector<at::Tensor>& levels, std::size_t picture, float confidence, bool multiLabel);

} // namespace intersect::nn

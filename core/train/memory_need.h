// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/result.h"
#include "core/model/graph.h"
#include "core/runs/train_config.h"
#include "core/train/freezing.h"

namespace intersect::train {

/// About how many bytes a training of this network holds at its peak with batches of `images`: what the way back needs of every operation that learns, the
/// pictures, and the program. config.precision is `fp32` or `bf16`. Meant to be within a third of what is measured (YOLOv5n at 640 px, 16 pictures: 1.9 GB
/// measured in bf16, 2.9 GB in fp32). Any thread.
std::int64_t trainingBytes(const runs::TrainConfig& config, const model::Graph& graph, const Frozen& frozen, int images);

/// Bytes of main memory this process may still take: what the system calls available, less where a control group allows less; 0: not known.
std::int64_t freeMemory();

/// Refuses a training that would surely die: one that needs more than one and a half times `free` bytes (0: not known). The sentence names the largest batch that fits.
Result<void> checkMemory(const runs::TrainConfig& config, const model::Graph& graph, const Frozen& frozen, int images, std::int64_t free);

} // namespace intersect::train

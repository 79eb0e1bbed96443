// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/eval/evaluation.h"
#include "core/nn/network.h"
#include "core/train/detection_loss.h"
#include "core/train/training_data.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// How good a network is on the val list now.
struct ValidationResult {
    double box = 0, obj = 0, cls = 0; ///< means over batches, gains applied
    eval::Evaluation evaluation;
};

/// Runs the network over the pictures as YOLOv5's val does: sorted by aspect ratio, one rectangle a batch with padding
/// 0.5, pictures never enlarged beyond their long side, confidence 0.001, NMS IoU 0.6, at most 300 boxes, several
/// classes a box; AP by the YOLOv5 definition. `observer` sees the loss of every batch. `network` is copied with its batch norms folded. One thread at a time.
Result<ValidationResult> validate(const nn::Network& network, PictureStore& pictures, int imgSize, int batch,
                                  const DetectionLossSpec& loss, bool bfloat16 = false, const StopCheck& stop = {},
                                  const ElementObserver& observer = {});

} // namespace intersect::train

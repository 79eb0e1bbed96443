// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/geometry.h"
#include "core/data/dataset.h"

namespace intersect::select {

/// Labels of a frame; 0 for a frame without a label file.
double objectsIn(const data::Frame& frame);
/// Different classes among a frame's labels.
double classesIn(const data::Dataset& dataset, const data::Frame& frame);

/// How unsure a network is of a frame: the sum over its detections of the entropy of their confidence, -p ln p - (1-p) ln(1-p), in nats; 0 without
/// detections. A sum, so that a frame with many doubtful objects counts more than one with a single one. Source: C.-A. Brust, C. Kaeding, J. Denzler,
/// Active learning for deep object detection, VISAPP 2019 (sum as aggregation); there the margin of two classes stands where we take the entropy.
double uncertaintyOf(std::span<const float> confidences);

/// A detection as the disagreement needs it; box in pixels of the frame.
struct ScoredBox {
    BoxXyxy box;
    int classId = 0;
    float confidence = 0;
};

/// How much two looks at a frame differ (a network and itself on the mirrored frame, or two networks): every detection of one look counts its confidence
/// times what it lacks of a partner of its class in the other, 1 - IoU; partners are given out by descending IoU, each once, and a lone detection counts its whole
/// confidence. 0 where both see the same; symmetric.
double disagreementOf(std::span<const ScoredBox> one, std::span<const ScoredBox> other);

} // namespace intersect::select

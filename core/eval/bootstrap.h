// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/eval/frame_groups.h"
#include "core/eval/pairing.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// From the 2.5th to the 97.5th of a hundred; both NaN where nothing was there to measure.
struct Interval {
    double low = 0, high = 0;
};

/// How far figures move when other frames of the same kind had been drawn.
struct BootstrapIntervals {
    Interval map50;             ///< YOLOv5's definition
    Interval precision, recall; ///< all classes together, score >= confidence, at the match IoU
};

struct BootstrapRequest {
    double confidence = 0.25, matchIou = 0.5;
    int resamples = 1000;
    std::uint64_t seed = 0;
    int threads = 1;
};

/// 95 % percentile intervals (Efron 1979) of each group: its frames are drawn with replacement, as many as there are, `resamples` times;
/// a frame drawn twice counts twice. The same seed gives the same intervals with any number of threads. One group of all frames gives
/// those of the whole. Empty if `cancelled` said so meanwhile. Any thread.
std::vector<BootstrapIntervals> bootstrapIntervals(const Pairing& pairing, const Truth& truth, const FrameGroups& groups,
                                                   const BootstrapRequest& request, const std::function<bool()>& cancelled = {});

/// The 95 % interval of the mAP50 of `b` minus that of `a`, two results on the same images (`images` of them): both are looked at on the same
/// redrawn frames, so that what is hard or easy about a frame falls away. NaN without labels. Any thread.
Interval bootstrapDifference(const Pairing& a, const Pairing& b, const Truth& truth, std::size_t images, const BootstrapRequest& request);

} // namespace intersect::eval

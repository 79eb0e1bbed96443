// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/select/split.h"

namespace intersect::select {

/// How near val frames lie to train frames of the same camera in time.
struct LeakMeter {
    std::int64_t valFrames = 0;
    double leakWithinSeconds = 360;
    std::int64_t within = 0;                  ///< val frames with a train frame of the same camera within that time
    std::optional<double> medianGapSeconds;   ///< over val frames whose nearest train frame is known; empty without times
    std::optional<double> medianGapFrames;    ///< the same in frames between them in path order
    std::vector<std::optional<double>> gapSeconds; ///< one per val frame, in its order
};

/// Measures the leak of a split. Times come from the file names (`data::takenAtOf`); camera is the image's folder.
LeakMeter measureLeak(const std::vector<std::filesystem::path>& train, const std::vector<std::filesystem::path>& val,
                      double leakWithinSeconds = 360);

/// The leak that a request's rule would have on these images (`items` are theirs, in their order); nothing where the rule cannot deal them. Reads nothing from the disk.
std::optional<LeakMeter> leakWith(const std::vector<std::filesystem::path>& images, const std::vector<SplitItem>& items, const SplitRequest& request,
                                  double leakWithinSeconds = 360);

} // namespace intersect::select

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace intersect::select {

enum class SplitRule { Random, Sklearn };

const char* splitRuleName(SplitRule rule);
Result<SplitRule> splitRuleFromName(const std::string& name);

struct SplitRequest {
    SplitRule rule = SplitRule::Random;
    double trainRatio = 0.8;         ///< in (0, 1)
    std::optional<double> testRatio; ///< sklearn's test_size instead of train_size (other rounding)
    std::uint32_t seed = 0;
};

/// Indices into the list that was split.
struct Split {
    std::vector<std::size_t> train, val;
};

/// Deals `count` items into train and val. Random: seeded shuffle, the first floor(ratio*n) train. Sklearn: identical to
/// train_test_split(random_state=seed), order too. Errors: ratio outside (0, 1), a side that would be empty.
Result<Split> splitIndices(std::size_t count, const SplitRequest& request);

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

} // namespace intersect::select

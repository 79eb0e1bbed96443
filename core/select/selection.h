// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"

namespace intersect::select {

enum class Strategy { Random, Equal, Proportional, Counts, All };

/// The word of the command line ("random", "equal", "proportional", "counts", "all").
const char* strategyName(Strategy strategy);
Result<Strategy> strategyFromName(const std::string& name);

/// What to choose: a budget, from which cameras, by which rule.
struct SelectionRequest {
    std::vector<std::string> pools;   ///< empty: every pool of the data set
    std::vector<std::string> cameras; ///< names or ids; empty: all cameras of the pools
    std::int64_t count = 0;           ///< the budget; ignored by All; Counts: 0 means the sum of the counts
    Strategy strategy = Strategy::Random;
    std::uint32_t seed = 0;
    std::vector<std::string> ranking;           ///< Proportional: camera names, most useful first
    double ratio = 0.9;                         ///< Proportional: weight of a camera is ratio^rank
    std::map<std::string, std::int64_t> counts; ///< Counts: by camera name
};

/// How many frames of one camera, before and after.
struct CameraQuota {
    std::string camera;        ///< id, "Q2/398"
    std::string name;          ///< "398"
    std::int64_t available = 0;
    double exact = 0;          ///< the share before rounding
    std::int64_t quota = 0;    ///< whole frames asked of it
    std::int64_t selected = 0; ///< frames chosen (a short camera gives what it has, the rest is dealt on)
};

/// An ordered set of frames chosen under a budget, with what made it.
struct Selection {
    std::string strategy;
    std::uint32_t seed = 0;
    std::int64_t count = 0;
    std::vector<CameraQuota> cameras;
    std::vector<std::filesystem::path> images; ///< absolute, each once, in the order chosen
    std::vector<std::string> notes;            ///< sentences: where a short camera's frames went …
};

/// Chooses frames. Errors (BadInput): a budget above what there is (both numbers named), unknown pool or camera, counts above a
/// camera's frames, ratio outside (0, 1]. Same request and data, same frames, on every machine. Any thread; 100,000 frames under 100 ms.
Result<Selection> selectFrames(const data::Dataset& dataset, const SelectionRequest& request);

/// The quotas alone, before any frame is drawn (for the page's table). Errors as selectFrames.
Result<std::vector<CameraQuota>> quotasFor(const data::Dataset& dataset, const SelectionRequest& request);

} // namespace intersect::select

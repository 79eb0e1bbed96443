// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"

namespace intersect::select {

enum class Strategy {
    Random,
    Equal,        ///< the same number of every camera
    Proportional, ///< by a ranking and a ratio, or by a measured usefulness of every camera
    Counts,
    MostObjects,  ///< the frames with the most labels
    MostClasses,  ///< the frames with the most different classes
    Diverse,      ///< frames that cover what the network's features tell apart
    Uncertain,    ///< the frames whose detections a network is least sure of
    Disagreement, ///< the frames on which two looks of a network (or two networks) differ most
    All
};

/// The word of the command line ("random", "equal", "most-objects" …).
const char* strategyName(Strategy strategy);
Result<Strategy> strategyFromName(const std::string& name);
/// Every strategy, in the order they are shown.
const std::vector<Strategy>& strategies();

/// How Diverse spreads its frames over the features.
enum class DiverseRule {
    KCenter,         ///< the outermost: no frame is far from a chosen one
    FacilityLocation ///< the typical: all frames together are like a chosen one
};

/// The word of the command line ("k-center", "facility-location").
const char* diverseRuleName(DiverseRule rule);

/// What to choose: a budget, from which cameras, by which rule.
struct SelectionRequest {
    std::vector<std::string> pools;   ///< empty: every pool of the data set
    std::vector<std::string> cameras; ///< names or ids; empty: all cameras of the pools
    std::int64_t count = 0;           ///< the budget; ignored by All; Counts: 0 means the sum of the counts
    Strategy strategy = Strategy::Random;
    std::uint32_t seed = 0;
    std::vector<std::string> ranking;           ///< Proportional: camera names, most useful first
    double ratio = 0.9;                         ///< Proportional with a ranking: weight of a camera is ratio^rank
    std::map<std::string, double> usefulness;   ///< Proportional without a ranking: weight by camera name or id, 0 or more
    std::map<std::string, std::int64_t> counts; ///< Counts: by camera name
    DiverseRule diverse = DiverseRule::KCenter;
    bool perCamera = false;                     ///< MostObjects to Disagreement: deal the budget to the cameras equally first
    std::vector<std::filesystem::path> pins;    ///< frames that are chosen whatever the rule says; they count in the quotas
    std::vector<std::filesystem::path> bars;    ///< frames that are never chosen
    std::vector<std::pair<std::string, std::string>> settings; ///< how the measures were made (weights, by …): kept with the selection, not looked at
};

/// What was measured of every frame of the data set, in its order; empty what no strategy asked for needs.
struct FrameMeasures {
    std::vector<double> scores;        ///< Uncertain, Disagreement: the higher the sooner chosen
    std::size_t featureWidth = 0;
    std::vector<float> features;       ///< Diverse: [frames, featureWidth]
    std::vector<std::uint32_t> groups; ///< frames of one group are near-duplicates; only the first of a group may be chosen
};

/// How many frames of one camera, before and after.
struct CameraQuota {
    std::string camera;        ///< id, "Q2/398"
    std::string name;          ///< "398"
    std::int64_t available = 0; ///< frames that may be chosen: without those barred and the near-duplicates
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
    std::vector<std::filesystem::path> pins;   ///< those of the images that were pinned, in path order
    std::vector<std::pair<std::string, std::string>> settings; ///< name and value of what else the rule was given: ranking, ratio, by …
    std::vector<std::string> notes;            ///< sentences: where a short camera's frames went …
};

/// Chooses frames. Errors (BadInput): a budget above what there is (both numbers named), unknown pool or camera, counts above a
/// camera's frames, ratio outside (0, 1], a pinned frame that is not there or barred too, more pins than the budget or a camera's count has
/// room for, measures that the strategy needs and that are missing. Same request and data, same frames, on every machine. Seeded choices are those
/// of Python's `random` over the frames in path order, pinned and barred ones left out. Any thread; 100,000 frames under 100 ms without features.
Result<Selection> selectFrames(const data::Dataset& dataset, const SelectionRequest& request, const FrameMeasures& measures = {});

/// The quotas alone, before any frame is drawn (for the page's table). Errors as selectFrames.
Result<std::vector<CameraQuota>> quotasFor(const data::Dataset& dataset, const SelectionRequest& request, const FrameMeasures& measures = {});

/// The frames a choice may look at: those of the pools and cameras of the request, by their index in the data set, in its order. Errors as selectFrames.
Result<std::vector<std::uint32_t>> framesInReach(const data::Dataset& dataset, const SelectionRequest& request);

} // namespace intersect::select

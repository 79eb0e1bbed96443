// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/runs/pt_histograms.h"
#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"

namespace intersect::tests {

/// Predictions at one logit of the truth, all with the hard target and weight 1, which add `loss` to what was printed.
inline runs::PtBin binAt(float logit, std::int64_t count, bool positive, double loss) {
    return {runs::ptBinOf(logit), count, static_cast<double>(count), static_cast<double>(logit), positive ? 1.0 : 0.0, loss};
}

/// An epoch's record: cells with cars at one logit of the truth, `easy` others at another.
inline runs::PtRecord recordOf(int epoch, float carLogit, std::int64_t cars, float otherLogit, std::int64_t others) {
    runs::PtRecord record;
    record.epoch = epoch;
    record.objectPositives[2].bins = {binAt(carLogit, cars, true, 3)};
    record.objectNegatives.bins = {binAt(otherLogit, others, false, 1)};
    record.classPositives[2].bins = {binAt(2, cars, true, 0.5)};
    record.classNegatives[runs::kPtOtherClasses].bins = {binAt(5, 3 * cars, false, 0.5)};
    if (epoch > 1) {
        record.positives = runs::PtCrossings{10 + epoch, epoch, cars};
        record.negatives = runs::PtCrossings{3 * epoch, 100 + epoch, others};
    }
    return record;
}

/// Writes what a training leaves of itself: its settings, its events with the AP of classes by epoch, and the records. False if something
/// could not be written.
inline bool writeRecordedRun(const runs::RunPaths& paths, const runs::TrainConfig& config,
                             const std::vector<std::map<int, double>>& classAp, const std::vector<runs::PtRecord>& records) {
    if (!makeFolder(paths.folder))
        return false;
    std::string events = "{\"type\":\"hello\",\"protocol\":1,\"pid\":1,\"version\":\"0\"}\n"
                         "{\"type\":\"started\",\"epochs\":9,\"val\":40,\"classes\":[\"person\",\"bicycle\",\"car\",\"motorcycle\","
                         "\"airplane\",\"bus\",\"train\",\"truck\"]}\n";
    for (std::size_t i = 0; i < classAp.size(); ++i) {
        Json classes = Json::array();
        for (const auto& [id, ap] : classAp[i])
            classes.push_back({{"id", id}, {"ap50", ap}});
        events +=
            toText(Json{{"type", "epoch"}, {"epoch", i + 1}, {"of", 9}, {"lr", 0.01 / static_cast<double>(i + 1)}, {"classes", classes}}) +
            "\n";
    }
    std::string lines;
    for (const runs::PtRecord& record : records)
        lines += runs::formatPtRecord(record);
    return writeFileAtomically(paths.events(), events) && writeFileAtomically(paths.config(), runs::formatTrainConfig(config)) &&
           (records.empty() || writeFileAtomically(paths.histograms(), lines));
}

} // namespace intersect::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_splits_job.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/base/threads.h"
#include "core/eval/frame_groups.h"

namespace intersect::ui {

namespace {

constexpr int kResamples = 1000;
constexpr std::size_t kTrain = 0, kVal = 1, kTest = 2;

std::int64_t newCamerasOf(const RunEvaluation& run) {
    std::set<std::string> cameras;
    for (const detect::ImageEntry& image : run.detections().images)
        cameras.insert(image.file.parent_path().filename().string());
    return run.trainedCameras.empty()
               ? 0
               : std::ranges::count_if(cameras, [&run](const std::string& camera) { return !run.trainedCameras.contains(camera); });
}

bool measured(const std::optional<SplitFigures>& split) {
    return split && std::isfinite(split->map50);
}

} // namespace

std::optional<SplitTable> splitTable(const runs::RunPaths& paths, const RunEvaluation& shown, const std::vector<std::string>& datasetNames,
                                     double nmsIou, const std::function<bool()>& cancelled) {
    SplitTable table;
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (cancelled && cancelled())
            return std::nullopt;
        RunEvaluation run;
        std::error_code none;
        if (shown.split == kSplitNames[i]) {
            run = shown;
        } else {
            if (!std::filesystem::exists(paths.detections(kSplitNames[i]), none))
                continue;
            auto read = loadRun(paths, kSplitNames[i], datasetNames, nmsIou);
            if (!read)
                continue;
            run = std::move(*read);
        }
        const auto images = static_cast<std::int64_t>(run.detections().images.size());
        const bool here = run.tables && run.tables->set == run.set;
        const eval::Evaluation figures = here ? run.tables->yolov5 : eval::evaluateYolov5(run.set->pairing, images, run.names);
        SplitFigures split;
        split.images = images;
        const double missing = std::numeric_limits<double>::quiet_NaN();
        split.map50 = figures.labels > 0 ? figures.map50 : missing;
        split.map5095 = figures.labels > 0 ? figures.map5095 : missing;
        split.pairing = std::shared_ptr<const eval::Pairing>(run.set, &run.set->pairing); // the set lives as long
        split.newCameras = newCamerasOf(run);
        if (i == kTest && figures.labels > 0) {
            eval::BootstrapRequest request;
            request.resamples = kResamples;
            request.threads = std::max(1, availableCores() - 1); // one is left to the sliders
            const auto intervals =
                eval::bootstrapIntervals(run.set->pairing, *run.truth, eval::wholeGroup(run.detections().images.size()), request, cancelled);
            if (intervals.empty())
                return std::nullopt;
            split.interval = intervals.front().map50;
        }
        table[i] = std::move(split);
    }
    return table;
}

SplitVerdict verdictOf(const SplitTable& splits) {
    if (!std::ranges::all_of(splits, measured) || !splits[kTest]->interval || !std::isfinite(splits[kTest]->interval->high))
        return SplitVerdict::Incomplete;
    const double high = splits[kTest]->interval->high;
    if (splits[kVal]->map50 > high)
        return SplitVerdict::Leaking;
    return splits[kTrain]->map50 > high ? SplitVerdict::OverFitted : SplitVerdict::Fine;
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_groups_job.h"

#include <algorithm>
#include <limits>
#include <map>

#include "core/base/threads.h"
#include "core/eval/box_sizes.h"
#include "core/eval/frame_groups.h"

namespace intersect::ui {

namespace {

constexpr int kResamples = 1000;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double ratio(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : kMissing;
}

eval::FrameGroups wholeOf(const RunEvaluation& run) {
    return eval::wholeGroup(run.detections().images.size());
}

eval::FrameGroups groupsOf(const RunEvaluation& run, GroupKind kind) {
    const eval::GroupBy by = kind == GroupKind::Pool   ? eval::GroupBy::Pool
                             : kind == GroupKind::Hour ? eval::GroupBy::Hour
                                                       : eval::GroupBy::Camera;
    return eval::groupFrames(run.detections().images, by);
}

std::string folderOf(const std::string& camera) {
    return camera.substr(camera.rfind('/') + 1);
}

GroupRow rowOf(const eval::GroupResult& group) {
    GroupRow row;
    row.key = row.name = group.name;
    row.images = group.images;
    row.labels = group.labels;
    row.ap50 = group.map50;
    row.tp = group.tp;
    row.fp = group.fp;
    row.fn = group.fn;
    row.countError = group.countError;
    row.countBias = group.countBias;
    return row;
}

} // namespace

double GroupRow::precision() const {
    return ratio(tp, tp + fp);
}
double GroupRow::recall() const {
    return ratio(tp, tp + fn);
}

GroupFigures groupFigures(const ShownRun& shown, GroupKind kind) {
    const RunEvaluation& run = *shown.run;
    const eval::Pairing& pairing = run.set->pairing;
    const double confidence = shown.live->confidence, matchIou = shown.live->matchIou;
    GroupFigures figures;
    figures.kind = kind;
    figures.all = rowOf(eval::evaluateGroups(pairing, *run.truth, wholeOf(run), confidence, matchIou, availableCores()).front());
    if (kind == GroupKind::Size) {
        const eval::CocoTable none;
        const bool tables = run.tables != nullptr;
        for (const eval::SizeResult& size :
             eval::evaluateBySize(pairing, run.detections(), *run.truth, tables ? run.tables->coco : none, confidence, matchIou)) {
            GroupRow row;
            row.key = row.name = size.name;
            row.images = static_cast<std::int64_t>(imagesOfGroup(run, kind, size.name).size());
            row.labels = size.labels;
            row.ap50 = tables ? size.map50 : kMissing;
            row.tp = size.tp;
            row.fp = size.fp;
            row.fn = size.fn;
            row.countError = row.countBias = kMissing;
            figures.rows.push_back(std::move(row));
        }
        return figures;
    }
    std::map<std::string, int> folders;
    for (const eval::GroupResult& group :
         eval::evaluateGroups(pairing, *run.truth, groupsOf(run, kind), confidence, matchIou, availableCores())) {
        figures.rows.push_back(rowOf(group));
        ++folders[folderOf(group.name)];
    }
    if (kind == GroupKind::Camera)
        for (GroupRow& row : figures.rows) {
            const std::string folder = folderOf(row.key);
            row.unseen = !run.trainedCameras.empty() && !run.trainedCameras.contains(folder);
            if (folders[folder] == 1)
                row.name = folder;
        }
    return figures;
}

std::vector<eval::Interval> groupIntervals(const RunEvaluation& run, GroupKind kind, const std::function<bool()>& cancelled) {
    eval::BootstrapRequest request;
    request.resamples = kResamples;
    request.threads = std::max(1, availableCores() - 1); // one is left to the sliders
    std::vector<eval::Interval> intervals;
    const auto add = [&](const eval::FrameGroups& groups) {
        for (const eval::BootstrapIntervals& one : eval::bootstrapIntervals(run.set->pairing, *run.truth, groups, request, cancelled))
            intervals.push_back(one.map50);
    };
    if (kind == GroupKind::Size)
        intervals.assign(3, {kMissing, kMissing});
    else
        add(groupsOf(run, kind));
    add(wholeOf(run));
    if (cancelled && cancelled())
        return {};
    return intervals;
}

std::vector<std::size_t> imagesOfGroup(const RunEvaluation& run, GroupKind kind, const std::string& key) {
    std::vector<std::size_t> images;
    if (kind == GroupKind::Size) {
        for (std::size_t image = 0; image + 1 < run.truth->begin.size(); ++image)
            if (std::ranges::any_of(run.truth->of(image),
                                    [&](const eval::TruthBox& box) { return !box.crowd && key == eval::sizeNameOf(box.area); }))
                images.push_back(image);
        return images;
    }
    const eval::FrameGroups groups = groupsOf(run, kind);
    for (std::size_t image = 0; image < groups.groupOf.size(); ++image)
        if (groups.names[groups.groupOf[image]] == key)
            images.push_back(image);
    return images;
}

} // namespace intersect::ui

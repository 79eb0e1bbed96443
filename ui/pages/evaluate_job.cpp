// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_job.h"

#include <algorithm>
#include <map>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/base/threads.h"
#include "core/detect/candidates_file.h"
#include "core/detect/detections_file.h"
#include "core/eval/precision_curve.h"

namespace intersect::ui {

namespace {

constexpr int kMaxDetections = 300; ///< an image, as `evaluate` keeps

std::set<std::string> trainedCamerasOf(const runs::RunPaths& paths) {
    std::set<std::string> cameras;
    if (const auto text = readFile(paths.lists() / "train.txt", 256ULL << 20))
        for (const std::string_view line : splitAt(*text, '\n'))
            if (!trimmed(line).empty())
                cameras.insert(std::filesystem::path(trimmed(line)).parent_path().filename().string());
    return cameras;
}

/// The area below the straight lines of YOLOv5's definition, mean over the classes: its AP less that of curves ended at their last recall.
double extrapolatedArea(const eval::Evaluation& yolov5) {
    double sum = 0;
    for (const eval::ClassResult& one : yolov5.classes)
        if (!one.curve.recall.empty())
            sum += eval::areaBy101Points(one.curve.recall, one.curve.precision, eval::LastPoint::AtRecallOne) -
                   eval::areaBy101Points(one.curve.recall, one.curve.precision, eval::LastPoint::BehindLargestRecall);
    return yolov5.classes.empty() ? 0 : sum / static_cast<double>(yolov5.classes.size());
}

std::int64_t beyondCocosLimit(const detect::DetectionSet& set) {
    std::int64_t beyond = 0;
    std::map<int, std::int64_t> found;
    for (std::size_t image = 0; image < set.images.size(); ++image) {
        found.clear();
        for (const detect::Detection& one : set.of(image))
            beyond += ++found[one.classId] > eval::kCocoDetections ? 1 : 0;
    }
    return beyond;
}

} // namespace

std::string RunEvaluation::className(int id) const {
    return id >= 0 && static_cast<std::size_t>(id) < names.size() ? names[static_cast<std::size_t>(id)] : std::to_string(id);
}

std::vector<const eval::LiveClass*> listedClasses(const eval::LiveNumbers& live) {
    std::vector<const eval::LiveClass*> classes;
    for (const eval::LiveClass& one : live.classes)
        if (one.labels > 0 || one.counts.fp > 0)
            classes.push_back(&one);
    return classes;
}

Result<RunEvaluation> loadRun(const runs::RunPaths& paths, const std::string& split, const std::vector<std::string>& datasetNames,
                              double nmsIou) {
    RunEvaluation result;
    result.run = paths.folder.filename().string();
    result.split = split;
    auto detections = detect::readDetections(paths.detections(split));
    if (!detections)
        return failAs(detections);
    auto truth = eval::truthOfImages(detections->images);
    if (!truth)
        return failAs(truth);
    result.names = detections->names;
    for (const eval::TruthBox& box : truth->boxes) {
        const auto id = static_cast<std::size_t>(std::max(0, box.classId));
        const bool differs = id >= result.names.size() || (id < datasetNames.size() && result.names[id] != datasetNames[id]);
        if (differs)
            return fail(ErrorCode::BadInput, "The detections of " + result.run + " were made for other classes than this dataset.",
                        paths.detections(split), 0, "Evaluate it again.");
    }
    result.truth = std::make_shared<const eval::Truth>(std::move(*truth));
    result.trainedCameras = trainedCamerasOf(paths);
    if (auto candidates = detect::candidatesOf(*detections, paths.candidates(split))) {
        result.candidates = std::make_shared<const detect::DetectionSet>(std::move(*candidates));
        return atNmsIou(result, nmsIou);
    }
    result.set = std::make_shared<const eval::Suppressed>(
        eval::alreadySuppressed(std::move(*detections), *result.truth, kMaxDetections, availableCores()));
    return result;
}

RunEvaluation atNmsIou(const RunEvaluation& run, double nmsIou) {
    RunEvaluation moved = run;
    if (run.candidates && (!run.set || run.set->nmsIou != nmsIou))
        moved.set =
            std::make_shared<const eval::Suppressed>(eval::suppress(*run.candidates, *run.truth, nmsIou, kMaxDetections, availableCores()));
    return moved;
}

std::shared_ptr<const DefinitionTables> definitionTables(const std::shared_ptr<const eval::Suppressed>& set, const eval::Truth& truth,
                                                         const std::function<bool()>& cancelled) {
    const auto stopped = [&cancelled] { return cancelled && cancelled(); };
    const detect::DetectionSet& detections = set->detections;
    auto tables = std::make_shared<DefinitionTables>();
    tables->set = set;
    tables->yolov5 = eval::evaluateYolov5(set->pairing, static_cast<std::int64_t>(detections.images.size()), detections.names);
    if (stopped())
        return nullptr;
    tables->yolov7 = eval::evaluateYolov7(detections, truth);
    if (stopped())
        return nullptr;
    tables->voc2007 = eval::evaluateVoc(detections, truth, eval::VocArea::ElevenPoints);
    if (stopped())
        return nullptr;
    tables->voc2010 = eval::evaluateVoc(detections, truth, eval::VocArea::AllPoints);
    if (stopped())
        return nullptr;
    tables->coco = eval::evaluateCoco(detections, truth);
    tables->extrapolated = extrapolatedArea(tables->yolov5);
    tables->cutByCoco = beyondCocosLimit(detections);
    tables->crowds = std::ranges::count_if(truth.boxes, [](const eval::TruthBox& box) { return box.crowd; });
    return tables;
}

} // namespace intersect::ui

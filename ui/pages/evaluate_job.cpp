// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_job.h"

#include <algorithm>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/detect/detections_file.h"

namespace intersect::ui {

namespace {

constexpr int kMeanPoints = 101;

/// The curve's precision at a recall: straight lines between its points.
double precisionAt(const std::vector<QPointF>& points, double recall) {
    if (points.empty() || recall > points.back().x())
        return 0;
    const auto above = std::lower_bound(points.begin(), points.end(), recall, [](const QPointF& point, double x) { return point.x() < x; });
    if (above == points.begin() || above->x() == recall)
        return above->y();
    const QPointF& a = *(above - 1);
    const double part = (recall - a.x()) / (above->x() - a.x());
    return a.y() + part * (above->y() - a.y());
}

std::set<std::string> trainedCamerasOf(const runs::RunPaths& paths) {
    std::set<std::string> cameras;
    if (const auto text = readFile(paths.lists() / "train.txt", 256ULL << 20))
        for (const std::string_view line : splitAt(*text, '\n'))
            if (!trimmed(line).empty())
                cameras.insert(std::filesystem::path(trimmed(line)).parent_path().filename().string());
    return cameras;
}

} // namespace

PrPath pathOf(const eval::PrCurve& curve) {
    PrPath path;
    if (curve.recall.empty()) {
        path.extrapolated = {{0, 0}, {1, 0}};
        return path;
    }
    // From the right: no point lies lower than any to its right. Of the points with one recall only the highest is kept.
    std::vector<QPointF> reversed;
    double best = 0;
    for (std::size_t i = curve.recall.size(); i-- > 0;) {
        best = std::max(best, curve.precision[i]);
        if (!reversed.empty() && reversed.back().x() == curve.recall[i])
            reversed.back().setY(best);
        else
            reversed.emplace_back(curve.recall[i], best);
    }
    if (reversed.back().x() > 0)
        reversed.emplace_back(0, reversed.back().y());
    path.measured.assign(reversed.rbegin(), reversed.rend());
    path.extrapolated = {path.measured.back(), {1, 0}};
    return path;
}

PrPath meanPathOf(const std::vector<PrPath>& classes) {
    PrPath path;
    if (classes.empty())
        return path;
    double measuredTo = 1;
    for (const PrPath& one : classes)
        measuredTo = std::min(measuredTo, one.measured.empty() ? 0.0 : one.measured.back().x());
    const auto meanAt = [&](double recall) {
        double sum = 0;
        for (const PrPath& one : classes) {
            const bool measured = !one.measured.empty() && recall <= one.measured.back().x();
            sum += precisionAt(measured ? one.measured : one.extrapolated, recall);
        }
        return sum / static_cast<double>(classes.size());
    };
    for (int i = 0; i < kMeanPoints; ++i) {
        const double recall = static_cast<double>(i) / (kMeanPoints - 1);
        if (recall <= measuredTo)
            path.measured.emplace_back(recall, meanAt(recall));
        else {
            if (path.extrapolated.empty()) {
                const QPointF joint(measuredTo, meanAt(measuredTo));
                if (!path.measured.empty())
                    path.measured.push_back(joint);
                path.extrapolated.push_back(joint);
            }
            path.extrapolated.emplace_back(recall, meanAt(recall));
        }
    }
    return path;
}

OperatingPoint pointAt(const eval::PrCurve& curve, double confidence) {
    // Confidences come in descending order: the last one that is still high enough.
    const auto end = std::upper_bound(curve.confidence.begin(), curve.confidence.end(), confidence, [](double wanted, double at) { return at < wanted; });
    if (end == curve.confidence.begin())
        return {};
    const auto last = static_cast<std::size_t>(end - curve.confidence.begin()) - 1;
    OperatingPoint point{curve.precision[last], curve.recall[last], 0};
    if (point.precision + point.recall > 0)
        point.f1 = 2 * point.precision * point.recall / (point.precision + point.recall);
    return point;
}

OperatingPoint meanPointAt(const eval::Evaluation& evaluation, double confidence) {
    OperatingPoint mean;
    for (const eval::ClassResult& one : evaluation.classes) {
        const OperatingPoint point = pointAt(one.curve, confidence);
        mean.precision += point.precision;
        mean.recall += point.recall;
        mean.f1 += point.f1;
    }
    const auto count = static_cast<double>(std::max<std::size_t>(1, evaluation.classes.size()));
    return {mean.precision / count, mean.recall / count, mean.f1 / count};
}

Result<RunEvaluation> evaluateRun(const runs::RunPaths& paths, const std::string& split, const std::vector<std::string>& datasetNames) {
    RunEvaluation result;
    result.run = paths.folder.filename().string();
    result.split = split;
    auto detections = detect::readDetections(paths.detections(split));
    if (!detections)
        return failAs(detections);
    result.detections = std::move(*detections);
    auto truth = eval::truthOfImages(result.detections.images);
    if (!truth)
        return failAs(truth);
    result.truth = std::move(*truth);
    const auto& names = result.detections.names;
    for (const eval::TruthBox& box : result.truth.boxes) {
        const auto id = static_cast<std::size_t>(std::max(0, box.classId));
        const bool differs = id >= names.size() || (id < datasetNames.size() && names[id] != datasetNames[id]);
        if (differs)
            return fail(ErrorCode::BadInput, "The detections of " + result.run + " were made for other classes than this dataset.", paths.detections(split), 0, "Evaluate it again.");
    }
    const eval::Pairing pairing = eval::pairDetections(result.detections, result.truth);
    result.yolov5 = eval::evaluateYolov5(pairing, static_cast<std::int64_t>(result.detections.images.size()), result.detections.names);
    result.yolov7 = eval::evaluateYolov7(result.detections, result.truth);
    result.voc2007 = eval::evaluateVoc(result.detections, result.truth, eval::VocArea::ElevenPoints);
    result.voc2010 = eval::evaluateVoc(result.detections, result.truth, eval::VocArea::AllPoints);
    result.coco = eval::evaluateCoco(result.detections, result.truth);
    result.cameras = eval::evaluateGroups(pairing, result.truth, eval::groupFrames(result.detections.images, eval::GroupBy::Camera), result.yolov5.bestConfidence);
    result.trainedCameras = trainedCamerasOf(paths);
    for (const eval::ClassResult& one : result.yolov5.classes)
        result.paths.push_back(pathOf(one.curve));
    result.meanPath = meanPathOf(result.paths);
    return result;
}

} // namespace intersect::ui

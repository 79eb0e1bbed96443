// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/evaluation.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "core/eval/matching.h"
#include "core/eval/precision_curve.h"

namespace intersect::eval {
namespace {

constexpr std::size_t kPoints = 1000; ///< confidences 0..1 of the P, R and F1 curves

/// One detection of a class: its score and, per IoU threshold, one bit whether it is right.
struct Scored {
    float score = 0;
    std::uint16_t right = 0;
};

/// Box filter over a tenth of the points to each side, the ends padded with the end values.
std::vector<double> smoothed(const std::vector<double>& y) {
    const std::size_t window = y.size() * 2 / 10 / 2 + 1, half = window / 2;
    std::vector<double> padded(half, y.front());
    padded.insert(padded.end(), y.begin(), y.end());
    padded.insert(padded.end(), half, y.back());
    std::vector<double> result(y.size());
    for (std::size_t i = 0; i < y.size(); ++i)
        for (std::size_t k = 0; k < window; ++k)
            result[i] += padded[i + k] / static_cast<double>(window);
    return result;
}

/// Detections of each class with labels, all images together, by descending score (ties in image order, then in their
/// order).
std::map<int, std::vector<Scored>> matchedByClass(const detect::DetectionSet& detections, const Truth& truth,
                                                  std::size_t maxDetections, const std::map<int, std::int64_t>& labels,
                                                  std::int64_t& counted) {
    std::array<float, 10> thresholds{};
    for (std::size_t k = 0; k < thresholds.size(); ++k)
        thresholds[k] = matchThreshold(k);
    std::map<int, std::vector<Scored>> byClass;
    for (const auto& [id, count] : labels)
        byClass[id];
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        const auto found = detections.of(image).first(std::min(detections.of(image).size(), maxDetections));
        counted += static_cast<std::int64_t>(found.size());
        const std::vector<BestObject> best = bestObjects(found, truth.of(image));
        std::vector<std::uint16_t> taken(truth.of(image).size(), 0); // a bit per threshold
        for (std::size_t d = 0; d < found.size(); ++d) {
            const auto mine = byClass.find(found[d].classId);
            if (mine == byClass.end())
                continue;
            Scored scored{found[d].score, 0};
            if (best[d].truth >= 0) {
                for (std::size_t k = 0; k < thresholds.size(); ++k)
                    if (best[d].iou >= thresholds[k])
                        scored.right = static_cast<std::uint16_t>(scored.right | (1U << k));
                std::uint16_t& gone = taken[static_cast<std::size_t>(best[d].truth)];
                scored.right = static_cast<std::uint16_t>(scored.right & ~gone);
                gone = static_cast<std::uint16_t>(gone | scored.right);
            }
            mine->second.push_back(scored);
        }
    }
    for (auto& [id, scored] : byClass)
        std::stable_sort(scored.begin(), scored.end(),
                         [](const Scored& a, const Scored& b) { return a.score > b.score; });
    return byClass;
}

/// Precision, recall and F1 of one class at the 1,000 confidences.
struct AtConfidence {
    std::vector<double> precision = std::vector<double>(kPoints, 0.0), recall = precision, f1 = precision;
};

AtConfidence atConfidences(const PrCurve& curve) {
    AtConfidence at;
    if (curve.recall.empty())
        return at;
    std::vector<double> falling(curve.confidence.size()); // ascending x: minus the confidence
    std::transform(curve.confidence.begin(), curve.confidence.end(), falling.begin(), [](double c) { return -c; });
    const Polyline precision(falling, curve.precision), recall(falling, curve.recall);
    for (std::size_t i = 0; i < kPoints; ++i) {
        const double x = -evenPoint(i, kPoints);
        const double p = precision.at(x, 1.0), r = recall.at(x, 0.0);
        at.precision[i] = p;
        at.recall[i] = r;
        at.f1[i] = 2 * p * r / (p + r + kTiny);
    }
    return at;
}

} // namespace

float matchThreshold(std::size_t index) {
    return static_cast<float>(static_cast<double>(50 + 5 * index) / 100);
}

double ClassResult::ap5095() const {
    double sum = 0;
    for (const double ap : apByIou)
        sum += ap;
    return sum / static_cast<double>(apByIou.size());
}

double averagePrecisionYolov5(std::span<const std::uint8_t> tp, std::int64_t labels) {
    if (tp.empty() || labels <= 0)
        return 0;
    std::vector<double> recall, precision;
    accumulateVerdicts(
        tp.size(), labels, [&](std::size_t i) { return tp[i] != 0; }, recall, precision);
    return areaBy101Points(recall, precision, LastPoint::AtRecallOne);
}

Evaluation evaluateYolov5(const detect::DetectionSet& detections, const Truth& truth, int maxDetections) {
    assert(truth.begin.size() == detections.images.size() + 1 && detections.begin.size() == truth.begin.size());
    Evaluation result;
    result.images = static_cast<std::int64_t>(detections.images.size());
    std::map<int, std::int64_t> labels;
    for (const TruthBox& box : truth.boxes)
        if (!box.crowd)
            ++labels[box.classId];
    const auto cap = static_cast<std::size_t>(std::max(maxDetections, 0));
    const auto byClass = matchedByClass(detections, truth, cap, labels, result.detections);

    result.confidences.resize(kPoints);
    for (std::size_t i = 0; i < kPoints; ++i)
        result.confidences[i] = evenPoint(i, kPoints);
    result.meanPrecision.assign(kPoints, 0.0);
    result.meanRecall = result.meanF1 = result.meanPrecision;
    std::vector<AtConfidence> at;
    const double classes = static_cast<double>(std::max<std::size_t>(labels.size(), 1));
    for (const auto& [id, scored] : byClass) {
        ClassResult mine;
        mine.classId = id;
        mine.labels = labels.at(id);
        if (id >= 0 && static_cast<std::size_t>(id) < detections.names.size())
            mine.name = detections.names[static_cast<std::size_t>(id)];
        std::vector<double> recall, precision;
        for (std::size_t k = 0; k < mine.apByIou.size() && !scored.empty(); ++k) {
            accumulateVerdicts(
                scored.size(), mine.labels, [&](std::size_t i) { return (scored[i].right >> k & 1U) != 0; }, recall,
                precision);
            mine.apByIou[k] = areaBy101Points(recall, precision, LastPoint::AtRecallOne);
            result.mapByIou[k] += mine.apByIou[k] / classes;
            if (k == 0) {
                mine.curve.recall = recall;
                mine.curve.precision = precision;
            }
        }
        for (const Scored& one : scored)
            mine.curve.confidence.push_back(static_cast<double>(one.score));
        at.push_back(atConfidences(mine.curve));
        for (std::size_t i = 0; i < kPoints; ++i) {
            result.meanPrecision[i] += at.back().precision[i] / classes;
            result.meanRecall[i] += at.back().recall[i] / classes;
            result.meanF1[i] += at.back().f1[i] / classes;
        }
        result.labels += mine.labels;
        result.classes.push_back(std::move(mine));
    }
    const std::vector<double> smooth = smoothed(result.meanF1);
    const auto best = static_cast<std::size_t>(std::max_element(smooth.begin(), smooth.end()) - smooth.begin());
    result.bestConfidence = result.confidences[best];
    for (std::size_t c = 0; c < result.classes.size(); ++c) {
        result.classes[c].precision = at[c].precision[best];
        result.classes[c].recall = at[c].recall[best];
        result.classes[c].f1 = at[c].f1[best];
    }
    result.precision = result.meanPrecision[best];
    result.recall = result.meanRecall[best];
    result.f1 = result.meanF1[best];
    result.map50 = result.mapByIou[0];
    for (const double map : result.mapByIou)
        result.map5095 += map / static_cast<double>(result.mapByIou.size());
    return result;
}

} // namespace intersect::eval

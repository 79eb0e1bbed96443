// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/evaluation.h"

#include <algorithm>

#include "core/eval/precision_curve.h"

namespace intersect::eval {
namespace {

constexpr std::size_t kPoints = 1000; ///< confidences 0..1 of the P, R and F1 curves

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

/// A bit per match IoU 0.50, 0.55 .. 0.95 for each detection of the class: whether it is right there. One pass, in which an object
/// remembers at which thresholds it is taken.
std::vector<std::uint16_t> verdictBits(const PairedClass& paired, std::vector<std::uint16_t>& taken) {
    std::array<float, 10> thresholds{};
    for (std::size_t k = 0; k < thresholds.size(); ++k)
        thresholds[k] = matchThreshold(k);
    std::vector<std::uint16_t> right(paired.detections.size(), 0);
    for (std::size_t i = 0; i < right.size(); ++i) {
        const PairedDetection& one = paired.detections[i];
        if (one.object == PairedDetection::kNone || one.iou < thresholds.front())
            continue;
        std::uint16_t reached = 0;
        for (std::size_t k = 0; k < thresholds.size(); ++k)
            if (one.iou >= thresholds[k])
                reached = static_cast<std::uint16_t>(reached | (1U << k));
        std::uint16_t& gone = taken[one.object];
        right[i] = static_cast<std::uint16_t>(reached & ~gone);
        gone = static_cast<std::uint16_t>(gone | right[i]);
    }
    return right;
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
    return evaluateYolov5(pairDetections(detections, truth, maxDetections), static_cast<std::int64_t>(detections.images.size()), detections.names);
}

Evaluation evaluateYolov5(const Pairing& pairing, std::int64_t images, const std::vector<std::string>& names) {
    Evaluation result;
    result.images = images;
    result.detections = pairing.detections;
    result.labels = pairing.labels;
    std::size_t withLabels = 0;
    for (const PairedClass& one : pairing.classes)
        withLabels += one.labels > 0 ? 1 : 0;

    result.confidences.resize(kPoints);
    for (std::size_t i = 0; i < kPoints; ++i)
        result.confidences[i] = evenPoint(i, kPoints);
    result.meanPrecision.assign(kPoints, 0.0);
    result.meanRecall = result.meanF1 = result.meanPrecision;
    std::vector<AtConfidence> at;
    const double classes = static_cast<double>(std::max<std::size_t>(withLabels, 1));
    std::vector<std::uint16_t> taken(pairing.objects, 0); // objects of different classes never meet
    for (const PairedClass& paired : pairing.classes) {
        if (paired.labels == 0)
            continue;
        ClassResult mine;
        mine.classId = paired.classId;
        mine.labels = paired.labels;
        if (static_cast<std::size_t>(mine.classId) < names.size())
            mine.name = names[static_cast<std::size_t>(mine.classId)];
        const std::vector<std::uint16_t> right = verdictBits(paired, taken);
        std::vector<double> recall, precision;
        for (std::size_t k = 0; k < mine.apByIou.size() && !right.empty(); ++k) {
            accumulateVerdicts(
                right.size(), mine.labels, [&](std::size_t i) { return (right[i] >> k & 1U) != 0; }, recall, precision);
            mine.apByIou[k] = areaBy101Points(recall, precision, LastPoint::AtRecallOne);
            result.mapByIou[k] += mine.apByIou[k] / classes;
            if (k == 0) {
                mine.curve.recall = recall;
                mine.curve.precision = precision;
            }
        }
        mine.curve.confidence.reserve(right.size());
        for (const PairedDetection& one : paired.detections)
            mine.curve.confidence.push_back(static_cast<double>(one.score));
        at.push_back(atConfidences(mine.curve));
        for (std::size_t i = 0; i < kPoints; ++i) {
            result.meanPrecision[i] += at.back().precision[i] / classes;
            result.meanRecall[i] += at.back().recall[i] / classes;
            result.meanF1[i] += at.back().f1[i] / classes;
        }
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

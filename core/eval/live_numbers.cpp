// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/live_numbers.h"

#include <algorithm>
#include <limits>

#include "core/base/threads.h"
#include "core/detect/nms.h"
#include "core/eval/precision_curve.h"

namespace intersect::eval {
namespace {

constexpr float kLeastScore = 0.001F;

BoxXyxy clipped(const BoxXyxy& box, Size size) {
    const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
    return {std::clamp(box.x1, 0.0F, width), std::clamp(box.y1, 0.0F, height), std::clamp(box.x2, 0.0F, width), std::clamp(box.y2, 0.0F, height)};
}

} // namespace

detect::DetectionSet suppressedDetections(const detect::DetectionSet& candidates, double nmsIou, int maxDetections, int threads) {
    detect::NmsOptions options;
    options.confidence = kLeastScore;
    options.iou = static_cast<float>(nmsIou);
    options.maxDetections = maxDetections;
    const std::size_t images = candidates.images.size();
    std::vector<std::vector<detect::Detection>> kept(images);
    parallelFor(images, threads, [&](std::size_t image) {
        kept[image] = detect::nonMaximumSuppression(candidates.of(image), options);
        for (detect::Detection& one : kept[image])
            one.box = clipped(one.box, candidates.images[image].size);
    });
    detect::DetectionSet detections;
    detections.names = candidates.names;
    detections.images = candidates.images;
    detections.begin.push_back(0);
    for (const auto& mine : kept) {
        detections.detections.insert(detections.detections.end(), mine.begin(), mine.end());
        detections.begin.push_back(static_cast<std::uint32_t>(detections.detections.size()));
    }
    return detections;
}

Suppressed suppress(const detect::DetectionSet& candidates, const Truth& truth, double nmsIou, int maxDetections, int threads) {
    Suppressed set = alreadySuppressed(suppressedDetections(candidates, nmsIou, maxDetections, threads), truth, maxDetections, threads);
    set.nmsIou = nmsIou;
    return set;
}

Suppressed alreadySuppressed(detect::DetectionSet detections, const Truth& truth, int maxDetections, int threads) {
    Suppressed set;
    set.pairing = pairDetections(detections, truth, maxDetections, threads);
    set.detections = std::move(detections);
    return set;
}

CurveAt curveAt(const PairedClass& paired, std::size_t objects, double matchIou) {
    CurveAt at;
    if (paired.labels == 0) {
        at.ap = std::numeric_limits<double>::quiet_NaN();
        return at;
    }
    std::vector<std::uint8_t> taken(objects, 0);
    const std::vector<std::uint8_t> right = verdictsAt(paired, matchIou, taken);
    if (right.empty())
        return at;
    accumulateVerdicts(
        right.size(), paired.labels, [&right](std::size_t i) { return right[i] != 0; }, at.curve.recall, at.curve.precision);
    at.curve.confidence.reserve(right.size());
    for (const PairedDetection& one : paired.detections)
        at.curve.confidence.push_back(static_cast<double>(one.score));
    at.ap = areaBy101Points(at.curve.recall, at.curve.precision, LastPoint::AtRecallOne);
    return at;
}

LiveNumbers liveNumbers(const Suppressed& set, const Truth& truth, double confidence, double matchIou, int threads) {
    LiveNumbers numbers;
    numbers.confidence = confidence;
    numbers.matchIou = matchIou;
    const std::vector<PairedClass>& classes = set.pairing.classes;
    numbers.classes.resize(classes.size());
    // The pieces do not depend on each other; each class' curve is a piece of its own.
    constexpr std::size_t kOthers = 3;
    std::vector<ThresholdCounts> counts;
    parallelFor(classes.size() + kOthers, threads, [&](std::size_t piece) {
        if (piece == 0) {
            numbers.confusion = confusionMatrix(set.detections, truth, confidence, matchIou);
        } else if (piece == 1) {
            numbers.againstConfidence = countsAgainstConfidence(set.pairing, matchIou);
            counts = countsAt(set.pairing, confidence, matchIou);
        } else if (piece == 2) {
            numbers.againstMatchIou = countsAgainstMatchIou(set.pairing, confidence);
        } else {
            const PairedClass& paired = classes[piece - kOthers];
            CurveAt at = curveAt(paired, set.pairing.objects, matchIou);
            numbers.classes[piece - kOthers] = {paired.classId, paired.labels, std::move(at.curve), at.ap, {}};
        }
    });
    numbers.all.classId = -1;
    numbers.all.at = confidence;
    double sum = 0;
    std::int64_t withLabels = 0;
    for (std::size_t c = 0; c < classes.size(); ++c) {
        LiveClass& mine = numbers.classes[c];
        mine.counts = counts[c];
        numbers.all.tp += counts[c].tp;
        numbers.all.fp += counts[c].fp;
        numbers.all.fn += counts[c].fn;
        if (mine.labels > 0) {
            sum += mine.ap;
            ++withLabels;
        }
    }
    numbers.map = withLabels > 0 ? sum / static_cast<double>(withLabels) : std::numeric_limits<double>::quiet_NaN();
    return numbers;
}

} // namespace intersect::eval

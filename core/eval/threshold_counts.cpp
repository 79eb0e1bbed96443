// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/threshold_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/base/numbers.h"
#include "core/eval/matching.h"

namespace intersect::eval {
namespace {

constexpr std::size_t kConfidences = 101, kIous = 18;

double confidenceAt(std::size_t i) {
    return static_cast<double>(i) / 100;
}
double matchIouAt(std::size_t i) {
    return static_cast<double>(10 + 5 * i) / 100;
}
double ratio(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole)
                     : std::numeric_limits<double>::quiet_NaN();
}

/// Positives found and false ones per class and threshold.
struct Tally {
    std::vector<std::int64_t> tp, fp;
    std::int64_t labels = 0;
};
using Tallies = std::map<int, Tally>;

Tallies emptyTallies(const detect::DetectionSet& detections, const Truth& truth, std::size_t thresholds) {
    Tallies tallies;
    const auto of = [&](int id) -> Tally& {
        Tally& tally = tallies[id];
        if (tally.tp.empty())
            tally.tp = tally.fp = std::vector<std::int64_t>(thresholds, 0);
        return tally;
    };
    for (const TruthBox& box : truth.boxes)
        if (!box.crowd)
            ++of(box.classId).labels;
    for (const detect::Detection& one : detections.detections)
        of(one.classId);
    return tallies;
}

std::vector<ThresholdCounts> counts(const Tallies& tallies, double (*thresholdAt)(std::size_t)) {
    std::vector<ThresholdCounts> all;
    for (const auto& [id, tally] : tallies)
        for (std::size_t i = 0; i < tally.tp.size(); ++i)
            all.push_back({id, thresholdAt(i), tally.tp[i], tally.fp[i], tally.labels - tally.tp[i]});
    return all;
}

std::span<const detect::Detection> firstOf(const detect::DetectionSet& detections, std::size_t image,
                                           int maxDetections) {
    const auto all = detections.of(image);
    return all.first(std::min(all.size(), static_cast<std::size_t>(std::max(maxDetections, 0))));
}

std::string numberCell(double value) {
    return std::isnan(value) ? std::string() : formatShortest(value);
}

void appendRows(std::string& csv, const char* against, const std::vector<ThresholdCounts>& rows) {
    for (const ThresholdCounts& row : rows)
        csv += std::to_string(row.classId) + "," + against + "," + formatShortest(row.at) + "," +
               std::to_string(row.tp) + "," + std::to_string(row.fp) + "," + std::to_string(row.fn) + "," +
               numberCell(row.precision()) + "," + numberCell(row.recall()) + "," + numberCell(row.f1()) + "\n";
}

} // namespace

double ThresholdCounts::precision() const {
    return ratio(tp, tp + fp);
}
double ThresholdCounts::recall() const {
    return ratio(tp, tp + fn);
}
double ThresholdCounts::f1() const {
    return ratio(2 * tp, 2 * tp + fp + fn);
}

std::vector<ThresholdCounts> countsAgainstConfidence(const detect::DetectionSet& detections, const Truth& truth,
                                                     int maxDetections) {
    Tallies tallies = emptyTallies(detections, truth, kConfidences);
    // Low scores never change the verdict of higher ones: one matching serves all thresholds.
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        const auto found = firstOf(detections, image, maxDetections);
        for (const Match& match : matchFrame(found, truth.of(image), 0, 0.5).matches) {
            if (match.detection < 0)
                continue;
            const detect::Detection& one = found[static_cast<std::size_t>(match.detection)];
            Tally& tally = tallies[one.classId];
            auto& counted = match.verdict == Verdict::TP ? tally.tp : tally.fp;
            for (std::size_t i = 0; i < kConfidences && one.score >= static_cast<float>(confidenceAt(i)); ++i)
                ++counted[i];
        }
    }
    return counts(tallies, confidenceAt);
}

std::vector<ThresholdCounts> countsAgainstMatchIou(const detect::DetectionSet& detections, const Truth& truth,
                                                   double confidence, int maxDetections) {
    Tallies tallies = emptyTallies(detections, truth, kIous);
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        const auto found = firstOf(detections, image, maxDetections);
        const std::vector<BestObject> best = bestObjects(found, truth.of(image));
        std::vector<std::uint32_t> taken(truth.of(image).size(), 0); // a bit per threshold
        for (std::size_t d = 0; d < found.size(); ++d) {
            if (found[d].score < static_cast<float>(confidence))
                continue;
            Tally& tally = tallies[found[d].classId];
            for (std::size_t i = 0; i < kIous; ++i) {
                const std::uint32_t bit = 1U << i;
                const bool right = best[d].truth >= 0 && best[d].iou >= static_cast<float>(matchIouAt(i)) &&
                                   (taken[static_cast<std::size_t>(best[d].truth)] & bit) == 0;
                if (right)
                    taken[static_cast<std::size_t>(best[d].truth)] |= bit;
                ++(right ? tally.tp : tally.fp)[i];
            }
        }
    }
    return counts(tallies, matchIouAt);
}

std::string formatCurvesCsv(const std::vector<ThresholdCounts>& againstConfidence,
                            const std::vector<ThresholdCounts>& againstMatchIou) {
    std::string csv = "class,against,at,tp,fp,fn,precision,recall,f1\n";
    appendRows(csv, "confidence", againstConfidence);
    appendRows(csv, "match_iou", againstMatchIou);
    return csv;
}

} // namespace intersect::eval

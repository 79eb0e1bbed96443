// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/threshold_counts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/numbers.h"

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

std::size_t detectionsAbove(const PairedClass& paired, double confidence) {
    const auto least = static_cast<float>(confidence);
    const auto end = std::partition_point(paired.detections.begin(), paired.detections.end(), [least](const PairedDetection& one) { return one.score >= least; });
    return static_cast<std::size_t>(end - paired.detections.begin());
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

std::vector<ThresholdCounts> countsAt(const Pairing& pairing, double confidence, double matchIou) {
    std::vector<ThresholdCounts> all;
    std::vector<std::uint8_t> taken(pairing.objects, 0);
    for (const PairedClass& paired : pairing.classes) {
        const std::vector<std::uint8_t> right = verdictsAt(paired, matchIou, taken);
        const std::size_t counted = detectionsAbove(paired, confidence);
        const auto tp = static_cast<std::int64_t>(std::count(right.begin(), right.begin() + static_cast<std::ptrdiff_t>(counted), std::uint8_t{1}));
        all.push_back({paired.classId, confidence, tp, static_cast<std::int64_t>(counted) - tp, paired.labels - tp});
    }
    return all;
}

std::vector<ThresholdCounts> countsAgainstConfidence(const Pairing& pairing, double matchIou) {
    std::vector<ThresholdCounts> all;
    std::vector<std::uint8_t> taken(pairing.objects, 0);
    for (const PairedClass& paired : pairing.classes) {
        // Low scores never change the verdict of higher ones: one matching serves all thresholds.
        const std::vector<std::uint8_t> right = verdictsAt(paired, matchIou, taken);
        const std::size_t first = all.size();
        all.resize(first + kConfidences);
        std::int64_t tp = 0;
        std::size_t passed = 0;
        for (std::size_t i = kConfidences; i-- > 0;) {
            const std::size_t counted = detectionsAbove(paired, confidenceAt(i));
            for (; passed < counted; ++passed)
                tp += right[passed];
            all[first + i] = {paired.classId, confidenceAt(i), tp, static_cast<std::int64_t>(counted) - tp, paired.labels - tp};
        }
    }
    return all;
}

std::vector<ThresholdCounts> countsAgainstMatchIou(const Pairing& pairing, double confidence) {
    std::vector<ThresholdCounts> all;
    std::vector<std::uint32_t> taken(pairing.objects, 0); // a bit per threshold; objects of different classes never meet
    for (const PairedClass& paired : pairing.classes) {
        const std::size_t counted = detectionsAbove(paired, confidence);
        std::array<std::int64_t, kIous> tp{};
        for (std::size_t d = 0; d < counted; ++d) {
            const PairedDetection& one = paired.detections[d];
            if (one.object == PairedDetection::kNone)
                continue;
            std::uint32_t& gone = taken[one.object];
            for (std::size_t i = 0; i < kIous && one.iou >= static_cast<float>(matchIouAt(i)); ++i)
                if ((gone >> i & 1U) == 0) {
                    gone |= 1U << i;
                    ++tp[i];
                }
        }
        for (std::size_t i = 0; i < kIous; ++i)
            all.push_back({paired.classId, matchIouAt(i), tp[i], static_cast<std::int64_t>(counted) - tp[i], paired.labels - tp[i]});
    }
    return all;
}

std::vector<MeanRatios> meanRatios(const std::vector<ThresholdCounts>& counts) {
    std::vector<MeanRatios> means;
    std::vector<std::int64_t> withDetections;
    std::int64_t classes = 0;
    for (std::size_t begin = 0; begin < counts.size();) {
        std::size_t end = begin;
        while (end < counts.size() && counts[end].classId == counts[begin].classId)
            ++end;
        if (means.empty())
            for (std::size_t i = begin; i < end; ++i)
                means.push_back({counts[i].at, 0, 0, 0});
        withDetections.resize(means.size(), 0);
        if (counts[begin].tp + counts[begin].fn > 0) {
            ++classes;
            for (std::size_t i = 0; i < means.size(); ++i) {
                const ThresholdCounts& one = counts[begin + i];
                if (one.tp + one.fp > 0) {
                    means[i].precision += one.precision();
                    ++withDetections[i];
                }
                means[i].recall += one.recall();
                means[i].f1 += one.f1();
            }
        }
        begin = end;
    }
    if (classes == 0)
        return {};
    for (std::size_t i = 0; i < means.size(); ++i) {
        means[i].precision = withDetections[i] > 0 ? means[i].precision / static_cast<double>(withDetections[i]) : std::numeric_limits<double>::quiet_NaN();
        means[i].recall /= static_cast<double>(classes);
        means[i].f1 /= static_cast<double>(classes);
    }
    return means;
}

std::string formatCurvesCsv(const std::vector<ThresholdCounts>& againstConfidence,
                            const std::vector<ThresholdCounts>& againstMatchIou) {
    std::string csv = "class,against,at,tp,fp,fn,precision,recall,f1\n";
    appendRows(csv, "confidence", againstConfidence);
    appendRows(csv, "match_iou", againstMatchIou);
    return csv;
}

} // namespace intersect::eval

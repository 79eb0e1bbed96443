// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_view.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

/// The rows of a list by class and threshold that lie nearest to a threshold.
std::vector<eval::ThresholdCounts> rowsAt(const std::vector<eval::ThresholdCounts>& counts, double at) {
    std::vector<eval::ThresholdCounts> rows;
    for (const eval::ThresholdCounts& one : counts) {
        if (rows.empty() || rows.back().classId != one.classId)
            rows.push_back(one);
        else if (std::abs(one.at - at) < std::abs(rows.back().at - at))
            rows.back() = one;
    }
    return rows;
}

std::vector<eval::ThresholdCounts> liveCounts(const eval::LiveNumbers& live) {
    std::vector<eval::ThresholdCounts> counts;
    for (const eval::LiveClass& one : live.classes)
        counts.push_back(one.counts);
    return counts;
}

} // namespace

std::optional<CurveChoice> CurveChoice::of(int number) {
    if (number < 0)
        return std::nullopt;
    return CurveChoice{number / kRunStep, number % kRunStep - 1};
}

QColor runColour(std::size_t index) {
    const Palette& palette = Theme::instance().palette();
    return index == 0 ? palette.runA : index == 1 ? palette.runB : palette.runC;
}

QString runLetter(std::size_t index) {
    return QString(QChar(u'A' + static_cast<char16_t>(index)));
}

MarkerShape runMarker(std::size_t index) {
    return index == 0 ? MarkerShape::Disc : index == 1 ? MarkerShape::Square : MarkerShape::Triangle;
}

QString ratioText(double value, int decimals) {
    return std::isfinite(value) ? qs(formatFixed(value, decimals)) : QStringLiteral("–");
}

std::vector<eval::ThresholdCounts> countsAt(const eval::LiveNumbers& live, double confidence) {
    return confidence == live.confidence ? liveCounts(live) : rowsAt(live.againstConfidence, confidence);
}

std::vector<eval::ThresholdCounts> countsAtMatchIou(const eval::LiveNumbers& live, double matchIou) {
    return matchIou == live.matchIou ? liveCounts(live) : rowsAt(live.againstMatchIou, matchIou);
}

std::vector<eval::ThresholdCounts> countsOf(const std::vector<eval::ThresholdCounts>& counts, int classId) {
    if (classId == CurveChoice::kMean)
        return counts;
    std::vector<eval::ThresholdCounts> mine;
    std::copy_if(counts.begin(), counts.end(), std::back_inserter(mine),
                 [classId](const eval::ThresholdCounts& one) { return one.classId == classId; });
    return mine;
}

eval::ThresholdCounts totalOf(const std::vector<eval::ThresholdCounts>& counts) {
    eval::ThresholdCounts total;
    for (const eval::ThresholdCounts& one : counts) {
        total.tp += one.tp;
        total.fp += one.fp;
        total.fn += one.fn;
    }
    return total;
}

eval::MeanRatios ratiosOf(const std::vector<eval::ThresholdCounts>& counts, int classId) {
    const auto means = eval::meanRatios(countsOf(counts, classId));
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    return means.empty() ? eval::MeanRatios{kNone, kNone, kNone, kNone} : means.front();
}

double confidenceAtRecall(const eval::LiveNumbers& live, int classId, double recall) {
    double confidence = 0;
    for (const eval::MeanRatios& one : eval::meanRatios(countsOf(live.againstConfidence, classId)))
        if (one.recall >= recall)
            confidence = std::max(confidence, one.at);
    return confidence;
}

} // namespace intersect::ui

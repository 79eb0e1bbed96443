// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QColor>
#include <QString>

#include "ui/pages/evaluate_job.h"
#include "ui/widgets/chart_heading.h"

// What all charts of the Evaluate page look at together, and what they ask of the live numbers.
namespace intersect::ui {

/// A curve that was chosen: a class of the run whose classes are drawn, or the mean of a run.
struct CurveChoice {
    static constexpr int kMean = -1;
    int run = 0; ///< place in EvaluateView::runs
    int classId = kMean;
    bool operator==(const CurveChoice&) const = default;
    /// As one number for LineChart, and back; -1 is none.
    int number() const { return run * kRunStep + classId + 1; }
    static std::optional<CurveChoice> of(int number);

private:
    static constexpr int kRunStep = 1 << 24;
};

/// What the charts show now.
struct EvaluateView {
    std::vector<ShownRun> runs;               ///< A, B, C
    int classesOf = 0;                        ///< whose classes are drawn
    double confidence = 0.25, matchIou = 0.5; ///< where the cursors stand; the runs' numbers follow
    std::optional<CurveChoice> chosen;
    std::optional<double> hoverConfidence, hoverMatchIou; ///< what the mouse points at in one chart is marked in the others

    const ShownRun& classesRun() const { return runs[static_cast<std::size_t>(classesOf)]; }
    double shownConfidence() const { return hoverConfidence.value_or(confidence); }
    /// The class all charts tell of, or CurveChoice::kMean.
    int shownClass() const { return chosen ? chosen->classId : CurveChoice::kMean; }
};

QColor runColour(std::size_t index);
QString runLetter(std::size_t index);
MarkerShape runMarker(std::size_t index);
/// Two decimals, and an en dash for what does not exist.
QString ratioText(double value, int decimals = 2);

/// The counts of every class at a confidence: those of the live numbers where it is theirs, else the nearest hundredth of
/// `againstConfidence`.
std::vector<eval::ThresholdCounts> countsAt(const eval::LiveNumbers& live, double confidence);
/// The counts of every class at a match IoU, the nearest twentieth from 0.1 to 0.95 (of the live numbers where it is theirs).
std::vector<eval::ThresholdCounts> countsAtMatchIou(const eval::LiveNumbers& live, double matchIou);
/// Those of one class; all of them for CurveChoice::kMean.
std::vector<eval::ThresholdCounts> countsOf(const std::vector<eval::ThresholdCounts>& counts, int classId);
/// TP, FP and FN of all of them together.
eval::ThresholdCounts totalOf(const std::vector<eval::ThresholdCounts>& counts);
/// Precision, recall and F1 of a class, or the means over the classes with labels; all NaN where there is none.
eval::MeanRatios ratiosOf(const std::vector<eval::ThresholdCounts>& counts, int classId);
/// The highest confidence, in hundredths, at which a class (or the mean) still reaches a recall; 0 where it never does.
double confidenceAtRecall(const eval::LiveNumbers& live, int classId, double recall);

} // namespace intersect::ui

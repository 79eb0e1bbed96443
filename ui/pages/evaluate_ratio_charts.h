// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/evaluate_view.h"
#include "ui/widgets/line_chart.h"

namespace intersect::ui {

/// Precision, recall and F1 of up to three runs against one threshold while the other stands: means over the classes with labels, or of the
/// chosen class. The cursor is the slider; under the mouse the counts stand beside the ratios. GUI thread only.
class RatioChart : public LineChart {
    Q_OBJECT
public:
    enum class Against { Confidence, MatchIou };
    explicit RatioChart(Against against, QWidget* parent = nullptr);
    void setView(const EvaluateView& view);
    /// The cursor and the mark of what another chart points at, alone.
    void setPoints(const EvaluateView& view);

private:
    const std::vector<eval::ThresholdCounts>& countsOfRun(const ShownRun& shown) const;
    QString hoverTable(double at) const;
    void refreshLines();

    Against m_against;
    EvaluateView m_view;
};

/// AP of up to three runs against match IoU 0.50 .. 0.95: the mean, or the chosen class. The cursor is the match IoU. GUI thread only.
class ApIouChart : public LineChart {
    Q_OBJECT
public:
    explicit ApIouChart(QWidget* parent = nullptr);
    void setView(const EvaluateView& view);
    void setPoints(const EvaluateView& view);
};

} // namespace intersect::ui

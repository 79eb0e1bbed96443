// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "ui/pages/evaluate_job.h"

namespace intersect::ui {

class ChartHeading;
class LineChart;
class MatrixView;

/// The four views of an evaluation: PR curve with read-out, AP against match IoU, P, R and F1 against confidence, confusion. GUI thread only.
class EvaluateCharts : public QWidget {
    Q_OBJECT
public:
    explicit EvaluateCharts(QWidget* parent = nullptr);
    /// Up to three runs, A, B, C; classes and confusion are drawn for the one at `classesOf`.
    void setRuns(std::vector<ShownRun> runs, int classesOf);
    /// Where the cursors stand; the runs' numbers follow a moment later.
    void setThresholds(double confidence, double matchIou);

Q_SIGNALS:
    void confidencePicked(double confidence); ///< by dragging the cursor of a chart
    void matchIouPicked(double matchIou);
    void confusionCellPicked(int predicted, int actual); ///< class ids or eval::kConfusionBackground
    void cameraPicked(const QString& camera);

private:
    void refresh();
    void refreshPr();
    void refreshPoints();
    void refreshIou();
    void refreshConfidence();
    const ShownRun& classesRun() const { return m_runs[static_cast<std::size_t>(m_classesOf)]; }

    std::vector<ShownRun> m_runs;
    int m_classesOf = 0;
    double m_confidence = 0.25;
    LineChart* m_pr;
    LineChart* m_iou;
    LineChart* m_against;
    ChartHeading* m_confusionHeading;
    MatrixView* m_confusion;
};

} // namespace intersect::ui

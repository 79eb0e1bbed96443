// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "ui/pages/evaluate_view.h"

class QStackedWidget;

namespace intersect::ui {

class ApIouChart;
class CameraCurvesView;
class MatrixView;
class PrChart;
class RatioChart;
class SegmentedButtons;

/// The pictures of an evaluation, with one cursor on all of them: PR curves, AP against match IoU, P, R and F1 against confidence and
/// against match IoU, confusion; or one small PR curve a camera. GUI thread only.
class EvaluateCharts : public QWidget {
    Q_OBJECT
public:
    explicit EvaluateCharts(QWidget* parent = nullptr);
    /// Up to three runs, A, B, C; classes and confusion are drawn for the one at `classesOf`.
    void setRuns(std::vector<ShownRun> runs, int classesOf);
    /// Where the cursors stand; the runs' numbers follow a moment later.
    void setThresholds(double confidence, double matchIou);
    const EvaluateView& view() const { return m_view; }

Q_SIGNALS:
    void confidencePicked(double confidence); ///< by dragging the cursor of a chart
    void matchIouPicked(double matchIou);
    void confusionCellPicked(int predicted, int actual); ///< class ids or eval::kConfusionBackground
    void cameraPicked(const QString& camera);            ///< named as eval::groupFrames does

private:
    QWidget* makeTools();
    QWidget* makeCharts();
    void connectCharts();
    void refresh();
    void refreshPoints();
    void refreshConfusion();
    void hover(std::optional<double> confidence, std::optional<double> matchIou);

    EvaluateView m_view;
    SegmentedButtons* m_viewSwitch;
    SegmentedButtons* m_prSwitch;
    QWidget* m_prTools;
    QStackedWidget* m_body;
    PrChart* m_pr;
    ApIouChart* m_iou;
    RatioChart *m_againstConfidence, *m_againstMatchIou;
    MatrixView* m_confusion;
    CameraCurvesView* m_cameras;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

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
    /// B may be null; classes are drawn for A only.
    void setEvaluations(std::shared_ptr<const RunEvaluation> a, std::shared_ptr<const RunEvaluation> b);
    void setConfidence(double confidence);
    void setConfusion(const eval::ConfusionMatrix& matrix);

Q_SIGNALS:
    void confidencePicked(double confidence); ///< by dragging the cursor of a chart

private:
    void refresh();
    void refreshPr();
    void refreshPoints();
    void refreshIou();
    void refreshConfidence();
    QString className(int classId) const;

    std::shared_ptr<const RunEvaluation> m_a, m_b;
    double m_confidence = 0.25;
    LineChart* m_pr;
    LineChart* m_iou;
    LineChart* m_against;
    ChartHeading* m_confusionHeading;
    MatrixView* m_confusion;
};

} // namespace intersect::ui

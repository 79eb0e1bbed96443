// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ui/pages/evaluate_job.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

class CellTable;
class CellView;

/// The right pane of Evaluate: mAP by definition, per class, per camera. GUI thread only.
class EvaluateTables : public SidePane {
    Q_OBJECT
public:
    explicit EvaluateTables(QWidget* parent = nullptr);
    /// Either may be null.
    void setEvaluations(const std::shared_ptr<const RunEvaluation>& a, const std::shared_ptr<const RunEvaluation>& b);

private:
    void fillDefinitions(const RunEvaluation* a, const RunEvaluation* b);
    void fillClasses(const RunEvaluation* a);
    void fillCameras(const RunEvaluation* a);

    CellTable* m_definitions;
    CellTable* m_classes;
    CellTable* m_cameras;
    ThemedLabel* m_lesson;
    ThemedLabel* m_cameraHint;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/eval/frame_groups.h"
#include "ui/job_runner.h"
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
    void setRuns(const std::vector<ShownRun>& runs);

private:
    void fillDefinitions(const DefinitionTables* a, const DefinitionTables* b);
    void fillClasses(const DefinitionTables* a);
    void fillCameras(const RunEvaluation& a, const std::vector<eval::GroupResult>& cameras);

    CellTable* m_definitions;
    CellTable* m_classes;
    CellTable* m_cameras;
    ThemedLabel* m_lesson;
    ThemedLabel* m_cameraHint;
    JobRunner m_grouping;
};

} // namespace intersect::ui

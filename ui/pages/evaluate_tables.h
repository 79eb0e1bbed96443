// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "ui/pages/evaluate_job.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

class CellTable;
class DefinitionsPanel;
class FormulasPanel;
class GroupsPanel;
class SplitsPanel;

/// The right pane of Evaluate: mAP by definition, per class, by group, train, val and test, and how all of it is counted. GUI thread only.
class EvaluateTables : public SidePane {
    Q_OBJECT
public:
    explicit EvaluateTables(QWidget* parent = nullptr);
    /// Up to three runs; classes, groups, splits and fractions are those of the one at `classesOf`, whose folder is `paths`.
    void setRuns(const std::vector<ShownRun>& runs, int classesOf, const runs::RunPaths& paths,
                 const std::vector<std::string>& datasetNames);
    /// Whether an evaluation may be started now.
    void setMayEvaluate(bool may);
    /// Nothing is being worked out.
    bool isSettled() const;

Q_SIGNALS:
    void framesWanted(const QStringList& paths, const QString& what);
    void splitsWanted(const QStringList& splits);

private:
    void fillClasses();
    ShownRun m_shown;
    QString m_letter;
    DefinitionsPanel* m_definitions;
    CellTable* m_classes;
    ThemedLabel* m_classCaption;
    GroupsPanel* m_groups;
    SplitsPanel* m_splits;
    FormulasPanel* m_formulas;
};

} // namespace intersect::ui

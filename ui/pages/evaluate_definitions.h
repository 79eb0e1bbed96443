// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QVBoxLayout>

#include "ui/pages/evaluate_job.h"
#include "ui/pages/evaluate_reasons.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

class CellTable;
class CellView;
class FoldSection;

/// The page's lesson: the same detections by five definitions, run beside run, and the reason for each gap. The selected row is the
/// definition used elsewhere; it is remembered. GUI thread only.
class DefinitionsPanel : public QObject {
    Q_OBJECT
public:
    /// Adds its sections to `pane`.
    explicit DefinitionsPanel(SidePane* pane);
    void setRuns(const std::vector<ShownRun>& runs);
    Definition chosen() const { return m_chosen; }

Q_SIGNALS:
    void chosenChanged();

private:
    void fill();
    void fillCoco();
    void choose(int row);
    std::vector<ShownRun> m_runs;
    Definition m_chosen = Definition::Yolov5;
    CellTable *m_table, *m_cocoTable;
    CellView *m_view, *m_cocoView;
    FoldSection* m_coco;
    ThemedLabel *m_reason, *m_lesson;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/job_runner.h"
#include "ui/pages/evaluate_groups_job.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

class CellTable;
class CellView;
class SegmentedButtons;

/// One run by camera, pool, hour of day or box size, with intervals; a row leads to its frames. GUI thread only.
class GroupsPanel : public QObject {
    Q_OBJECT
public:
    /// Adds its section to `pane`.
    explicit GroupsPanel(SidePane* pane);
    /// The run with the numbers of now; `letter` names it. Null parts: nothing is shown.
    void setRun(const ShownRun& shown, const QString& letter);
    /// Nothing is being worked out.
    bool isSettled() const;

Q_SIGNALS:
    void framesWanted(const QStringList& paths, const QString& what);

private:
    void compute();
    void computeIntervals();
    void fill();
    GroupKind kind() const;
    QString nameOf(const GroupRow& row) const;

    ShownRun m_shown;
    QString m_letter;
    std::optional<GroupFigures> m_figures;
    /// Intervals, and what they belong to.
    std::vector<eval::Interval> m_intervals;
    std::shared_ptr<const eval::Suppressed> m_intervalsOf;
    GroupKind m_intervalsKind = GroupKind::Camera;
    bool m_computing = false, m_again = false;
    SegmentedButtons* m_kinds;
    CellTable* m_table;
    CellView* m_view;
    ThemedLabel *m_caption, *m_counting, *m_hint;
    JobRunner m_job, m_intervalJob;
    QTimer m_intervalSoon; ///< intervals wait until the slider rests
};

} // namespace intersect::ui

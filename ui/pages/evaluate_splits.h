// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/job_runner.h"
#include "ui/pages/evaluate_splits_job.h"
#include "ui/widgets/side_pane.h"

class QPushButton;

namespace intersect::ui {

class CellTable;
class CellView;
class FoldSection;

/// Train, val and test of one run side by side: the gaps as figures, and what they say in a sentence. GUI thread only.
class SplitsPanel : public QObject {
    Q_OBJECT
public:
    /// Adds its section to `pane`.
    explicit SplitsPanel(SidePane* pane);
    /// The run with the numbers of now and its folder; `letter` names it. Null parts: nothing is shown.
    void setRun(const ShownRun& shown, const runs::RunPaths& paths, const std::vector<std::string>& datasetNames, const QString& letter);
    /// Whether missing splits may be asked for now.
    void setMayEvaluate(bool may);
    SplitVerdict verdict() const { return verdictOf(m_splits); }
    bool isSettled() const { return !m_soon.isActive() && !m_computing; }

Q_SIGNALS:
    void splitsWanted(const QStringList& splits); ///< those without detections

private:
    void compute();
    void fill();
    QStringList missing() const;

    ShownRun m_shown;
    runs::RunPaths m_paths;
    std::vector<std::string> m_names;
    QString m_letter;
    SplitTable m_splits;
    std::shared_ptr<const eval::Suppressed> m_splitsOf; ///< the set the figures belong to
    bool m_computing = false;
    FoldSection* m_fold;
    CellTable* m_table;
    CellView* m_view;
    ThemedLabel* m_sentence;
    QPushButton* m_evaluate;
    JobRunner m_job;
    QTimer m_soon; ///< waits until the slider of NMS rests
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QObject>
#include <QTimer>

#include "ui/job_runner.h"
#include "ui/pages/evaluate_job.h"

namespace intersect::ui {

/// Keeps the figures of up to three runs at the thresholds of now: reads the runs, and works out anew only what a moved slider changes.
/// While it is dragged one piece of work follows the other, each with the newest thresholds, so that figures move with it. GUI thread only.
class EvaluateFigures : public QObject {
    Q_OBJECT
public:
    explicit EvaluateFigures(QObject* parent = nullptr);

    /// Shows these runs on that split; what is shown already and has not changed on disk is not read again.
    void show(const std::vector<runs::RunPaths>& runs, const std::string& split, const std::vector<std::string>& datasetNames);
    void clear();
    void setThresholds(const Thresholds& thresholds);

    /// Runs in the order asked for, all at the thresholds of `numbersAt()`; empty while nothing is there.
    const std::vector<ShownRun>& runs() const { return m_runs; }
    const Thresholds& numbersAt() const { return m_shownAt; }
    /// How long the last numbers took, milliseconds.
    qint64 numbersMs() const { return m_ms; }
    bool isLoading() const { return m_loadingNow; }
    /// Waiting for nothing: all that is shown belongs to the thresholds of now, the definitions too.
    bool isSettled() const;

Q_SIGNALS:
    /// Other runs are shown; numbersChanged follows.
    void runsChanged();
    /// The numbers of the runs at new thresholds; `runs()` holds them.
    void numbersChanged();
    /// The definitions of the runs came.
    void tablesChanged();
    /// A run cannot be shown (it is left out); empty when all could be.
    void problem(const std::optional<intersect::Error>& error);

private:
    void follow();
    void define();
    void takeNumbers(std::vector<ShownRun> runs, const Thresholds& at, qint64 ms);

    std::vector<ShownRun> m_runs;
    std::vector<std::string> m_keys;  ///< of each run: its files and their times
    std::vector<std::string> m_asked; ///< of the runs asked for last
    Thresholds m_wanted, m_shownAt;
    qint64 m_ms = 0;
    bool m_following = false, m_loadingNow = false;
    JobRunner m_load, m_follow, m_define;
    QTimer m_defineSoon; ///< definitions wait until the slider rests
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include "ui/job_runner.h"
#include "ui/pages/losses_run_job.h"
#include "ui/session.h"

namespace intersect::ui {

/// One run's own predictions, read off the window's thread (the newest choice wins) and again whenever its file grew. GUI thread only.
class RunSource : public QObject {
    Q_OBJECT
public:
    explicit RunSource(Session& session, QObject* parent = nullptr);

    /// Reads this run of the workspace; empty: none. Again if it is the same.
    void setRun(const QString& name);
    /// What was read last; null: nothing, or not yet.
    const std::shared_ptr<const RunTruth>& truth() const { return m_truth; }

Q_SIGNALS:
    void changed();
    void slow(); ///< reading takes a while

private:
    void load();
    void watchFiles();
    Session& m_session;
    QString m_name;
    std::shared_ptr<const RunTruth> m_truth;
    QFileSystemWatcher m_watcher;
    QTimer m_changed, m_slow;
    JobRunner m_job;
};

/// The runs of the workspace that can be chosen, listed anew when runs come and go. GUI thread only.
class RunList : public QObject {
    Q_OBJECT
public:
    explicit RunList(Session& session, QObject* parent = nullptr);
    const std::vector<RunChoice>& choices() const { return m_choices; }
    /// Whether there is a run of this name with a record.
    bool hasRecord(const QString& name) const;

Q_SIGNALS:
    void changed();

private:
    void refresh();
    Session& m_session;
    std::vector<RunChoice> m_choices;
    JobRunner m_job;
};

} // namespace intersect::ui

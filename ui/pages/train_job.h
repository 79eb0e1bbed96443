// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "ui/pages/run_header.h"
#include "ui/session.h"

namespace intersect::ui {

/// The one training child of the window: starts it, follows its events, pauses and stops it, and remembers how it ended. GUI thread only.
class TrainJob : public QObject {
    Q_OBJECT
public:
    /// How a child of this window ended that was not well.
    struct Ending {
        QString sentence, advice, lastLines;
        int epoch = 0;
    };
    explicit TrainJob(Session& session, QObject* parent = nullptr);

    /// Starts the child for the folder `run` below runs/; false: one is running already.
    bool start(const QString& run, const QStringList& arguments);
    /// Holds the training between two batches, or lets it go on.
    void togglePause();
    /// The first time: save and end; the second time: end at once.
    void stop();
    bool isRunning() const { return !m_run.isEmpty(); }
    QString run() const { return m_run; } ///< the run it writes; empty when none
    /// What it said last, with the time since its start.
    LiveProgress progress() const;
    int epoch() const { return m_progress.epoch; }
    /// How the run's last child ended, if that was a failure; null otherwise.
    const Ending* endingOf(const QString& run) const;
    void forgetEndings() { m_endings.clear(); }

Q_SIGNALS:
    void logged(const QString& line);  ///< a line for people
    void grew();                       ///< the run's records on disk changed
    void ticked();                     ///< progress may be shown again
    /// The child is gone. `well`: the run is done; `asked`: it was stopped from here.
    void ended(const QString& run, bool well, bool asked, double seconds);

private:
    void takeEvent(const Json& event);
    void takeEnd(const WorkerClient::End& end);
    Session& m_session;
    QString m_run;
    LiveProgress m_progress;
    QElapsedTimer m_since;
    QTimer m_tick;
    std::map<QString, Ending> m_endings;
};

} // namespace intersect::ui

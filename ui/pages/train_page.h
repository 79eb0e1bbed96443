// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QPushButton>
#include <QTimer>

#include "core/runs/queue.h"
#include "ui/job_runner.h"
#include "ui/models/run_rows.h"
#include "ui/pages/page.h"
#include "ui/pages/run_header.h"
#include "ui/pages/train_job.h"

class QStackedWidget;

namespace intersect::ui {

class BatchPreview;
class EmptyState;
class LogView;
class TrainCharts;
class TrainFailure;
class TrainForm;
class TrainQueue;

/// Left the settings of the next run, centre the shown run: live from its child, and always rebuilt from its folder; below, the queue. GUI thread only.
class TrainPage : public Page {
    Q_OBJECT
public:
    explicit TrainPage(Session& session, QWidget* parent = nullptr);

    QString name() const override { return QStringLiteral("train"); }
    QString title() const override { return tr("Train"); }
    QString subtitle() const override;
    QStringList command() const override;
    QList<QAbstractButton*> headButtons() override;
    void primary() override;
    QString helpText() const override;

private:
    QWidget* makeCentre();
    void connectAll();
    /// Whether the form describes a run; says what is missing if not.
    bool formIsReady();
    void start();
    void startAgain();
    /// The shown run's settings with a smaller batch, from its last weights, in a new folder.
    void startSmaller(int batch);
    /// Goes on with the shown run in its own folder, to `epochs` in all (0: as planned); waits in the queue while another one trains.
    void resumeRun(int epochs = 0);
    void addToQueue();
    void startNext();
    void launchQueued(const runs::QueuedRun& queued);
    QStringList nextArguments() const;
    QString nextRun() const;
    QStringList takenNames() const;
    void appendLog(const QString& line);
    void launch(const QString& run, const QStringList& arguments, int epochs);
    void takeEnd(const QString& run, bool well, bool asked, double seconds);
    void takeSettings(const QString& run);
    void compareSettings(const QString& run);
    void previewBatches();
    void reloadSoon();
    void reload();
    void showRun();
    void showLive();
    void watchDisk();
    const RunRow* shown() const;
    const RunRow* rowOf(const QString& run) const;
    bool isLive() const { return m_job->isRunning() && m_job->run() == session().currentRun(); }
    QString runFolder(const QString& run) const;
    QString logFile() const;

    std::vector<RunRow> m_runs;
    TrainJob* m_job;
    QTimer m_reloadTimer, m_watchTimer;
    JobRunner m_reading;
    QString m_statusFor;
    QStringList m_lastLogged;  ///< to leave out what comes both as event and on stderr
    int m_launchedEpochs = 0;  ///< planned by the run that was started last
    bool m_queueHeld = true;   ///< what waits starts only when asked to: after opening, a stop or a failure

    TrainForm* m_form;
    QStackedWidget* m_body;
    EmptyState* m_empty;
    RunHeader* m_header;
    TrainFailure* m_failure;
    TrainCharts* m_charts;
    LogView* m_log;
    TrainQueue* m_queue;
    QPushButton* m_evaluate;
    QPointer<BatchPreview> m_preview;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// How trainings begin on the page Train: from the form, from the queue, again, or further; and what follows when one ends.
#include <algorithm>
#include <filesystem>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "ui/pages/run_facts.h"
#include "ui/pages/train_failure.h"
#include "ui/pages/train_form.h"
#include "ui/pages/train_page.h"
#include "ui/pages/train_queue.h"
#include "ui/pages/train_settings.h"
#include "ui/text.h"
#include "ui/widgets/log_view.h"

namespace intersect::ui {

bool TrainPage::formIsReady() {
    if (m_form->config().data.empty()) {
        m_form->setProblem(tr("There are no lists to train on yet."), tr("Choose frames on the page Select and press Write lists."));
        return false;
    }
    if (const QString problem = m_form->problem(); !problem.isEmpty()) {
        m_form->setProblem(problem, tr("Correct it under Loss."));
        return false;
    }
    return true;
}

void TrainPage::start() {
    if (formIsReady())
        launch(nextRun(), nextArguments(), m_form->config().epochs);
}

void TrainPage::addToQueue() {
    if (!formIsReady())
        return;
    // What waited before waits on where it was held; the first of an empty queue may go at once.
    const bool goes = !m_job->isRunning() && (m_queue->waiting().isEmpty() || !m_queueHeld);
    runs::QueuedRun queued;
    queued.run = nextRun().toStdString();
    queued.config = m_form->config();
    if (m_queue->append(queued) && goes)
        startNext();
}

void TrainPage::startNext() {
    if (m_job->isRunning() || session().trainWorker().isRunning())
        return;
    m_queueHeld = false;
    if (const auto next = m_queue->takeFirst())
        launchQueued(*next);
}

void TrainPage::launchQueued(const runs::QueuedRun& queued) {
    const QString run = qs(queued.run);
    if (queued.goesOn) {
        QStringList arguments{QStringLiteral("resume"), runFolder(run)};
        if (queued.epochs > 0)
            arguments << QStringLiteral("--epochs") << QString::number(queued.epochs);
        const RunRow* row = rowOf(run);
        launch(run, arguments, queued.epochs > 0 || row == nullptr ? queued.epochs : row->summary.epochs);
        return;
    }
    // Its own settings, not the form's of now.
    const std::filesystem::path file = session().workspace()->cache() / ("queued-" + queued.run + ".yaml");
    if (const auto written = writeFileAtomically(file, runs::formatTrainConfig(queued.config)); !written) {
        m_form->setProblem(qs(written.error().message), qs(written.error().advice));
        m_queueHeld = true;
        return;
    }
    launch(run, {QStringLiteral("train"), QStringLiteral("--config"), qs(file), QStringLiteral("--run"), runFolder(run)}, queued.config.epochs);
}

void TrainPage::startAgain() {
    const RunRow* run = shown();
    if (run == nullptr || !run->config)
        start();
    else if (canResume(run->summary))
        resumeRun();
    else
        startSmaller(0);
}

void TrainPage::startSmaller(int batch) {
    const RunRow* run = shown();
    if (run == nullptr || !run->config)
        return;
    const std::filesystem::path last = run->summary.paths.last();
    const QString weights = std::filesystem::exists(last) ? qs(last) : qs(run->config->weights);
    const QString selection = qs(run->config->data.parent_path().filename());
    const QString name = nextRunName(selection, run->config->loss, takenNames());
    QStringList arguments = trainAgainArguments(run->summary.paths, *run->config, weights, runFolder(name));
    if (batch > 0)
        arguments << QStringLiteral("--batch") << QString::number(batch);
    launch(name, arguments, run->config->epochs);
}

void TrainPage::resumeRun(int epochs) {
    const RunRow* run = shown();
    if (run == nullptr)
        return;
    runs::QueuedRun goesOn;
    goesOn.run = run->summary.id;
    goesOn.goesOn = true;
    goesOn.epochs = epochs;
    if (m_job->isRunning())
        m_queue->append(goesOn);
    else
        launchQueued(goesOn);
}

void TrainPage::launch(const QString& run, const QStringList& arguments, int epochs) {
    m_launchedEpochs = epochs;
    m_log->setLines({});
    m_lastLogged.clear();
    if (!m_job->start(run, arguments)) {
        m_form->setProblem(tr("%1 is training now.").arg(session().trainingRun()), tr("Add the next one to the queue; one training at a time uses all cores best."));
        return;
    }
    m_queueHeld = false;
    m_form->setProblem({}, {});
    m_statusFor = run;
    appendLog(WorkerClient::commandLine(arguments));
    showRun();
}

void TrainPage::takeEnd(const QString& run, bool well, bool asked, double seconds) {
    m_queueHeld = !well;
    // Behind the session's own word that nothing trains any more.
    if (well)
        QMetaObject::invokeMethod(this, &TrainPage::startNext, Qt::QueuedConnection);
    m_reading.start([paths = session().runPaths(run)](const JobRunner::Cancelled&) { return readRunRows({paths.folder}).front(); },
                    [this, run, well, asked, seconds](const RunRow& row) {
                        if (well)
                            session().showStatus(tr("%1 is done: mAP50 %2 in %3.").arg(run, qs(formatFixed(row.summary.bestMap50, 3)), durationText(seconds)));
                        else if (const TrainJob::Ending* ending = m_job->endingOf(run); ending != nullptr)
                            session().showStatus(tr("%1 failed in epoch %2").arg(run).arg(std::max(1, ending->epoch)));
                        else if (asked)
                            session().showStatus(tr("%1 was stopped; what it learned is saved.").arg(run));
                        reload();
                    });
}

} // namespace intersect::ui

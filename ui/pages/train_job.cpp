// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_job.h"

#include "ui/models/run_rows.h"

namespace intersect::ui {

namespace {

constexpr int kTickMs = 200;

int wholeOf(const Json& event, const char* key) {
    const auto found = event.find(key);
    return found != event.end() && found->is_number() ? static_cast<int>(found->get<double>()) : 0;
}

double numberOf(const Json& event, const char* key) {
    const auto found = event.find(key);
    return found != event.end() && found->is_number() ? found->get<double>() : -1;
}

} // namespace

TrainJob::TrainJob(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, &TrainJob::ticked);
    connect(&session.trainWorker(), &WorkerClient::event, this, &TrainJob::takeEvent);
    connect(&session.trainWorker(), &WorkerClient::ended, this, &TrainJob::takeEnd);
    connect(&session.trainWorker(), &WorkerClient::progressLine, this, [this](const QString& line) {
        if (isRunning())
            Q_EMIT logged(line);
    });
}

bool TrainJob::start(const QString& run, const QStringList& arguments) {
    if (m_session.trainWorker().isRunning())
        return false;
    m_run = run;
    m_progress = {};
    m_since.start();
    m_endings.erase(run);
    m_session.setTrainingRun(run);
    m_session.trainWorker().start(arguments, true);
    m_session.setCurrentRun(run);
    m_tick.start();
    return true;
}

void TrainJob::togglePause() {
    if (!isRunning() || m_progress.stopping)
        return;
    m_progress.paused = !m_progress.paused;
    m_session.trainWorker().send(m_progress.paused ? "pause" : "resume");
    Q_EMIT ticked();
}

void TrainJob::stop() {
    if (m_progress.stopping) {
        m_session.trainWorker().kill();
        return;
    }
    m_progress.stopping = true;
    m_session.trainWorker().send("stop");
    Q_EMIT ticked();
}

LiveProgress TrainJob::progress() const {
    LiveProgress now = m_progress;
    now.elapsedSeconds = static_cast<double>(m_since.elapsed()) / 1000;
    return now;
}

const TrainJob::Ending* TrainJob::endingOf(const QString& run) const {
    const auto found = m_endings.find(run);
    return found != m_endings.end() ? &found->second : nullptr;
}

void TrainJob::takeEvent(const Json& event) {
    if (!isRunning())
        return;
    const std::string type = event.value("type", std::string());
    if (const int epoch = wholeOf(event, "epoch"); epoch > 0)
        m_progress.epoch = epoch;
    if (type == "progress") {
        m_progress.batch = wholeOf(event, "batch");
        m_progress.batches = wholeOf(event, "of");
        m_progress.imagesPerSecond = numberOf(event, "images_per_s");
        m_progress.etaSeconds = numberOf(event, "eta_s");
        return; // shown with the next tick
    }
    Q_EMIT logged(eventLine(event));
    if (type == "started" || type == "hello")
        m_session.noteRunsChanged();
    Q_EMIT grew();
}

void TrainJob::takeEnd(const WorkerClient::End& end) {
    if (!isRunning())
        return;
    m_tick.stop();
    const QString run = m_run;
    const bool asked = m_progress.stopping && end.exitCode == 130;
    const double seconds = static_cast<double>(m_since.elapsed()) / 1000;
    if (!end.ok && !asked)
        m_endings[run] = {end.message, end.advice, end.lastLines, m_progress.epoch};
    m_run.clear();
    m_progress = {};
    Q_EMIT ended(run, end.ok, asked, seconds);
}

} // namespace intersect::ui

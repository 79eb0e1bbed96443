// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_page.h"

#include <algorithm>

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "core/base/files.h"
#include "ui/pages/batch_preview.h"
#include "ui/pages/compare_settings.h"
#include "ui/pages/run_facts.h"
#include "ui/pages/train_charts.h"
#include "ui/pages/train_failure.h"
#include "ui/pages/train_form.h"
#include "ui/pages/train_queue.h"
#include "ui/pages/train_settings.h"
#include "ui/text.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/panes.h"

namespace intersect::ui {

namespace {

constexpr int kLogLines = 3000;
constexpr int kReloadMs = 120;
constexpr int kWatchMs = 2000;

} // namespace

TrainPage::TrainPage(Session& session, QWidget* parent) : Page(session, parent) {
    setObjectName(QStringLiteral("trainPage"));
    m_job = new TrainJob(session, this);
    m_form = new TrainForm(session);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(new Panes(QStringLiteral("trainPanes"), m_form, makeCentre(), nullptr, 364, 0));
    m_evaluate = new QPushButton(tr("Evaluate"));
    m_evaluate->setObjectName(QStringLiteral("evaluateRunButton"));
    m_evaluate->setToolTip(tr("Shows how good this run's weights are"));
    m_evaluate->setParent(this);
    m_evaluate->hide();
    m_reloadTimer.setSingleShot(true);
    m_reloadTimer.setInterval(kReloadMs);
    m_watchTimer.setInterval(kWatchMs);
    m_watchTimer.start();
    connectAll();
    Q_EMIT m_form->changed();
    reload();
}

QWidget* TrainPage::makeCentre() {
    auto* centre = new SurfaceArea;
    auto* outer = new QVBoxLayout(centre);
    outer->setContentsMargins(0, 0, 0, 0);
    m_body = new QStackedWidget;
    outer->addWidget(m_body);
    m_empty = new EmptyState(tr("No run yet. Choose a selection and press Start."), tr("Start"));
    m_empty->setObjectName(QStringLiteral("trainEmpty"));
    m_body->addWidget(m_empty);

    auto* vertical = new QSplitter(Qt::Vertical);
    vertical->setObjectName(QStringLiteral("trainRows"));
    vertical->setChildrenCollapsible(false);
    m_body->addWidget(vertical);
    auto* above = new QWidget;
    auto* aboveLayout = new QVBoxLayout(above);
    aboveLayout->setContentsMargins(0, 0, 0, 0);
    aboveLayout->setSpacing(0);
    m_header = new RunHeader;
    aboveLayout->addWidget(m_header);
    aboveLayout->addWidget(new HairLine);
    auto* failureHolder = new QVBoxLayout;
    failureHolder->setContentsMargins(16, 12, 16, 4);
    m_failure = new TrainFailure;
    m_failure->hide();
    failureHolder->addWidget(m_failure);
    aboveLayout->addLayout(failureHolder);
    m_charts = new TrainCharts;
    aboveLayout->addWidget(m_charts, 1);
    vertical->addWidget(above);

    auto* below = new QSplitter(Qt::Horizontal);
    below->setObjectName(QStringLiteral("trainBelow"));
    below->setChildrenCollapsible(false);
    auto* logPart = new QWidget;
    auto* logLayout = new QVBoxLayout(logPart);
    logLayout->setContentsMargins(16, 8, 0, 8);
    logLayout->addWidget(new ThemedLabel(tr("Log"), FontRole::SectionHeading));
    m_log = new LogView;
    m_log->setObjectName(QStringLiteral("logView"));
    logLayout->addWidget(m_log, 1);
    below->addWidget(logPart);
    m_queue = new TrainQueue(session());
    m_queue->setMinimumWidth(440); // run names stay readable in a narrow window
    below->addWidget(m_queue);
    below->setSizes({440, 500});
    vertical->addWidget(below);
    vertical->setSizes({500, 230});
    vertical->setStretchFactor(0, 1);
    return centre;
}

void TrainPage::connectAll() {
    connect(&m_reloadTimer, &QTimer::timeout, this, &TrainPage::reload);
    connect(&m_watchTimer, &QTimer::timeout, this, &TrainPage::watchDisk);
    connect(m_empty->button(), &QPushButton::clicked, this, &TrainPage::start);
    connect(m_form->startButton(), &QPushButton::clicked, this, &TrainPage::start);
    connect(m_form->queueButton(), &QPushButton::clicked, this, &TrainPage::addToQueue);
    connect(m_form, &TrainForm::changed, this, [this] {
        m_form->setRunName(nextRun());
        m_form->setProblem({}, {});
        Q_EMIT headChanged();
    });
    connect(m_form, &TrainForm::previewAsked, this, &TrainPage::previewBatches);
    connect(m_evaluate, &QPushButton::clicked, this, [this] { Q_EMIT this->session().pageRequested(QStringLiteral("evaluate")); });
    connect(m_failure, &TrainFailure::againAsked, this, &TrainPage::startAgain);
    connect(m_failure, &TrainFailure::smallerAsked, this, &TrainPage::startSmaller);
    connect(m_failure, &TrainFailure::logAsked, this, [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(logFile())); });
    connect(m_header->pauseButton(), &QPushButton::clicked, this, [this] {
        if (isLive())
            m_job->togglePause();
        else
            resumeRun();
    });
    connect(m_header->stopButton(), &QPushButton::clicked, m_job, &TrainJob::stop);
    connect(m_header, &RunHeader::extendAsked, this, [this](int epochs) { resumeRun(epochs); });
    connect(m_queue, &TrainQueue::runChosen, &session(), &Session::setCurrentRun);
    connect(m_queue, &TrainQueue::goOnAsked, this, &TrainPage::startNext);
    connect(m_queue, &TrainQueue::settingsAsked, this, &TrainPage::takeSettings);
    connect(m_queue, &TrainQueue::compareAsked, this, &TrainPage::compareSettings);
    connect(m_queue, &TrainQueue::waitingChanged, this, [this] { m_form->setRunName(nextRun()); });
    connect(m_job, &TrainJob::grew, this, &TrainPage::reloadSoon);
    connect(m_job, &TrainJob::ticked, this, &TrainPage::showLive);
    connect(m_job, &TrainJob::ended, this, &TrainPage::takeEnd);
    connect(m_job, &TrainJob::logged, this, [this](const QString& line) {
        if (isLive())
            appendLog(line);
    });
    connect(&session(), &Session::requestedLoss, m_form, &TrainForm::setLoss);
    connect(&session(), &Session::requestedClassWeights, m_form, &TrainForm::setClassWeights);
    connect(&session(), &Session::workspaceChanged, this, [this] {
        m_runs.clear();
        m_job->forgetEndings();
        m_queueHeld = true;
        m_queue->reload();
        reload();
    });
    connect(&session(), &Session::runsChanged, this, &TrainPage::reloadSoon);
    connect(&session(), &Session::currentRunChanged, this, &TrainPage::reload);
}

QString TrainPage::subtitle() const {
    const RunRow* run = shown();
    if (isLive())
        return m_job->epoch() > 0 ? tr("%1 · running, epoch %2").arg(m_job->run()).arg(m_job->epoch()) : tr("%1 · starting").arg(m_job->run());
    if (run == nullptr)
        return {};
    const int done = run->summary.history.empty() ? 0 : run->summary.history.back().epoch;
    if (broke(run->summary.state))
        return tr("%1 · failed in epoch %2").arg(qs(run->summary.id)).arg(done + 1);
    return tr("%1 · %2").arg(qs(run->summary.id), runStateWord(run->summary.state).toLower());
}

QStringList TrainPage::command() const {
    return nextArguments();
}

QStringList TrainPage::takenNames() const {
    return session().runNames() + m_queue->waiting() + QStringList{m_job->run()};
}

QString TrainPage::nextRun() const {
    return m_form->selectionName().isEmpty() ? QString() : nextRunName(m_form->selectionName(), m_form->config().loss, takenNames());
}

QStringList TrainPage::nextArguments() const {
    const runs::TrainConfig config = m_form->config();
    if (config.data.empty() || !session().workspace())
        return {};
    const auto [hypFile, text] = hypFileOf(config, qs(session().workspace()->cache()));
    // Written now, so that a copied command finds it too.
    if (!hypFile.isEmpty() && !std::filesystem::exists(toPath(hypFile)))
        if (const auto written = writeFileAtomically(toPath(hypFile), text.toStdString()); !written)
            m_form->setProblem(qs(written.error().message), qs(written.error().advice));
    return trainArguments(config, runFolder(nextRun()), hypFile);
}

void TrainPage::appendLog(const QString& line) {
    const bool known = std::any_of(m_lastLogged.begin(), m_lastLogged.end(), [&](const QString& earlier) { return earlier.contains(line) || line.contains(earlier); });
    if (line.isEmpty() || known)
        return;
    m_lastLogged.append(line);
    if (m_lastLogged.size() > 8)
        m_lastLogged.removeFirst();
    m_log->appendLine(line);
}

QList<QAbstractButton*> TrainPage::headButtons() {
    const RunRow* run = shown();
    if (run != nullptr && !isLive() && std::filesystem::exists(run->summary.paths.best()))
        return {m_evaluate};
    return {};
}

void TrainPage::primary() {
    start();
}

QString TrainPage::helpText() const {
    return tr("Left you set up the next run: which lists, which weights to start from, how many layers keep their weights, which loss, and for how long. Start runs it in a "
              "process of its own; the window only reads what it writes, so closing or crashing one does not lose the other's work. Add to queue lets it wait for the runs "
              "before it.\n\n"
              "The centre shows the run you pick in the table below: its three losses on train and val, mAP on val, and the learning rate. Everything is rebuilt from the "
              "run's folder. If a training dies, the page says in which epoch and offers to go on from what was saved. Closing the window saves a running training and stops "
              "it; open the window again and press Resume. What waits in the queue is kept, and starts when you say so.");
}

QString TrainPage::runFolder(const QString& run) const {
    const auto& workspace = session().workspace();
    return workspace ? qs(workspace->runs()) + QLatin1Char('/') + run : run;
}

QString TrainPage::logFile() const {
    const runs::RunPaths paths = session().runPaths(session().currentRun());
    return qs(std::filesystem::exists(paths.workerLog()) ? paths.workerLog() : std::filesystem::exists(paths.events()) ? paths.events() : paths.folder);
}

const RunRow* TrainPage::rowOf(const QString& name) const {
    const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const RunRow& run) { return qs(run.summary.id) == name; });
    return found != m_runs.end() ? &*found : nullptr;
}

const RunRow* TrainPage::shown() const {
    return rowOf(session().currentRun());
}

void TrainPage::takeSettings(const QString& run) {
    const RunRow* row = rowOf(run);
    if (row == nullptr || !row->config) {
        m_form->setProblem(tr("The settings of %1 cannot be read.").arg(run), row != nullptr ? row->problem : QString());
        return;
    }
    m_form->setConfig(*row->config);
    session().showStatus(tr("The form has the settings of %1.").arg(run));
}

void TrainPage::compareSettings(const QString& run) {
    auto* dialog = new CompareSettings(m_runs, run, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void TrainPage::previewBatches() {
    if (!formIsReady())
        return;
    delete m_preview; // with the child that still draws
    m_preview = new BatchPreview(window());
    QStringList arguments = nextArguments();
    if (const qsizetype run = arguments.indexOf(QStringLiteral("--run")); run >= 0)
        arguments.remove(run, 2);
    m_preview->draw(arguments, qs(session().workspace()->cache() / "preview"));
    m_preview->show();
}

void TrainPage::watchDisk() {
    if (!isVisible())
        return;
    m_queue->reloadIfChanged();
    if (const RunRow* run = shown(); run != nullptr && run->summary.state == runs::RunState::Running)
        reload();
}

void TrainPage::reloadSoon() {
    if (!m_reloadTimer.isActive())
        m_reloadTimer.start();
}

void TrainPage::reload() {
    struct Read {
        std::vector<RunRow> runs;
        QStringList log;
    };
    std::vector<std::filesystem::path> folders;
    if (session().workspace())
        for (const QString& name : session().runNames())
            folders.push_back(session().runPaths(name).folder);
    const QString current = session().currentRun();
    const bool wantsLog = !isLive() && !current.isEmpty();
    m_reading.start(
        [folders, wantsLog, before = m_runs, paths = wantsLog ? session().runPaths(current) : runs::RunPaths{}](const JobRunner::Cancelled&) {
            Read read;
            read.runs = readRunRows(folders, before);
            if (wantsLog)
                read.log = readRunLog(paths, kLogLines);
            return read;
        },
        [this, wantsLog](Read read) {
            m_runs = std::move(read.runs);
            if (wantsLog && !isLive())
                m_log->setLines(read.log);
            showRun();
        });
}

void TrainPage::showRun() {
    const RunRow* run = shown();
    const TrainJob::Ending* ending = m_job->endingOf(session().currentRun());
    const bool nothing = run == nullptr && !isLive() && ending == nullptr && m_queue->waiting().isEmpty();
    m_body->setCurrentIndex(nothing ? 0 : 1);
    m_queue->setRuns(m_runs, session().currentRun(), m_job->run());
    RunRow row;
    if (run != nullptr)
        row = *run;
    else if (isLive())
        row.summary.epochs = m_launchedEpochs;
    m_charts->setRun(row);
    m_charts->setRuns(m_runs, session().currentRun());
    m_header->setFacts(run != nullptr ? runFacts(*run) : QString());
    showLive();
    const bool failed = !isLive() && (ending != nullptr || (run != nullptr && broke(run->summary.state)));
    m_header->setVisible(!failed);
    m_failure->setVisible(failed);
    if (failed)
        m_failure->showFailure(run, ending, m_log->lastLines(5).join(QLatin1Char('\n')));
    m_form->setRunName(nextRun());
    // Said once a run, so that "… is done" stays readable.
    if (!isLive() && run != nullptr && isVisible() && m_statusFor != session().currentRun()) {
        m_statusFor = session().currentRun();
        session().showStatus(tr("Run folder: runs/%1").arg(qs(run->summary.id)));
    }
    Q_EMIT headChanged();
}

void TrainPage::showLive() {
    const RunRow* run = shown();
    runs::RunSummary summary = run != nullptr ? run->summary : runs::RunSummary{};
    if (run == nullptr)
        summary.epochs = m_launchedEpochs;
    m_header->setRun(summary, isLive() ? std::optional(m_job->progress()) : std::nullopt);
    m_form->startButton()->setEnabled(!m_job->isRunning());
    m_empty->button()->setEnabled(!m_job->isRunning());
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_page.h"

#include <algorithm>
#include <cmath>

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "ui/pages/train_charts.h"
#include "ui/pages/train_form.h"
#include "ui/pages/train_settings.h"
#include "ui/text.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/panes.h"

namespace intersect::ui {

namespace {

constexpr int kLogLines = 3000;
constexpr int kReloadMs = 120;
constexpr int kLiveMs = 200;
constexpr int kWatchMs = 2000;

int wholeOf(const Json& event, const char* key) {
    const auto found = event.find(key);
    return found != event.end() && found->is_number() ? static_cast<int>(found->get<double>()) : 0;
}

double numberOf(const Json& event, const char* key) {
    const auto found = event.find(key);
    return found != event.end() && found->is_number() ? found->get<double>() : -1;
}

bool broke(runs::RunState state) {
    return state == runs::RunState::Failed || state == runs::RunState::Interrupted;
}

/// Whether an epoch of the run is finished and kept with all that is needed to go on from it.
bool canResume(const runs::RunSummary& run) {
    std::error_code ignored;
    return !run.history.empty() && std::filesystem::exists(run.paths.resume(), ignored);
}

/// "The worker process was killed." after a colon: "the worker process was killed."
QString afterColon(QString sentence) {
    if (sentence.size() > 1 && sentence[0].isUpper() && sentence[1].isLower())
        sentence[0] = sentence[0].toLower();
    return sentence;
}

} // namespace

TrainPage::TrainPage(Session& session, QWidget* parent) : Page(session, parent) {
    setObjectName(QStringLiteral("trainPage"));
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
    m_liveTimer.setInterval(kLiveMs);
    m_watchTimer.setInterval(kWatchMs);
    connect(&m_reloadTimer, &QTimer::timeout, this, &TrainPage::reload);
    connect(&m_liveTimer, &QTimer::timeout, this, &TrainPage::showLive);
    connect(&m_watchTimer, &QTimer::timeout, this, [this] {
        if (const RunRow* run = shown(); run != nullptr && run->summary.state == runs::RunState::Running && isVisible())
            reload();
    });
    m_watchTimer.start();

    connect(m_form->startButton(), &QPushButton::clicked, this, &TrainPage::start);
    connect(m_form, &TrainForm::changed, this, [this] {
        m_form->setRunName(nextRun());
        m_form->setProblem({}, {});
        Q_EMIT headChanged();
    });
    connect(m_evaluate, &QPushButton::clicked, this, [this] { Q_EMIT this->session().pageRequested(QStringLiteral("evaluate")); });
    connect(&session.trainWorker(), &WorkerClient::event, this, &TrainPage::takeEvent);
    connect(&session.trainWorker(), &WorkerClient::ended, this, &TrainPage::takeEnd);
    connect(&session.trainWorker(), &WorkerClient::progressLine, this, [this](const QString& line) {
        if (isLive())
            appendLog(line);
    });
    connect(&session, &Session::requestedLoss, m_form, &TrainForm::setLoss);
    connect(&session, &Session::workspaceChanged, this, [this] {
        m_runs.clear();
        m_endings.clear();
        reload();
    });
    connect(&session, &Session::runsChanged, this, &TrainPage::reloadSoon);
    connect(&session, &Session::currentRunChanged, this, &TrainPage::reload);
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
    connect(m_empty->button(), &QPushButton::clicked, this, &TrainPage::start);

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
    m_failure = new InlineMessage(InlineMessage::Kind::Error);
    m_failure->setObjectName(QStringLiteral("failureBox"));
    m_again = m_failure->addButton(tr("Start again"), QStringLiteral("startAgainButton"));
    m_again->setProperty("primary", true);
    QPushButton* openLog = m_failure->addButton(tr("Open log file"), QStringLiteral("openLogButton"));
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
    auto* runsPart = new QWidget;
    auto* runsLayout = new QVBoxLayout(runsPart);
    runsLayout->setContentsMargins(8, 8, 8, 8);
    runsLayout->addWidget(new ThemedLabel(tr("Runs of this workspace"), FontRole::SectionHeading));
    m_table = new CellTable({{tr("Run"), false, {}},
                             {tr("Loss"), false, {}},
                             {tr("Frozen"), true, tr("Layers that kept their weights")},
                             {tr("State"), false, {}},
                             {tr("Result"), true, tr("Best mAP50 on val of a run that is done, else how far it came")}},
                            this);
    m_tableView = new CellView(m_table);
    m_tableView->setObjectName(QStringLiteral("queueTable"));
    m_tableView->setAccessibleName(tr("Runs of this workspace"));
    m_tableView->setStretchColumn(0);
    runsLayout->addWidget(m_tableView, 1);
    below->addWidget(runsPart);
    runsPart->setMinimumWidth(440); // run names stay readable in a narrow window
    below->setSizes({460, 480});
    vertical->addWidget(below);
    vertical->setSizes({500, 230});
    vertical->setStretchFactor(0, 1);

    connect(m_again, &QPushButton::clicked, this, &TrainPage::startAgain);
    connect(openLog, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(logFile())); });
    connect(m_header->pauseButton(), &QPushButton::clicked, this, [this] {
        if (!isLive()) {
            resumeRun();
            return;
        }
        m_live.paused = !m_live.paused;
        session().trainWorker().send(m_live.paused ? "pause" : "resume");
        showLive();
    });
    connect(m_header->stopButton(), &QPushButton::clicked, this, &TrainPage::stop);
    connect(m_tableView->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid() && current.row() < static_cast<int>(m_runs.size()))
            session().setCurrentRun(qs(m_runs[static_cast<std::size_t>(current.row())].summary.id));
    });
    return centre;
}

QString TrainPage::subtitle() const {
    const RunRow* run = shown();
    if (isLive())
        return m_live.epoch > 0 ? tr("%1 · running, epoch %2").arg(m_liveRun).arg(m_live.epoch) : tr("%1 · starting").arg(m_liveRun);
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

QString TrainPage::nextRun() const {
    return m_form->selectionName().isEmpty() ? QString() : nextRunName(m_form->selectionName(), m_form->config().loss, session().runNames());
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
              "process of its own; the window only reads what it writes, so closing or crashing one does not lose the other's work.\n\n"
              "The centre shows the run you pick in the table below: its three losses on train and val, mAP on val, and the learning rate. Everything is rebuilt from the "
              "run's folder. If a training dies, the page says in which epoch and offers to start again from what was saved.");
}

QString TrainPage::runFolder(const QString& run) const {
    const auto& workspace = session().workspace();
    return workspace ? qs(workspace->runs()) + QLatin1Char('/') + run : run;
}

QString TrainPage::logFile() const {
    const runs::RunPaths paths = session().runPaths(session().currentRun());
    return qs(std::filesystem::exists(paths.workerLog()) ? paths.workerLog() : std::filesystem::exists(paths.events()) ? paths.events() : paths.folder);
}

const RunRow* TrainPage::shown() const {
    const QString name = session().currentRun();
    const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const RunRow& run) { return qs(run.summary.id) == name; });
    return found != m_runs.end() ? &*found : nullptr;
}

void TrainPage::start() {
    if (m_form->config().data.empty()) {
        m_form->setProblem(tr("There are no lists to train on yet."), tr("Choose frames on the page Select and press Write lists."));
        return;
    }
    if (const QString problem = m_form->problem(); !problem.isEmpty()) {
        m_form->setProblem(problem, tr("Correct it under Loss."));
        return;
    }
    launch(nextRun(), nextArguments());
}

void TrainPage::startAgain() {
    const RunRow* run = shown();
    if (run == nullptr || !run->config) {
        start();
        return;
    }
    if (canResume(run->summary)) {
        resumeRun();
        return;
    }
    const std::filesystem::path last = run->summary.paths.last();
    const QString weights = std::filesystem::exists(last) ? qs(last) : qs(run->config->weights);
    const QString selection = qs(run->config->data.parent_path().filename());
    const QString name = nextRunName(selection, run->config->loss, session().runNames());
    launch(name, trainAgainArguments(run->summary.paths, *run->config, weights, runFolder(name)));
}

void TrainPage::resumeRun() {
    if (const RunRow* run = shown())
        launch(qs(run->summary.id), {QStringLiteral("resume"), qs(run->summary.paths.folder)});
}

void TrainPage::launch(const QString& run, const QStringList& arguments) {
    if (session().trainWorker().isRunning()) {
        m_form->setProblem(tr("%1 is training now.").arg(session().trainingRun()), tr("Stop it or wait for its end; one training at a time uses all cores best."));
        return;
    }
    m_form->setProblem({}, {});
    m_liveRun = run;
    m_live = {};
    m_since.start();
    m_endings.erase(run);
    m_statusFor = run;
    session().setTrainingRun(run);
    session().trainWorker().start(arguments, true);
    session().setCurrentRun(run);
    m_log->setLines({});
    m_lastLogged.clear();
    appendLog(WorkerClient::commandLine(arguments));
    m_liveTimer.start();
    showRun();
}

void TrainPage::stop() {
    if (!m_live.stopping) {
        m_live.stopping = true;
        session().trainWorker().send("stop");
        showLive();
        return;
    }
    session().trainWorker().kill();
}

void TrainPage::takeEvent(const Json& event) {
    if (m_liveRun.isEmpty())
        return;
    const std::string type = event.value("type", std::string());
    if (const int epoch = wholeOf(event, "epoch"); epoch > 0)
        m_live.epoch = epoch;
    if (type == "progress") {
        m_live.batch = wholeOf(event, "batch");
        m_live.batches = wholeOf(event, "of");
        m_live.imagesPerSecond = numberOf(event, "images_per_s");
        m_live.etaSeconds = numberOf(event, "eta_s");
        return; // the header follows with its timer
    }
    if (isLive())
        appendLog(eventLine(event));
    if (type == "started" || type == "hello")
        session().noteRunsChanged();
    reloadSoon();
}

void TrainPage::takeEnd(const WorkerClient::End& end) {
    if (m_liveRun.isEmpty())
        return;
    m_liveTimer.stop();
    const QString run = m_liveRun;
    const bool stopped = m_live.stopping;
    const double seconds = static_cast<double>(m_since.elapsed()) / 1000;
    if (!end.ok && !(stopped && end.exitCode == 130))
        m_endings[run] = {end.message, end.advice, end.lastLines, m_live.epoch};
    m_liveRun.clear();
    m_live = {};
    m_reading.start([paths = session().runPaths(run)](const JobRunner::Cancelled&) { return readRunRows({paths.folder}).front(); },
                    [this, run, ok = end.ok, seconds](const RunRow& row) {
                        if (ok)
                            session().showStatus(tr("%1 is done: mAP50 %2 in %3.").arg(run, qs(formatFixed(row.summary.bestMap50, 3)), durationText(seconds)));
                        else if (m_endings.contains(run))
                            session().showStatus(tr("%1 failed in epoch %2").arg(run).arg(std::max(1, m_endings[run].epoch)));
                        else
                            session().showStatus(tr("%1 was stopped; what it learned is saved.").arg(run));
                        reload();
                    });
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
    m_body->setCurrentIndex(run == nullptr && !isLive() && m_endings.find(session().currentRun()) == m_endings.end() ? 0 : 1);
    std::vector<std::vector<Cell>> rows;
    int current = -1;
    for (const RunRow& row : m_runs) {
        if (&row == run)
            current = static_cast<int>(rows.size());
        rows.push_back(runCells(row));
    }
    {
        const QSignalBlocker blocked(m_tableView->selectionModel());
        m_table->setRows(std::move(rows));
        m_tableView->selectionModel()->setCurrentIndex(m_table->index(current, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
    m_tableView->viewport()->update();
    RunRow row;
    if (run != nullptr)
        row = *run;
    else if (isLive())
        row.summary.epochs = m_form->config().epochs;
    m_charts->setRun(row);
    m_charts->setRuns(m_runs, session().currentRun());
    showLive();
    showFailure();
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
        summary.epochs = m_form->config().epochs;
    std::optional<LiveProgress> live;
    if (isLive()) {
        m_live.elapsedSeconds = static_cast<double>(m_since.elapsed()) / 1000;
        live = m_live;
    }
    m_header->setRun(summary, live);
    m_form->startButton()->setEnabled(m_liveRun.isEmpty());
    m_empty->button()->setEnabled(m_liveRun.isEmpty());
}

void TrainPage::showFailure() {
    const RunRow* run = shown();
    const auto ending = m_endings.find(session().currentRun());
    const bool failed = !isLive() && (ending != m_endings.end() || (run != nullptr && broke(run->summary.state)));
    m_header->setVisible(!failed);
    m_failure->setVisible(failed);
    if (!failed)
        return;
    const int done = run != nullptr && !run->summary.history.empty() ? run->summary.history.back().epoch : 0;
    const int epoch = ending != m_endings.end() && ending->second.epoch > 0 ? ending->second.epoch : done + 1;
    QString reason = run != nullptr ? qs(run->summary.error) : QString();
    QString advice = run != nullptr ? qs(run->summary.advice) : QString();
    QString lines;
    if (ending != m_endings.end()) {
        if (reason.isEmpty()) {
            reason = ending->second.sentence;
            advice = ending->second.advice;
        }
        lines = ending->second.lastLines;
    }
    if (reason.isEmpty())
        reason = tr("it was killed or the machine went down before it could say why.");
    if (lines.trimmed().isEmpty())
        lines = m_log->lastLines(5).join(QLatin1Char('\n'));
    const bool began = run != nullptr && run->summary.epochs > 0 && (done > 0 || (ending != m_endings.end() && ending->second.epoch > 0) || ending == m_endings.end());
    const bool hasLast = run != nullptr && std::filesystem::exists(run->summary.paths.last());
    const QString sentence = began ? tr("The training process ended in epoch %1: %2").arg(QString::number(epoch), afterColon(reason)) : tr("The training could not start: %1").arg(afterColon(reason));
    if (advice.isEmpty())
        advice = hasLast ? tr("Everything up to epoch %1 is saved.").arg(done) : tr("No epoch was finished, so nothing is saved yet.");
    if (run != nullptr && canResume(run->summary)) {
        m_again->setText(tr("Resume after epoch %1").arg(done));
        m_again->setToolTip(tr("Goes on in the same run folder as if nothing had happened"));
    } else {
        m_again->setText(hasLast && done > 0 ? tr("Start again from epoch %1 weights").arg(done) : tr("Start again"));
        m_again->setToolTip(tr("The same settings in a new run folder"));
    }
    m_failure->show(sentence, advice, lines);
}

} // namespace intersect::ui

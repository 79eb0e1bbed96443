// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_page.h"

#include <algorithm>

#include <QFileDialog>
#include <QKeyEvent>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/eval/frame_groups.h"
#include "core/eval/report.h"
#include "ui/error_text.h"
#include "ui/pages/evaluate_charts.h"
#include "ui/pages/evaluate_chips.h"
#include "ui/pages/evaluate_export.h"
#include "ui/pages/evaluate_sliders.h"
#include "ui/pages/evaluate_tables.h"
#include "ui/pages/evaluate_text.h"
#include "ui/settings.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/segmented_buttons.h"

namespace intersect::ui {

namespace {

const QString kSplitKey = QStringLiteral("evaluate/split");

} // namespace

EvaluatePage::EvaluatePage(Session& openSession, QWidget* parent) : Page(openSession, parent) {
    setObjectName(QStringLiteral("evaluatePage"));
    m_tables = new EvaluateTables;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(new Panes(QStringLiteral("evaluatePanes"), nullptr, makeCentre(), m_tables, 0, 388));
    m_inspect = new QPushButton(tr("Inspect at these settings"), this);
    m_inspect->setObjectName(QStringLiteral("inspectButton"));
    m_inspect->setToolTip(tr("Shows the frames with this run and these thresholds"));
    m_inspect->hide();
    m_export = new QPushButton(tr("Export figures"), this);
    m_export->setObjectName(QStringLiteral("exportFiguresButton"));
    m_export->setToolTip(tr("Writes every chart shown here as PDF, and its numbers as CSV, into a new folder (Ctrl+E)"));
    m_export->hide();
    m_splits->setCurrent(std::clamp(settings().value(kSplitKey, 2).toInt(), 0, 2));

    Session& s = session();
    connect(m_inspect, &QPushButton::clicked, this, &EvaluatePage::primary);
    connect(m_export, &QPushButton::clicked, this, &EvaluatePage::exportFigures);
    connect(new QShortcut(QKeySequence(QStringLiteral("Ctrl+E")), this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut), &QShortcut::activated, this,
            &EvaluatePage::exportFigures);
    connect(m_chips, &RunChips::runsPicked, this, [this](const QStringList& picked) {
        // Runs that cannot be shown on this split stay where they are asked for.
        QStringList runs = picked;
        for (const QString& run : std::as_const(m_runs))
            if (!m_chips->runs().contains(run) && !runs.contains(run) && runs.size() < static_cast<int>(RunChips::kMost))
                runs << run;
        pickRuns(runs);
    });
    connect(m_splits, &SegmentedButtons::currentChanged, this, [this](int at) {
        settings().setValue(kSplitKey, at);
        load();
    });
    connect(m_classesOf, &SegmentedButtons::currentChanged, this, &EvaluatePage::showFigures);
    connect(m_charts, &EvaluateCharts::confidencePicked, &s, &Session::setConfidence);
    connect(m_charts, &EvaluateCharts::matchIouPicked, &s, &Session::setMatchIou);
    connect(m_charts, &EvaluateCharts::confusionCellPicked, this, &EvaluatePage::showConfusion);
    connect(m_charts, &EvaluateCharts::cameraPicked, this, &EvaluatePage::showCamera);
    connect(m_tables, &EvaluateTables::framesWanted, this, &EvaluatePage::showFrames);
    connect(m_tables, &EvaluateTables::splitsWanted, this, [this](const QStringList& splits) {
        if (const ShownRun* shown = classesRun())
            detect({qs(shown->run->run)}, splits);
    });
    connect(&s, &Session::thresholdsChanged, this, [this] {
        if (!isVisible()) { // the page that is seen has the cores for itself
            m_stale = true;
            return;
        }
        m_charts->setThresholds(session().confidence(), session().matchIou());
        m_figures.setThresholds(thresholdsOf(session()));
    });
    connect(&s, &Session::workspaceChanged, this, &EvaluatePage::readWorkspace);
    connect(&s, &Session::runsChanged, this, &EvaluatePage::refillRuns);
    connect(&s, &Session::currentRunChanged, this, &EvaluatePage::refillRuns);
    m_figures.setThresholds(thresholdsOf(s));
    connect(&m_figures, &EvaluateFigures::numbersChanged, this, &EvaluatePage::showFigures);
    connect(&m_figures, &EvaluateFigures::tablesChanged, this, &EvaluatePage::showFigures);
    connect(&m_figures, &EvaluateFigures::problem, this, [this](const std::optional<Error>& error) {
        if (!error) {
            m_error->hide();
            return;
        }
        const ErrorText words = errorText(*error);
        m_error->show(words.sentence, words.advice);
    });
    connect(m_empty->button(), &QPushButton::clicked, this, &EvaluatePage::primary);
    connect(m_again, &QPushButton::clicked, this, [this] { detect(m_runs.mid(0, 1), {split()}); });
    connect(m_sliders, &EvaluateSliders::candidatesWanted, this, [this] {
        QStringList runs;
        for (const ShownRun& one : m_figures.runs())
            if (!one.run->candidates)
                runs << qs(one.run->run);
        detect(runs, {split()});
    });
    connect(&m_detection, &RunDetection::progress, this, [this](const QString& line) {
        m_progress->setText(line);
        m_progress->show();
        session().showStatus(line);
    });
    connect(&m_detection, &RunDetection::detected, this, [this](const QString& run, const QString& on) {
        m_progress->setVisible(m_detection.isRunning());
        session().showStatus(tr("%1 is evaluated on %2.").arg(run, on));
        session().noteRunsChanged();
        load();
    });
    connect(&m_detection, &RunDetection::failed, this, [this](const QString& sentence, const QString& advice, const QString& lines) {
        m_progress->hide();
        m_error->show(sentence, advice, lines);
        load();
    });
    readWorkspace();
}

QString EvaluatePage::subtitle() const {
    const ShownRun* shown = m_figures.runs().empty() ? nullptr : &m_figures.runs().front();
    if (shown == nullptr)
        return {};
    return tr("%1 · %2 frames · %3 labels")
        .arg(qs(shown->run->split), counted(static_cast<std::int64_t>(shown->run->detections().images.size())),
             counted(shown->run->set->pairing.labels));
}

QStringList EvaluatePage::command() const {
    if (runA().isEmpty())
        return {};
    return {QStringLiteral("evaluate"), qs(session().runPaths(runA()).folder), QStringLiteral("--split"), split()};
}

QList<QAbstractButton*> EvaluatePage::headButtons() {
    return m_figures.runs().empty() ? QList<QAbstractButton*>{} : QList<QAbstractButton*>{m_export, m_inspect};
}

void EvaluatePage::primary() {
    if (runA().isEmpty()) {
        Q_EMIT session().pageRequested(QStringLiteral("train"));
    } else if (const ShownRun* shown = classesRun()) {
        session().setCurrentRun(qs(shown->run->run));
        Q_EMIT session().pageRequested(QStringLiteral("inspect"));
    } else {
        detect({runA()}, {split()});
    }
}

bool EvaluatePage::isSettled() const {
    return m_figures.isSettled() && m_tables->isSettled();
}

const ShownRun* EvaluatePage::classesRun() const {
    const auto& runs = m_figures.runs();
    return runs.empty() ? nullptr : &runs[std::min(static_cast<std::size_t>(std::max(0, m_classesOf->current())), runs.size() - 1)];
}

void EvaluatePage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    if (m_stale)
        load();
}

void EvaluatePage::keyPressEvent(QKeyEvent* event) {
    if ((event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) != 0) {
        Page::keyPressEvent(event);
        return;
    }
    const bool shift = (event->modifiers() & Qt::ShiftModifier) != 0;
    const auto confidence = [this](double by) { session().setConfidence(session().confidence() + by); };
    const auto matchIou = [this](double by) { session().setMatchIou(session().matchIou() + by); };
    switch (event->key()) {
    case Qt::Key_BracketLeft: shift ? matchIou(-0.05) : confidence(-0.01); break;
    case Qt::Key_BracketRight: shift ? matchIou(0.05) : confidence(0.01); break;
    case Qt::Key_BraceLeft: matchIou(-0.05); break;
    case Qt::Key_BraceRight: matchIou(0.05); break;
    case Qt::Key_X:
        if (m_chips->runs().size() > 1) {
            QStringList runs = m_chips->runs();
            runs.swapItemsAt(0, 1);
            Q_EMIT m_chips->runsPicked(runs);
        }
        break;
    default: Page::keyPressEvent(event);
    }
}

void EvaluatePage::load() {
    m_stale = !isVisible();
    if (m_stale)
        return;
    m_charts->setThresholds(session().confidence(), session().matchIou());
    m_figures.setThresholds(thresholdsOf(session()));
    showChoices();
    const QString a = runA();
    if (a.isEmpty()) {
        showNothing(tr("No run with detections yet. Train one, or evaluate weights on the test list."), tr("Train one"));
        return;
    }
    if (!isEvaluated(a)) {
        showNothing(m_detection.isFor(a, split()) ? tr("Detecting on %1 with %2 …").arg(split(), a)
                                                  : tr("%1 has no detections on %2 yet.").arg(a, split()),
                    tr("Evaluate on %1").arg(split()));
        m_empty->button()->setEnabled(!m_detection.isRunning());
        return;
    }
    std::vector<runs::RunPaths> paths;
    for (const QString& run : m_chips->runs())
        paths.push_back(session().runPaths(run));
    m_figures.show(paths, split().toStdString(), datasetNames());
    if (m_figures.runs().empty()) { // nothing stands there yet that could stay meanwhile
        m_empty->setSentence(tr("Reading what %1 found on %2 …").arg(a, split()));
        m_empty->button()->hide();
        m_classesOf->hide();
        m_classesOfWord->hide();
    }
    showCandidates();
}

void EvaluatePage::showFigures() {
    const std::vector<ShownRun>& runs = m_figures.runs();
    if (runs.empty()) {
        showNothing(tr("These detections cannot be shown."), tr("Evaluate on %1").arg(split()));
        return;
    }
    QStringList names; // one that could not be read has no letter
    for (const ShownRun& one : runs)
        names << qs(one.run->run);
    m_chips->setRuns(names);
    m_classesOf->setVisible(runs.size() > 1);
    m_classesOfWord->setVisible(runs.size() > 1);
    m_classesOf->button(2)->setVisible(runs.size() > 2);
    const ShownRun& shown = *classesRun();
    const auto place = static_cast<int>(&shown - runs.data());
    m_body->setCurrentWidget(m_charts);
    m_charts->setThresholds(session().confidence(), session().matchIou());
    m_charts->setRuns(runs, place);
    m_tables->setRuns(runs, place, session().runPaths(qs(shown.run->run)), datasetNames());
    showCandidates();
    if (isVisible())
        session().showStatus(tr("A: %1 detections on %2 frames · numbers in %3 ms")
                                 .arg(counted(runs.front().run->set->pairing.detections),
                                      counted(static_cast<std::int64_t>(runs.front().run->detections().images.size())),
                                      QString::number(m_figures.numbersMs())));
    Q_EMIT headChanged();
}

void EvaluatePage::showCandidates() {
    bool any = false, mayMake = !m_detection.isRunning();
    QStringList without, cut;
    for (std::size_t i = 0; i < m_figures.runs().size(); ++i) {
        const RunEvaluation& run = *m_figures.runs()[i].run;
        any = any || run.candidates;
        if (!run.candidates) {
            without << runLetter(i);
            mayMake = mayMake && hasWeights(qs(run.run));
        }
        if (const auto warning = eval::cutListWarning(run.detections()))
            cut << runLetter(i) + QStringLiteral(": ") + qs(*warning);
    }
    QString notice;
    if (!without.isEmpty())
        notice = tr("%1 kept no boxes before NMS, so the IoU of NMS does not move it.").arg(without.join(tr(" and ")));
    m_sliders->setCandidates(any || m_figures.runs().empty(), notice, mayMake);
    m_sliders->setWarning(cut.join(QLatin1Char('\n')));
    const ShownRun* shown = classesRun();
    m_tables->setMayEvaluate(!m_detection.isRunning() && shown != nullptr && hasWeights(qs(shown->run->run)));
}

void EvaluatePage::showNothing(const QString& sentence, const QString& button) {
    m_figures.clear();
    m_picking.cancel();
    m_empty->setSentence(sentence);
    m_empty->button()->setText(button);
    m_empty->button()->setEnabled(true);
    m_empty->button()->show();
    m_body->setCurrentWidget(m_empty);
    m_classesOf->hide();
    m_classesOfWord->hide();
    m_tables->setRuns({}, 0, {}, {});
    showCandidates();
    Q_EMIT headChanged();
}

void EvaluatePage::detect(const QStringList& runs, const QStringList& splits) {
    if (m_detection.isRunning())
        return;
    m_error->hide();
    std::vector<RunDetection::Job> jobs;
    for (const QString& run : runs)
        for (const QString& on : splits)
            jobs.push_back({run, on, session().runPaths(run)});
    m_detection.start(jobs);
    load();
}

void EvaluatePage::exportFigures() {
    const ShownRun* shown = classesRun();
    if (shown == nullptr)
        return;
    const QString below = QFileDialog::getExistingDirectory(this, tr("Where should a folder of the figures be made?"));
    if (below.isEmpty())
        return;
    const FiguresWritten written = writeFigures(*m_charts, below, qs(shown->run->run) + QLatin1Char(' ') + qs(shown->run->split));
    if (written.problem.isEmpty())
        session().showStatus(tr("%1 figures written to %2, as PDF and CSV.").arg(written.figures).arg(written.folder));
    else
        m_error->show(tr("The figures were not all written: %1").arg(written.problem), {});
}

void EvaluatePage::showFrames(const QStringList& paths, const QString& what) {
    const ShownRun* shown = classesRun();
    if (shown == nullptr || paths.isEmpty())
        return;
    const QString on = qs(shown->run->split);
    session().setCurrentRun(qs(shown->run->run));
    Q_EMIT session().pageRequested(QStringLiteral("inspect"));
    Q_EMIT session().framesRequested(on, paths, what);
}

void EvaluatePage::showConfusion(int predicted, int actual) {
    const ShownRun* shown = classesRun();
    if (shown == nullptr)
        return;
    const auto nameOf = [&](int id) -> QString {
        return id == eval::kConfusionBackground ? tr("background") : qs(shown->run->className(id));
    };
    const QString what = tr("%1 taken for %2").arg(nameOf(actual), nameOf(predicted));
    m_picking.start(
        [run = shown->run, live = shown->live, predicted, actual](const JobRunner::Cancelled&) {
            QStringList paths;
            for (const std::size_t image :
                 eval::imagesOfConfusion(run->detections(), *run->truth, live->confidence, live->matchIou, predicted, actual))
                paths << qs(run->detections().images[image].file);
            return paths;
        },
        [this, what](const QStringList& paths) { showFrames(paths, what); });
}

void EvaluatePage::showCamera(const QString& camera) {
    const ShownRun* shown = classesRun();
    if (shown == nullptr)
        return;
    QStringList paths;
    for (const detect::ImageEntry& image : shown->run->detections().images) {
        const std::string name = eval::cameraOf(image.file);
        if (qs(name) == camera || qs(image.file.parent_path().filename()) == camera)
            paths << qs(image.file);
    }
    showFrames(paths, camera);
}

} // namespace intersect::ui

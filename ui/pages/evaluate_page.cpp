// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_page.h"

#include <array>

#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/error_text.h"
#include "ui/pages/evaluate_charts.h"
#include "ui/pages/evaluate_tables.h"
#include "ui/text.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

namespace {

constexpr std::array<const char*, 3> kSplits{"train", "val", "test"};

/// The letter chip of a run beside its combo.
QLabel* runChip(const QString& letter, QColor Palette::*colour) {
    auto* chip = new QLabel(letter);
    chip->setFixedSize(18, 18);
    chip->setAlignment(Qt::AlignCenter);
    const auto style = [chip, colour] {
        const Palette& palette = Theme::instance().palette();
        chip->setStyleSheet(QStringLiteral("background: %1; color: %2; border-radius: 3px; font-weight: 600; font-size: 11px;").arg((palette.*colour).name(), palette.surface.name()));
    };
    style();
    QObject::connect(&Theme::instance(), &Theme::changed, chip, style);
    return chip;
}

} // namespace

EvaluatePage::EvaluatePage(Session& session, QWidget* parent) : Page(session, parent) {
    setObjectName(QStringLiteral("evaluatePage"));
    m_tables = new EvaluateTables;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(new Panes(QStringLiteral("evaluatePanes"), nullptr, makeCentre(), m_tables, 0, 388));
    m_inspect = new QPushButton(tr("Inspect at these settings"), this);
    m_inspect->setObjectName(QStringLiteral("inspectButton"));
    m_inspect->setToolTip(tr("Shows the frames with this run and confidence"));
    m_inspect->hide();

    connect(m_inspect, &QPushButton::clicked, this, &EvaluatePage::primary);
    connect(m_runA, &QComboBox::activated, this, [this] { this->session().setCurrentRun(runA()); });
    connect(m_runB, &QComboBox::activated, this, &EvaluatePage::load);
    connect(m_splits, &SegmentedButtons::currentChanged, this, &EvaluatePage::load);
    connect(m_confidence, &ValueSlider::valueChanged, &session, &Session::setConfidence);
    connect(m_charts, &EvaluateCharts::confidencePicked, &session, &Session::setConfidence);
    connect(&session, &Session::thresholdsChanged, this, [this] {
        m_confidence->setValue(this->session().confidence());
        m_charts->setThresholds(this->session().confidence(), this->session().matchIou());
        m_figures.setThresholds(thresholds());
    });
    m_figures.setThresholds(thresholds());
    connect(&m_figures, &EvaluateFigures::numbersChanged, this, &EvaluatePage::showFigures);
    connect(&m_figures, &EvaluateFigures::tablesChanged, this, &EvaluatePage::showFigures);
    connect(&m_figures, &EvaluateFigures::problem, this, [this](const std::optional<Error>& error) {
        m_error->setVisible(error.has_value());
        if (error)
            m_error->show(errorText(*error).sentence, errorText(*error).advice);
    });
    connect(&session, &Session::workspaceChanged, this, &EvaluatePage::refillRuns);
    connect(&session, &Session::runsChanged, this, &EvaluatePage::refillRuns);
    connect(&session, &Session::currentRunChanged, this, &EvaluatePage::refillRuns);
    connect(m_empty->button(), &QPushButton::clicked, this, &EvaluatePage::primary);
    connect(m_again, &QPushButton::clicked, this, &EvaluatePage::detect);
    connect(&m_worker, &WorkerClient::progressLine, this, [this](const QString& line) {
        m_progress->setText(line);
        m_progress->show();
        this->session().showStatus(line);
    });
    connect(&m_worker, &WorkerClient::ended, this, &EvaluatePage::takeEnd);
    refillRuns();
}

QWidget* EvaluatePage::makeCentre() {
    auto* centre = new SurfaceArea;
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    auto* head = new QWidget;
    auto* rows = new QVBoxLayout(head);
    rows->setContentsMargins(16, 10, 16, 10);
    rows->setSpacing(8);
    auto* runs = new QWidget;
    runs->setObjectName(QStringLiteral("runChips"));
    auto* first = new QHBoxLayout(runs);
    first->setContentsMargins(0, 0, 0, 0);
    first->setSpacing(8);
    auto* word = new ThemedLabel(tr("Runs"), FontRole::Body, Tone::Text2);
    first->addWidget(word);
    const auto addRun = [&](const QString& letter, QColor Palette::*colour, const QString& objectName, const QString& toolTip) {
        auto* combo = new QComboBox;
        combo->setObjectName(objectName);
        combo->setMinimumWidth(150);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        combo->setToolTip(toolTip);
        combo->setAccessibleName(tr("Run %1").arg(letter));
        first->addWidget(runChip(letter, colour));
        first->addWidget(combo);
        return combo;
    };
    m_runA = addRun(QStringLiteral("A"), &Palette::runA, QStringLiteral("runACombo"), tr("The run whose classes are drawn"));
    m_runB = addRun(QStringLiteral("B"), &Palette::runB, QStringLiteral("runBCombo"), tr("A second run to compare with"));
    first->addStretch(1);
    first->addWidget(new ThemedLabel(tr("Split"), FontRole::Body, Tone::Text2));
    m_splits = new SegmentedButtons({tr("train"), tr("val"), tr("test")});
    m_splits->setObjectName(QStringLiteral("splitPicker"));
    m_splits->setCurrent(2);
    first->addWidget(m_splits);
    rows->addWidget(runs);
    auto* second = new QHBoxLayout;
    m_confidence = new ValueSlider(tr("Confidence"), QStringLiteral("confidenceSlider"), 0, 1, 0.01, 2);
    m_confidence->setToolTipText(tr("Detections below it are left out of rings, read-out and confusion (0 to 1); shared with Inspect"));
    m_confidence->setValue(session().confidence());
    widenSpin(m_confidence->spin());
    m_confidence->setMaximumWidth(380);
    second->addWidget(m_confidence, 1);
    second->addStretch(1);
    m_progress = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_progress->setObjectName(QStringLiteral("evaluateProgress"));
    m_progress->hide();
    second->addWidget(m_progress);
    rows->addLayout(second);
    layout->addWidget(head);
    layout->addWidget(new HairLine);

    auto* errorHolder = new QVBoxLayout;
    errorHolder->setContentsMargins(16, 8, 16, 0);
    m_error = new InlineMessage(InlineMessage::Kind::Error);
    m_error->setObjectName(QStringLiteral("evaluateError"));
    m_again = m_error->addButton(tr("Evaluate again"), QStringLiteral("evaluateAgainButton"));
    m_error->hide();
    errorHolder->addWidget(m_error);
    layout->addLayout(errorHolder);
    m_body = new QStackedWidget;
    m_empty = new EmptyState(tr("No run with detections yet. Train one, or evaluate weights on the test list."), tr("Train one"));
    m_empty->setObjectName(QStringLiteral("evaluateEmpty"));
    m_empty->button()->setObjectName(QStringLiteral("evaluateOnButton"));
    m_charts = new EvaluateCharts;
    m_body->addWidget(m_empty);
    m_body->addWidget(m_charts);
    layout->addWidget(m_body, 1);
    return centre;
}

QString EvaluatePage::subtitle() const {
    if (m_figures.runs().empty())
        return {};
    const RunEvaluation& a = *m_figures.runs().front().run;
    return tr("%1 · %2 frames · %3 labels").arg(qs(a.split), qs(formatGrouped(static_cast<std::int64_t>(a.detections().images.size()))), qs(formatGrouped(a.set->pairing.labels)));
}

QStringList EvaluatePage::command() const {
    if (runA().isEmpty())
        return {};
    return {QStringLiteral("evaluate"), qs(session().runPaths(runA()).folder), QStringLiteral("--split"), qs(split())};
}

QList<QAbstractButton*> EvaluatePage::headButtons() {
    return m_figures.runs().empty() ? QList<QAbstractButton*>{} : QList<QAbstractButton*>{m_inspect};
}

void EvaluatePage::primary() {
    if (runA().isEmpty())
        Q_EMIT session().pageRequested(QStringLiteral("train"));
    else if (m_figures.runs().empty())
        detect();
    else {
        session().setCurrentRun(runA());
        Q_EMIT session().pageRequested(QStringLiteral("inspect"));
    }
}

QString EvaluatePage::helpText() const {
    return tr("How good is a run on frames it has not seen? The PR curve shows each class at every confidence: solid where it was measured, dashed where YOLOv5's definition "
              "draws a line from the last recall to 1. The rings are the operating points at the confidence of the slider, and the box reads them out; Inspect uses the same "
              "confidence. AP against match IoU shows how exact the boxes are.\n\n"
              "Right, the same detections give five numbers by five definitions: compare only within a row. The cameras' table tells where the run is weak, and marks cameras "
              "that were never seen in training. Choose a second run as B to compare.");
}

std::string EvaluatePage::split() const {
    return kSplits[static_cast<std::size_t>(std::clamp(m_splits->current(), 0, 2))];
}

void EvaluatePage::refillRuns() {
    const QString wantedA = session().currentRun();
    const QString wantedB = runB();
    {
        const QSignalBlocker blockA(m_runA), blockB(m_runB);
        m_runA->clear();
        m_runB->clear();
        m_runB->addItem(tr("none"), QString());
        if (session().workspace())
            for (const QString& run : session().runNames()) {
                const runs::RunPaths paths = session().runPaths(run);
                if (!std::filesystem::exists(paths.best()) && !std::filesystem::exists(paths.last()) && !std::filesystem::exists(paths.detections("test")) &&
                    !std::filesystem::exists(paths.detections("val")))
                    continue;
                m_runA->addItem(run, run);
                m_runB->addItem(run, run);
            }
        if (m_runA->count() == 0)
            m_runA->addItem(tr("no run yet"), QString());
        const int a = m_runA->findData(wantedA), b = m_runB->findData(wantedB);
        m_runA->setCurrentIndex(a >= 0 ? a : 0);
        m_runB->setCurrentIndex(b >= 0 ? b : 0);
    }
    load();
}

void EvaluatePage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    if (m_stale)
        load();
}

void EvaluatePage::load() {
    m_stale = !isVisible();
    if (m_stale)
        return;
    const QString a = runA();
    const QString b = runB() == a ? QString() : runB();
    const std::string wanted = split();
    const bool detecting = m_worker.isRunning();
    if (a.isEmpty()) {
        showNothing(tr("No run with detections yet. Train one, or evaluate weights on the test list."), tr("Train one"));
        return;
    }
    const runs::RunPaths pathsA = session().runPaths(a);
    if (!std::filesystem::exists(pathsA.detections(wanted))) {
        const bool thisOne = detecting && m_detectedRun == a && m_detectedSplit == wanted;
        showNothing(thisOne ? tr("Detecting on %1 with %2 …").arg(qs(wanted), a) : tr("%1 has no detections on %2 yet.").arg(a, qs(wanted)), tr("Evaluate on %1").arg(qs(wanted)));
        m_empty->button()->setEnabled(!detecting);
        return;
    }
    std::optional<runs::RunPaths> pathsB;
    if (!b.isEmpty() && std::filesystem::exists(session().runPaths(b).detections(wanted)))
        pathsB = session().runPaths(b);
    if (!b.isEmpty() && !pathsB)
        session().showStatus(tr("%1 has no detections on %2 yet, so it is not compared.").arg(b, qs(wanted)));
    std::vector<runs::RunPaths> runs{pathsA};
    if (pathsB)
        runs.push_back(*pathsB);
    m_figures.show(runs, wanted, session().workspace() ? session().workspace()->names : std::vector<std::string>());
}

void EvaluatePage::showFigures() {
    const std::vector<ShownRun>& runs = m_figures.runs();
    if (runs.empty()) {
        showNothing(tr("These detections cannot be shown."), tr("Evaluate on %1").arg(qs(split())));
        return;
    }
    m_body->setCurrentWidget(m_charts);
    m_charts->setThresholds(session().confidence(), session().matchIou());
    m_charts->setRuns(runs, 0);
    m_tables->setRuns(runs);
    const eval::Pairing& pairing = runs.front().run->set->pairing;
    if (isVisible())
        session().showStatus(tr("A: %1 detections on %2 frames · numbers in %3 ms")
                                 .arg(qs(formatGrouped(pairing.detections)), qs(formatGrouped(static_cast<std::int64_t>(runs.front().run->detections().images.size()))), QString::number(m_figures.numbersMs())));
    Q_EMIT headChanged();
}

void EvaluatePage::showNothing(const QString& sentence, const QString& button) {
    m_figures.clear();
    m_empty->setSentence(sentence);
    m_empty->button()->setText(button);
    m_empty->button()->setEnabled(true);
    m_body->setCurrentWidget(m_empty);
    m_tables->setRuns({});
    Q_EMIT headChanged();
}

void EvaluatePage::detect() {
    if (m_worker.isRunning() || runA().isEmpty())
        return;
    m_error->hide();
    m_detectedRun = runA();
    m_detectedSplit = split();
    QStringList arguments = command();
    if (std::filesystem::exists(session().runPaths(m_detectedRun).detections(m_detectedSplit)))
        arguments << QStringLiteral("--force");
    m_worker.start(arguments, false);
    m_progress->setText(tr("Detecting on %1").arg(qs(m_detectedSplit)));
    m_progress->show();
    load();
}

void EvaluatePage::takeEnd(const WorkerClient::End& end) {
    m_progress->hide();
    if (!end.ok) {
        m_error->show(tr("Evaluating %1 on %2 did not finish: %3").arg(m_detectedRun, qs(m_detectedSplit), end.message), end.advice, end.lastLines);
        load();
        return;
    }
    session().showStatus(tr("%1 is evaluated on %2.").arg(m_detectedRun, qs(m_detectedSplit)));
    session().noteRunsChanged();
    load();
}

} // namespace intersect::ui

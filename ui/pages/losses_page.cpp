// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_page.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "ui/pages/losses_charts.h"
#include "ui/pages/losses_cursors.h"
#include "ui/pages/losses_help.h"
#include "ui/pages/losses_imbalance.h"
#include "ui/pages/losses_parameters.h"
#include "ui/pages/losses_run.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/panes.h"

namespace intersect::ui {

namespace {

constexpr int kFormula = 2;   ///< its place in the right pane
constexpr int kFollowMs = 60; ///< between a moved slider and the words about it: text is slow to lay out, curves are not

} // namespace

LossesPage::LossesPage(Session& session, QWidget* parent) : Page(session, parent) {
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    QWidget* choices = makeChoices();
    QWidget* centre = makeCentre();
    QWidget* meaning = makeMeaning();
    whole->addWidget(new Panes(QStringLiteral("lossesPanes"), choices, centre, meaning, 290, 384));

    connect(m_parameters, &LossParameters::changed, this, &LossesPage::showLosses);
    connect(m_parameters, &LossParameters::cursorsMoved, this, &LossesPage::showCursors);
    for (const LossCurveChart* chart : {m_lossChart, m_gradientChart}) {
        connect(chart, &LossCurveChart::cursorMoved, this, &LossesPage::setCursorA);
        connect(chart, &LossCurveChart::secondCursorMoved, this, &LossesPage::setCursorB);
        connect(chart, &LossCurveChart::lossChosen, this, [this](const QString& id) {
            m_help->showCurve(id);
            m_meaning->setCurrent(kFormula);
        });
    }
    connect(m_imbalance, &LossImbalance::examplesChanged, this, &LossesPage::showExamples);
    connect(m_use, &QPushButton::clicked, this, &LossesPage::primary);
    joinRun();
    m_following.setSingleShot(true);
    m_following.setInterval(kFollowMs);
    connect(&m_following, &QTimer::timeout, this, &LossesPage::followLosses);
    connect(m_view, &SegmentedButtons::currentChanged, m_views, &QStackedWidget::setCurrentIndex);
    connect(&Theme::instance(), &Theme::changed, this, &LossesPage::showLosses);
    showExamples();
    followLosses();
}

loss::LossSpec LossesPage::chosen() const {
    return m_parameters->choice().spec;
}

void LossesPage::showExamples() {
    m_counts = m_imbalance->counts();
    m_parameters->setCounts(m_counts);
    showLosses();
}

void LossesPage::showLosses() {
    const LossChoice choice = m_parameters->choice();
    m_shown = shownLosses(choice, m_counts);
    m_parameters->showSwatches(m_shown);
    m_lossChart->setCurves(m_shown, choice);
    m_gradientChart->setCurves(m_shown, choice);
    m_gradientChart->setNumbers(m_imbalance->numbers(choice.isNegative));
    showCut();
    showCursors();
}

void LossesPage::followLosses() {
    const LossChoice choice = m_parameters->choice();
    m_imbalance->setLoss(choice);
    m_help->setLoss(choice, m_counts);
    ShownLoss chosen = chosenLoss(choice, m_counts);
    for (const ShownLoss& shown : m_shown)
        chosen.colour = shown.chosen ? shown.colour : chosen.colour;
    m_run->setLosses({chosen});
    m_use->setText(tr("Train with %1").arg(lossInWords(choice.spec)));
    m_cursors->tell();
    tellStatus();
    Q_EMIT headChanged();
}

void LossesPage::showCut() {
    const LossChoice choice = m_parameters->choice();
    const auto mined = std::find_if(m_shown.begin(), m_shown.end(), [](const ShownLoss& one) { return one.spec.kind == loss::LossKind::Ohem; });
    std::optional<double> from;
    QString word, note;
    if (mined != m_shown.end() && !choice.isNegative) {
        note = tr("OHEM keeps every positive;\nits cut is among the negatives");
    } else if (mined != m_shown.end()) {
        const auto cut = loss::ohemCut(mined->spec, m_imbalance->examples());
        if (cut) {
            from = cut->pt;
            word = tr("OHEM drops %1\nof %2 negatives").arg(qs(formatGrouped(std::llround(cut->dropped))), qs(formatGrouped(std::llround(cut->dropped + cut->kept))));
        } else {
            note = tr("OHEM keeps every negative\nof these counts");
        }
    }
    for (LossCurveChart* chart : {m_lossChart, m_gradientChart}) {
        chart->setCut(from, word);
        chart->chart()->setNote(note);
    }
}

void LossesPage::setCursorA(double pt) {
    m_parameters->setCursors(pt, m_parameters->cursorB());
}

void LossesPage::setCursorB(double pt) {
    m_parameters->setCursors(m_parameters->cursorA(), pt);
}

void LossesPage::showCursors() {
    const LossChoice choice = m_parameters->choice();
    const double a = m_parameters->cursorA(), b = m_parameters->cursorB();
    m_lossChart->setCursors(a, b);
    m_gradientChart->setCursors(a, b);
    m_run->setCursor(a);
    m_cursors->show(m_shown, chosenLoss(choice, m_counts), choice, a, b);
    if (!m_following.isActive())
        m_following.start();
}

void LossesPage::tellStatus() {
    if (!isVisible())
        return;
    const LossChoice choice = m_parameters->choice();
    const double pt = m_parameters->cursorA();
    const ShownLoss chosen = chosenLoss(choice, m_counts);
    session().showStatus(tr("p of the truth %1 · logit %2 · cross-entropy %3 · %4 %5")
                             .arg(qs(formatFixed(pt, 2)), qs(formatFixed(logitAt(pt, choice.isNegative), 2)),
                                  qs(formatFixed(pointAt({}, choice, pt).loss, 3)), lossInWords(chosen.spec), qs(formatFixed(pointAt(chosen, choice, pt).loss, 3))));
}

QString LossesPage::subtitle() const {
    return lossInWords(chosen());
}

QStringList LossesPage::command() const {
    const LossChoice choice = m_parameters->choice();
    const loss::LossSpec& spec = choice.spec;
    QStringList words{QStringLiteral("losses"), QStringLiteral("--loss"), qs(loss::lossKindName(spec.kind))};
    const auto add = [&words](const char* option, double value) { words << qs(option) << qs(formatShortest(value)); };
    const bool isFocal = spec.kind == loss::LossKind::Focal || spec.kind == loss::LossKind::QFocal || spec.kind == loss::LossKind::ClassBalanced;
    if (isFocal)
        add("--gamma", spec.gamma);
    if (isFocal && spec.alpha)
        add("--alpha", *spec.alpha);
    if (spec.kind == loss::LossKind::ClassBalanced)
        add("--beta", spec.beta);
    if (spec.kind == loss::LossKind::ClassBalanced || spec.kind == loss::LossKind::Balanced)
        words << QStringLiteral("--counts") << qs(formatShortest(m_counts.positives) + ',' + formatShortest(m_counts.negatives));
    if (spec.kind == loss::LossKind::ClassBalanced)
        words << QStringLiteral("--class") << (choice.isNegative ? QStringLiteral("1") : QStringLiteral("0"));
    if (spec.positiveWeight != 1)
        add("--pos-weight", spec.positiveWeight);
    if (const double target = exampleTarget(choice); target != 1)
        add("--target", target);
    const double pt = m_parameters->cursorA();
    add("--p", choice.isNegative ? std::round((1 - pt) * 100) / 100 : pt);
    return words;
}

void LossesPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    tellStatus();
}

void LossesPage::primary() {
    Q_EMIT session().requestedLoss(chosen());
    Q_EMIT session().pageRequested(QStringLiteral("train"));
}

} // namespace intersect::ui

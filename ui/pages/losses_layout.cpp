// SPDX-License-Identifier: GPL-3.0-or-later
// What stands where on Losses.
#include <QHBoxLayout>
#include <QPainter>

#include "ui/pages/losses_charts.h"
#include "ui/pages/losses_cursors.h"
#include "ui/pages/losses_distributions.h"
#include "ui/pages/losses_epochs.h"
#include "ui/pages/losses_help.h"
#include "ui/pages/losses_imbalance.h"
#include "ui/pages/losses_page.h"
#include "ui/pages/losses_parameters.h"
#include "ui/pages/losses_run.h"
#include "ui/pages/losses_run_charts.h"
#include "ui/pages/losses_weights.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {
namespace {

/// The ground of the right pane, with the line that SidePane has at its left.
class MeaningArea : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const Palette& c = Theme::instance().palette();
        painter.fillRect(rect(), c.window);
        painter.fillRect(QRect(0, 0, 1, height()), c.line);
    }
};

} // namespace

QWidget* LossesPage::makeChoices() {
    auto* pane = new SidePane(SidePane::Side::Left, this);
    m_parameters = new LossParameters(pane);
    m_predictionsOf = pane->addSection();
    pane->addStretch();
    m_use = new QPushButton(pane);
    m_use->setObjectName(QStringLiteral("useInTrainButton"));
    m_use->setToolTip(tr("Takes this loss over to the next run on the Train page (Ctrl+Enter)"));
    pane->footer()->addWidget(m_use);
    return pane;
}

QWidget* LossesPage::makeCentre() {
    auto* centre = new SurfaceArea(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(16, 10, 16, 12);
    column->setSpacing(10);
    m_view = new SegmentedButtons({tr("Curves"), tr("Distributions"), tr("Over epochs")}, centre);
    m_view->setObjectName(QStringLiteral("lossesView"));
    m_view->setAccessibleName(tr("What the middle shows"));
    column->addWidget(m_view);
    m_views = new QStackedWidget(centre);
    m_views->addWidget(makeCurves());
    m_views->addWidget(new LossDistributions);
    m_views->addWidget(new RunEpochs(session()));
    column->addWidget(m_views, 1);
    centre->setMinimumWidth(560);
    return centre;
}

QWidget* LossesPage::makeCurves() {
    auto* place = new QWidget;
    auto* columns = new QHBoxLayout(place);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(16);
    m_lossChart = new LossCurveChart(LossCurveChart::What::Loss, LossAxis::Pt);
    m_underLossChart = new QVBoxLayout;
    m_underLossChart->setSpacing(16);
    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(m_lossChart, 5);
    left->addLayout(m_underLossChart, 6);
    m_gradientChart = new LossCurveChart(LossCurveChart::What::Gradient, LossAxis::SignedLogit);
    m_cursors = new LossCursors;
    auto* right = new QVBoxLayout;
    right->setSpacing(16);
    right->addWidget(m_gradientChart, 1);
    right->addWidget(m_cursors);
    m_run = new RunHistogram(session(), this);
    right->addWidget(m_run->words());
    columns->addLayout(left, 11);
    columns->addLayout(right, 10);
    return place;
}

void LossesPage::joinRun() {
    m_predictionsOf->addWidget(m_run->chooser());
    m_underLossChart->addWidget(m_run->charts());
    m_lossChart->chart()->setLeastMargins(kPtPlotLeft, 12);
    connect(m_run, &RunHistogram::cursorMoved, this, &LossesPage::setCursorA);
    connect(m_run, &RunHistogram::recordChanged, this, [this](const runs::PtRecord* record) {
        m_imbalance->setRun(record != nullptr ? std::optional(runs::examplesOf(*record, m_run->choice())) : std::nullopt, m_run->source());
    });
}

QWidget* LossesPage::makeMeaning() {
    auto* whole = new MeaningArea(this);
    auto* column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_meaning = new SegmentedButtons({tr("Imbalance"), tr("Class weights"), tr("Formula")}, whole);
    m_meaning->setObjectName(QStringLiteral("lossesMeaning"));
    m_meaning->setAccessibleName(tr("What the right side shows"));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 10, 16, 0);
    head->addWidget(m_meaning);
    head->addStretch(1);
    column->addLayout(head);
    auto* panes = new QStackedWidget(whole);
    column->addWidget(panes, 1);
    const auto add = [panes] {
        auto* pane = new SidePane(SidePane::Side::Right, panes);
        panes->addWidget(pane);
        return pane;
    };
    SidePane* imbalance = add();
    m_imbalance = new LossImbalance(imbalance);
    imbalance->addStretch();
    SidePane* weights = add();
    m_weights = new LossWeights(session(), weights);
    weights->addStretch();
    SidePane* formula = add();
    m_help = new LossHelp(formula);
    formula->addStretch();
    connect(&Theme::instance(), &Theme::changed, whole, qOverload<>(&QWidget::update));
    connect(m_meaning, &SegmentedButtons::currentChanged, panes, &QStackedWidget::setCurrentIndex);
    return whole;
}

QString LossesPage::helpText() const {
    return tr("A loss says how wrong a prediction is; its gradient says how hard training pulls. Both charts are drawn from the very "
              "formulas that train, "
              "so what you see is what a run does.\n\n"
              "Left of the curves the prediction is wrong (a low probability for the truth), right of them it is nearly right. "
              "Cross-entropy still charges "
              "something for examples that are nearly right; with thousands of easy background predictions these small charges add up and "
              "drown the few "
              "hard objects. Focal loss turns them down by (1 - pₜ)^γ.\n\n"
              "Below the curves, on the same axis, are the predictions of a run of yours on its val list: how many lie in each bin, and "
              "what part of the "
              "whole loss each bin makes, with cross-entropy, with the chosen loss and with the one it was trained with. The slider under "
              "its name goes "
              "through the epochs. Over epochs shows, for two runs, how many cells changed sides at p 0.5 and the AP of each class, rare "
              "classes first.\n\n"
              "Drag the cursors A and B in a chart, or press Left and Right there, with Alt for B. T puts the numbers in a chart's place, "
              "a right click "
              "copies or saves it. The button at the lower left takes the chosen loss over to the Train page.");
}

} // namespace intersect::ui

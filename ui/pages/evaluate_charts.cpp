// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_charts.h"

#include <algorithm>
#include <cmath>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/pages/evaluate_cameras.h"
#include "ui/pages/evaluate_pr_chart.h"
#include "ui/pages/evaluate_ratio_charts.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/matrix_view.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

namespace {

constexpr int kPaddingPx = 16, kBetweenPx = 16;
constexpr int kUpperShare = 8, kRatioShare = 5, kConfusionShare = 6; ///< widths, of 16 parts

} // namespace

EvaluateCharts::EvaluateCharts(QWidget* parent) : QWidget(parent) {
    m_pr = new PrChart;
    m_iou = new ApIouChart;
    m_againstConfidence = new RatioChart(RatioChart::Against::Confidence);
    m_againstMatchIou = new RatioChart(RatioChart::Against::MatchIou);
    m_confusion = new MatrixView(tr("Confusion"));
    m_confusion->setObjectName(QStringLiteral("confusionView"));
    m_cameras = new CameraCurvesView;
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPaddingPx, 8, kPaddingPx, 8);
    column->setSpacing(8);
    column->addWidget(makeTools());
    m_body = new QStackedWidget;
    m_body->addWidget(makeCharts());
    m_body->addWidget(m_cameras);
    column->addWidget(m_body, 1);
    connectCharts();
}

QWidget* EvaluateCharts::makeTools() {
    auto* tools = new QWidget;
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_viewSwitch = new SegmentedButtons({tr("Charts"), tr("Cameras")});
    m_viewSwitch->setObjectName(QStringLiteral("evaluateViewSwitch"));
    m_viewSwitch->button(0)->setToolTip(tr("The curves and the confusion of all frames together"));
    m_viewSwitch->button(1)->setToolTip(tr("A small PR curve for every camera, on the same axes"));
    row->addWidget(m_viewSwitch);
    row->addStretch(1);
    m_prTools = new QWidget;
    auto* prRow = new QHBoxLayout(m_prTools);
    prRow->setContentsMargins(0, 0, 0, 0);
    prRow->setSpacing(8);
    prRow->addWidget(new ThemedLabel(tr("PR curve"), FontRole::Caption, Tone::Text2));
    m_prSwitch = new SegmentedButtons({tr("by class"), tr("by match IoU")});
    m_prSwitch->setObjectName(QStringLiteral("prSwitch"));
    m_prSwitch->button(1)->setToolTip(tr("The chosen curve, else the mean, at match IoU 0.50 to 0.95 (F in the chart)"));
    prRow->addWidget(m_prSwitch);
    row->addWidget(m_prTools);
    return tools;
}

QWidget* EvaluateCharts::makeCharts() {
    auto* content = new QWidget;
    content->setAutoFillBackground(false);
    auto* rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(kBetweenPx);
    auto* upper = new QHBoxLayout;
    auto* lower = new QHBoxLayout;
    for (QHBoxLayout* row : {upper, lower}) {
        row->setSpacing(kBetweenPx);
        rows->addLayout(row, 1);
    }
    upper->addWidget(m_pr, kUpperShare);
    upper->addWidget(m_iou, kUpperShare);
    lower->addWidget(m_againstConfidence, kRatioShare);
    lower->addWidget(m_againstMatchIou, kRatioShare);
    lower->addWidget(m_confusion, kConfusionShare);
    for (Figure* figure : std::initializer_list<Figure*>{m_pr, m_iou, m_againstConfidence, m_againstMatchIou, m_confusion})
        figure->setMinimumSize(200, 190);
    auto* scroll = new QScrollArea; // low windows only
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(content);
    content->setAutoFillBackground(false);
    return scroll;
}

void EvaluateCharts::connectCharts() {
    connect(m_viewSwitch, &SegmentedButtons::currentChanged, this, [this](int index) {
        m_body->setCurrentIndex(index);
        m_prTools->setVisible(index == 0);
    });
    connect(m_prSwitch, &SegmentedButtons::currentChanged, this, [this](int index) { m_pr->setFamily(index == 1); });
    connect(m_pr, &PrChart::familyChanged, this, [this](bool family) { m_prSwitch->setCurrent(family ? 1 : 0); });
    connect(m_pr, &LineChart::chosenChanged, this, [this](int choice) {
        m_view.chosen = CurveChoice::of(choice);
        refresh();
    });
    connect(m_againstConfidence, &LineChart::cursorMoved, this, [this](double x) { Q_EMIT confidencePicked(std::clamp(x, 0.0, 1.0)); });
    for (LineChart* chart : std::initializer_list<LineChart*>{m_iou, m_againstMatchIou}) {
        connect(chart, &LineChart::cursorMoved, this, &EvaluateCharts::matchIouPicked);
        connect(chart, &LineChart::hovered, this, [this](double x, int) { hover(std::nullopt, x); });
    }
    connect(m_againstConfidence, &LineChart::hovered, this,
            [this](double x, int) { hover(std::clamp(std::round(x * 100) / 100, 0.0, 1.0), std::nullopt); });
    connect(m_pr, &LineChart::hovered, this, [this](double recall, int choice) {
        if (m_view.runs.empty() || m_pr->isFamily())
            return;
        // The curve near the pointer, else the chosen one, else the mean: its recall there belongs to a confidence.
        const CurveChoice curve =
            CurveChoice::of(choice).value_or(m_view.chosen.value_or(CurveChoice{m_view.classesOf, CurveChoice::kMean}));
        const auto run = static_cast<std::size_t>(std::clamp(curve.run, 0, static_cast<int>(m_view.runs.size()) - 1));
        hover(confidenceAtRecall(*m_view.runs[run].live, curve.classId, recall), std::nullopt);
    });
    for (LineChart* chart : std::initializer_list<LineChart*>{m_pr, m_iou, m_againstConfidence, m_againstMatchIou})
        connect(chart, &LineChart::hoverEnded, this, [this] { hover(std::nullopt, std::nullopt); });
    connect(m_confusion, &MatrixView::cellPicked, this, &EvaluateCharts::confusionCellPicked);
    connect(m_cameras, &CameraCurvesView::cameraPicked, this, &EvaluateCharts::cameraPicked);
    connect(&Theme::instance(), &Theme::changed, this, [this] { refresh(); });
}

void EvaluateCharts::setRuns(std::vector<ShownRun> runs, int classesOf) {
    m_view.runs = std::move(runs);
    m_view.classesOf = std::clamp(classesOf, 0, std::max(0, static_cast<int>(m_view.runs.size()) - 1));
    if (m_view.chosen) {
        // Classes are drawn for one run: the choice goes with it, and ends where there is no such curve any more.
        CurveChoice& chosen = *m_view.chosen;
        if (chosen.classId != CurveChoice::kMean)
            chosen.run = m_view.classesOf;
        const bool there = chosen.run < static_cast<int>(m_view.runs.size());
        const auto isIt = [&](const eval::LiveClass& one) { return one.classId == chosen.classId && one.labels > 0; };
        if (!there || (chosen.classId != CurveChoice::kMean &&
                       std::none_of(m_view.classesRun().live->classes.begin(), m_view.classesRun().live->classes.end(), isIt)))
            m_view.chosen.reset();
    }
    refresh();
}

void EvaluateCharts::setThresholds(double confidence, double matchIou) {
    m_view.confidence = confidence;
    m_view.matchIou = matchIou;
    refreshPoints();
}

void EvaluateCharts::hover(std::optional<double> confidence, std::optional<double> matchIou) {
    if (m_view.hoverConfidence == confidence && m_view.hoverMatchIou == matchIou)
        return;
    m_view.hoverConfidence = confidence;
    m_view.hoverMatchIou = matchIou;
    refreshPoints();
}

void EvaluateCharts::refresh() {
    if (m_view.runs.empty())
        return;
    m_pr->setView(m_view);
    m_iou->setView(m_view);
    m_againstConfidence->setView(m_view);
    m_againstMatchIou->setView(m_view);
    m_cameras->setView(m_view);
    refreshConfusion();
}

void EvaluateCharts::refreshPoints() {
    if (m_view.runs.empty())
        return;
    m_pr->setPoints(m_view);
    m_iou->setPoints(m_view);
    m_againstConfidence->setPoints(m_view);
    m_againstMatchIou->setPoints(m_view);
}

void EvaluateCharts::refreshConfusion() {
    const ShownRun& shown = m_view.classesRun();
    const eval::ConfusionMatrix& matrix = shown.live->confusion;
    QStringList names;
    for (const int id : matrix.classIds)
        names << qs(shown.run->className(id));
    m_confusion->setMatrix(matrix, names);
    const QString at = tr("Confusion at confidence %1, match IoU %2").arg(ratioText(matrix.confidence), ratioText(matrix.iou));
    m_confusion->setHeading(m_view.runs.size() > 1 ? tr("%1, run %2").arg(at, runLetter(static_cast<std::size_t>(m_view.classesOf))) : at);
}

} // namespace intersect::ui

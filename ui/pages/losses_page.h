// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "core/runs/pt_histograms.h"
#include "ui/pages/losses_curves.h"
#include "ui/pages/page.h"
#include "ui/widgets/segmented_buttons.h"

namespace intersect::ui {

class LossCurveChart;
class LossCursors;
class LossHelp;
class LossImbalance;
class LossParameters;
class LossWeights;
class RunHistogram;

/// What losses do: curves and exact gradients from the formulas that train, what they make of an imbalance, and where a run's own predictions lie.
/// GUI thread only.
class LossesPage : public Page {
    Q_OBJECT
public:
    explicit LossesPage(Session& session, QWidget* parent = nullptr);

    QString name() const override { return QStringLiteral("losses"); }
    QString title() const override { return tr("Losses"); }
    QString subtitle() const override;
    QStringList command() const override;
    void primary() override;
    QString helpText() const override;

    /// The loss the sliders describe now.
    loss::LossSpec chosen() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeChoices();
    QWidget* makeCentre();
    QWidget* makeCurves();
    QWidget* makeMeaning();
    void showLosses();   ///< the curves and their values at once; what else speaks of the loss follows
    void followLosses(); ///< sentences, explainer, formula, the run's share: a few times a second while a slider moves
    void showExamples();
    void showCut();
    void showCursors();
    void setCursorA(double pt);
    void setCursorB(double pt);
    void tellStatus();
    void joinRun();

    LossParameters* m_parameters = nullptr;
    LossCurveChart *m_lossChart = nullptr, *m_gradientChart = nullptr;
    LossCursors* m_cursors = nullptr;
    LossImbalance* m_imbalance = nullptr;
    LossHelp* m_help = nullptr;
    LossWeights* m_weights = nullptr;
    SegmentedButtons* m_meaning = nullptr; ///< what the right pane shows
    QPushButton* m_use = nullptr;
    SegmentedButtons* m_view = nullptr;      ///< what the centre shows
    QStackedWidget* m_views = nullptr;       ///< one widget a word of m_view
    QVBoxLayout* m_underLossChart = nullptr; ///< the run's charts on the same axis of p_t
    QVBoxLayout* m_predictionsOf = nullptr;  ///< which run they are of
    RunHistogram* m_run = nullptr;
    QTimer m_following;
    ExampleCounts m_counts;
    std::vector<ShownLoss> m_shown;
};

} // namespace intersect::ui

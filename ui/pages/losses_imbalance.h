// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QObject>
#include <QSpinBox>

#include "core/loss/imbalance.h"
#include "ui/pages/losses_charts.h"
#include "ui/pages/losses_curves.h"
#include "ui/widgets/painted_body.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

class ImbalanceChart;

/// Why imbalance matters: few hard positives against many easy negatives, set by hand or a run's own, and what each loss makes of their two
/// sums. GUI thread only.
class LossImbalance : public QObject {
    Q_OBJECT
public:
    /// Adds its sections to `pane`.
    explicit LossImbalance(SidePane* pane);

    /// Shows the chosen loss beside the usual ones; its weights are the page's.
    void setLoss(const LossChoice& choice);
    /// The chosen run's own examples and what they are called; nullopt: no run.
    void setRun(const std::optional<loss::Examples>& examples, const QString& name);
    /// The examples that are shown, and their numbers.
    const loss::Examples& examples() const { return m_examples; }
    ExampleCounts counts() const;
    /// How many there are of one side, by p_t where a run tells.
    ExampleNumbers numbers(bool isNegative) const;
    /// "10 positives and 10,000 negatives", or the run's name.
    QString source() const;

Q_SIGNALS:
    void examplesChanged();

private:
    void makeExamples(SidePane* pane);
    void takePreset();
    void numbersTyped();
    void showExamples();
    void fill();
    void paintScale(QPainter& painter, bool positives) const;
    bool isRun() const;

    std::optional<loss::Examples> m_run;
    QString m_runName;
    loss::Examples m_examples;
    LossChoice m_choice;
    bool m_filling = false;
    QComboBox* m_preset = nullptr;
    struct Side {
        QSpinBox* count = nullptr;
        QDoubleSpinBox* mean = nullptr;
        ThemedLabel* sum = nullptr;
        PaintedBody* bar = nullptr;
    } m_positives, m_negatives;
    ThemedLabel *m_words = nullptr, *m_verdict = nullptr;
    SegmentedButtons* m_divided = nullptr;
    ImbalanceChart* m_chart = nullptr;
};

} // namespace intersect::ui

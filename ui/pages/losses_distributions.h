// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QSpinBox>
#include <QWidget>

#include "ui/widgets/line_chart.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/themed_label.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

class DistributionBars;
class LengthsFigure;

/// Where cross-entropy comes from: -log p, the entropy of a coin, and entropy, cross-entropy and KL of two distributions that are dragged.
/// GUI thread only.
class LossDistributions : public QWidget {
    Q_OBJECT
public:
    explicit LossDistributions(QWidget* parent = nullptr);

private:
    QWidget* makeHead();
    void takePreset();
    void takeOutcomes();
    void takeCoin();
    void showAll();
    void drawCurves();
    bool inBits() const;

    QComboBox* m_preset = nullptr;
    QSpinBox* m_outcomes = nullptr;
    SegmentedButtons* m_unit = nullptr;
    ValueSlider *m_p, *m_q;
    QWidget* m_coin;
    DistributionBars* m_bars;
    LengthsFigure* m_lengths;
    LineChart *m_surprise, *m_binary;
    ThemedLabel* m_words;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QWidget>

#include "core/runs/train_config.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// What a choice of loss does: a small curve from the formula that trains, how large it makes the terms beside BCE, and the gains that make up
/// for that. GUI thread only.
class LossPreview : public QWidget {
    Q_OBJECT
public:
    explicit LossPreview(QWidget* parent = nullptr);
    /// `config`: loss, class weights and gains; `valid`: its loss passes checkLossSpec.
    void show(const runs::TrainConfig& config, bool valid);

Q_SIGNALS:
    void gainsAsked(double obj, double cls);

private:
    void drawCurve(const loss::LossSpec& spec);
    void tellSize(const runs::TrainConfig& config);
    LineChart* m_chart;
    ThemedLabel* m_size;
    QPushButton* m_compensate;
    double m_obj = 0, m_cls = 0; ///< gains that make up for the size of the loss
};

/// "BCE" or "focal γ 2, α 0.25": a loss in a table cell.
QString lossText(const loss::LossSpec& loss);
/// Whether a kind of loss reads gamma and alpha, and whether it reads the modulator.
bool hasGamma(loss::LossKind kind);
bool hasModulator(loss::LossKind kind);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QWidget>

#include "core/loss/loss_spec.h"
#include "core/runs/train_config.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/loss_preview.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

/// Which loss the next run trains with: kind, its numbers, weights of classes, the gains of the three parts, and a small curve from the same
/// formula that trains. GUI thread only.
class LossForm : public QWidget {
    Q_OBJECT
public:
    explicit LossForm(QWidget* parent = nullptr);
    loss::LossSpec loss() const;
    void setLoss(const loss::LossSpec& loss);
    /// Takes over a rule for the weights of classes; `drawFrames`: frames are drawn by them too.
    void setClassWeights(loss::ClassWeightRule rule, double beta, bool drawFrames);
    /// Writes loss, class weights and gains into `config`.
    void fill(runs::TrainConfig& config) const;
    /// Shows those of `config`.
    void setConfig(const runs::TrainConfig& config);
    /// Why the form describes no loss; empty when it does.
    QString problem() const;

Q_SIGNALS:
    void changed();

private:
    void makeNumbers();
    void makeMore();
    void showLoss(const loss::LossSpec& loss);
    void refresh();
    void showForm();
    void takeForm();
    QString moreCaption(const loss::LossSpec& spec) const;
    void changedNow();

    bool m_filling = false;
    QComboBox *m_form, *m_kind;
    QWidget* m_params;
    ValueSlider *m_gamma = nullptr, *m_alpha = nullptr, *m_beta = nullptr, *m_ohemRatio = nullptr;
    QCheckBox *m_alphaOn = nullptr, *m_imageWeights = nullptr;
    FoldSection* m_more = nullptr;
    QWidget *m_modulatorRow = nullptr, *m_classAlphaRow = nullptr;
    QComboBox *m_terms = nullptr, *m_modulator = nullptr, *m_normalise = nullptr, *m_classWeights = nullptr;
    QDoubleSpinBox *m_positiveWeight = nullptr, *m_termWeight = nullptr, *m_prior = nullptr;
    QDoubleSpinBox *m_boxGain = nullptr, *m_objGain = nullptr, *m_clsGain = nullptr;
    QLineEdit *m_classAlpha = nullptr, *m_classPositive = nullptr;
    ThemedLabel* m_problem = nullptr;
    LossPreview* m_preview;
};

} // namespace intersect::ui

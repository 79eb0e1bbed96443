// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSpinBox>

#include "core/runs/train_config.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

/// The folded rest of what a training can be told: schedule's shape, precision, repeatability, threads, a hyp file. GUI thread only.
class TrainOptions : public FoldSection {
    Q_OBJECT
public:
    explicit TrainOptions(QWidget* parent = nullptr);
    void fill(runs::TrainConfig& config) const;
    void setConfig(const runs::TrainConfig& config);
    /// Reads a hyp file and offers its numbers by hypRead; a file that cannot be read says so below the button.
    void readHypFile(const QString& file);

Q_SIGNALS:
    void changed();
    /// A hyp file was read: take over its hyper-parameters, and its loss where it names one.
    void hypRead(const intersect::runs::HyperParameters& hyp, const std::optional<intersect::loss::LossSpec>& loss);

    /// A recipe was chosen: take over what it sets beside its name.
    void recipeChosen(const QString& name);

private:
    void changedNow();
    QString summary() const;

    bool m_filling = false;
    QCheckBox *m_cosLr, *m_deterministic, *m_rect, *m_autoanchor, *m_freezeBn;
    QSpinBox *m_patience, *m_threads, *m_workers, *m_saveBatches, *m_nbs, *m_unfreezeAt;
    QDoubleSpinBox* m_labelSmoothing;
    QComboBox *m_precision, *m_device, *m_recipe, *m_assign;
    InlineMessage* m_hypProblem;
};

} // namespace intersect::ui

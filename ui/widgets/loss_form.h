// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QWidget>

#include "core/loss/loss_spec.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

/// Which loss the next run trains with: kind, gamma, alpha, and a small curve from the same formula that trains. GUI thread only.
class LossForm : public QWidget {
    Q_OBJECT
public:
    explicit LossForm(QWidget* parent = nullptr);
    loss::LossSpec loss() const;
    void setLoss(const loss::LossSpec& loss);

Q_SIGNALS:
    void changed();

private:
    void refresh();
    QComboBox* m_kind;
    QWidget* m_params;
    ValueSlider* m_gamma;
    QCheckBox* m_alphaOn;
    ValueSlider* m_alpha;
    LineChart* m_preview;
};

/// "BCE" or "focal γ 2, α 0.25": a loss in a table cell.
QString lossText(const loss::LossSpec& loss);

} // namespace intersect::ui

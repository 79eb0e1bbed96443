// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QCheckBox>
#include <QComboBox>
#include <QPushButton>

#include "core/loss/loss_spec.h"
#include "ui/models/cell_table.h"
#include "ui/pages/page.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

/// Loss and gradient of what can be trained with, drawn from the same formulas that train, with one cursor over all. GUI thread only.
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
    /// A curve that may be shown: one of the fixed ones, or the chosen loss.
    struct Curve {
        QString name;
        loss::LossSpec spec;
        QColor colour;
        bool isChosen = false;
        bool shown = false;
    };
    QWidget* makeChoices();
    QWidget* makeCharts();
    QWidget* makeImbalance();
    std::vector<Curve> curves() const;
    void setCursor(double pt);
    void drawCurves();
    void drawCursor();
    void fillImbalance();

    std::vector<QCheckBox*> m_checks;
    std::vector<QLabel*> m_swatches;
    QComboBox* m_kind = nullptr;
    ValueSlider *m_gamma = nullptr, *m_alpha = nullptr, *m_positiveWeight = nullptr, *m_cursor = nullptr;
    QCheckBox* m_useAlpha = nullptr;
    QPushButton* m_use = nullptr;
    LineChart *m_lossChart = nullptr, *m_gradientChart = nullptr;
    CellTable *m_values = nullptr, *m_imbalance = nullptr;
    QLabel* m_words = nullptr;
    QLabel* m_imbalanceWords = nullptr;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QObject>

#include "ui/models/cell_table.h"
#include "ui/pages/losses_curves.h"
#include "ui/widgets/formula_view.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

/// The formula of a loss, its symbols and source, when it helps and when it does harm, and its values at a few p_t from the code. GUI
/// thread only.
class LossHelp : public QObject {
    Q_OBJECT
public:
    /// Adds its sections to `pane`.
    explicit LossHelp(SidePane* pane);
    /// Takes over the numbers and, until another topic is picked, shows that of the chosen loss.
    void setLoss(const LossChoice& choice, const ExampleCounts& counts);
    /// Shows the topic of a curve.
    void showCurve(const QString& curveId);

    bool eventFilter(QObject* watched, QEvent* event) override; ///< has it filled when its pane is shown

private:
    void fill();
    LossChoice m_choice;
    ExampleCounts m_counts;
    bool m_follows = true; ///< the chosen loss
    QComboBox* m_topic;
    FormulaView* m_formula;
    CellTable* m_values;
    ThemedLabel *m_symbols, *m_source, *m_helps, *m_harms, *m_valuesOf;
};

} // namespace intersect::ui

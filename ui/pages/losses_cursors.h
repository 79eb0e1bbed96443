// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "ui/models/cell_table.h"
#include "ui/pages/losses_curves.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// What all shown losses are at the two cursors, their ratio, and how many easy examples weigh as one hard one. GUI thread only.
class LossCursors : public QWidget {
    Q_OBJECT
public:
    explicit LossCursors(QWidget* parent = nullptr);
    /// `chosen`: the loss the sentence is about. `a`, `b`: p_t of the cursors.
    void show(const std::vector<ShownLoss>& shown, const ShownLoss& chosen, const LossChoice& choice, double a, double b);
    /// The sentence about what was shown last.
    void tell();

private:
    void fill();
    QString sentence() const;
    static QString papersCheck();
    std::vector<ShownLoss> m_shown;
    ShownLoss m_chosen;
    LossChoice m_choice;
    double m_a = 0.2, m_b = 0.9;
    SegmentedButtons* m_what;
    CellTable* m_table;
    ThemedLabel* m_words;
};

} // namespace intersect::ui

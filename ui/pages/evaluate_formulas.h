// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

#include "ui/pages/evaluate_job.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

class FoldSection;

/// "How these are counted": TP, FP, FN and what is made of them as fractions with the counts of now, for all classes or one. GUI thread
/// only.
class FormulasPanel : public QObject {
    Q_OBJECT
public:
    /// Adds its section to `pane`.
    explicit FormulasPanel(SidePane* pane);
    void setRun(const ShownRun& shown);

private:
    void fill();
    ShownRun m_shown;
    FoldSection* m_fold;
    QComboBox* m_class;
    ThemedLabel *m_counts, *m_ratios, *m_negatives;
};

} // namespace intersect::ui

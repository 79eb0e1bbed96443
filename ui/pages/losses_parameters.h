// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QObject>

#include "ui/pages/losses_curves.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

class FoldSection;

/// The left side of the Losses page: which curves are shown, the chosen loss and its numbers, the example it is drawn for, and the two
/// cursors. GUI thread only.
class LossParameters : public QObject {
    Q_OBJECT
public:
    /// Adds its sections to `pane`.
    explicit LossParameters(SidePane* pane);

    LossChoice choice() const;
    /// p_t of cursor A and of cursor B, 0.01 .. 0.99.
    double cursorA() const { return m_cursorA->value(); }
    double cursorB() const { return m_cursorB->value(); }
    void setCursors(double a, double b);
    /// The swatches beside the check boxes.
    void showSwatches(const std::vector<ShownLoss>& shown);
    /// What alpha becomes when balanced cross-entropy is chosen.
    void setCounts(const ExampleCounts& counts) { m_counts = counts; }
    /// Chooses a kind of loss as if it were picked from the list.
    void setKind(loss::LossKind kind);

Q_SIGNALS:
    void changed();
    void cursorsMoved();

private:
    void makeCurves(SidePane* pane);
    void makeNumbers(SidePane* pane);
    void makeExample(SidePane* pane);
    void makeCursors(SidePane* pane);
    loss::LossKind kind() const;
    void kindChosen();
    void refresh();

    ExampleCounts m_counts;
    double m_focalAlpha = 0.25; ///< while balanced cross-entropy has the slider
    bool m_alphaIsBalance = false;
    std::vector<std::pair<QCheckBox*, QLabel*>> m_rows; ///< as curveRows()
    QStringList m_swatchLooks;                          ///< what the swatches show
    QComboBox* m_kind = nullptr;
    ValueSlider *m_gamma = nullptr, *m_alpha = nullptr, *m_beta = nullptr, *m_positiveWeight = nullptr, *m_ohemRatio = nullptr;
    ValueSlider *m_target = nullptr, *m_smoothing = nullptr, *m_cursorA = nullptr, *m_cursorB = nullptr;
    QCheckBox* m_useAlpha = nullptr;
    SegmentedButtons* m_side = nullptr;
    FoldSection* m_example = nullptr;
};

} // namespace intersect::ui

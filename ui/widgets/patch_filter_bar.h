// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSlider>
#include <QWidget>

#include "ui/models/patch_list.h"
#include "ui/widgets/chip_button.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// Which patches are shown and in what order: verdicts, class, error, score; below it the sentence that says how many those are, the order
/// and the size of the tiles. Beside each choice stands how many boxes it would show. Rows break where the bar is narrow. GUI thread only.
class PatchFilterBar : public QWidget {
    Q_OBJECT
public:
    explicit PatchFilterBar(std::function<QString(int)> className, QWidget* parent = nullptr);

    PatchChoice choice() const;
    /// What is wrong, surest first: the choice in the beginning.
    static PatchChoice usual();
    /// Emits choiceChanged once if it is another.
    void setChoice(const PatchChoice& choice);
    /// False: no box has a verdict, so that nothing is asked by verdict or error. Emits nothing.
    void setJudged(bool judged);
    /// What each choice would show of `all` boxes. `errorsKnown` false: they are not found yet.
    void setCounts(const PatchCounts& counts, std::int64_t all, bool errorsKnown);
    void setSentence(const QString& sentence) { m_sentence->setText(sentence); }
    QString sentence() const { return m_sentence->text(); }
    QSlider* sizeSlider() const { return m_size; }

Q_SIGNALS:
    void choiceChanged();

private:
    void changed();
    void nameDirection();
    std::function<QString(int)> m_className;
    std::array<ChipButton*, 4> m_verdicts{}; ///< by eval::Verdict
    QWidget* m_chips;
    QComboBox *m_classes, *m_errors, *m_order;
    QDoubleSpinBox *m_from, *m_to;
    QPushButton* m_direction; ///< checked: ascending
    ThemedLabel* m_sentence;
    QSlider* m_size;
    PatchChoice m_last; ///< as it was said last
};

} // namespace intersect::ui

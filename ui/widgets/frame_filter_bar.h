// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <vector>

#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>
#include <QWidget>

#include "core/data/frame_filter.h"
#include "ui/widgets/chip_button.h"

namespace intersect::ui {

class FlowLayout;
class HourBars;

/// What narrows the grid down: name, classes, without labels, with findings, boxes per frame, their size, hours, use. Beside each choice stands how
/// many frames it would show. Rows break where the bar is narrow. GUI thread only.
class FrameFilterBar : public QWidget {
    Q_OBJECT
public:
    explicit FrameFilterBar(QWidget* parent = nullptr);

    /// The classes the data has with their boxes, the most boxes a frame has and the number of frames; keeps what was set where it still fits.
    void setData(const std::vector<int>& classes, const std::function<QString(int)>& nameOf, int mostBoxes, qint64 frames);
    void setCounts(const data::FilterCounts& counts);
    data::FrameFilter filter() const;
    void setFilter(const data::FrameFilter& filter); ///< emits filterChanged once
    void clearFilters();
    /// Only frames with a finding, of one code or (empty) any; everything else is cleared. `title`: what the chip says.
    void showFindings(const std::string& code, const QString& title);
    /// Whether anything is narrowed down.
    bool isSet() const { return !(filter() == data::FrameFilter()); }

Q_SIGNALS:
    void filterChanged();

private:
    void onlyClass(const ChipButton* chip);
    void nameFindingChip();
    static constexpr std::size_t kClassChips = 5;
    QLineEdit* m_text;
    QWidget* m_chips;
    QLayout* m_chipRow;
    FlowLayout* m_first;
    std::vector<ChipButton*> m_classes;
    QToolButton* m_moreClasses;
    ChipButton* m_withoutLabels;
    ChipButton* m_withFindings;
    QSpinBox *m_from, *m_to, *m_hourFrom, *m_hourTo;
    HourBars* m_hours;
    std::array<ChipButton*, data::kObjectSizes> m_sizes{};
    std::array<ChipButton*, data::kFrameUses> m_uses{};
    std::string m_findingCode;
    QString m_findingTitle;
};

} // namespace intersect::ui

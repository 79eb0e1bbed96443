// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QCheckBox>
#include <QLineEdit>
#include <QSlider>
#include <QSpinBox>
#include <QWidget>

#include "ui/models/frame_marks.h"
#include "ui/widgets/chip_button.h"

class QHBoxLayout;

namespace intersect::ui {

/// What narrows the grid down: name, classes, without labels, with findings, boxes per frame; and how it looks: boxes, size. GUI thread only.
class FrameFilterBar : public QWidget {
    Q_OBJECT
public:
    explicit FrameFilterBar(QWidget* parent = nullptr);

    /// The classes the data has and the most boxes a frame has; keeps what was set where it still fits.
    void setData(const std::vector<int>& classes, const std::function<QString(int)>& nameOf, int mostBoxes);
    FrameFilter filter() const;
    void clearFilters();
    void showFindingsOnly();

    QCheckBox* boxesCheck() const { return m_boxes; }
    QSlider* sizeSlider() const { return m_size; }

Q_SIGNALS:
    void filterChanged();

private:
    QLineEdit* m_text;
    QWidget* m_chips;
    QHBoxLayout* m_chipRow;
    std::vector<ChipButton*> m_classes;
    ChipButton* m_withoutLabels;
    ChipButton* m_withFindings;
    QSpinBox* m_from;
    QSpinBox* m_to;
    QCheckBox* m_boxes;
    QSlider* m_size;
};

} // namespace intersect::ui

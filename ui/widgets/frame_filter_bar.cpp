// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frame_filter_bar.h"

#include <algorithm>

#include <QAction>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

FrameFilterBar::FrameFilterBar(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("filterBar"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(16, 10, 16, 10);
    rows->setSpacing(8);

    auto* first = new QHBoxLayout;
    first->setSpacing(6);
    m_text = new QLineEdit(this);
    m_text->setObjectName(QStringLiteral("frameFilterEdit"));
    m_text->setPlaceholderText(tr("Name or time"));
    m_text->setAccessibleName(tr("Part of the file name, or a time"));
    m_text->setClearButtonEnabled(true);
    m_text->setMinimumWidth(124);
    m_text->setMaximumWidth(170);
    first->addWidget(m_text, 1);
    m_chips = new QWidget(this);
    m_chips->setObjectName(QStringLiteral("classChips"));
    m_chipRow = new QHBoxLayout(m_chips);
    m_chipRow->setContentsMargins(0, 0, 0, 0);
    m_chipRow->setSpacing(6);
    first->addWidget(m_chips);
    first->addStretch(1);
    m_withoutLabels = new ChipButton(tr("Without labels"), -1, this);
    m_withoutLabels->setObjectName(QStringLiteral("withoutLabelsChip"));
    m_withFindings = new ChipButton(tr("With findings"), -1, this);
    m_withFindings->setObjectName(QStringLiteral("withFindingsChip"));
    first->addWidget(m_withoutLabels);
    first->addWidget(m_withFindings);
    rows->addLayout(first);

    auto* second = new QHBoxLayout;
    second->setSpacing(8);
    const auto spin = [this](const QString& name, const QString& accessible) {
        auto* box = new QSpinBox(this);
        box->setObjectName(name);
        box->setAccessibleName(accessible);
        box->setRange(0, 0);
        box->setMinimumWidth(70);
        return box;
    };
    m_from = spin(QStringLiteral("boxesFromSpin"), tr("At least so many boxes"));
    m_to = spin(QStringLiteral("boxesToSpin"), tr("At most so many boxes"));
    auto* perFrame = new ThemedLabel(tr("Boxes per frame"), FontRole::Body, Tone::Text2, this);
    perFrame->setBuddy(m_from);
    second->addWidget(perFrame);
    second->addWidget(m_from);
    second->addWidget(new ThemedLabel(tr("to"), FontRole::Body, Tone::Text2, this));
    second->addWidget(m_to);
    second->addStretch(1);
    m_boxes = new QCheckBox(tr("Boxes"), this);
    m_boxes->setObjectName(QStringLiteral("boxesCheck"));
    m_boxes->setChecked(true);
    m_boxes->setToolTip(tr("Show the labelled boxes on the pictures (B)"));
    second->addWidget(m_boxes);
    second->addSpacing(8);
    m_size = new QSlider(Qt::Horizontal, this);
    m_size->setObjectName(QStringLiteral("sizeSlider"));
    m_size->setAccessibleName(tr("Size of the pictures"));
    m_size->setRange(110, 420);
    m_size->setPageStep(40);
    m_size->setValue(182);
    m_size->setFixedWidth(84);
    auto* sizeLabel = new ThemedLabel(tr("Size"), FontRole::Body, Tone::Text2, this);
    sizeLabel->setBuddy(m_size);
    second->addWidget(sizeLabel);
    second->addWidget(m_size);
    rows->addLayout(second);

    connect(m_text, &QLineEdit::textChanged, this, &FrameFilterBar::filterChanged);
    connect(m_withoutLabels, &QAbstractButton::toggled, this, &FrameFilterBar::filterChanged);
    connect(m_withFindings, &QAbstractButton::toggled, this, &FrameFilterBar::filterChanged);
    connect(m_from, &QSpinBox::valueChanged, this, &FrameFilterBar::filterChanged);
    connect(m_to, &QSpinBox::valueChanged, this, &FrameFilterBar::filterChanged);
}

void FrameFilterBar::setData(const std::vector<int>& classes, const std::function<QString(int)>& nameOf, int mostBoxes) {
    std::vector<int> off;
    for (ChipButton* chip : m_classes) {
        if (!chip->isChecked())
            off.push_back(chip->classId());
        delete chip;
    }
    m_classes.clear();
    for (const int id : classes) {
        auto* chip = new ChipButton(nameOf(id), id, m_chips);
        chip->setObjectName(QStringLiteral("classChip%1").arg(id));
        chip->setToolTip(tr("Frames with %1").arg(nameOf(id)));
        chip->setChecked(std::find(off.begin(), off.end(), id) == off.end());
        connect(chip, &QAbstractButton::toggled, this, &FrameFilterBar::filterChanged);
        m_chipRow->addWidget(chip);
        m_classes.push_back(chip);
        // The row has room for eight; frames of further classes are found with all chips on.
        chip->setVisible(m_classes.size() <= 8);
    }
    const bool open = m_to->value() == m_to->maximum();
    const QSignalBlocker quietFrom(m_from), quietTo(m_to);
    m_from->setRange(0, mostBoxes);
    m_to->setRange(0, mostBoxes);
    if (open)
        m_to->setValue(mostBoxes);
}

FrameFilter FrameFilterBar::filter() const {
    FrameFilter filter;
    // Names hold a time without its colons: 07:37 finds …_073717.
    filter.text = m_text->text().trimmed().remove(QLatin1Char(':')).toStdString();
    for (const ChipButton* chip : m_classes)
        if (chip->isChecked())
            filter.classes.push_back(chip->classId());
    filter.allClasses = filter.classes.size() == m_classes.size();
    filter.withoutLabels = m_withoutLabels->isChecked();
    filter.withFindings = m_withFindings->isChecked();
    filter.boxesFrom = m_from->value();
    filter.boxesTo = m_to->value() == m_to->maximum() ? -1 : m_to->value();
    return filter;
}

void FrameFilterBar::clearFilters() {
    {
        const QSignalBlocker quiet(this);
        m_text->clear();
        for (ChipButton* chip : m_classes)
            chip->setChecked(true);
        m_withoutLabels->setChecked(false);
        m_withFindings->setChecked(false);
        m_from->setValue(0);
        m_to->setValue(m_to->maximum());
    }
    Q_EMIT filterChanged();
}

void FrameFilterBar::showFindingsOnly() {
    {
        const QSignalBlocker quiet(this);
        clearFilters();
        m_withFindings->setChecked(true);
    }
    Q_EMIT filterChanged();
}

} // namespace intersect::ui

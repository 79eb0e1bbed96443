// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segmented_buttons.h"

#include <QHBoxLayout>

#include "ui/theme.h"

namespace intersect::ui {

SegmentedButtons::SegmentedButtons(const QStringList& words, QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_group->setExclusive(true);
    QFont strong = Theme::font(FontRole::Table);
    strong.setWeight(QFont::DemiBold);
    for (int i = 0; i < words.size(); ++i) {
        auto* button = new QPushButton(words[i], this);
        button->setCheckable(true);
        button->setProperty("segment", words.size() == 1       ? QStringLiteral("only")
                                       : i == 0                ? QStringLiteral("first")
                                       : i + 1 == words.size() ? QStringLiteral("last")
                                                               : QStringLiteral("middle"));
        // Wide enough for the semi-bold words of the chosen one, so that nothing moves on choosing.
        button->setMinimumWidth(QFontMetrics(strong).horizontalAdvance(words[i]) + 24);
        m_group->addButton(button, i);
        row->addWidget(button);
    }
    row->addStretch(1);
    if (!words.isEmpty())
        m_group->button(0)->setChecked(true);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idToggled, this, [this](int index, bool on) {
        if (!on || index == m_current)
            return;
        m_current = index;
        Q_EMIT currentChanged(index);
    });
}

int SegmentedButtons::current() const {
    return m_current;
}

void SegmentedButtons::setCurrent(int index) {
    if (auto* chosen = m_group->button(index))
        chosen->setChecked(true);
}

QPushButton* SegmentedButtons::button(int index) const {
    return qobject_cast<QPushButton*>(m_group->button(index));
}

} // namespace intersect::ui

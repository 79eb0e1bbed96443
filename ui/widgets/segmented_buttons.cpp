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
    row->addStretch(1);
    for (const QString& word : words)
        addButton(word);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idToggled, this, [this](int index, bool on) {
        if (!on || index == m_current)
            return;
        m_current = index;
        Q_EMIT currentChanged(index);
    });
}

QPushButton* SegmentedButtons::addButton(const QString& word) {
    QFont strong = Theme::font(FontRole::Table);
    strong.setWeight(QFont::DemiBold);
    auto* button = new QPushButton(word, this);
    button->setCheckable(true);
    // Wide enough for the semi-bold words of the chosen one, so that nothing moves on choosing.
    button->setMinimumWidth(QFontMetrics(strong).horizontalAdvance(word) + 24);
    const int place = static_cast<int>(m_group->buttons().size());
    m_group->addButton(button, place);
    static_cast<QHBoxLayout*>(layout())->insertWidget(place, button);
    button->setChecked(place == 0);
    shapeButtons();
    return button;
}

void SegmentedButtons::shapeButtons() {
    const auto count = static_cast<int>(m_group->buttons().size());
    for (int i = 0; i < count; ++i) {
        const QString shape = count == 1       ? QStringLiteral("only")
                              : i == 0         ? QStringLiteral("first")
                              : i + 1 == count ? QStringLiteral("last")
                                               : QStringLiteral("middle");
        QAbstractButton* button = m_group->button(i);
        if (button->property("segment").toString() == shape)
            continue;
        button->setProperty("segment", shape);
        if (button->testAttribute(Qt::WA_WState_Polished))
            refreshLook(button);
    }
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

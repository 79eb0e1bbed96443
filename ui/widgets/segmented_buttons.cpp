// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segmented_buttons.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>

#include "ui/theme.h"

namespace intersect::ui {

SegmentedButtons::SegmentedButtons(const QStringList& words, QWidget* parent, Width width)
    : QWidget(parent), m_group(new QButtonGroup(this)), m_width(width) {
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
        if (m_more != nullptr)
            m_more->setChecked(false);
        Q_EMIT currentChanged(index);
    });
}

void SegmentedButtons::shape(QPushButton* button) const {
    button->setCheckable(true);
    button->setProperty("tight", m_width == Width::Tight);
    // Wide enough for the semi-bold words of the chosen one, so that nothing moves on choosing.
    QFont strong = Theme::font(FontRole::Table);
    strong.setWeight(QFont::DemiBold);
    button->setMinimumWidth(QFontMetrics(strong).horizontalAdvance(button->text()) +
                            (m_width == Width::Tight ? 16 : 24));
}

QPushButton* SegmentedButtons::addButton(const QString& word) {
    auto* button = new QPushButton(word, this);
    shape(button);
    const int place = static_cast<int>(m_group->buttons().size());
    m_group->addButton(button, place);
    static_cast<QHBoxLayout*>(layout())->insertWidget(place, button);
    button->setChecked(place == 0);
    shapeButtons();
    return button;
}

void SegmentedButtons::shapeButtons() {
    QList<QAbstractButton*> all = m_group->buttons();
    if (m_more != nullptr)
        all << m_more;
    for (qsizetype i = 0; i < all.size(); ++i) {
        const QString shape = all.size() == 1       ? QStringLiteral("only")
                              : i == 0              ? QStringLiteral("first")
                              : i + 1 == all.size() ? QStringLiteral("last")
                                                    : QStringLiteral("middle");
        if (all[i]->property("segment").toString() == shape)
            continue;
        all[i]->setProperty("segment", shape);
        if (all[i]->testAttribute(Qt::WA_WState_Polished))
            refreshLook(all[i]);
    }
}

void SegmentedButtons::addMore(const QStringList& words, const QStringList& tips) {
    const auto segments = static_cast<int>(m_group->buttons().size());
    m_more = new QPushButton(QStringLiteral("…"), this);
    m_more->setObjectName(QStringLiteral("moreButton"));
    m_more->setAccessibleName(tr("More choices"));
    m_more->setToolTip(words.join(QStringLiteral(", ")));
    shape(m_more);
    static_cast<QHBoxLayout*>(layout())->insertWidget(segments, m_more);
    shapeButtons();
    auto* menu = new QMenu(m_more);
    menu->setToolTipsVisible(true);
    auto* chosen = new QActionGroup(menu);
    for (int i = 0; i < words.size(); ++i) {
        QAction* action = menu->addAction(words[i]);
        action->setCheckable(true);
        action->setToolTip(tips.value(i));
        action->setData(segments + i);
        chosen->addAction(action);
    }
    connect(m_more, &QPushButton::clicked, this, [this, menu, chosen, segments] {
        m_more->setChecked(m_current >= segments); // a click chooses nothing yet
        for (QAction* action : chosen->actions())
            action->setChecked(action->data().toInt() == m_current);
        menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height() + 2)));
    });
    connect(chosen, &QActionGroup::triggered, this,
            [this](const QAction* action) { setCurrent(action->data().toInt()); });
    chosen->setExclusionPolicy(QActionGroup::ExclusionPolicy::ExclusiveOptional);
}

int SegmentedButtons::current() const {
    return m_current;
}

void SegmentedButtons::setCurrent(int index) {
    if (auto* chosen = m_group->button(index)) {
        chosen->setChecked(true);
        return;
    }
    if (m_more == nullptr || index == m_current)
        return;
    m_current = index;
    m_group->setExclusive(false);
    for (QAbstractButton* button : m_group->buttons())
        button->setChecked(false);
    m_group->setExclusive(true);
    m_more->setChecked(true);
    Q_EMIT currentChanged(index);
}

QPushButton* SegmentedButtons::button(int index) const {
    return qobject_cast<QPushButton*>(m_group->button(index));
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/action_card.h"

#include <QPainter>

#include "ui/theme.h"

namespace intersect::ui {

ActionCard::ActionCard(const QString& iconName, const QString& title, const QString& line, const QString& keys,
                       QWidget* parent)
    : QAbstractButton(parent), m_iconName(iconName), m_line(line), m_keys(keys) {
    setText(title);
    setAccessibleName(title);
    setAccessibleDescription(line);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setFixedHeight(66);
}

void ActionCard::setLine(const QString& line) {
    m_line = line;
    update();
}

QSize ActionCard::sizeHint() const {
    return {432, 66};
}

void ActionCard::enterEvent(QEnterEvent*) {
    update();
}

void ActionCard::leaveEvent(QEvent*) {
    update();
}

void ActionCard::paintEvent(QPaintEvent*) {
    const Palette& c = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lit = hasFocus() || underMouse();
    painter.setPen(QPen(lit ? c.accent : c.line2, hasFocus() ? 2 : 1));
    painter.setBrush(underMouse() ? c.hover : c.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
    if (!isEnabled())
        painter.setOpacity(0.45);
    Theme::instance().icon(m_iconName, lit ? c.accentText : c.text2).paint(&painter, QRect(18, 22, 22, 22));
    int right = 16;
    if (!m_keys.isEmpty()) {
        painter.setFont(Theme::font(FontRole::Caption));
        const int width = painter.fontMetrics().horizontalAdvance(m_keys) + 10;
        const QRectF box(this->width() - 16.5 - width, 25.5, width, 17);
        painter.setPen(QPen(c.line2, 1));
        painter.setBrush(c.window);
        painter.drawRoundedRect(box, 3, 3);
        painter.setPen(c.text3);
        painter.drawText(box, Qt::AlignCenter, m_keys);
        right += width + 12;
    }
    QFont strong = Theme::font(FontRole::Body);
    strong.setPixelSize(14);
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(c.text);
    painter.drawText(QRect(56, 13, width() - 56 - right, 20), Qt::AlignLeft | Qt::AlignVCenter, text());
    painter.setFont(Theme::font(FontRole::Table));
    painter.setPen(c.text2);
    painter.drawText(QRect(56, 34, width() - 56 - right, 18), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_line, Qt::ElideRight, width() - 56 - right));
}

} // namespace intersect::ui

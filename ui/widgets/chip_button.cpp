// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chip_button.h"

#include <QFontMetrics>
#include <QMouseEvent>
#include <QPainter>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"

namespace intersect::ui {

ChipButton::ChipButton(const QString& text, int classId, QWidget* parent) : QAbstractButton(parent), m_classId(classId) {
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize ChipButton::sizeHint() const {
    const int word = QFontMetrics(Theme::font(FontRole::Table)).horizontalAdvance(text());
    const int count = m_most < 0 ? 0 : QFontMetrics(Theme::font(FontRole::Numbers)).horizontalAdvance(qs(formatGrouped(m_most))) + 7;
    return {word + 26 + (m_classId >= 0 ? 15 : 0) + count, 26};
}

void ChipButton::setCount(qint64 count) {
    if (count == m_count)
        return;
    m_count = count;
    setAccessibleDescription(count < 0 ? QString() : tr("%1 frames").arg(qs(formatGrouped(count))));
    update();
}

void ChipButton::setMostCount(qint64 most) {
    if (most == m_most)
        return;
    m_most = most;
    updateGeometry();
}

void ChipButton::mouseDoubleClickEvent(QMouseEvent* event) {
    // The first click has switched it already; the second does not switch it back.
    if (event->button() == Qt::LeftButton)
        Q_EMIT aloneWanted();
}

void ChipButton::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void ChipButton::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

void ChipButton::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    const Palette& palette = theme.palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled())
        painter.setOpacity(0.45);
    const QRectF pill = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setBrush(isChecked() ? palette.accentSoft : (underMouse() && isEnabled() ? palette.hover : palette.surface));
    painter.setPen(QPen(isChecked() ? palette.accent : palette.line2, 1));
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette.accent, 1));
        painter.drawRoundedRect(pill.adjusted(1, 1, -1, -1), pill.height() / 2 - 1, pill.height() / 2 - 1);
    }
    double left = 13;
    if (m_classId >= 0) {
        paintClassGlyph(painter, m_classId, QPointF(left + 4, pill.center().y()), 8.5, theme.classColour(m_classId));
        left += 15;
    }
    painter.setFont(Theme::font(FontRole::Table));
    painter.setPen(isChecked() ? palette.text : palette.text2);
    painter.drawText(QRectF(left, 0, width() - left - 8, height()), Qt::AlignVCenter | Qt::AlignLeft, text());
    if (m_count < 0)
        return;
    painter.setFont(Theme::font(FontRole::Numbers));
    painter.setPen(palette.text3);
    painter.drawText(QRectF(left, 0, width() - left - 12, height()), Qt::AlignVCenter | Qt::AlignRight, qs(formatGrouped(m_count)));
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/hour_bars.h"

#include <algorithm>
#include <cmath>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

HourBars::HourBars(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Frames by hour of day"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HourBars::setCounts(const std::array<std::int64_t, 24>& counts) {
    m_counts = counts;
    update();
}

void HourBars::setRange(int from, int to) {
    m_from = from;
    m_to = to;
    update();
}

int HourBars::hourAt(double x) const {
    return std::clamp(static_cast<int>(std::floor(x / kBar)), 0, 23);
}

bool HourBars::isChosen(int hour) const {
    return m_from <= m_to ? hour >= m_from && hour < m_to : hour >= m_from || hour < m_to;
}

void HourBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Palette& palette = Theme::instance().palette();
    const std::int64_t most = std::max<std::int64_t>(1, *std::max_element(m_counts.begin(), m_counts.end()));
    const int ground = height() - 3;
    for (int hour = 0; hour < 24; ++hour) {
        const std::int64_t count = m_counts[static_cast<std::size_t>(hour)];
        const int tall = count > 0 ? std::max(2, static_cast<int>(std::lround(static_cast<double>(count) / static_cast<double>(most) * (ground - 2)))) : 0;
        const bool chosen = isChosen(hour);
        painter.fillRect(QRect(hour * kBar, ground - tall, kBar - 1, tall), chosen ? palette.accent : palette.unused);
        // The line below says what is chosen where nothing was taken, too.
        painter.fillRect(QRect(hour * kBar, ground + 1, kBar, chosen ? 2 : 1), chosen ? palette.accent : palette.line2);
    }
}

void HourBars::drag(double x) {
    const int hour = hourAt(x);
    // Forwards both ends are in; backwards the range goes over midnight.
    int from = m_pressed, to = hour >= m_pressed ? hour + 1 : hour + 1 == m_pressed ? m_pressed : (hour + 1) % 24;
    if (from == to) { // once round
        from = 0;
        to = 24;
    }
    if (from == m_from && to == m_to)
        return;
    setRange(from, to);
    Q_EMIT rangeChosen(from, to);
}

void HourBars::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    m_pressed = hourAt(event->position().x());
    drag(event->position().x());
}

void HourBars::mouseMoveEvent(QMouseEvent* event) {
    if ((event->buttons() & Qt::LeftButton) != 0)
        drag(event->position().x());
}

void HourBars::mouseDoubleClickEvent(QMouseEvent*) {
    setRange(0, 24);
    Q_EMIT rangeChosen(0, 24);
}

bool HourBars::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int hour = hourAt(help->pos().x());
        QToolTip::showText(help->globalPos(),
                           tr("%1:00 to %2:00: %3 frames. Drag to choose hours, double click for all.")
                               .arg(hour)
                               .arg(hour + 1)
                               .arg(qs(formatGrouped(m_counts[static_cast<std::size_t>(hour)]))),
                           this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace intersect::ui

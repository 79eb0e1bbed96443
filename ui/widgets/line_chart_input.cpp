// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include "ui/widgets/line_chart_parts.h"

namespace intersect::ui {

void LineChart::keyPressEvent(QKeyEvent* event) {
    Parts& p = *m_parts;
    if (!p.interactive || !p.cursor) {
        ChartFrame::keyPressEvent(event);
        return;
    }
    const double step = p.step * (event->modifiers() & Qt::ShiftModifier ? 10 : 1);
    const double low = p.fromAxisX(p.full.x0), high = p.fromAxisX(p.full.x1);
    double x = *p.cursor;
    switch (event->key()) {
    case Qt::Key_Left:
        x -= step;
        break;
    case Qt::Key_Right:
        x += step;
        break;
    case Qt::Key_Home:
        x = low;
        break;
    case Qt::Key_End:
        x = high;
        break;
    default:
        ChartFrame::keyPressEvent(event);
        return;
    }
    p.cursor = std::clamp(std::round(x / p.step) * p.step, low, high);
    repaintChart();
    Q_EMIT cursorMoved(*p.cursor);
}

bool LineChart::eventFilter(QObject* watched, QEvent* event) {
    Parts& p = *m_parts;
    const auto moveCursor = [&](double pixel) {
        const double x = std::clamp(p.xAtPixel(pixel), p.fromAxisX(p.full.x0), p.fromAxisX(p.full.x1));
        p.cursor = std::round(x / p.step) * p.step;
        repaintChart();
        Q_EMIT cursorMoved(*p.cursor);
    };
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() != Qt::LeftButton)
            break;
        setFocus(Qt::MouseFocusReason);
        p.dragFrom = mouse->position().toPoint();
        if (p.interactive && !(mouse->modifiers() & Qt::ControlModifier))
            moveCursor(mouse->position().x());
        return true;
    }
    case QEvent::MouseMove: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QPoint at = mouse->position().toPoint();
        if (p.dragFrom && p.interactive && !(mouse->modifiers() & Qt::ControlModifier)) {
            moveCursor(mouse->position().x());
        } else if (p.dragFrom) {
            p.rubber = QRect(*p.dragFrom, at).normalized() & p.plot.toRect();
            repaintChart();
        } else {
            p.hover =
                p.plot.contains(mouse->position()) ? std::optional(p.xAtPixel(mouse->position().x())) : std::nullopt;
            repaintChart();
        }
        return true;
    }
    case QEvent::MouseButtonRelease:
        p.dragFrom.reset();
        if (p.rubber.width() > 6 && p.rubber.height() > 6) {
            const QRectF r = p.rubber;
            const ChartRange s = p.shown;
            p.shown = {s.x0 + (r.left() - p.plot.left()) / p.plot.width() * (s.x1 - s.x0),
                       s.x0 + (r.right() - p.plot.left()) / p.plot.width() * (s.x1 - s.x0),
                       s.y0 + (p.plot.bottom() - r.bottom()) / p.plot.height() * (s.y1 - s.y0),
                       s.y0 + (p.plot.bottom() - r.top()) / p.plot.height() * (s.y1 - s.y0)};
            relayout();
        }
        p.rubber = {};
        repaintChart();
        return true;
    case QEvent::MouseButtonDblClick:
        resetZoom();
        return true;
    case QEvent::Leave:
        p.hover.reset();
        repaintChart();
        break;
    case QEvent::Wheel: {
        const auto* wheel = static_cast<QWheelEvent*>(event);
        if (!(wheel->modifiers() & Qt::ControlModifier))
            break; // the page may scroll
        const double factor = std::pow(0.85, wheel->angleDelta().y() / 120.0);
        const double at =
            p.shown.x0 + (wheel->position().x() - p.plot.left()) / p.plot.width() * (p.shown.x1 - p.shown.x0);
        p.shown.x0 = std::max(p.full.x0, at - (at - p.shown.x0) * factor);
        p.shown.x1 = std::min(p.full.x1, at + (p.shown.x1 - at) * factor);
        if (p.shown.x1 - p.shown.x0 < (p.full.x1 - p.full.x0) * 1e-4)
            p.shown = p.full;
        relayout();
        return true;
    }
    default:
        break;
    }
    return ChartFrame::eventFilter(watched, event);
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include "ui/widgets/line_chart_parts.h"

namespace intersect::ui {

namespace {

constexpr double kNearPx = 8; ///< how near to a curve a click still means it

double distanceTo(QPointF from, QPointF a, QPointF b) {
    const QPointF along = b - a;
    const double length = QPointF::dotProduct(along, along);
    const double part = length > 0 ? std::clamp(QPointF::dotProduct(from - a, along) / length, 0.0, 1.0) : 0.0;
    const QPointF off = from - (a + along * part);
    return std::hypot(off.x(), off.y());
}

} // namespace

int LineChart::choiceNear(QPointF pixel) const {
    const Parts& p = *m_parts;
    if (!p.plot.adjusted(-kNearPx, -kNearPx, kNearPx, kNearPx).contains(pixel))
        return -1;
    int choice = -1;
    double nearest = kNearPx;
    for (std::size_t i = 0; i < p.lines.size() && i < p.drawn.size(); ++i) {
        if (p.lines[i].choice < 0)
            continue;
        for (std::size_t k = 1; k < p.drawn[i].size(); ++k)
            if (const double distance = distanceTo(pixel, p.drawn[i][k - 1], p.drawn[i][k]); distance < nearest) {
                nearest = distance;
                choice = p.lines[i].choice;
            }
    }
    return choice;
}

void LineChart::choose(int choice) {
    setChosen(choice == m_parts->chosen ? -1 : choice);
    Q_EMIT chosenChanged(m_parts->chosen);
}

void LineChart::chooseNext(int step) {
    // One after the other in the order of the lines; after the last one, none.
    std::vector<int> choices{-1};
    for (const ChartLine& line : m_parts->lines)
        if (line.choice >= 0 && std::find(choices.begin(), choices.end(), line.choice) == choices.end())
            choices.push_back(line.choice);
    const auto now = std::find(choices.begin(), choices.end(), m_parts->chosen);
    const auto count = std::ssize(choices);
    const auto at = now == choices.end() ? 0 : now - choices.begin();
    if (const int next = choices[std::size_t((at + step + count) % count)]; next != m_parts->chosen)
        choose(next >= 0 ? next : m_parts->chosen);
}

void LineChart::keyPressEvent(QKeyEvent* event) {
    Parts& p = *m_parts;
    const bool choosable = std::any_of(p.lines.begin(), p.lines.end(), [](const ChartLine& line) { return line.choice >= 0; });
    if (choosable && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)) {
        chooseNext(event->key() == Qt::Key_Down ? 1 : -1);
        return;
    }
    if (event->key() == Qt::Key_Escape && p.chosen >= 0) {
        choose(p.chosen);
        return;
    }
    if (!p.interactive || !p.cursor) {
        ChartFrame::keyPressEvent(event);
        return;
    }
    const double step = p.step * (event->modifiers() & Qt::ShiftModifier ? 10 : 1);
    const double low = p.fromAxisX(p.full.x0), high = p.fromAxisX(p.full.x1);
    const bool second = p.secondCursor && event->modifiers() & Qt::AltModifier;
    double x = second ? *p.secondCursor : *p.cursor;
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
    moveCursor(std::round(x / p.step) * p.step, second);
}

void LineChart::moveCursor(double x, bool second) {
    Parts& p = *m_parts;
    const double to = std::clamp(x, p.fromAxisX(p.full.x0), p.fromAxisX(p.full.x1));
    (second ? p.secondCursor : p.cursor) = to;
    repaintChart();
    if (second)
        Q_EMIT secondCursorMoved(to);
    else
        Q_EMIT cursorMoved(to);
}

bool LineChart::eventFilter(QObject* watched, QEvent* event) {
    Parts& p = *m_parts;
    const auto dragTo = [&](double pixel) { moveCursor(std::round(p.xAtPixel(pixel) / p.step) * p.step, p.dragsSecond); };
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() != Qt::LeftButton)
            break;
        setFocus(Qt::MouseFocusReason);
        p.dragFrom = mouse->position().toPoint();
        if (p.hover) { // what is dragged, or drawn a rectangle round, is read, not what lies under the pointer
            p.hover.reset();
            Q_EMIT hoverEnded();
        }
        if (p.interactive && !(mouse->modifiers() & Qt::ControlModifier)) {
            const auto distance = [&](double x) { return std::abs(p.toPixel({x, 1}).x() - mouse->position().x()); };
            p.dragsSecond = p.secondCursor && p.cursor && distance(*p.secondCursor) < distance(*p.cursor);
            dragTo(mouse->position().x());
        }
        return true;
    }
    case QEvent::MouseMove: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QPoint at = mouse->position().toPoint();
        if (p.dragFrom && p.interactive && !(mouse->modifiers() & Qt::ControlModifier)) {
            dragTo(mouse->position().x());
        } else if (p.dragFrom) {
            p.rubber = QRect(*p.dragFrom, at).normalized() & p.plot.toRect();
            repaintChart();
        } else {
            const bool wasOver = p.hover.has_value();
            p.hover = p.plot.contains(mouse->position()) ? std::optional(p.xAtPixel(mouse->position().x())) : std::nullopt;
            repaintChart();
            if (p.hover) {
                const int choice = choiceNear(mouse->position());
                if (!p.interactive)
                    view()->viewport()->setCursor(choice >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
                Q_EMIT hovered(*p.hover, choice);
            } else if (wasOver) {
                Q_EMIT hoverEnded();
            }
        }
        return true;
    }
    case QEvent::MouseButtonRelease:
        if (p.dragFrom && !p.interactive && p.rubber.isNull())
            if (const int choice = choiceNear(*p.dragFrom); choice >= 0)
                choose(choice);
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
        repaintChart();
        if (std::exchange(p.hover, std::nullopt))
            Q_EMIT hoverEnded();
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

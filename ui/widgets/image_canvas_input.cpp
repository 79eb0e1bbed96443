// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse, keys and the context menu of the canvas.
#include <cmath>

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QWheelEvent>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/image_canvas.h"
#include "ui/widgets/pair_painting.h"

namespace intersect::ui {

void ImageCanvas::wheelEvent(QWheelEvent* event) {
    const double steps = event->angleDelta().y() / 120.0;
    if (steps != 0)
        setZoom(m_zoom * std::pow(1.2, steps), event->position());
    event->accept();
}

int ImageCanvas::boxAt(const QPointF& view) const {
    if (!m_look.boxes)
        return -1;
    int best = -1;
    double area = 0;
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        // A little room round the line, so that boxes of a few pixels can be hit.
        const QRectF rect = viewRect(m_boxes[i].box, transform()).adjusted(-3, -3, 3, 3);
        if (m_look.hides(m_boxes[i].classId))
            continue;
        if (rect.contains(view) && (best < 0 || rect.width() * rect.height() < area)) {
            best = static_cast<int>(i);
            area = rect.width() * rect.height();
        }
    }
    return best;
}

void ImageCanvas::setHovered(int index, const QPointF& at) {
    m_pointer = at;
    const int truthBefore = m_hoveredTruth;
    m_hoveredTruth = -1;
    for (std::size_t i = 0; index < 0 && m_look.truth && !at.isNull() && i < m_truth.size(); ++i)
        if (!m_look.hides(m_truth[i].classId) && viewRect(m_truth[i].box, transform()).contains(at))
            m_hoveredTruth = static_cast<int>(i);
    if (index != m_look.hovered || index >= 0 || truthBefore != m_hoveredTruth || m_hoveredTruth >= 0)
        update();
    m_look.hovered = index;
}

QString ImageCanvas::hoverText() const {
    if (m_look.boxes && m_look.hovered >= 0 && static_cast<std::size_t>(m_look.hovered) < m_boxes.size()) {
        const InspectedBox& box = m_boxes[static_cast<std::size_t>(m_look.hovered)];
        QString words = verdictLabel(box, m_look.nameOf(box.classId));
        if (box.judged && box.detection >= 0)
            words += tr("  IoU %1").arg(qs(formatFixed(static_cast<double>(box.iou), 2)));
        return words;
    }
    if (m_look.truth && m_hoveredTruth >= 0 && static_cast<std::size_t>(m_hoveredTruth) < m_truth.size()) {
        const eval::TruthBox& object = m_truth[static_cast<std::size_t>(m_hoveredTruth)];
        const QString name = m_look.nameOf(object.classId);
        return object.crowd ? tr("ignored %1").arg(name) : PairWords::object(name);
    }
    return {};
}

void ImageCanvas::updateCursor() {
    if (m_dragging)
        setCursor(Qt::ClosedHandCursor);
    else if (m_space)
        setCursor(Qt::OpenHandCursor);
    else
        unsetCursor();
}

void ImageCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_space)) {
        m_dragging = true;
        m_dragFrom = event->position();
        updateCursor();
    } else if (event->button() == Qt::LeftButton) {
        Q_EMIT boxClicked(boxAt(event->position()));
    }
}

void ImageCanvas::mouseMoveEvent(QMouseEvent* event) {
    if (m_dragging) {
        m_origin += event->position() - m_dragFrom;
        m_dragFrom = event->position();
        m_fitted = false;
        keepInside();
        viewChanged();
        Q_EMIT placeChanged();
        return;
    }
    setHovered(boxAt(event->position()), event->position());
    Q_EMIT pointed(imageFromView(event->position()));
}

void ImageCanvas::mouseReleaseEvent(QMouseEvent*) {
    m_dragging = false;
    updateCursor();
}

void ImageCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        fit();
}

void ImageCanvas::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("canvasMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* copy = menu->addAction(tr("Copy picture"), this, &ImageCanvas::copyPicture);
    copy->setShortcut(QKeySequence::Copy); // told here, done by keyPressEvent
    copy->setShortcutContext(Qt::WidgetShortcut);
    copy->setShortcutVisibleInContextMenu(true);
    menu->addAction(tr("Save picture as…"), this, &ImageCanvas::saveWanted);
    menu->addSeparator();
    menu->addAction(tr("Fit into the view"), this, &ImageCanvas::fit);
    const QPointF at = event->pos();
    menu->addAction(tr("Show at 100 %"), this, [this, at] { setZoom(1, at); });
    for (QAction* action : menu->actions())
        action->setEnabled(m_size.width > 0);
    menu->popup(event->globalPos());
}

void ImageCanvas::copyPicture() {
    const QImage picture = pictureWithOverlay();
    if (picture.isNull())
        return;
    QGuiApplication::clipboard()->setImage(picture);
    Q_EMIT copied();
}

void ImageCanvas::leaveEvent(QEvent*) {
    setHovered(-1, {});
    Q_EMIT pointed(std::nullopt);
}

void ImageCanvas::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space) {
        if (!event->isAutoRepeat()) {
            m_space = true;
            updateCursor();
        }
        return;
    }
    if (event->matches(QKeySequence::Copy)) {
        copyPicture();
        return;
    }
    QWidget::keyPressEvent(event);
}

void ImageCanvas::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space) {
        if (!event->isAutoRepeat()) {
            m_space = false;
            updateCursor();
        }
        return;
    }
    QWidget::keyReleaseEvent(event);
}

void ImageCanvas::focusOutEvent(QFocusEvent* event) {
    m_space = false;
    m_dragging = false;
    updateCursor();
    QWidget::focusOutEvent(event);
}

} // namespace intersect::ui

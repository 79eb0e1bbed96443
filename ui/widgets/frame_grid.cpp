// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frame_grid.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QScrollBar>

#include "ui/theme.h"
#include "ui/widgets/frame_delegate.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {

FrameGrid::FrameGrid(QWidget* parent) : QListView(parent), m_delegate(new FrameDelegate(this)) {
    setObjectName(QStringLiteral("thumbGrid"));
    setAccessibleName(tr("Frames"));
    // Wrapped rows from left to right look like icon mode and keep no object per item.
    setViewMode(QListView::ListMode);
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setItemDelegate(m_delegate);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setFrameShape(QFrame::NoFrame);
    verticalScrollBar()->setSingleStep(40);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &FrameGrid::viewMoved);
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, viewport(), qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    layOut();
}

void FrameGrid::setTileWidth(int px) {
    m_tileWidth = std::clamp(px, 90, 640);
    layOut();
}

void FrameGrid::setProportions(double widthToHeight) {
    m_proportions = std::clamp(widthToHeight, 0.4, 4.0);
    layOut();
}

void FrameGrid::setBoxesShown(bool shown) {
    if (shown == m_delegate->boxesShown())
        return;
    m_delegate->setBoxesShown(shown);
    viewport()->update();
    Q_EMIT boxesShownChanged(shown);
}

bool FrameGrid::boxesShown() const {
    return m_delegate->boxesShown();
}

void FrameGrid::layOut() {
    // One pixel less than the room: the view breaks a row that would end exactly at its edge.
    const int room = std::max(viewport()->width() - 1, m_tileWidth);
    m_columns = std::max(1, static_cast<int>(std::lround(static_cast<double>(room) / (m_tileWidth + FrameDelegate::kGap))));
    const int cell = room / m_columns;
    const int width = std::max(40, cell - FrameDelegate::kGap);
    const QSize picture(width, static_cast<int>(std::lround(width / m_proportions)));
    const QSize grid(cell, picture.height() + FrameDelegate::kCaption);
    m_delegate->setTile(picture);
    if (grid != gridSize())
        setGridSize(grid);
    Q_EMIT viewMoved();
}

std::pair<int, int> FrameGrid::visibleRows() const {
    const int count = model() != nullptr ? model()->rowCount() : 0;
    if (count == 0 || gridSize().isEmpty())
        return {-1, -1};
    const int top = verticalOffset() / gridSize().height();
    const int bottom = (verticalOffset() + std::max(1, viewport()->height()) - 1) / gridSize().height();
    return {std::min(top * m_columns, count - 1), std::min((bottom + 1) * m_columns - 1, count - 1)};
}

void FrameGrid::goTo(int row) {
    if (model() == nullptr || row < 0 || row >= model()->rowCount())
        return;
    const QModelIndex index = model()->index(row, 0);
    setCurrentIndex(index);
    scrollTo(index);
}

void FrameGrid::step(int by) {
    if (model() == nullptr || model()->rowCount() == 0)
        return;
    const int from = currentIndex().isValid() ? currentIndex().row() : (by > 0 ? -1 : 0);
    goTo(std::clamp(from + by, 0, model()->rowCount() - 1));
}

void FrameGrid::keyPressEvent(QKeyEvent* event) {
    const bool plain = (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) == 0;
    if (plain) {
        switch (event->key()) {
        case Qt::Key_J:
        case Qt::Key_Right: step(1); return;
        case Qt::Key_K:
        case Qt::Key_Left: step(-1); return;
        case Qt::Key_B: setBoxesShown(!boxesShown()); return;
        case Qt::Key_Home: goTo(0); return;
        case Qt::Key_End:
            if (model() != nullptr)
                goTo(model()->rowCount() - 1);
            return;
        case Qt::Key_Down:
            if (currentIndex().isValid() && currentIndex().row() + m_columns < model()->rowCount())
                step(m_columns);
            return;
        case Qt::Key_Up:
            if (currentIndex().isValid() && currentIndex().row() >= m_columns)
                step(-m_columns);
            return;
        default: break;
        }
    }
    // Other letters belong to the page, not to a search by name.
    if (!event->text().isEmpty() && event->text().at(0).isPrint()) {
        event->ignore();
        return;
    }
    QListView::keyPressEvent(event);
}

void FrameGrid::resizeEvent(QResizeEvent* event) {
    QListView::resizeEvent(event);
    layOut();
}

} // namespace intersect::ui

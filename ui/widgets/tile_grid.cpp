// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tile_grid.h"

#include <algorithm>
#include <cmath>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QWheelEvent>

#include "ui/theme.h"

namespace intersect::ui {

QSize TileDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {m_picture.width() + kGap, m_picture.height() + m_caption + 3};
}

QRectF TileDelegate::pictureRoom(const QStyleOptionViewItem& option) const {
    return {option.rect.left() + kGap / 2.0, option.rect.top() + 3.0, static_cast<double>(m_picture.width()),
            static_cast<double>(m_picture.height())};
}

bool TileDelegate::isCurrent(const QStyleOptionViewItem& option, const QModelIndex& index) {
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    return view != nullptr ? view->currentIndex() == index : (option.state & QStyle::State_Selected) != 0;
}

void TileDelegate::paintPicture(QPainter& painter, const QRectF& room, const QRectF& shown, const QPixmap& picture, bool unreadable) const {
    const Palette& palette = Theme::instance().palette();
    painter.save();
    QPainterPath corners;
    corners.addRoundedRect(room, 4, 4);
    painter.fillPath(corners, palette.sunken);
    if (!picture.isNull()) {
        painter.setClipPath(corners);
        painter.drawPixmap(shown, picture, QRectF(picture.rect()));
    } else if (unreadable) {
        painter.setPen(palette.text3);
        painter.setFont(Theme::font(FontRole::Caption));
        painter.drawText(room.adjusted(8, 0, -8, 0), Qt::AlignCenter | Qt::TextWordWrap, tr("This picture cannot be read."));
    }
    painter.restore();
}

void TileDelegate::paintChosen(QPainter& painter, const QRectF& room, bool current, bool selected) const {
    const Palette& palette = Theme::instance().palette();
    if (current || selected) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette.accent, current ? 2 : 1.2));
        painter.drawRoundedRect(room.adjusted(-2, -2, 2, 2), 5, 5);
    }
    if (selected && m_many) {
        const QRectF disc(room.left() + 5, room.top() + 6, 18, 18);
        painter.setPen(QPen(Qt::white, 1.5));
        painter.setBrush(palette.accent);
        painter.drawEllipse(disc);
        painter.setPen(QPen(Qt::white, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF({disc.topLeft() + QPointF(5, 9.5), disc.topLeft() + QPointF(8, 12.5), disc.topLeft() + QPointF(13, 6)}));
    }
}

TileGrid::TileGrid(TileDelegate* delegate, QWidget* parent) : QListView(parent), m_delegate(delegate) {
    delegate->setParent(this);
    // Wrapped rows from left to right look like icon mode and keep no object per item.
    setViewMode(QListView::ListMode);
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setItemDelegate(m_delegate);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setFrameShape(QFrame::NoFrame);
    verticalScrollBar()->setSingleStep(40);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TileGrid::viewMoved);
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    layOut();
}

void TileGrid::setTileWidth(int px) {
    px = std::clamp(px, kLeastTile, kMostTile);
    if (px == m_tileWidth)
        return;
    m_tileWidth = px;
    const QRect seen = currentIndex().isValid() ? visualRect(currentIndex()) : QRect();
    const int top = seen.intersects(viewport()->rect()) ? currentIndex().row() : visibleRows().first;
    layOut();
    if (top > 0)
        scrollTo(model()->index(top, 0), QAbstractItemView::PositionAtTop);
    Q_EMIT tileWidthChanged(px);
}

std::int64_t TileGrid::selectedCount() const {
    std::int64_t count = 0;
    if (selectionModel() != nullptr)
        for (const QItemSelectionRange& range : selectionModel()->selection())
            count += range.height();
    return count;
}

std::vector<int> TileGrid::chosenRows() const {
    std::vector<int> rows;
    if (selectionModel() == nullptr)
        return rows;
    for (const QItemSelectionRange& range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.push_back(row);
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    if (rows.empty() && currentIndex().isValid())
        rows.push_back(currentIndex().row());
    return rows;
}

void TileGrid::setProportions(double widthToHeight) {
    m_proportions = std::clamp(widthToHeight, 0.4, 4.0);
    layOut();
}

void TileGrid::setBoxesShown(bool shown) {
    if (shown == m_delegate->boxesShown())
        return;
    m_delegate->setBoxesShown(shown);
    viewport()->update();
    Q_EMIT boxesShownChanged(shown);
}

bool TileGrid::boxesShown() const {
    return m_delegate->boxesShown();
}

void TileGrid::layOut() {
    // One pixel less than the room: the view breaks a row that would end exactly at its edge.
    const int room = std::max(viewport()->width() - 1, m_tileWidth);
    m_columns = std::max(1, static_cast<int>(std::lround(static_cast<double>(room) / (m_tileWidth + TileDelegate::kGap))));
    const int cell = room / m_columns;
    const int width = std::max(40, cell - TileDelegate::kGap);
    const QSize picture(width, static_cast<int>(std::lround(width / m_proportions)));
    const QSize grid(cell, picture.height() + m_delegate->caption());
    m_delegate->setTile(picture);
    if (grid != gridSize())
        setGridSize(grid);
    Q_EMIT viewMoved();
}

std::pair<int, int> TileGrid::visibleRows() const {
    const int count = model() != nullptr ? model()->rowCount() : 0;
    if (count == 0 || gridSize().isEmpty())
        return {-1, -1};
    const int top = verticalOffset() / gridSize().height();
    const int bottom = (verticalOffset() + std::max(1, viewport()->height()) - 1) / gridSize().height();
    return {std::min(top * m_columns, count - 1), std::min((bottom + 1) * m_columns - 1, count - 1)};
}

void TileGrid::goTo(int row) {
    if (model() == nullptr || row < 0 || row >= model()->rowCount())
        return;
    const QModelIndex index = model()->index(row, 0);
    m_anchor = row;
    setCurrentIndex(index);
    scrollTo(index);
}

void TileGrid::move(int row, bool extend) {
    if (model() == nullptr || model()->rowCount() == 0)
        return;
    row = std::clamp(row, 0, model()->rowCount() - 1);
    if (!extend) {
        goTo(row);
        return;
    }
    if (m_anchor < 0 || m_anchor >= model()->rowCount())
        m_anchor = currentIndex().isValid() ? currentIndex().row() : 0;
    const QItemSelection range(model()->index(std::min(m_anchor, row), 0), model()->index(std::max(m_anchor, row), 0));
    selectionModel()->select(range, QItemSelectionModel::ClearAndSelect);
    selectionModel()->setCurrentIndex(model()->index(row, 0), QItemSelectionModel::NoUpdate);
    scrollTo(model()->index(row, 0));
}

void TileGrid::step(int by) {
    if (model() == nullptr || model()->rowCount() == 0)
        return;
    const int from = currentIndex().isValid() ? currentIndex().row() : (by > 0 ? -1 : 0);
    goTo(std::clamp(from + by, 0, model()->rowCount() - 1));
}

void TileGrid::keyPressEvent(QKeyEvent* event) {
    const bool plain = (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) == 0;
    if (plain && model() != nullptr) {
        const bool extend = (event->modifiers() & Qt::ShiftModifier) != 0;
        const int count = model()->rowCount();
        const int at = currentIndex().isValid() ? currentIndex().row() : -1;
        const int page = std::max(1, viewport()->height() / std::max(1, gridSize().height())) * m_columns;
        switch (event->key()) {
        case Qt::Key_J:
        case Qt::Key_Right: move(at + 1, extend); return;
        case Qt::Key_K:
        case Qt::Key_Left: move(at - 1, extend); return;
        case Qt::Key_Home: move(0, extend); return;
        case Qt::Key_End: move(count - 1, extend); return;
        case Qt::Key_PageDown: move(at + page, extend); return;
        case Qt::Key_PageUp: move(at - page, extend); return;
        case Qt::Key_Down:
            if (at + m_columns < count)
                move(at + m_columns, extend);
            return;
        case Qt::Key_Up:
            if (at >= m_columns)
                move(at - m_columns, extend);
            return;
        case Qt::Key_B: setBoxesShown(!boxesShown()); return;
        case Qt::Key_Plus:
        case Qt::Key_Equal: setTileWidth(m_tileWidth * 5 / 4); return;
        case Qt::Key_Minus: setTileWidth(m_tileWidth * 4 / 5); return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (at >= 0)
                Q_EMIT openRequested(currentIndex());
            return;
        default: break;
        }
    }
    // Other letters belong to the page, not to a search by name.
    if (plain && !event->text().isEmpty() && event->text().at(0).isPrint()) {
        event->ignore();
        return;
    }
    QListView::keyPressEvent(event);
}

void TileGrid::wheelEvent(QWheelEvent* event) {
    if ((event->modifiers() & Qt::ControlModifier) == 0) {
        QListView::wheelEvent(event);
        return;
    }
    if (const int turn = event->angleDelta().y(); turn != 0)
        setTileWidth(turn > 0 ? m_tileWidth * 9 / 8 + 1 : m_tileWidth * 8 / 9);
    event->accept();
}

void TileGrid::contextMenuEvent(QContextMenuEvent* event) {
    QPoint at = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid())
        at = viewport()->mapToGlobal(visualRect(currentIndex()).center());
    else if (const QModelIndex under = indexAt(event->pos()); under.isValid() && !selectionModel()->isSelected(under))
        goTo(under.row());
    if (currentIndex().isValid())
        Q_EMIT menuRequested(at);
}

void TileGrid::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const QModelIndex under = indexAt(event->position().toPoint()); under.isValid() && event->button() == Qt::LeftButton)
        Q_EMIT openRequested(under);
}

void TileGrid::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
    QListView::selectionChanged(selected, deselected);
    const QItemSelection all = selectionModel()->selection();
    const bool many = all.size() > 1 || (all.size() == 1 && all.first().height() > 1);
    if (!many && currentIndex().isValid())
        m_anchor = currentIndex().row();
    if (m_delegate->setManySelected(many))
        viewport()->update();
}

void TileGrid::resizeEvent(QResizeEvent* event) {
    QListView::resizeEvent(event);
    layOut();
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include <QListView>
#include <QStyledItemDelegate>

namespace intersect::ui {

/// Draws the tiles of a tile grid: a picture with words below it. Sizes come from the grid. GUI thread only.
class TileDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    static constexpr int kGap = 12; ///< between two tiles of a row
    /// `captionPx`: room for the words and the gap to the next row.
    explicit TileDelegate(int captionPx, QObject* parent = nullptr) : QStyledItemDelegate(parent), m_caption(captionPx) {}
    int caption() const { return m_caption; }
    void setTile(const QSize& picture) { m_picture = picture; } ///< size of the picture part of a tile
    void setBoxesShown(bool shown) { m_boxes = shown; }
    bool boxesShown() const { return m_boxes; }
    /// Whether several tiles are selected: then each bears a tick. Returns whether that is new.
    bool setManySelected(bool many) { return std::exchange(m_many, many) != many; }
    QSize tile() const { return m_picture; }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    /// Where the picture of a tile lies.
    QRectF pictureRoom(const QStyleOptionViewItem& option) const;
    static bool isCurrent(const QStyleOptionViewItem& option, const QModelIndex& index);
    /// The ground with round corners and the picture on it, or why there is none.
    void paintPicture(QPainter& painter, const QRectF& room, const QRectF& shown, const QPixmap& picture, bool unreadable) const;
    /// The ring of the current and of selected tiles, and their tick.
    void paintChosen(QPainter& painter, const QRectF& room, bool current, bool selected) const;

private:
    int m_caption;
    QSize m_picture{182, 102};
    bool m_boxes = true, m_many = false;
};

/// A grid of tiles: a list view over a flat model, so that 100,000s of them cost nothing but their indices. Tiles fill the width;
/// arrows, J and K, Home and End move (with Shift they select), B shows or hides boxes, + and - or Ctrl and the wheel change the size.
/// GUI thread only.
class TileGrid : public QListView {
    Q_OBJECT
public:
    /// Takes the delegate.
    explicit TileGrid(TileDelegate* delegate, QWidget* parent = nullptr);

    static constexpr int kLeastTile = 110, kMostTile = 420;
    void setTileWidth(int px); ///< about this wide; the grid rounds so that whole tiles fill a row; what stood at the top stays there
    int tileWidth() const { return m_tileWidth; }
    std::int64_t selectedCount() const;
    /// Selected rows, ascending; the current one where none is selected.
    std::vector<int> chosenRows() const;
    void setProportions(double widthToHeight); ///< of the pictures
    void setBoxesShown(bool shown);
    bool boxesShown() const;
    int columns() const { return m_columns; }
    /// First and last row that is at least partly seen; {-1, -1} for none.
    std::pair<int, int> visibleRows() const;
    /// Makes a row the current one and scrolls it into view.
    void goTo(int row);
    /// Moves by frames in the model's order.
    void step(int by);

Q_SIGNALS:
    void boxesShownChanged(bool shown);
    void viewMoved(); ///< scrolled, resized or refilled
    void tileWidthChanged(int px);
    void openRequested(const QModelIndex& index);      ///< Return or a double click
    void menuRequested(const QPoint& globalPosition);  ///< right click or the menu key

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

private:
    void layOut();
    void move(int row, bool extend);
    TileDelegate* m_delegate;
    int m_tileWidth = 182, m_anchor = -1;
    int m_columns = 1;
    double m_proportions = 16.0 / 9.0;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QListView>

namespace intersect::ui {

class FrameDelegate;

/// The grid of frames: a list view over a flat model, so that 100,000s of frames cost nothing but their indices. Tiles fill the width;
/// arrows, J and K, Home and End move (with Shift they select), B shows or hides boxes, S asks to put the selected frames in or out of the
/// selection, + and - or Ctrl and the wheel change the size. GUI thread only.
class FrameGrid : public QListView {
    Q_OBJECT
public:
    explicit FrameGrid(QWidget* parent = nullptr);

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
    void pickRequested();                              ///< S: in or out of the selection
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
    FrameDelegate* m_delegate;
    int m_tileWidth = 182, m_anchor = -1;
    int m_columns = 1;
    double m_proportions = 16.0 / 9.0;
};

} // namespace intersect::ui

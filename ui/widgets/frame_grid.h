// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>

namespace intersect::ui {

class FrameDelegate;

/// The grid of frames: a list view over a flat model, so that 100,000s of frames cost nothing but their indices. Tiles fill the width;
/// arrows, J and K, Home and End move, B shows or hides boxes. GUI thread only.
class FrameGrid : public QListView {
    Q_OBJECT
public:
    explicit FrameGrid(QWidget* parent = nullptr);

    void setTileWidth(int px); ///< about this wide; the grid rounds so that whole tiles fill a row
    int tileWidth() const { return m_tileWidth; }
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

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void layOut();
    FrameDelegate* m_delegate;
    int m_tileWidth = 182;
    int m_columns = 1;
    double m_proportions = 16.0 / 9.0;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include <QAbstractScrollArea>

class QPainter;

namespace intersect::ui {

/// Frames as small pictures, each with a bar in the colour of its split and a caption "9706 09:13"; only visible tiles are painted. One tile is current: the mouse,
/// arrows, J, K, Home and End move it; S puts it in or takes it out, P pins it, and the context menu says the rest. GUI thread only.
class ChosenFrames : public QAbstractScrollArea {
    Q_OBJECT
public:
    enum class Part { Unchosen, Undealt, Train, Val, Dropped };
    struct Tile {
        std::filesystem::path file;
        QString caption;
        Part part = Part::Undealt;
        bool pinned = false, barred = false;
        bool chosen() const { return part != Part::Unchosen; }
    };
    explicit ChosenFrames(QWidget* parent = nullptr);
    /// Shows these; the current tile stays on its file if that is still there.
    void setTiles(std::vector<Tile> tiles);
    const std::vector<Tile>& tiles() const { return m_tiles; }
    std::size_t tileCount() const { return m_tiles.size(); }
    int current() const { return m_current; } ///< -1: none
    void setCurrent(int index); ///< and scrolls to it
    /// Makes the tile of a file current; false if there is none.
    bool goTo(const std::filesystem::path& file);
    /// Where a tile is painted, in the viewport.
    QRect tileRect(int index) const;
    /// Without the keys and the menu that change the selection.
    void setReadOnly(bool readOnly) { m_readOnly = readOnly; }

Q_SIGNALS:
    void toggled(const std::filesystem::path& file);    ///< put in, or taken out
    void pinToggled(const std::filesystem::path& file);
    void barToggled(const std::filesystem::path& file);
    void currentChanged(int index);
    void activated(const std::filesystem::path& file);  ///< double click or Enter

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void layOut();
    int tileAt(const QPoint& at) const;
    void paintTile(QPainter& painter, int index) const;
    std::vector<Tile> m_tiles;
    int m_columns = 1;
    int m_tileWidth = 104;
    int m_current = -1;
    bool m_readOnly = false;
};

} // namespace intersect::ui

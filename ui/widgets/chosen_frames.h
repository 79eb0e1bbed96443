// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include <QAbstractScrollArea>

namespace intersect::ui {

/// The chosen frames as small pictures, each with a bar in the colour of its split and a caption "9706 09:13"; only visible tiles are painted. GUI thread only.
class ChosenFrames : public QAbstractScrollArea {
    Q_OBJECT
public:
    enum class Part { Undealt, Train, Val };
    struct Tile {
        std::filesystem::path file;
        QString caption;
        Part part = Part::Undealt;
    };
    explicit ChosenFrames(QWidget* parent = nullptr);
    void setTiles(std::vector<Tile> tiles);
    std::size_t tileCount() const { return m_tiles.size(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void layOut();
    std::vector<Tile> m_tiles;
    int m_columns = 1;
    int m_tileWidth = 104;
};

} // namespace intersect::ui

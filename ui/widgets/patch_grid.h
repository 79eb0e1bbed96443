// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QTimer>

#include "ui/widgets/patch_provider.h"
#include "ui/widgets/tile_grid.h"

namespace intersect::ui {

/// The grid of patches, over a PatchListModel: the piece of the picture round a box, the box in the line of its verdict, and below it what was
/// said of it. Ctrl+C asks for a copy of the chosen tiles. GUI thread only.
class PatchGrid : public TileGrid {
    Q_OBJECT
public:
    static constexpr double kProportions = 4.0 / 3; ///< of the pictures
    explicit PatchGrid(QWidget* parent = nullptr);
    PatchProvider& provider() { return m_provider; }
    /// The rows that are at least partly in sight.
    std::vector<int> rowsInSight() const;
    /// The tiles of these rows side by side as they look now, on the ground of the grid; as many in a row as the grid has, at the screen's scale.
    QImage sheet(const std::vector<int>& rows);

Q_SIGNALS:
    void copyRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fetchAhead(); ///< the page after and the page before what is in sight, once that is there
    PatchProvider m_provider;
    QTimer m_still; ///< the view did not move for a moment
    bool m_aheadWanted = false;
};

} // namespace intersect::ui

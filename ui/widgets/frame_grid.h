// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/tile_grid.h"

namespace intersect::ui {

/// The grid of frames; S asks to put the selected frames in or out of the selection. GUI thread only.
class FrameGrid : public TileGrid {
    Q_OBJECT
public:
    explicit FrameGrid(QWidget* parent = nullptr);

Q_SIGNALS:
    void pickRequested(); ///< S: in or out of the selection

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace intersect::ui

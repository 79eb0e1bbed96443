// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/tile_grid.h"

namespace intersect::ui {

/// Draws one tile of the frame grid: picture with boxes, split badge, finding sign, caption "camera time … n boxes"; a grey tile while the
/// picture is on its way. GUI thread only.
class FrameDelegate : public TileDelegate {
    Q_OBJECT
public:
    explicit FrameDelegate(QObject* parent = nullptr) : TileDelegate(30, parent) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace intersect::ui

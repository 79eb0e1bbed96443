// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frame_grid.h"

#include <QKeyEvent>

#include "ui/widgets/frame_delegate.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {

FrameGrid::FrameGrid(QWidget* parent) : TileGrid(new FrameDelegate, parent) {
    setObjectName(QStringLiteral("thumbGrid"));
    setAccessibleName(tr("Frames"));
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, viewport(), qOverload<>(&QWidget::update));
}

void FrameGrid::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_S && (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) == 0 && model() != nullptr)
        Q_EMIT pickRequested();
    else
        TileGrid::keyPressEvent(event);
}

} // namespace intersect::ui

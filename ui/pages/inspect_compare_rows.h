// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemDelegate>

namespace intersect::ui {

/// Paints the rows of a ComparedFramesModel: small picture, camera and time, what is broken, fixed and wrong in both. GUI thread only.
QAbstractItemDelegate* makeComparedFrameDelegate(QObject* parent);
/// Paints the rows of a ComparedBoxesModel: the frame with the box in it, what became of it, where, and the scores. GUI thread only.
QAbstractItemDelegate* makeComparedBoxDelegate(QObject* parent);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

namespace intersect::ui {

/// What became of writing several figures.
struct FiguresWritten {
    QString folder; ///< new, below the one chosen
    int figures = 0;
    QString problem; ///< a sentence; empty where all were written
};

/// Writes every figure that is shown on `page` into a new folder `name` (or name-2 …) below `below`: each as PDF and its numbers as CSV, named by
/// its heading. GUI thread only.
FiguresWritten writeFigures(const QWidget& page, const QString& below, const QString& name);

} // namespace intersect::ui

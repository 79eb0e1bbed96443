// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

#include "ui/models/cell_table.h"

namespace intersect::ui {

/// A table in the look of the visual design over a CellTable: rows of 26 px, hairlines between them, bars, glyphs and chips in cells. GUI thread only.
class CellView : public QTableView {
    Q_OBJECT
public:
    explicit CellView(CellTable* table, QWidget* parent = nullptr);
    /// The column that takes the free width; others are as wide as their content.
    void setStretchColumn(int column);
    /// Asks for exactly the height of its rows (at most `mostRows`), so that what follows stands right below.
    void fitHeight(int mostRows = 100);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

private:
    CellTable* m_table;
    int m_mostRows = 0;
};

} // namespace intersect::ui

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
    /// A click on a heading sorts by it, the worst rows first; another turns the order round, a third takes it back.
    void setSortable();
    /// Lets the table be copied (Ctrl+C) and saved as CSV, both in the context menu too; `fileName` is offered for it, without ".csv".
    void setSaveable(const QString& fileName);
    /// Writes the table as CSV; false if the file cannot be written.
    bool saveCsv(const QString& file) const;
    /// Lets the table be wider than its place, with a scroll bar below it.
    void allowWide();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Double click or Enter on a row that has a key.
    void rowChosen(const QString& key);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void sortBy(int column);
    void copyTable() const;
    void askToSave();
    QString m_fileName; ///< empty: the table cannot be saved
    bool m_wide = false;
    CellTable* m_table;
    int m_mostRows = 0;
};

} // namespace intersect::ui

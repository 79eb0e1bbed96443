// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QAbstractTableModel>
#include <QString>

#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// One cell of a small table: its text and how it looks.
struct Cell {
    QString text;
    bool strong = false;
    Tone tone = Tone::Text;
    std::optional<double> bar;         ///< 0..1: a bar in front of (or instead of) the text
    bool barInVal = false;             ///< the bar in the colour of val (amber) instead of the accent
    std::optional<int> glyphClass;     ///< the class glyph in front of the text
    QString chip;                      ///< a letter chip ("A", "B") in front of the text
    std::optional<qint64> editable;    ///< a whole number the user may change; `most` is its upper end
    qint64 most = 0;
    QString toolTip;
};

/// A column: its heading and how its cells stand.
struct CellColumn {
    QString title;
    bool number = false; ///< right-aligned, digits of equal width
    QString toolTip;
};

/// A table of prepared cells for the pages' small tables (cameras, classes, runs, definitions). GUI thread only.
class CellTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Roles { CellRole = Qt::UserRole + 1 };
    explicit CellTable(std::vector<CellColumn> columns, QObject* parent = nullptr);

    /// Replaces all rows; keeps the view's selection when the number of rows is the same.
    void setRows(std::vector<std::vector<Cell>> rows);
    /// The last rows that are totals: they stand out and cannot be selected.
    void setTotalRows(int count);
    const std::vector<std::vector<Cell>>& rows() const { return m_rows; }
    const Cell* cell(const QModelIndex& index) const;
    bool isTotal(int row) const { return row >= static_cast<int>(m_rows.size()) - m_totals; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    /// The user typed another number into an editable cell.
    void edited(int row, int column, qint64 value);

private:
    std::vector<CellColumn> m_columns;
    std::vector<std::vector<Cell>> m_rows;
    int m_totals = 0;
};

} // namespace intersect::ui

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
    bool glyphGrey = false;            ///< without the class's colour, where colour belongs to the verdict
    QString chip;                      ///< a letter chip ("A", "B") in front of the text
    std::optional<qint64> editable;    ///< a whole number the user may change; `most` is its upper end
    qint64 most = 0;
    QString toolTip;
    std::optional<double> order;       ///< what the column is sorted by and what a saved table holds; none: the text
    QString key;                       ///< of the first cell: which row this is, wherever sorting puts it
};

/// A column: its heading and how its cells stand.
struct CellColumn {
    QString title;
    bool number = false; ///< right-aligned, digits of equal width
    QString toolTip;
    Qt::SortOrder firstOrder = Qt::AscendingOrder; ///< of the first click on the heading: the worst rows first
};

/// A table of prepared cells for the pages' small tables (cameras, classes, runs, definitions). GUI thread only.
class CellTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Roles { CellRole = Qt::UserRole + 1 };
    explicit CellTable(std::vector<CellColumn> columns, QObject* parent = nullptr);

    /// Replaces all rows, in the order of sort() if there is one; keeps the view's selection when the number of rows is the same: on the
    /// row of the same key where rows have keys.
    void setRows(std::vector<std::vector<Cell>> rows);
    /// Sorts by a column, totals stay last; -1: as the rows were given. What is no number goes behind the others.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    int sortColumn() const { return m_sortColumn; }
    Qt::SortOrder sortOrder() const { return m_sortOrder; }
    const CellColumn& column(int index) const { return m_columns[static_cast<std::size_t>(index)]; }
    /// Changes a heading and what it tells.
    void setHeading(int column, const QString& title, const QString& toolTip);
    /// The key of a row; -1 and empty where there is none.
    QString keyOf(int row) const;
    int rowOf(const QString& key) const;
    /// The rows as they stand, with their headings: numbers in full, comma between, quoted where needed (RFC 4180).
    QString csv() const;
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
    std::vector<std::size_t> arranged(const std::vector<std::vector<Cell>>& rows) const;
    void replaceRows(std::vector<std::vector<Cell>> rows);
    std::vector<CellColumn> m_columns;
    std::vector<std::vector<Cell>> m_given; ///< as they came
    std::vector<std::vector<Cell>> m_rows;  ///< as they stand
    int m_totals = 0;
    int m_sortColumn = -1;
    bool m_moved = false; ///< the rows stand in another order than they came
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace intersect::ui

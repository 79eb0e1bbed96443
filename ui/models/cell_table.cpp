// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/cell_table.h"

#include <algorithm>

namespace intersect::ui {

CellTable::CellTable(std::vector<CellColumn> columns, QObject* parent) : QAbstractTableModel(parent), m_columns(std::move(columns)) {
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    });
}

void CellTable::setRows(std::vector<std::vector<Cell>> rows) {
    if (rows.size() == m_rows.size() && !rows.empty()) {
        m_rows = std::move(rows);
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void CellTable::setTotalRows(int count) {
    m_totals = count;
}

const Cell* CellTable::cell(const QModelIndex& index) const {
    if (!index.isValid() || index.row() >= static_cast<int>(m_rows.size()))
        return nullptr;
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    return column < row.size() ? &row[column] : nullptr;
}

int CellTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CellTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant CellTable::data(const QModelIndex& index, int role) const {
    const Cell* found = cell(index);
    if (found == nullptr)
        return {};
    const bool number = m_columns[static_cast<std::size_t>(index.column())].number;
    switch (role) {
    case Qt::DisplayRole: return found->text;
    case Qt::EditRole: return found->editable ? QVariant(*found->editable) : QVariant(found->text);
    case Qt::TextAlignmentRole: return QVariant::fromValue((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole: return toneColour(found->tone);
    case Qt::ToolTipRole: return found->toolTip.isEmpty() ? QVariant() : QVariant(found->toolTip);
    case Qt::FontRole: {
        const bool strong = found->strong || isTotal(index.row());
        QFont font = Theme::font(number ? (strong ? FontRole::NumbersStrong : FontRole::Numbers) : FontRole::Table);
        if (strong)
            font.setWeight(QFont::DemiBold);
        return font;
    }
    default: return {};
    }
}

QVariant CellTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section >= static_cast<int>(m_columns.size()))
        return {};
    const CellColumn& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole: return column.title;
    case Qt::ToolTipRole: return column.toolTip.isEmpty() ? QVariant() : QVariant(column.toolTip);
    case Qt::TextAlignmentRole: return QVariant::fromValue((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default: return {};
    }
}

Qt::ItemFlags CellTable::flags(const QModelIndex& index) const {
    const Cell* found = cell(index);
    if (found == nullptr || isTotal(index.row()))
        return Qt::ItemIsEnabled;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (found->editable)
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool CellTable::setData(const QModelIndex& index, const QVariant& value, int role) {
    const Cell* found = cell(index);
    bool isNumber = false;
    const qint64 number = value.toLongLong(&isNumber);
    if (found == nullptr || role != Qt::EditRole || !found->editable || !isNumber)
        return false;
    const qint64 wanted = std::clamp<qint64>(number, 0, found->most);
    if (wanted == *found->editable)
        return false;
    Q_EMIT edited(index.row(), index.column(), wanted);
    return true;
}

} // namespace intersect::ui

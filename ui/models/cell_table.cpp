// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/cell_table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "core/base/numbers.h"
#include "ui/models/csv_field.h"
#include "ui/text.h"

namespace intersect::ui {

CellTable::CellTable(std::vector<CellColumn> columns, QObject* parent) : QAbstractTableModel(parent), m_columns(std::move(columns)) {
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    });
}

void CellTable::setRows(std::vector<std::vector<Cell>> rows) {
    m_given = std::move(rows);
    replaceRows(m_given);
}

void CellTable::sort(int column, Qt::SortOrder order) {
    m_sortColumn = column < columnCount() ? column : -1;
    m_sortOrder = order;
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    replaceRows(m_given);
}

std::vector<std::size_t> CellTable::arranged(const std::vector<std::vector<Cell>>& rows) const {
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (m_sortColumn < 0)
        return order;
    const auto column = static_cast<std::size_t>(m_sortColumn);
    const auto sorted = order.end() - std::min<std::ptrdiff_t>(m_totals, static_cast<std::ptrdiff_t>(order.size()));
    const bool falling = m_sortOrder == Qt::DescendingOrder;
    std::stable_sort(order.begin(), sorted, [&](std::size_t a, std::size_t b) {
        if (column >= rows[a].size() || column >= rows[b].size())
            return column < rows[a].size() && column >= rows[b].size();
        const Cell &x = rows[a][column], &y = rows[b][column];
        if (x.order || y.order) {
            const bool xThere = x.order && !std::isnan(*x.order), yThere = y.order && !std::isnan(*y.order);
            if (!xThere || !yThere)
                return xThere && !yThere;
            return falling ? *y.order < *x.order : *x.order < *y.order;
        }
        const int words = QString::localeAwareCompare(x.text, y.text);
        return falling ? words > 0 : words < 0;
    });
    return order;
}

void CellTable::replaceRows(std::vector<std::vector<Cell>> given) {
    std::vector<std::vector<Cell>> rows;
    rows.reserve(given.size());
    for (const std::size_t row : arranged(given))
        rows.push_back(std::move(given[row]));
    if (rows.size() != m_rows.size() || rows.empty()) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    if (m_sortColumn < 0 && !m_moved) {
        m_rows = std::move(rows);
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    m_moved = m_sortColumn >= 0;
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    QStringList keys;
    for (const QModelIndex& index : before)
        keys << keyOf(index.row());
    m_rows = std::move(rows);
    for (int i = 0; i < before.size(); ++i) {
        const int row = keys[i].isEmpty() ? before[i].row() : rowOf(keys[i]);
        after << (row < 0 ? QModelIndex() : index(row, before[i].column()));
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void CellTable::setHeading(int column, const QString& title, const QString& toolTip) {
    CellColumn& mine = m_columns[static_cast<std::size_t>(column)];
    mine.title = title;
    mine.toolTip = toolTip;
    Q_EMIT headerDataChanged(Qt::Horizontal, column, column);
}

QString CellTable::keyOf(int row) const {
    const Cell* first = cell(index(row, 0));
    return first == nullptr ? QString() : first->key;
}

int CellTable::rowOf(const QString& key) const {
    for (int row = 0; row < rowCount(); ++row)
        if (keyOf(row) == key)
            return row;
    return -1;
}

QString CellTable::csv() const {
    QStringList words;
    for (const CellColumn& column : m_columns)
        words << csvField(column.title);
    QString text = words.join(QLatin1Char(',')) + QLatin1Char('\n');
    for (const std::vector<Cell>& row : m_rows) {
        words.clear();
        for (const Cell& one : row)
            words << (one.order ? (std::isfinite(*one.order) ? qs(formatShortest(*one.order)) : QString()) : csvField(one.text));
        text += words.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return text;
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
    case Qt::DisplayRole:
        return section != m_sortColumn ? column.title : column.title + (m_sortOrder == Qt::AscendingOrder ? QStringLiteral(" ↑") : QStringLiteral(" ↓"));
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure_table.h"

#include <algorithm>
#include <cmath>

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

constexpr int kRowPx = 22;
constexpr int kShownDigits = 5;

/// A number of the CSV as it is shown: whole ones as they are, others with few digits; words stay.
QString shownField(const QString& field) {
    bool isNumber = false;
    const double value = field.toDouble(&isNumber); // QString::toDouble knows no locale
    if (!isNumber || !std::isfinite(value))
        return field;
    return value == std::floor(value) && std::abs(value) < 1e15 ? field : QString::number(value, 'g', kShownDigits);
}

QString quoted(QString field) {
    if (field.contains(QLatin1Char(',')) || field.contains(QLatin1Char('"')) || field.contains(QLatin1Char('\n')))
        field = QLatin1Char('"') + field.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
    return field;
}

} // namespace

std::vector<QStringList> fieldsOfCsv(const QString& csv) {
    std::vector<QStringList> rows;
    QStringList row;
    QString field;
    bool inQuotes = false;
    for (qsizetype i = 0; i < csv.size(); ++i) {
        const QChar at = csv[i];
        if (inQuotes) {
            if (at != QLatin1Char('"'))
                field += at;
            else if (i + 1 < csv.size() && csv[i + 1] == QLatin1Char('"'))
                field += csv[++i];
            else
                inQuotes = false;
        } else if (at == QLatin1Char('"')) {
            inQuotes = true;
        } else if (at == QLatin1Char(',') || at == QLatin1Char('\n')) {
            row << field;
            field.clear();
            if (at == QLatin1Char('\n'))
                rows.push_back(std::exchange(row, {}));
        } else {
            field += at;
        }
    }
    if (!field.isEmpty() || !row.isEmpty()) {
        row << field;
        rows.push_back(row);
    }
    return rows;
}

class FigureTable::Model : public QAbstractTableModel {
public:
    using QAbstractTableModel::QAbstractTableModel;

    void take(std::vector<QStringList> rows, const QStringList& header) {
        beginResetModel();
        m_header = !header.isEmpty() ? header : rows.empty() ? QStringList() : rows.front();
        if (!rows.empty())
            rows.erase(rows.begin());
        m_rows = std::move(rows);
        m_isNumber.assign(std::size_t(m_header.size()), true);
        for (const QStringList& row : m_rows)
            for (qsizetype column = 0; column < m_header.size(); ++column) {
                bool isNumber = row.value(column).isEmpty();
                if (!isNumber)
                    row.value(column).toDouble(&isNumber);
                m_isNumber[std::size_t(column)] = m_isNumber[std::size_t(column)] && isNumber;
            }
        endResetModel();
    }
    QString field(int row, int column) const { return m_rows[std::size_t(row)].value(column); }
    QStringList header() const { return m_header; }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_header.size()); }
    QVariant data(const QModelIndex& index, int role) const override {
        if (!index.isValid())
            return {};
        switch (role) {
        case Qt::DisplayRole: return shownField(field(index.row(), index.column()));
        case Qt::ToolTipRole: return field(index.row(), index.column());
        case Qt::TextAlignmentRole: return alignment(index.column());
        case Qt::FontRole: return Theme::font(m_isNumber[std::size_t(index.column())] ? FontRole::Numbers : FontRole::Table);
        case Qt::ForegroundRole: return Theme::instance().palette().text;
        default: return {};
        }
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation != Qt::Horizontal || section >= m_header.size())
            return {};
        if (role == Qt::DisplayRole)
            return m_header[section];
        return role == Qt::TextAlignmentRole ? alignment(section) : QVariant();
    }

private:
    QVariant alignment(int column) const {
        return QVariant::fromValue((m_isNumber[std::size_t(column)] ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    QStringList m_header;
    std::vector<QStringList> m_rows;
    std::vector<bool> m_isNumber;
};

FigureTable::FigureTable(QWidget* parent) : QTableView(parent), m_model(new Model(this)) {
    setObjectName(QStringLiteral("figureTable"));
    setModel(m_model);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setWordWrap(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(kRowPx);
    verticalHeader()->setDefaultSectionSize(kRowPx);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    connect(&Theme::instance(), &Theme::changed, this, [this] { viewport()->update(); });
}

void FigureTable::setCsv(const QString& csv, const QStringList& header) {
    m_model->take(fieldsOfCsv(csv), header);
}

void FigureTable::copySelected() const {
    QStringList lines;
    const auto line = [](const QStringList& fields) {
        QStringList safe;
        for (const QString& field : fields)
            safe << quoted(field);
        return safe.join(QLatin1Char(','));
    };
    lines << line(m_model->header());
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const QModelIndex& row : rows) {
        QStringList fields;
        for (int column = 0; column < m_model->columnCount(); ++column)
            fields << m_model->field(row.row(), column);
        lines << line(fields);
    }
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')) + QLatin1Char('\n'));
}

void FigureTable::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape || (event->key() == Qt::Key_T && event->modifiers() == Qt::NoModifier))
        Q_EMIT leaveRequested();
    else if (event->matches(QKeySequence::Copy))
        copySelected();
    else
        QTableView::keyPressEvent(event);
}

} // namespace intersect::ui

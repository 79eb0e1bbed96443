// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include <QWidget>

#include "ui/models/cell_table.h"
#include "ui/pages/select_deal.h"
#include "ui/pages/select_job.h"

namespace intersect::ui {

class BarChart;
class CellView;

/// The cameras of a choice before and after rounding, as a table whose counts can be typed and locked, and as bars with the dealt frames. GUI thread only.
class SelectTable : public QWidget {
    Q_OBJECT
public:
    enum class Lockable { No, Open, Locked };
    explicit SelectTable(QWidget* parent = nullptr);
    struct Shown {
        QuotaTable quotas;                                ///< rows in the order to show
        std::shared_ptr<const select::Selection> selection; ///< null: not chosen yet
        std::shared_ptr<const Deal> deal;                 ///< null: not dealt yet
        std::map<std::string, std::string> folders;       ///< camera id -> folder, as in Deal::byCamera
    };
    void show(const Shown& shown, const SelectState& state);
    /// The row that is current, as an index of the rows shown; -1: none.
    int currentRow() const;
    void setCurrentRow(int row);

Q_SIGNALS:
    void counted(int row, qint64 value); ///< the user typed a number of frames
    void lockToggled(int row);
    void currentRowChanged(int row);

private:
    void fillTable(const SelectState& state);
    void fillChart();
    Shown m_shown;
    std::vector<Lockable> m_locks; ///< by row
    CellTable* m_table;
    CellView* m_view;
    ThemedLabel* m_note;
    BarChart* m_chart;
};

} // namespace intersect::ui

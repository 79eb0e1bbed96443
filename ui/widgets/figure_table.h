// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QStringList>
#include <QTableView>

namespace intersect::ui {

/// The fields of CSV text, row by row; quotes as RFC 4180 has them. Pure.
std::vector<QStringList> fieldsOfCsv(const QString& csv);

/// The numbers of a figure as a table: the rows of its CSV, at most five significant digits shown, all of them in the tool tip and in
/// what Ctrl+C copies. GUI thread only.
class FigureTable : public QTableView {
    Q_OBJECT
public:
    explicit FigureTable(QWidget* parent = nullptr);
    /// Shows the CSV; `header` takes the place of its first row where it is not empty.
    void setCsv(const QString& csv, const QStringList& header);

Q_SIGNALS:
    void leaveRequested(); ///< T or Escape

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void copySelected() const;
    class Model;
    Model* m_model;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/loss/imbalance.h"
#include "ui/widgets/figure.h"

namespace intersect::ui {

/// What one loss makes of the examples, for a row of the chart.
struct ImbalanceRow {
    QString name;
    loss::SideSums sums;
    bool chosen = false;
};

/// The two sums of each loss as a bar to one scale, with their numbers and the positives' share. GUI thread only.
class ImbalanceChart : public Figure {
    Q_OBJECT
public:
    explicit ImbalanceChart(QWidget* parent = nullptr);
    void setRows(std::vector<ImbalanceRow> rows);
    const std::vector<ImbalanceRow>& rows() const { return m_rows; }
    QString dataCsv() const override;

protected:
    void paintBody(QPainter& painter) override;
    QStringList tableHeader() const override;

private:
    std::vector<ImbalanceRow> m_rows;
};

/// A sum in few characters: "0.003", "29.97", "1,000".
QString sumText(double sum);

} // namespace intersect::ui

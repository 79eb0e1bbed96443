// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

#include "ui/models/box_table_model.h"

namespace intersect::ui {

/// The boxes of the frame as rows: verdict chip, grey class glyph, score, IoU, type of error. Letters go to the page. GUI thread only.
class BoxTable : public QTableView {
    Q_OBJECT
public:
    explicit BoxTable(BoxTableModel* model, QWidget* parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

/// FN, FP and TP chips with precision and recall at the right: of a frame or of a whole split. GUI thread only.
class VerdictSummary : public QWidget {
    Q_OBJECT
public:
    explicit VerdictSummary(QWidget* parent = nullptr);
    void setCounts(std::optional<VerdictCounts> counts); ///< nullopt: not known yet, "..."
    const std::optional<VerdictCounts>& counts() const { return m_counts; }
    QSize sizeHint() const override { return {280, 24}; }
    QSize minimumSizeHint() const override { return {230, 24}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::optional<VerdictCounts> m_counts;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include <QPoint>
#include <QRectF>
#include <QStringList>

#include "core/eval/confusion.h"
#include "ui/widgets/figure.h"

namespace intersect::ui {

/// The confusion matrix: rows predicted, columns truth, counts first, then per cent of the true class; the last row are missed boxes, the
/// last column boxes of nothing. A cell is chosen by a click, or by the arrow keys and Enter. GUI thread only.
class MatrixView : public Figure {
    Q_OBJECT
public:
    explicit MatrixView(const QString& heading = {}, QWidget* parent = nullptr);
    /// `names` are those of `matrix.classIds`.
    void setMatrix(const eval::ConfusionMatrix& matrix, const QStringList& names);
    void clear();
    const eval::ConfusionMatrix& matrix() const { return m_matrix; }

    /// Columns predicted,truth,count,part_of_truth; the part is empty where it does not exist.
    QString dataCsv() const override;
    /// Where a cell is drawn, in the pixels of the body (`matrixCells`).
    QRectF cellRect(int row, int column) const;
    /// What a cell says, in a sentence; empty for the corner.
    QString cellSentence(int row, int column) const;

Q_SIGNALS:
    /// Class ids, or eval::kConfusionBackground.
    void cellPicked(int predicted, int actual);

protected:
    void paintBody(QPainter& painter) override;
    QStringList tableHeader() const override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    int count() const { return static_cast<int>(m_matrix.counts.size()); }
    bool isCorner(int row, int column) const { return row + 1 == count() && column + 1 == count(); }
    QPoint cellAt(QPointF pixel) const; ///< column, row; (-1, -1) where there is none
    QString nameOf(int index) const;
    double partOfTruth(int row, int column) const;
    int idOf(int index) const;
    void pick(QPoint cell);
    void paintCell(QPainter& painter, int row, int column) const;
    QRectF area() const;
    eval::ConfusionMatrix m_matrix;
    std::vector<std::int64_t> m_columnSums;
    QStringList m_names;
    QPoint m_current{0, 0}; ///< column, row
    QPoint m_hover{-1, -1};
    int m_widestName = 0;
};

} // namespace intersect::ui

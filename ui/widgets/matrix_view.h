// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

#include "core/eval/confusion.h"

namespace intersect::ui {

/// The confusion matrix: rows predicted, columns truth, per cent of the true class; the last row are missed boxes, the last column boxes of nothing. GUI thread only.
class MatrixView : public QWidget {
    Q_OBJECT
public:
    explicit MatrixView(QWidget* parent = nullptr);
    void setMatrix(const eval::ConfusionMatrix& matrix, const QStringList& names);
    void clear();

    QSize minimumSizeHint() const override { return {260, 180}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF cellRect(int row, int column) const;
    QRectF area() const;
    eval::ConfusionMatrix m_matrix;
    QStringList m_names;
};

} // namespace intersect::ui

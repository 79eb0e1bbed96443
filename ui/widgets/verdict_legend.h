// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace intersect::ui {

/// TP solid, FP dashed, FN dotted, truth thin, ignored hatched: what the lines on the picture mean. GUI thread only.
class VerdictLegend : public QWidget {
    Q_OBJECT
public:
    explicit VerdictLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    /// Where room is short, the last entries are left out.
    QSize minimumSizeHint() const override { return {0, 24}; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace intersect::ui

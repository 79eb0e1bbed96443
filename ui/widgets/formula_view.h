// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QStringList>
#include <QWidget>

#include "ui/widgets/formula_layout.h"

namespace intersect::ui {

/// Formulas under each other, typeset, as large as the width allows. GUI thread only.
class FormulaView : public QWidget {
    Q_OBJECT
public:
    explicit FormulaView(QWidget* parent = nullptr);
    /// In the notation of Formula; `spoken` is what a screen reader says.
    void setFormulas(const QStringList& formulas, const QString& spoken);
    QStringList formulas() const { return m_texts; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QFont fontFor(int widthPx) const;
    int heightFor(int widthPx) const;
    QStringList m_texts;
    std::vector<Formula> m_formulas;
};

} // namespace intersect::ui

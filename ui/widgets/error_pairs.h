// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QWidget>

#include "ui/models/frame_errors.h"

namespace intersect::ui {

/// The errors of A and B by type: two bars each, on one scale, with their counts. GUI thread only.
class ErrorPairs : public QWidget {
    Q_OBJECT
public:
    explicit ErrorPairs(QWidget* parent = nullptr);
    /// nullopt: being found.
    void setCounts(std::optional<ErrorCounts> a, std::optional<ErrorCounts> b);
    const std::optional<ErrorCounts>& counts(int side) const { return side == 0 ? m_a : m_b; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    std::optional<ErrorCounts> m_a, m_b;
};

} // namespace intersect::ui

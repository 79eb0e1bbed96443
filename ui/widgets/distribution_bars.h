// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "ui/widgets/figure.h"

namespace intersect::ui {

/// Two distributions over the same outcomes as pairs of bars that are dragged up and down; the other bars of a distribution give way so
/// that it sums to 1. Left and Right choose a bar, Up and Down move it by 0.01. GUI thread only.
class DistributionBars : public Figure {
    Q_OBJECT
public:
    explicit DistributionBars(QWidget* parent = nullptr);
    /// Both of one length, each summing to 1.
    void setDistributions(std::vector<double> p, std::vector<double> q);
    const std::vector<double>& p() const { return m_p; }
    const std::vector<double>& q() const { return m_q; }
    /// Where a probability of a bar lies, in pixels of the body.
    QPoint pixelOf(bool isQ, std::size_t outcome, double value) const;
    QString dataCsv() const override;

Q_SIGNALS:
    void changed(); ///< by the user

protected:
    void paintBody(QPainter& painter) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Bar {
        bool isQ = false;
        std::size_t outcome = 0;
        bool operator==(const Bar&) const = default;
    };
    QRectF plot() const;
    QRectF slotOf(const Bar& bar) const;
    std::optional<Bar> barAt(QPointF at) const;
    void drag(double y);
    void setValue(const Bar& bar, double value);

    std::vector<double> m_p, m_q;
    Bar m_current;
    bool m_dragging = false;
    std::optional<Bar> m_hover;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include <QWidget>

namespace intersect::ui {

/// How many frames were taken in which hour of the day, as 24 small bars; dragging over them chooses a range, backwards one over midnight, a
/// double click all of them. The spin boxes beside it hold the same. GUI thread only.
class HourBars : public QWidget {
    Q_OBJECT
public:
    explicit HourBars(QWidget* parent = nullptr);
    void setCounts(const std::array<std::int64_t, 24>& counts);
    void setRange(int from, int to); ///< [from, to) in hours; from > to goes over midnight
    QSize sizeHint() const override { return {24 * kBar, 26}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void rangeChosen(int from, int to);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    static constexpr int kBar = 5;
    int hourAt(double x) const;
    bool isChosen(int hour) const;
    void drag(double x);
    std::array<std::int64_t, 24> m_counts{};
    int m_from = 0, m_to = 24, m_pressed = 0;
};

} // namespace intersect::ui

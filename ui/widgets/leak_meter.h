// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "core/select/leak_meter.h"

class QPainter;

namespace intersect::ui {

/// One dot per val frame, stacked over an axis of how near the nearest train frame of its camera lies, amber ground left of the threshold: in time on a logarithmic
/// axis, or in picture by the bits two hashes differ in. One dot is current: click, or Left and Right. GUI thread only.
class LeakMeterView : public QWidget {
    Q_OBJECT
public:
    explicit LeakMeterView(QWidget* parent = nullptr);
    void setLeak(const select::LeakMeter& leak);
    /// One number of bits (0 to 64) per val frame, in its order; nothing where there is no train frame to compare with. Up to `threshold` counts as a leak.
    void setBits(std::vector<std::optional<double>> bits, double threshold);
    /// No dots; the words stand in their place.
    void clear(const QString& words = {});
    /// The val frame of the current dot, by its place in the list given; -1: none.
    int current() const { return m_current; }
    void setCurrent(int frame);
    /// Where the dot of a val frame stands; null for one without a dot.
    QPointF dotOf(int frame) const;

    QSize sizeHint() const override { return {300, 132}; }
    QSize minimumSizeHint() const override { return {200, 120}; }

Q_SIGNALS:
    void currentChanged(int frame);
    void hovered(int frame); ///< -1: none

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Dot {
        int frame = 0;
        double value = 0; ///< seconds, at least 1, or bits
        QPointF at;
    };
    QRectF plot() const;
    double xOf(double value) const;
    void setValues(const std::vector<std::optional<double>>& values);
    void layOut();
    int dotAt(const QPointF& at) const;
    void paintAxis(QPainter& painter) const;
    bool m_shown = false, m_inTime = true;
    QString m_words;
    double m_threshold = 1, m_low = 0, m_high = 1;
    std::vector<Dot> m_dots; ///< by value
    int m_current = -1, m_hover = -1;
};

/// The sentence of the meter: how many val frames leak, and what that means.
QString leakSentence(const select::LeakMeter& leak);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QSlider>
#include <QWidget>

#include "core/eval/matching.h"

namespace intersect::ui {

/// Above a slider: every detection of the frame as a tick where its value lies, solid TP, dashed FP, pale when below the slider's value, so
/// that one sees what a move will change. GUI thread only.
class ScoreTicks : public QWidget {
    Q_OBJECT
public:
    struct Tick {
        double value = 0; ///< 0..1
        eval::Verdict verdict = eval::Verdict::TP;
        bool below = false; ///< left out by the confidence
        bool judged = true; ///< false: the verdict says nothing, the tick is grey
    };
    ScoreTicks(QSlider* slider, double low, double high, QWidget* parent = nullptr);
    void setTicks(std::vector<Tick> ticks);
    const std::vector<Tick>& ticks() const { return m_ticks; }
    /// Where a value of the slider lies in this widget.
    double xOf(double value) const;
    QSize sizeHint() const override { return {100, 20}; }
    QSize minimumSizeHint() const override { return {60, 20}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QSlider* m_slider;
    double m_low, m_high;
    std::vector<Tick> m_ticks;
};

} // namespace intersect::ui

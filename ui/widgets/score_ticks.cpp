// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/score_ticks.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOptionSlider>

#include "ui/theme.h"

namespace intersect::ui {

ScoreTicks::ScoreTicks(QSlider* slider, double low, double high, QWidget* parent) : QWidget(parent), m_slider(slider), m_low(low), m_high(high) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ScoreTicks::setTicks(std::vector<Tick> ticks) {
    m_ticks = std::move(ticks);
    update();
}

double ScoreTicks::xOf(double value) const {
    // Where the style puts the handle at both ends.
    QStyleOptionSlider option;
    option.initFrom(m_slider);
    option.orientation = Qt::Horizontal;
    option.minimum = m_slider->minimum();
    option.maximum = m_slider->maximum();
    option.subControls = QStyle::SC_SliderHandle | QStyle::SC_SliderGroove;
    const auto handle = [&](int position) {
        option.sliderPosition = option.sliderValue = position;
        return QRectF(m_slider->style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, m_slider)).center().x();
    };
    const double first = handle(option.minimum), last = handle(option.maximum);
    const double at = first + (last - first) * (value - m_low) / (m_high - m_low);
    return mapFromGlobal(m_slider->mapToGlobal(QPointF(at, 0))).x();
}

void ScoreTicks::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    for (const bool below : {true, false}) { // pale ones under the others
        for (const Tick& tick : m_ticks) {
            if (tick.below != below)
                continue;
            QColor colour = tick.judged ? theme.verdictText(tick.verdict) : theme.palette().text2;
            if (tick.below)
                colour.setAlphaF(0.4F);
            QPen pen(colour, 1.8, Qt::SolidLine, Qt::FlatCap);
            if (tick.judged && tick.verdict == eval::Verdict::FP)
                pen.setDashPattern({1.6, 1.1});
            painter.setPen(pen);
            const double x = xOf(tick.value);
            painter.drawLine(QPointF(x, 3), QPointF(x, height() - 3));
        }
    }
}

} // namespace intersect::ui

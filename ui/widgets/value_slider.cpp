// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/value_slider.h"

#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

#include "ui/theme.h"

namespace intersect::ui {

ValueSlider::ValueSlider(const QString& label, const QString& objectName, double low, double high, double step,
                         int decimals, QWidget* parent)
    : QWidget(parent), m_low(low), m_step(step) {
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setObjectName(objectName);
    m_slider->setAccessibleName(label);
    m_slider->setRange(0, int(std::lround((high - low) / step)));
    m_slider->setPageStep(qMax(1, m_slider->maximum() / 10));
    m_slider->setMinimumWidth(48);
    m_spin = new QDoubleSpinBox(this);
    m_spin->setObjectName(objectName + QStringLiteral("Spin"));
    m_spin->setAccessibleName(label);
    m_spin->setLocale(QLocale::c());
    m_spin->setDecimals(decimals);
    m_spin->setRange(low, high);
    m_spin->setSingleStep(step);
    m_spin->setValue(low);
    m_spin->setKeyboardTracking(false);
    m_spin->setFixedWidth(
        qMax(66, QFontMetrics(Theme::font(FontRole::Body)).horizontalAdvance(m_spin->textFromValue(high)) + 40));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    if (!label.isEmpty()) {
        auto* words = new QLabel(label, this);
        words->setProperty("dim", QStringLiteral("2"));
        words->setBuddy(m_spin);
        words->setMinimumWidth(72);
        row->addWidget(words);
    }
    row->addWidget(m_slider, 1);
    row->addWidget(m_spin);
    setFocusProxy(m_slider);

    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        const QSignalBlocker quiet(m_spin);
        m_spin->setValue(m_low + m_step * position);
        Q_EMIT valueChanged(m_spin->value());
    });
    connect(m_spin, &QDoubleSpinBox::valueChanged, this, [this](double exact) {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(int(std::lround((exact - m_low) / m_step)));
        Q_EMIT valueChanged(exact);
    });
}

double ValueSlider::value() const {
    return m_spin->value();
}

void ValueSlider::setValue(double value) {
    m_spin->setValue(value); // clamps, and tells only if it changed
}

void ValueSlider::setToolTipText(const QString& text) {
    m_slider->setToolTip(text);
    m_spin->setToolTip(text);
}

} // namespace intersect::ui

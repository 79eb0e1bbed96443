// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QDoubleSpinBox>
#include <QSlider>
#include <QWidget>

namespace intersect::ui {

/// A slider with a spin box that holds the exact value: label, slider, number. `valueChanged` comes while dragging. GUI thread only.
/// The slider's object name is `<objectName>`, the spin box `<objectName>Spin`.
class ValueSlider : public QWidget {
    Q_OBJECT
public:
    ValueSlider(const QString& label, const QString& objectName, double low, double high, double step, int decimals, QWidget* parent = nullptr);
    double value() const;
    void setValue(double value); ///< clamped; emits valueChanged if it changed
    void setToolTipText(const QString& text);
    QSlider* slider() const { return m_slider; }
    QDoubleSpinBox* spin() const { return m_spin; }

Q_SIGNALS:
    void valueChanged(double value);

private:
    double m_low, m_step;
    QSlider* m_slider;
    QDoubleSpinBox* m_spin;
};

} // namespace intersect::ui

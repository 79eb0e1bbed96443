// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

#include "ui/theme.h"

namespace intersect::ui {

/// What a text is to its reader; the colour follows the theme.
enum class Tone { Text, Text2, Text3, Accent, Warn, Err, Good };

/// The colour of a tone in the theme of now.
QColor toneColour(Tone tone);

/// A label with a role of type and a tone, both following the theme. GUI thread only.
class ThemedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ThemedLabel(const QString& text = {}, FontRole role = FontRole::Body, Tone tone = Tone::Text, QWidget* parent = nullptr);
    void setTone(Tone tone);

private:
    void restyle();
    FontRole m_role;
    Tone m_tone;
};

} // namespace intersect::ui

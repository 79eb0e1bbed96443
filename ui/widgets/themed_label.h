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

protected:
    Tone tone() const { return m_tone; }

private:
    void restyle();
    FontRole m_role;
    Tone m_tone;
};

/// A one-line label that asks for no width and ends in "…" where its text is longer; the whole text is its tool tip. GUI thread only.
class ElidedLabel : public ThemedLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(FontRole role = FontRole::Caption, Tone tone = Tone::Text3, QWidget* parent = nullptr);
    void setFullText(const QString& text);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace intersect::ui

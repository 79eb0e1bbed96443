// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/themed_label.h"

#include <QPainter>

namespace intersect::ui {

QColor toneColour(Tone tone) {
    const Palette& palette = Theme::instance().palette();
    switch (tone) {
    case Tone::Text: return palette.text;
    case Tone::Text2: return palette.text2;
    case Tone::Text3: return palette.text3;
    case Tone::Accent: return palette.accentText;
    case Tone::Warn: return palette.warn;
    case Tone::Err: return palette.err;
    case Tone::Good: return Theme::instance().verdictText(eval::Verdict::TP);
    }
    return palette.text;
}

ThemedLabel::ThemedLabel(const QString& text, FontRole role, Tone tone, QWidget* parent)
    : QLabel(text, parent), m_role(role), m_tone(tone) {
    setFont(Theme::font(role));
    restyle();
    connect(&Theme::instance(), &Theme::changed, this, [this] { restyle(); });
}

void ThemedLabel::setTone(Tone tone) {
    if (tone == m_tone)
        return;
    m_tone = tone;
    restyle();
}

void ThemedLabel::restyle() {
    setStyleSheet(QStringLiteral("color: %1; background: transparent;").arg(toneColour(m_tone).name()));
}

ElidedLabel::ElidedLabel(FontRole role, Tone tone, QWidget* parent) : ThemedLabel({}, role, tone, parent) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ElidedLabel::setFullText(const QString& text) {
    setText(text);
    setToolTip(text);
}

QSize ElidedLabel::minimumSizeHint() const {
    return {0, ThemedLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(toneColour(tone()));
    painter.drawText(contentsRect(), int(alignment()), fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width()));
}

} // namespace intersect::ui

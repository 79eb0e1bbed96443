// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/drop_veil.h"

#include <algorithm>

#include <QPainter>

#include "ui/theme.h"

namespace intersect::ui {

DropVeil::DropVeil(QWidget* page) : QWidget(page) {
    setObjectName(QStringLiteral("dropVeil"));
    setAttribute(Qt::WA_TransparentForMouseEvents); // drags go on to the page below
    hide();
}

void DropVeil::tell(const QString& sentence, const QString& detail, bool welcome) {
    m_sentence = sentence;
    m_detail = detail;
    m_welcome = welcome;
    setAccessibleName(sentence);
    setGeometry(parentWidget()->rect());
    raise();
    show();
    update();
}

void DropVeil::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = Theme::instance().palette();
    QColor ground = palette.window;
    ground.setAlphaF(0.94F);
    painter.fillRect(rect(), ground);
    const QRectF area = QRectF(rect()).adjusted(16, 16, -16, -16);
    QPen edge(m_welcome ? palette.accent : palette.line2, 2, Qt::CustomDashLine, Qt::FlatCap);
    edge.setDashPattern({5, 3});
    painter.setPen(edge);
    painter.setBrush(m_welcome ? QBrush(palette.accentSoft) : Qt::NoBrush);
    painter.setOpacity(m_welcome ? 0.7 : 1);
    painter.drawRoundedRect(area, 8, 8);
    painter.setOpacity(1);

    const QRectF words = area.adjusted(24, 0, -24, 0);
    painter.setFont(Theme::font(FontRole::PageTitle));
    painter.setPen(m_welcome ? palette.accentText : palette.text2);
    const QRectF sentence = painter.boundingRect(words, Qt::AlignCenter | Qt::TextWordWrap, m_sentence);
    painter.drawText(words.translated(0, m_detail.isEmpty() ? 0 : -14), Qt::AlignCenter | Qt::TextWordWrap, m_sentence);
    if (m_detail.isEmpty())
        return;
    painter.setFont(Theme::font(FontRole::Body));
    painter.setPen(palette.text2);
    const QRectF below(words.left(), words.center().y() + sentence.height() / 2 - 6, words.width(), 24);
    painter.drawText(below, Qt::AlignCenter,
                     QFontMetricsF(painter.font()).elidedText(m_detail, Qt::ElideMiddle, below.width()));
}

} // namespace intersect::ui

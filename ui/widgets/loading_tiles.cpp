// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/loading_tiles.h"

#include <algorithm>

#include <QPainter>

#include "ui/theme.h"

namespace intersect::ui {

LoadingTiles::LoadingTiles(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("loadingTiles"));
    m_delay.setSingleShot(true);
    m_delay.setInterval(200);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        m_visible = true;
        update();
    });
}

void LoadingTiles::setSentence(const QString& sentence) {
    m_sentence = sentence;
    setAccessibleName(sentence);
    update();
}

void LoadingTiles::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_delay.start();
}

void LoadingTiles::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_delay.stop();
    m_visible = false;
}

void LoadingTiles::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = Theme::instance().palette();
    painter.fillRect(rect(), palette.surface);
    if (!m_visible)
        return;
    painter.setFont(Theme::font(FontRole::Body));
    painter.setPen(palette.text2);
    painter.drawText(QRect(16, 12, width() - 32, 24), Qt::AlignLeft | Qt::AlignVCenter, m_sentence);
    const int columns = std::max(1, (width() - 20) / 194);
    const int tile = (width() - 32 - 12 * (columns - 1)) / columns;
    const int height = tile * 9 / 16;
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.sunken);
    for (int y = 48; y < this->height(); y += height + 30)
        for (int c = 0; c < columns; ++c)
            painter.drawRoundedRect(QRect(16 + c * (tile + 12), y, tile, height), 4, 4);
}

} // namespace intersect::ui

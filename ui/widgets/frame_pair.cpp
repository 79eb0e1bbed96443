// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frame_pair.h"

#include <algorithm>

#include <QMouseEvent>
#include <QPainter>

#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {

namespace {
constexpr int kGapPx = 8;
constexpr int kWordsPx = 18;
} // namespace

FramePair::FramePair(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void FramePair::setPair(const std::filesystem::path& val, const std::filesystem::path& train, const QString& said) {
    m_val = val;
    m_train = train;
    m_said = said;
    setToolTip(tr("val: %1\ntrain: %2").arg(qs(val.filename()), qs(train.filename())));
    setAccessibleName(tr("%1 beside %2: %3").arg(qs(val.filename()), qs(train.filename()), said));
    update();
}

QRect FramePair::side(bool train) const {
    const int half = (width() - kGapPx) / 2;
    return {train ? half + kGapPx : 0, 0, half, height() - 2 * kWordsPx};
}

void FramePair::paintEvent(QPaintEvent*) {
    if (m_val.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const Palette& palette = Theme::instance().palette();
    painter.setFont(Theme::font(FontRole::Caption));
    for (const bool train : {false, true}) {
        const std::filesystem::path& file = train ? m_train : m_val;
        const QRect room = side(train);
        painter.fillRect(room, palette.sunken);
        const QPixmap picture = file.empty() ? QPixmap() : ThumbnailProvider::instance().thumbnail(file, static_cast<int>(room.width() * devicePixelRatioF()));
        if (!picture.isNull())
            painter.drawPixmap(fitted(picture.size(), room), picture, QRectF(picture.rect()));
        if (file.empty())
            continue;
        paintUseBadge(painter, QPointF(room.right() - 3, room.top() + 4), train ? FrameUse::Train : FrameUse::Val);
        painter.setFont(Theme::font(FontRole::Caption));
        painter.setPen(palette.text2);
        const QRect words(room.left(), room.bottom() + 1, room.width(), kWordsPx);
        painter.drawText(words, int(Qt::AlignLeft | Qt::AlignVCenter), painter.fontMetrics().elidedText(qs(file.stem()), Qt::ElideMiddle, room.width()));
    }
    painter.setPen(palette.text);
    painter.drawText(QRect(0, height() - kWordsPx, width(), kWordsPx), int(Qt::AlignLeft | Qt::AlignVCenter), painter.fontMetrics().elidedText(m_said, Qt::ElideRight, width()));
}

void FramePair::mouseDoubleClickEvent(QMouseEvent* event) {
    for (const bool train : {false, true})
        if (side(train).contains(event->pos()) && !(train ? m_train : m_val).empty())
            Q_EMIT activated(std::filesystem::path(train ? m_train : m_val));
}

} // namespace intersect::ui

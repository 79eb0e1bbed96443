// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chosen_frames.h"

#include <algorithm>

#include <QPainter>
#include <QScrollBar>

#include "ui/theme.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {

namespace {
constexpr int kWantedWidthPx = 104;
constexpr int kGapPx = 8;
constexpr int kCaptionPx = 24;
constexpr double kProportions = 16.0 / 9.0;
} // namespace

ChosenFrames::ChosenFrames(QWidget* parent) : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Chosen frames"));
    viewport()->setAutoFillBackground(false);
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, viewport(), [this] { viewport()->update(); });
    connect(&Theme::instance(), &Theme::changed, viewport(), [this] { viewport()->update(); });
}

void ChosenFrames::setTiles(std::vector<Tile> tiles) {
    m_tiles = std::move(tiles);
    layOut();
    viewport()->update();
}

void ChosenFrames::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void ChosenFrames::layOut() {
    const int width = viewport()->width();
    m_columns = std::max(1, (width + kGapPx) / (kWantedWidthPx + kGapPx));
    m_tileWidth = (width - (m_columns - 1) * kGapPx) / m_columns;
    const int rowPx = static_cast<int>(m_tileWidth / kProportions) + kCaptionPx;
    const int rows = (static_cast<int>(m_tiles.size()) + m_columns - 1) / m_columns;
    verticalScrollBar()->setRange(0, std::max(0, rows * rowPx - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowPx / 2);
}

void ChosenFrames::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const Palette& palette = Theme::instance().palette();
    painter.fillRect(viewport()->rect(), palette.surface);
    painter.setFont(Theme::font(FontRole::Caption));
    const int pictureHeight = static_cast<int>(m_tileWidth / kProportions);
    const int rowPx = pictureHeight + kCaptionPx;
    const int top = verticalScrollBar()->value();
    const int firstRow = top / rowPx;
    const int lastRow = (top + viewport()->height()) / rowPx;
    for (int row = firstRow; row <= lastRow; ++row)
        for (int column = 0; column < m_columns; ++column) {
            const auto index = static_cast<std::size_t>(row * m_columns + column);
            if (index >= m_tiles.size())
                return;
            const Tile& tile = m_tiles[index];
            const QRect picture(column * (m_tileWidth + kGapPx), row * rowPx - top, m_tileWidth, pictureHeight);
            painter.fillRect(picture, palette.sunken);
            const QPixmap pixmap = ThumbnailProvider::instance().thumbnail(tile.file, static_cast<int>(m_tileWidth * devicePixelRatioF()));
            if (!pixmap.isNull()) {
                // Fill the tile; what does not fit its proportions is cut at the edges.
                QSizeF part(pixmap.width(), pixmap.width() / kProportions);
                if (part.height() > pixmap.height())
                    part = QSizeF(pixmap.height() * kProportions, pixmap.height());
                painter.drawPixmap(QRectF(picture), pixmap, QRectF((pixmap.width() - part.width()) / 2, (pixmap.height() - part.height()) / 2, part.width(), part.height()));
            }
            const QColor bar = tile.part == Part::Train ? palette.train : tile.part == Part::Val ? palette.val : palette.unused;
            painter.fillRect(QRect(picture.left(), picture.bottom() + 3, picture.width(), 3), bar);
            painter.setPen(palette.text2);
            const QString caption = tile.part == Part::Val ? tr("%1 val").arg(tile.caption) : tile.caption;
            painter.drawText(QRect(picture.left(), picture.bottom() + 7, picture.width(), 15), int(Qt::AlignLeft | Qt::AlignVCenter),
                             painter.fontMetrics().elidedText(caption, Qt::ElideRight, picture.width()));
        }
}

} // namespace intersect::ui

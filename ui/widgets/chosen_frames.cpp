// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chosen_frames.h"

#include <algorithm>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {

namespace {
constexpr int kWantedWidthPx = 104;
constexpr int kGapPx = 8;
constexpr int kCaptionPx = 24;
constexpr int kMarkPx = 18;
constexpr double kProportions = 16.0 / 9.0;
constexpr double kUnchosen = 0.5; // opacity
} // namespace

ChosenFrames::ChosenFrames(QWidget* parent) : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Chosen frames"));
    viewport()->setAutoFillBackground(false);
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, viewport(), [this] { viewport()->update(); });
    connect(&Theme::instance(), &Theme::changed, viewport(), [this] { viewport()->update(); });
}

void ChosenFrames::setTiles(std::vector<Tile> tiles) {
    const std::filesystem::path was = m_current >= 0 && m_current < static_cast<int>(m_tiles.size()) ? m_tiles[static_cast<std::size_t>(m_current)].file : std::filesystem::path();
    const int before = m_current;
    m_tiles = std::move(tiles);
    layOut();
    int now = -1;
    if (!was.empty()) {
        const auto found = std::find_if(m_tiles.begin(), m_tiles.end(), [&](const Tile& tile) { return tile.file == was; });
        // A tile taken out hands on to the one that follows it, so that S, S, S works through a row.
        now = found != m_tiles.end() ? static_cast<int>(found - m_tiles.begin()) : std::min(before, static_cast<int>(m_tiles.size()) - 1);
    }
    m_current = now;
    viewport()->update();
    Q_EMIT currentChanged(now);
}

void ChosenFrames::setCurrent(int index) {
    if (index < 0 || index >= static_cast<int>(m_tiles.size()))
        return;
    m_current = index;
    const QRect tile = tileRect(index);
    if (tile.top() < 0)
        verticalScrollBar()->setValue(verticalScrollBar()->value() + tile.top());
    else if (tile.bottom() > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + tile.bottom() - viewport()->height());
    viewport()->update();
    Q_EMIT currentChanged(index);
}

bool ChosenFrames::goTo(const std::filesystem::path& file) {
    const auto found = std::find_if(m_tiles.begin(), m_tiles.end(), [&](const Tile& tile) { return tile.file == file; });
    if (found == m_tiles.end())
        return false;
    setCurrent(static_cast<int>(found - m_tiles.begin()));
    return true;
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

QRect ChosenFrames::tileRect(int index) const {
    const int pictureHeight = static_cast<int>(m_tileWidth / kProportions);
    const int rowPx = pictureHeight + kCaptionPx;
    return {(index % m_columns) * (m_tileWidth + kGapPx), (index / m_columns) * rowPx - verticalScrollBar()->value(), m_tileWidth, rowPx};
}

int ChosenFrames::tileAt(const QPoint& at) const {
    const int rowPx = static_cast<int>(m_tileWidth / kProportions) + kCaptionPx;
    const int column = at.x() / (m_tileWidth + kGapPx);
    const int row = (at.y() + verticalScrollBar()->value()) / rowPx;
    const int index = row * m_columns + column;
    return at.x() >= 0 && column < m_columns && index < static_cast<int>(m_tiles.size()) ? index : -1;
}

void ChosenFrames::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.fillRect(viewport()->rect(), Theme::instance().palette().surface);
    painter.setFont(Theme::font(FontRole::Caption));
    const int rowPx = static_cast<int>(m_tileWidth / kProportions) + kCaptionPx;
    const int first = verticalScrollBar()->value() / rowPx * m_columns;
    const int last = ((verticalScrollBar()->value() + viewport()->height()) / rowPx + 1) * m_columns;
    for (int index = first; index < std::min(last, static_cast<int>(m_tiles.size())); ++index)
        paintTile(painter, index);
}

void ChosenFrames::paintTile(QPainter& painter, int index) const {
    const Palette& palette = Theme::instance().palette();
    const Tile& tile = m_tiles[static_cast<std::size_t>(index)];
    const QRect whole = tileRect(index);
    const QRect picture(whole.left(), whole.top(), whole.width(), whole.height() - kCaptionPx);
    painter.fillRect(picture, palette.sunken);
    const QPixmap pixmap = ThumbnailProvider::instance().thumbnail(tile.file, static_cast<int>(m_tileWidth * devicePixelRatioF()));
    if (!pixmap.isNull()) {
        // Fill the tile; what does not fit its proportions is cut at the edges.
        QSizeF part(pixmap.width(), pixmap.width() / kProportions);
        if (part.height() > pixmap.height())
            part = QSizeF(pixmap.height() * kProportions, pixmap.height());
        painter.setOpacity(tile.chosen() ? 1 : kUnchosen);
        painter.drawPixmap(QRectF(picture), pixmap, QRectF((pixmap.width() - part.width()) / 2, (pixmap.height() - part.height()) / 2, part.width(), part.height()));
        painter.setOpacity(1);
    }
    const auto mark = [&](const QString& icon, const QColor& ground) {
        const QRect place(picture.left() + 4, picture.top() + 4, kMarkPx, kMarkPx);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ground);
        painter.drawRoundedRect(place, 3, 3);
        Theme::instance().icon(icon, Qt::white).paint(&painter, place.adjusted(2, 2, -2, -2));
    };
    if (tile.pinned)
        mark(QStringLiteral("pin"), palette.accent);
    else if (tile.barred)
        mark(QStringLiteral("bar"), QColor(0x4C, 0x55, 0x61));
    const QColor bar = tile.part == Part::Train ? palette.train : tile.part == Part::Val ? palette.val : palette.unused;
    painter.fillRect(QRect(picture.left(), picture.bottom() + 3, picture.width(), 3), bar);
    painter.setPen(tile.chosen() ? palette.text2 : palette.text3);
    const QString caption = tile.part == Part::Val ? tr("%1 val").arg(tile.caption) : tile.part == Part::Dropped ? tr("%1 left out").arg(tile.caption) : tile.caption;
    painter.drawText(QRect(picture.left(), picture.bottom() + 7, picture.width(), 15), int(Qt::AlignLeft | Qt::AlignVCenter),
                     painter.fontMetrics().elidedText(caption, Qt::ElideRight, picture.width()));
    if (index == m_current) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(hasFocus() ? palette.accent : palette.line2, 2));
        painter.drawRect(QRectF(picture).adjusted(1, 1, -1, -1));
    }
}

void ChosenFrames::keyPressEvent(QKeyEvent* event) {
    const int count = static_cast<int>(m_tiles.size());
    if (count == 0 || (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) != 0) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    const int now = std::max(0, m_current);
    const auto move = [&](int to) { setCurrent(m_current < 0 ? 0 : std::clamp(to, 0, count - 1)); };
    const bool hasCurrent = m_current >= 0;
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_J: move(now + 1); return;
    case Qt::Key_Left:
    case Qt::Key_K: move(now - 1); return;
    case Qt::Key_Down: move(now + m_columns); return;
    case Qt::Key_Up: move(now - m_columns); return;
    case Qt::Key_Home: move(0); return;
    case Qt::Key_End: move(count - 1); return;
    case Qt::Key_S:
        if (hasCurrent && !m_readOnly)
            Q_EMIT toggled(std::filesystem::path(m_tiles[static_cast<std::size_t>(now)].file));
        return;
    case Qt::Key_P:
        if (hasCurrent && !m_readOnly)
            Q_EMIT pinToggled(std::filesystem::path(m_tiles[static_cast<std::size_t>(now)].file));
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (hasCurrent)
            Q_EMIT activated(std::filesystem::path(m_tiles[static_cast<std::size_t>(now)].file));
        return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void ChosenFrames::mousePressEvent(QMouseEvent* event) {
    if (const int index = tileAt(event->pos()); index >= 0)
        setCurrent(index);
}

void ChosenFrames::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const int index = tileAt(event->pos()); index >= 0 && event->button() == Qt::LeftButton)
        Q_EMIT activated(std::filesystem::path(m_tiles[static_cast<std::size_t>(index)].file));
}

void ChosenFrames::contextMenuEvent(QContextMenuEvent* event) {
    const int index = event->reason() == QContextMenuEvent::Keyboard ? m_current : tileAt(event->pos());
    if (index < 0)
        return;
    setCurrent(index);
    const Tile tile = m_tiles[static_cast<std::size_t>(index)];
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("chosenMenu"));
    if (!m_readOnly) {
        menu->addAction((tile.chosen() ? tr("Take out of the selection") : tr("Put into the selection")) + QStringLiteral("\tS"), this, [this, tile] { Q_EMIT toggled(tile.file); });
        menu->addAction((tile.pinned ? tr("Unpin") : tr("Pin: choose it in any case")) + QStringLiteral("\tP"), this, [this, tile] { Q_EMIT pinToggled(tile.file); });
        menu->addAction(tile.barred ? tr("Allow again") : tr("Bar: never choose it"), this, [this, tile] { Q_EMIT barToggled(tile.file); });
        menu->addSeparator();
    }
    menu->addAction(tr("Show on Inspect"), this, [this, tile] { Q_EMIT activated(tile.file); });
    menu->popup(event->reason() == QContextMenuEvent::Keyboard ? viewport()->mapToGlobal(tileRect(index).center()) : event->globalPos());
}

void ChosenFrames::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void ChosenFrames::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool ChosenFrames::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int index = tileAt(help->pos());
    if (index < 0) {
        QToolTip::hideText();
        return true;
    }
    const Tile& tile = m_tiles[static_cast<std::size_t>(index)];
    QString text = qs(tile.file.filename());
    if (tile.pinned)
        text += QLatin1Char('\n') + tr("pinned: chosen in any case");
    if (tile.barred)
        text += QLatin1Char('\n') + tr("barred: never chosen");
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

} // namespace intersect::ui

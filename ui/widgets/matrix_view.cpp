// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/matrix_view.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/painted_body.h"

namespace intersect::ui {

namespace {

constexpr int kTopPx = 20, kBottomPx = 34, kGapPx = 2, kTitlePx = 18;
constexpr int kNamePx = 8;                     ///< between a row's name and its cells
constexpr int kTwoLinesPx = 26, kRoomyPx = 34; ///< a cell's height for count and part, and for both in full size

/// Ground of a cell between the surface and a colour, by how much of the true class lies in it.
QColor mixed(const QColor& ground, const QColor& colour, double part) {
    const double k = !(part > 0) ? 0.04 : 0.10 + 0.45 * std::min(1.0, part);
    const auto mix = [k](int a, int b) { return static_cast<int>(a + k * (b - a)); };
    return QColor(mix(ground.red(), colour.red()), mix(ground.green(), colour.green()), mix(ground.blue(), colour.blue()));
}

} // namespace

MatrixView::MatrixView(const QString& heading, QWidget* parent) : Figure(heading, parent) {
    auto* cells = new PaintedBody(this, QStringLiteral("matrixCells"), [this](QPainter& painter) { paintBody(painter); });
    cells->setMinimumSize(160, 120);
    setBody(cells);
    cells->installEventFilter(this);
    connect(&Theme::instance(), &Theme::changed, this, [this] { body()->update(); });
}

void MatrixView::setMatrix(const eval::ConfusionMatrix& matrix, const QStringList& names) {
    m_matrix = matrix;
    m_names = names;
    m_columnSums.assign(m_matrix.counts.size(), 0);
    for (const auto& row : m_matrix.counts)
        for (std::size_t c = 0; c < row.size(); ++c)
            m_columnSums[c] += row[c];
    m_current = {std::clamp(m_current.x(), 0, std::max(0, count() - 1)), std::clamp(m_current.y(), 0, std::max(0, count() - 1))};
    if (count() > 0 && isCorner(m_current.y(), m_current.x()))
        m_current = {0, 0};
    m_hover = {-1, -1};
    const QFontMetrics metrics(Theme::font(FontRole::Caption));
    m_widestName = 0;
    for (int i = 0; i < count(); ++i)
        m_widestName = std::max(m_widestName, metrics.horizontalAdvance(nameOf(i)));
    body()->update();
    noteDataChanged();
}

void MatrixView::clear() {
    setMatrix({}, {});
}

QString MatrixView::nameOf(int index) const {
    return index + 1 == count() ? tr("background") : m_names.value(index);
}

int MatrixView::idOf(int index) const {
    return index + 1 == count() ? eval::kConfusionBackground : m_matrix.classIds[static_cast<std::size_t>(index)];
}

double MatrixView::partOfTruth(int row, int column) const {
    const auto whole = m_columnSums[static_cast<std::size_t>(column)];
    if (column + 1 == count() || whole == 0)
        return std::numeric_limits<double>::quiet_NaN(); // the background has no true boxes
    return static_cast<double>(m_matrix.counts[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)]) /
           static_cast<double>(whole);
}

QString MatrixView::dataCsv() const {
    const auto quoted = [](QString name) {
        if (name.contains(QLatin1Char(',')) || name.contains(QLatin1Char('"')) || name.contains(QLatin1Char('\n')))
            name = QLatin1Char('"') + name.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
        return name.toStdString();
    };
    std::string csv = "predicted,truth,count,part_of_truth\n";
    for (int r = 0; r < count(); ++r)
        for (int c = 0; c < count(); ++c) {
            if (isCorner(r, c))
                continue;
            const double part = partOfTruth(r, c);
            csv += quoted(nameOf(r)) + ',' + quoted(nameOf(c)) + ',' +
                   std::to_string(m_matrix.counts[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)]) + ',' +
                   (std::isnan(part) ? std::string() : formatShortest(part)) + '\n';
        }
    return qs(csv);
}

QStringList MatrixView::tableHeader() const {
    return {tr("predicted"), tr("truth"), tr("boxes"), tr("part of the true class")};
}

QString MatrixView::cellSentence(int row, int column) const {
    if (row < 0 || column < 0 || row >= count() || column >= count() || isCorner(row, column))
        return {};
    const QString number = qs(formatGrouped(m_matrix.counts[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)]));
    if (row + 1 == count())
        return tr("%1 of true %2 were missed").arg(number, nameOf(column));
    if (column + 1 == count())
        return tr("%1 boxes called %2 show nothing").arg(number, nameOf(row));
    return row == column ? tr("%1 of true %2 were found").arg(number, nameOf(column))
                         : tr("%1 of true %2 were called %3").arg(number, nameOf(column), nameOf(row));
}

QRectF MatrixView::area() const {
    const int left = kTitlePx + std::min(m_widestName, body()->width() / 5) + kNamePx;
    return QRectF(left, kTopPx, std::max(40, body()->width() - left), std::max(40, body()->height() - kTopPx - kBottomPx));
}

QRectF MatrixView::cellRect(int row, int column) const {
    const QRectF all = area();
    const double w = all.width() / std::max(1, count()), h = all.height() / std::max(1, count());
    return QRectF(all.left() + column * w, all.top() + row * h, w - kGapPx, h - kGapPx);
}

QPoint MatrixView::cellAt(QPointF pixel) const {
    const QRectF all = area();
    if (count() < 2 || !all.contains(pixel))
        return {-1, -1};
    const QPoint cell(std::min(count() - 1, static_cast<int>((pixel.x() - all.left()) / all.width() * count())),
                      std::min(count() - 1, static_cast<int>((pixel.y() - all.top()) / all.height() * count())));
    return isCorner(cell.y(), cell.x()) ? QPoint(-1, -1) : cell;
}

void MatrixView::paintCell(QPainter& painter, int row, int column) const {
    const Palette& palette = Theme::instance().palette();
    const QRectF cell = cellRect(row, column);
    const bool corner = isCorner(row, column);
    const auto number = m_matrix.counts[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
    const double part = partOfTruth(row, column);
    // Boxes of nothing have no true class: their colour is the part of all of them.
    const auto all = m_columnSums[static_cast<std::size_t>(column)];
    const double shade = std::isnan(part) && all > 0 ? static_cast<double>(number) / static_cast<double>(all) : part;
    const QColor hue =
        row == column ? palette.accent : Theme::instance().verdictText(row + 1 == count() ? eval::Verdict::FN : eval::Verdict::FP);
    painter.setPen(corner ? QPen(palette.line) : QPen(Qt::NoPen));
    painter.setBrush(corner ? QBrush(Qt::NoBrush) : QBrush(mixed(palette.surface, hue, shade)));
    painter.drawRoundedRect(cell, 2, 2);
    if (corner)
        return;
    const bool showsPart = !std::isnan(part) && cell.height() >= kTwoLinesPx;
    QFont strong = Theme::font(FontRole::NumbersStrong);
    const QString text = qs(formatGrouped(number));
    if (cell.height() < kRoomyPx)
        strong.setPixelSize(11);
    if (QFontMetrics(strong).horizontalAdvance(text) > cell.width() - 2)
        strong.setPixelSize(10);
    painter.setPen(palette.text);
    painter.setFont(strong);
    if (QFontMetrics(strong).horizontalAdvance(text) <= cell.width()) // else the tool tip and the table tell it
        painter.drawText(showsPart ? cell.adjusted(0, 0, 0, -cell.height() / 2 + 2) : cell,
                         int(Qt::AlignHCenter) | int(showsPart ? Qt::AlignBottom : Qt::AlignVCenter), text);
    if (showsPart) {
        painter.setPen(palette.text2);
        QFont caption = Theme::font(FontRole::Caption);
        if (cell.height() < kRoomyPx)
            caption.setPixelSize(9);
        painter.setFont(caption);
        painter.drawText(cell.adjusted(0, cell.height() / 2 + (cell.height() < kRoomyPx ? 0 : 2), 0, 0),
                         int(Qt::AlignHCenter | Qt::AlignTop), tr("%1 %").arg(qs(formatFixed(100 * part, 0))));
    }
}

void MatrixView::paintBody(QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = Theme::instance().palette();
    if (count() < 2)
        return;
    const QFont caption = Theme::font(FontRole::Caption);
    const QFontMetrics metrics(caption);
    const QRectF all = area();
    const double each = all.height() / count();
    for (int i = 0; i < count(); ++i) {
        painter.setFont(caption);
        painter.setPen(palette.text2);
        const QRectF rowRect = cellRect(i, 0), columnRect = cellRect(0, i);
        const int nameWidth = static_cast<int>(all.left()) - kTitlePx - kNamePx + 2;
        if (each >= metrics.height() - 2)
            painter.drawText(QRectF(kTitlePx - 2, rowRect.top(), nameWidth, rowRect.height()), int(Qt::AlignRight | Qt::AlignVCenter),
                             metrics.elidedText(nameOf(i), Qt::ElideRight, nameWidth));
        painter.drawText(QRectF(columnRect.left(), 0, columnRect.width(), kTopPx - 2), int(Qt::AlignHCenter | Qt::AlignVCenter),
                         metrics.elidedText(nameOf(i), Qt::ElideRight, static_cast<int>(columnRect.width())));
        for (int c = 0; c < count(); ++c)
            paintCell(painter, i, c);
    }
    const auto frame = [&](QPoint cell, const QColor& colour, double width) {
        painter.setPen(QPen(colour, width));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(cellRect(cell.y(), cell.x()), 2, 2);
    };
    if (m_hover.x() >= 0)
        frame(m_hover, palette.axis, 1);
    if (hasFocus() && !isTableShown())
        frame(m_current, palette.accent, 2);
    painter.setFont(caption);
    painter.setPen(palette.text2);
    painter.drawText(QRectF(all.left(), all.bottom() + 1, all.width(), 15), Qt::AlignHCenter, tr("truth"));
    painter.setPen(palette.text3);
    const QString note = tr("Per cent of the true class. Background row: missed boxes.");
    const double noteLeft = metrics.horizontalAdvance(note) > all.width() ? 0 : all.left();
    painter.drawText(QRectF(noteLeft, all.bottom() + 16, body()->width() - noteLeft, 16), int(Qt::AlignLeft | Qt::AlignVCenter),
                     metrics.elidedText(note, Qt::ElideRight, static_cast<int>(body()->width() - noteLeft)));
    painter.setPen(palette.text2);
    painter.save();
    painter.translate(8, all.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-60, -8, 120, 16), Qt::AlignCenter, tr("predicted"));
    painter.restore();
}

void MatrixView::pick(QPoint cell) {
    if (cell.x() < 0 || count() < 2 || isCorner(cell.y(), cell.x()))
        return;
    m_current = cell;
    body()->update();
    Q_EMIT cellPicked(idOf(cell.y()), idOf(cell.x()));
}

void MatrixView::keyPressEvent(QKeyEvent* event) {
    QPoint next = m_current;
    switch (event->key()) {
    case Qt::Key_Left: next.rx() -= 1; break;
    case Qt::Key_Right: next.rx() += 1; break;
    case Qt::Key_Up: next.ry() -= 1; break;
    case Qt::Key_Down: next.ry() += 1; break;
    case Qt::Key_Home: next.setX(0); break;
    case Qt::Key_End: next.setX(m_current.y() + 1 == count() ? count() - 2 : count() - 1); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space: pick(m_current); return;
    default: Figure::keyPressEvent(event); return;
    }
    if (next.x() < 0 || next.y() < 0 || next.x() >= count() || next.y() >= count() || isCorner(next.y(), next.x()))
        return;
    m_current = next;
    setAccessibleDescription(cellSentence(next.y(), next.x()));
    const QRect place = cellRect(next.y(), next.x()).toRect();
    QToolTip::showText(body()->mapToGlobal(place.bottomLeft()), cellSentence(next.y(), next.x()), body(), place);
    body()->update();
}

void MatrixView::focusInEvent(QFocusEvent* event) {
    Figure::focusInEvent(event);
    body()->update();
}

void MatrixView::focusOutEvent(QFocusEvent* event) {
    Figure::focusOutEvent(event);
    body()->update();
}

bool MatrixView::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::ToolTip: {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QPoint cell = cellAt(help->pos());
        if (cell.x() < 0)
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), tr("%1. A click shows the frames.").arg(cellSentence(cell.y(), cell.x())), body(),
                               cellRect(cell.y(), cell.x()).toRect());
        return true;
    }
    case QEvent::MouseMove: {
        const QPoint cell = cellAt(static_cast<QMouseEvent*>(event)->position());
        body()->setCursor(cell.x() >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        if (cell != m_hover) {
            m_hover = cell;
            body()->update();
        }
        break;
    }
    case QEvent::Leave:
        m_hover = {-1, -1};
        body()->update();
        break;
    case QEvent::MouseButtonPress:
        if (const auto* mouse = static_cast<QMouseEvent*>(event); mouse->button() == Qt::LeftButton) {
            setFocus(Qt::MouseFocusReason);
            pick(cellAt(mouse->position()));
            return true;
        }
        break;
    default: break;
    }
    return Figure::eventFilter(watched, event);
}

} // namespace intersect::ui

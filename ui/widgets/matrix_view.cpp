// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/matrix_view.h"

#include <algorithm>

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

constexpr int kLeftPx = 104, kTopPx = 20, kBottomPx = 36, kGapPx = 2;

/// Ground of a cell between the surface and a colour, by how much of the true class lies in it.
QColor mixed(const QColor& ground, const QColor& colour, double part) {
    const double k = part <= 0 ? 0.04 : 0.10 + 0.45 * std::min(1.0, part);
    const auto mix = [k](int a, int b) { return static_cast<int>(a + k * (b - a)); };
    return QColor(mix(ground.red(), colour.red()), mix(ground.green(), colour.green()), mix(ground.blue(), colour.blue()));
}

} // namespace

MatrixView::MatrixView(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Confusion matrix"));
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void MatrixView::setMatrix(const eval::ConfusionMatrix& matrix, const QStringList& names) {
    m_matrix = matrix;
    m_names = names;
    m_names << tr("background");
    update();
}

void MatrixView::clear() {
    m_matrix = {};
    update();
}

QRectF MatrixView::area() const {
    return QRectF(kLeftPx, kTopPx, std::max(40, width() - kLeftPx), std::max(40, height() - kTopPx - kBottomPx));
}

QRectF MatrixView::cellRect(int row, int column) const {
    const QRectF all = area();
    const auto count = static_cast<double>(m_matrix.counts.size());
    const double w = all.width() / count, h = all.height() / count;
    return QRectF(all.left() + column * w, all.top() + row * h, w - kGapPx, h - kGapPx);
}

void MatrixView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = Theme::instance().palette();
    const auto count = m_matrix.counts.size();
    if (count < 2)
        return;
    std::vector<double> columnSums(count, 0);
    for (const auto& row : m_matrix.counts)
        for (std::size_t c = 0; c < count; ++c)
            columnSums[c] += static_cast<double>(row[c]);
    const QFontMetrics captionMetrics(Theme::font(FontRole::Caption));
    for (std::size_t r = 0; r < count; ++r) {
        painter.setFont(Theme::font(FontRole::Caption));
        painter.setPen(palette.text2);
        const QString name = m_names.value(static_cast<qsizetype>(r));
        const QRectF rowRect = cellRect(static_cast<int>(r), 0);
        painter.drawText(QRectF(18, rowRect.top(), kLeftPx - 26, rowRect.height()), int(Qt::AlignRight | Qt::AlignVCenter), captionMetrics.elidedText(name, Qt::ElideRight, kLeftPx - 26));
        const QRectF columnRect = cellRect(0, static_cast<int>(r));
        painter.drawText(QRectF(columnRect.left(), 0, columnRect.width(), kTopPx - 2), int(Qt::AlignHCenter | Qt::AlignVCenter),
                         captionMetrics.elidedText(name, Qt::ElideRight, static_cast<int>(columnRect.width())));
        for (std::size_t c = 0; c < count; ++c) {
            const QRectF cell = cellRect(static_cast<int>(r), static_cast<int>(c));
            const bool corner = r + 1 == count && c + 1 == count;
            const std::int64_t number = m_matrix.counts[r][c];
            const double part = columnSums[c] > 0 ? static_cast<double>(number) / columnSums[c] : 0;
            const QColor hue = r == c ? palette.accent : r + 1 == count ? Theme::instance().verdictText(eval::Verdict::FN) : Theme::instance().verdictText(eval::Verdict::FP);
            painter.setPen(corner ? QPen(palette.line) : QPen(Qt::NoPen));
            painter.setBrush(corner ? QBrush(Qt::NoBrush) : QBrush(mixed(palette.surface, hue, part)));
            painter.drawRoundedRect(cell, 2, 2);
            if (corner)
                continue;
            const bool showsPart = c + 1 < count && cell.height() >= 34;
            painter.setPen(palette.text);
            painter.setFont(Theme::font(FontRole::NumbersStrong));
            painter.drawText(showsPart ? cell.adjusted(0, 0, 0, -cell.height() / 2 + 2) : cell, int(Qt::AlignHCenter) | int(showsPart ? Qt::AlignBottom : Qt::AlignVCenter), qs(formatGrouped(number)));
            if (!showsPart)
                continue;
            painter.setPen(palette.text2);
            painter.setFont(Theme::font(FontRole::Caption));
            painter.drawText(cell.adjusted(0, cell.height() / 2 + 2, 0, 0), int(Qt::AlignHCenter | Qt::AlignTop), tr("%1 %").arg(qs(formatFixed(100 * part, 0))));
        }
    }
    painter.setFont(Theme::font(FontRole::Caption));
    painter.setPen(palette.text2);
    const QRectF all = area();
    painter.drawText(QRectF(all.left(), all.bottom() + 2, all.width(), 15), Qt::AlignHCenter, tr("truth"));
    painter.setPen(palette.text3);
    painter.drawText(QRectF(all.left(), all.bottom() + 18, all.width(), 16), int(Qt::AlignLeft | Qt::AlignVCenter), tr("Per cent of the true class. Background row: missed boxes."));
    painter.setPen(palette.text2);
    painter.translate(8, all.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-60, -8, 120, 16), Qt::AlignCenter, tr("predicted"));
}

bool MatrixView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && m_matrix.counts.size() > 1) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int count = static_cast<int>(m_matrix.counts.size());
        for (int r = 0; r < count; ++r)
            for (int c = 0; c < count; ++c)
                if (cellRect(r, c).contains(help->pos()) && !(r + 1 == count && c + 1 == count)) {
                    const QString number = qs(formatGrouped(m_matrix.counts[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)]));
                    const QString text = r + 1 == count   ? tr("%1 of true %2 were missed").arg(number, m_names.value(c))
                                         : c + 1 == count ? tr("%1 boxes called %2 show nothing").arg(number, m_names.value(r))
                                                          : tr("%1 of true %2 were called %3").arg(number, m_names.value(c), m_names.value(r));
                    QToolTip::showText(help->globalPos(), text, this);
                    return true;
                }
        QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

} // namespace intersect::ui

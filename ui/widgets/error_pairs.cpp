// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/error_pairs.h"

#include <algorithm>

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/error_bars.h"
#include "ui/widgets/run_letter.h"

namespace intersect::ui {
namespace {

constexpr int kRowPx = 40, kBarTopPx = 17, kBarPx = 6, kBarStepPx = 11, kCountPx = 60;

} // namespace

ErrorPairs::ErrorPairs(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("errorPairs"));
    setAccessibleName(tr("Errors of A and B by type"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize ErrorPairs::sizeHint() const {
    return {280, kRowPx * static_cast<int>(errorOrder().size())};
}

void ErrorPairs::setCounts(std::optional<ErrorCounts> a, std::optional<ErrorCounts> b) {
    m_a = a;
    m_b = b;
    QStringList words;
    for (const eval::ErrorType type : errorOrder())
        if (const auto place = static_cast<std::size_t>(type); a && b)
            words << tr("%1: A %2, B %3").arg(ErrorWords::name(type), qs(formatGrouped((*a)[place])), qs(formatGrouped((*b)[place])));
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    update();
}

bool ErrorPairs::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const auto row = static_cast<std::size_t>(std::max(0, help->pos().y() / kRowPx));
        if (row < errorOrder().size())
            QToolTip::showText(help->globalPos(), ErrorWords::rule(errorOrder()[row]), this);
        return true;
    }
    return QWidget::event(event);
}

void ErrorPairs::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Palette& palette = Theme::instance().palette();
    std::int64_t most = 1;
    for (const auto& counts : {m_a, m_b})
        if (counts)
            most = std::max(most, *std::ranges::max_element(*counts));
    const double room = width() - kCountPx;
    double top = 0;
    for (const eval::ErrorType type : errorOrder()) {
        QFont strong = Theme::font(FontRole::Table);
        strong.setWeight(QFont::DemiBold);
        painter.setFont(strong);
        painter.setPen(palette.text);
        painter.drawText(QRectF(0, top, width(), 16), Qt::AlignLeft | Qt::AlignVCenter, ErrorWords::name(type));
        const double from = QFontMetricsF(strong).horizontalAdvance(ErrorWords::name(type)) + 8;
        const QFont caption = Theme::font(FontRole::Caption);
        painter.setFont(caption);
        painter.setPen(palette.text3);
        painter.drawText(QRectF(from, top, width() - from, 16), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(caption).elidedText(ErrorWords::hint(type), Qt::ElideRight, width() - from));
        double y = top + kBarTopPx;
        QFont numbers = Theme::font(FontRole::Numbers);
        numbers.setPixelSize(11);
        for (const auto& [counts, letter] : {std::pair(&m_a, QStringLiteral("A")), std::pair(&m_b, QStringLiteral("B"))}) {
            const std::int64_t count = *counts ? (**counts)[static_cast<std::size_t>(type)] : 0;
            const double length = count > 0 ? std::max(2.0, room * static_cast<double>(count) / static_cast<double>(most)) : 0;
            painter.fillRect(QRectF(0, y + 2, length, kBarPx), runLetterColour(letter));
            painter.setFont(numbers);
            painter.setPen(palette.text);
            painter.drawText(QRectF(length + 6, y - 2, kCountPx, kBarStepPx + 3), Qt::AlignLeft | Qt::AlignVCenter, *counts ? qs(formatGrouped(count)) : QStringLiteral("..."));
            y += kBarStepPx;
        }
        top += kRowPx;
    }
}

} // namespace intersect::ui

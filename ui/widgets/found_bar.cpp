// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/found_bar.h"

#include <QPainter>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

FoundBar::FoundBar(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("foundBar"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void FoundBar::setCounts(std::optional<Counts> counts) {
    m_counts = counts;
    setAccessibleName(counts ? tr("Found by both %1, only by A %2, only by B %3, by neither %4").arg(counts->both).arg(counts->onlyA).arg(counts->onlyB).arg(counts->neither) : QString());
    update();
}

void FoundBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::instance();
    const Palette& palette = theme.palette();
    const Counts counts = m_counts.value_or(Counts{});
    struct Part {
        QString word;
        std::int64_t count;
        QColor colour;
    };
    const Part parts[] = {{tr("both"), counts.both, theme.verdictText(eval::Verdict::TP)},
                          {tr("only A"), counts.onlyA, palette.runA},
                          {tr("only B"), counts.onlyB, palette.runB},
                          {tr("neither"), counts.neither, palette.unused}};
    const QRectF bar(0, 2, width(), 10);
    if (counts.all() == 0)
        painter.fillRect(bar, palette.sunken);
    double x = 0;
    for (const Part& part : parts) {
        if (part.count == 0)
            continue;
        const double length = bar.width() * static_cast<double>(part.count) / static_cast<double>(counts.all());
        painter.fillRect(QRectF(x, bar.top(), std::max(2.0, length - 2), bar.height()), part.colour);
        x += length;
    }
    painter.setFont(Theme::font(FontRole::Caption));
    const QFontMetricsF metrics(painter.font());
    x = 0;
    for (const Part& part : parts) {
        const QString words = part.word + QLatin1Char(' ') + (m_counts ? qs(formatGrouped(part.count)) : QStringLiteral("..."));
        painter.fillRect(QRectF(x, 23, 8, 8), part.colour);
        painter.setPen(palette.text2);
        painter.drawText(QRectF(x + 12, 18, 120, 18), Qt::AlignLeft | Qt::AlignVCenter, words);
        x += 12 + metrics.horizontalAdvance(words) + 16;
    }
}

} // namespace intersect::ui

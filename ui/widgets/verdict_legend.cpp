// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/verdict_legend.h"

#include <cmath>

#include <QPainter>

#include "ui/theme.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {

VerdictLegend::VerdictLegend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setAccessibleName(tr("Solid: found. Dashed: invented. Dotted: missed. Thin: truth. Hatched: ignored."));
    setToolTip(accessibleName());
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize VerdictLegend::sizeHint() const {
    const QFontMetricsF metrics(Theme::font(FontRole::Caption));
    double width = 0;
    for (const QString& word : {verdictWord(eval::Verdict::TP), verdictWord(eval::Verdict::FP),
                                verdictWord(eval::Verdict::FN), tr("truth"), verdictWord(eval::Verdict::Ignored)})
        width += 23 + metrics.horizontalAdvance(word) + 14;
    return {static_cast<int>(width) - 12, 24};
}

void VerdictLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::instance();
    painter.setFont(Theme::font(FontRole::Caption));
    const QFontMetricsF metrics(painter.font());
    double x = 0;
    const double y = height() / 2.0;
    const auto entry = [&](const QPen& pen, const QString& word, bool hatched = false) {
        if (x + 23 + metrics.horizontalAdvance(word) > width() + 1)
            return; // no room: whole entries only
        painter.setPen(pen);
        if (hatched) {
            const QRectF box(x + 0.5, std::floor(y) - 4.5, 17, 9);
            hatchBox(painter, box, pen, 5, false);
            painter.drawRect(box);
        } else {
            painter.drawLine(QPointF(x, y), QPointF(x + 18, y));
        }
        painter.setPen(theme.palette().text2);
        painter.drawText(QRectF(x + 23, 0, 60, height()), Qt::AlignLeft | Qt::AlignVCenter, word);
        x += 23 + metrics.horizontalAdvance(word) + 14;
    };
    for (const eval::Verdict verdict : {eval::Verdict::TP, eval::Verdict::FP, eval::Verdict::FN}) {
        QPen pen = verdictPen(verdict);
        pen.setColor(theme.verdictText(verdict)); // readable on the page; on the picture the lines are brighter
        entry(pen, verdictWord(verdict));
    }
    entry(QPen(theme.palette().axis, 1), tr("truth"));
    entry(QPen(theme.palette().axis, 1), verdictWord(eval::Verdict::Ignored), true);
}

} // namespace intersect::ui

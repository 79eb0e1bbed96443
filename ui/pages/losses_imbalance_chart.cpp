// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_imbalance_chart.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/painted_body.h"

namespace intersect::ui {
namespace {

constexpr int kRowPx = 38, kBarPx = 8, kShareWidth = 44, kSumWidth = 62;
constexpr double kSeenPx = 1.5; ///< what is not nothing is at least this long

QString quoted(const QString& text) {
    return text.contains(QLatin1Char(',')) ? QLatin1Char('"') + text + QLatin1Char('"') : text;
}

} // namespace

QString sumText(double sum) {
    const double size = std::abs(sum);
    if (size == 0)
        return QStringLiteral("0");
    if (size < 0.0005)
        return QString::number(sum, 'g', 2);
    if (size >= 999.5)
        return qs(formatGrouped(std::llround(sum)));
    return qs(formatFixed(sum, size < 1 ? 4 : size < 100 ? 2 : 1));
}

ImbalanceChart::ImbalanceChart(QWidget* parent) : Figure(tr("What each loss makes of it"), parent) {
    setObjectName(QStringLiteral("imbalanceChart"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setBody(new PaintedBody(this, QStringLiteral("imbalanceBars"), [this](QPainter& painter) { paintBody(painter); }));
    const auto legend = [this] {
        const Palette& c = Theme::instance().palette();
        headingRow()->setLegend(
            {{tr("positives"), c.accent, LegendEntry::Swatch::Fill}, {tr("negatives"), c.axis, LegendEntry::Swatch::Fill}});
        body()->update();
    };
    connect(&Theme::instance(), &Theme::changed, this, legend);
    legend();
}

void ImbalanceChart::setRows(std::vector<ImbalanceRow> rows) {
    m_rows = std::move(rows);
    body()->setFixedHeight(int(m_rows.size()) * kRowPx + 2);
    body()->update();
    noteDataChanged();
}

void ImbalanceChart::paintBody(QPainter& painter) {
    const Palette& c = Theme::instance().palette();
    const double width = bodySize().width();
    double longest = 0;
    for (const ImbalanceRow& row : m_rows)
        longest = std::max(longest, row.sums.positives + row.sums.negatives);
    painter.setRenderHint(QPainter::Antialiasing);
    double top = 2;
    for (const ImbalanceRow& row : m_rows) {
        if (row.chosen)
            painter.fillRect(QRectF(0, top - 1, width, kRowPx - 2), c.accentSoft);
        QFont words = Theme::font(FontRole::Table), numbers = Theme::font(row.chosen ? FontRole::NumbersStrong : FontRole::Numbers);
        numbers.setPixelSize(words.pixelSize());
        words.setWeight(row.chosen ? QFont::DemiBold : QFont::Normal);
        const double left = 4, right = width - 4;
        const QRectF line(left, top, right - left, 18);
        painter.setPen(c.text);
        painter.setFont(words);
        const double room = line.width() - kShareWidth - 2 * kSumWidth;
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, QFontMetricsF(words).elidedText(row.name, Qt::ElideRight, room));
        painter.setFont(numbers);
        painter.drawText(QRectF(right - kShareWidth - 2 * kSumWidth, top, kSumWidth, 18), Qt::AlignRight | Qt::AlignVCenter,
                         sumText(row.sums.positives));
        painter.setPen(c.text2);
        painter.drawText(QRectF(right - kShareWidth - kSumWidth, top, kSumWidth, 18), Qt::AlignRight | Qt::AlignVCenter,
                         sumText(row.sums.negatives));
        painter.setPen(c.text);
        painter.drawText(QRectF(right - kShareWidth, top, kShareWidth, 18), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(std::lround(row.sums.positiveShare() * 100)) + QStringLiteral(" %"));
        const double scale = longest > 0 ? (right - left) / longest : 0;
        const auto lengthOf = [&](double sum) { return sum > 0 ? std::max(kSeenPx, sum * scale) : 0.0; };
        const double positives = lengthOf(row.sums.positives), negatives = lengthOf(row.sums.negatives);
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.sunken);
        painter.drawRect(QRectF(left, top + 20, right - left, kBarPx));
        painter.setBrush(c.axis);
        painter.drawRect(QRectF(std::min(left + positives, right - negatives), top + 20, negatives, kBarPx));
        painter.setBrush(c.accent);
        painter.drawRect(QRectF(left, top + 20, positives, kBarPx));
        top += kRowPx;
    }
}

QStringList ImbalanceChart::tableHeader() const {
    return {tr("loss"), tr("positives"), tr("negatives"), tr("positive share"), tr("negatives kept")};
}

QString ImbalanceChart::dataCsv() const {
    QString csv = QStringLiteral("loss,positives,negatives,positive_share,kept_negatives\n");
    for (const ImbalanceRow& row : m_rows) {
        csv += quoted(row.name);
        for (const double value : {row.sums.positives, row.sums.negatives, row.sums.positiveShare(), row.sums.keptNegatives})
            csv += QLatin1Char(',') + qs(formatShortest(value));
        csv += QLatin1Char('\n');
    }
    return csv;
}

} // namespace intersect::ui

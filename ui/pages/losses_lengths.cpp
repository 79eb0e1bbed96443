// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_lengths.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/numbers.h"
#include "core/loss/information.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/painted_body.h"

namespace intersect::ui {
namespace {

constexpr double kRowPx = 30, kBarPx = 14, kLabelPx = 68, kValuePx = 62, kPairGapPx = 12;

/// A measure of a row: entropy, then what KL adds to it.
struct LengthRow {
    QString name;
    double entropy = 0, divergence = 0;
    bool isPart = false; ///< one of the two parts; the sums are strong
};

std::vector<LengthRow> rowsOf(const InformationLengths& lengths) {
    return {{QStringLiteral("H(p)"), lengths.entropyP, 0, true},  {QStringLiteral("KL(p‖q)"), 0, lengths.klPq, true},
            {QStringLiteral("H(p, q)"), lengths.entropyP, lengths.klPq, false},
            {QStringLiteral("H(q)"), lengths.entropyQ, 0, true},  {QStringLiteral("KL(q‖p)"), 0, lengths.klQp, true},
            {QStringLiteral("H(q, p)"), lengths.entropyQ, lengths.klQp, false}};
}

} // namespace

QString informationText(double nats, bool inBits) {
    if (std::isinf(nats))
        return QStringLiteral("∞");
    return qs(formatFixed(inBits ? nats / std::numbers::ln2 : nats, 3));
}

InformationLengths InformationLengths::of(const std::vector<double>& p, const std::vector<double>& q) {
    return {loss::entropy(p),
            loss::entropy(q),
            loss::crossEntropy(p, q),
            loss::crossEntropy(q, p),
            loss::kullbackLeibler(p, q),
            loss::kullbackLeibler(q, p),
            loss::jensenShannon(p, q)};
}

LengthsFigure::LengthsFigure(QWidget* parent) : Figure(tr("Cross-entropy is entropy and KL end to end"), parent) {
    setObjectName(QStringLiteral("lengthsFigure"));
    setBody(new PaintedBody(this, QStringLiteral("lengthsBody"), [this](QPainter& painter) { paintBody(painter); }));
    setMinimumHeight(int(6 * kRowPx + kPairGapPx) + 44);
    const auto legend = [this] {
        const Palette& c = Theme::instance().palette();
        headingRow()->setLegend(
            {{tr("entropy"), c.runA, LegendEntry::Swatch::Fill}, {tr("KL divergence"), c.val, LegendEntry::Swatch::Fill}});
        body()->update();
    };
    connect(&Theme::instance(), &Theme::changed, this, legend);
    legend();
}

void LengthsFigure::setLengths(const InformationLengths& lengths, bool inBits) {
    m_lengths = lengths;
    m_inBits = inBits;
    body()->update();
    noteDataChanged();
}

void LengthsFigure::paintBody(QPainter& painter) {
    const Palette& c = Theme::instance().palette();
    const std::vector<LengthRow> rows = rowsOf(m_lengths);
    const double left = kLabelPx, room = std::max(40.0, bodySize().width() - kLabelPx - kValuePx);
    double longest = 0.1;
    for (const LengthRow& row : rows)
        if (const double whole = row.entropy + row.divergence; std::isfinite(whole))
            longest = std::max(longest, whole);
    const double scale = room / longest;
    painter.setRenderHint(QPainter::Antialiasing);
    double top = 4;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const LengthRow& row = rows[i];
        if (i == 3) {
            painter.setPen(QPen(c.line, 1));
            painter.drawLine(QPointF(0, top + kPairGapPx / 2 - 3), QPointF(left + room + kValuePx, top + kPairGapPx / 2 - 3));
            top += kPairGapPx;
        }
        QFont words = Theme::font(FontRole::Table);
        words.setWeight(row.isPart ? QFont::Normal : QFont::DemiBold);
        painter.setFont(words);
        painter.setPen(c.text);
        painter.drawText(QRectF(0, top, kLabelPx - 8, kBarPx + 4), Qt::AlignLeft | Qt::AlignVCenter, row.name);
        // KL alone stands where it joins the entropy above it, so that the eye adds the two.
        const double start = left + (row.isPart && row.divergence != 0 ? (i == 1 ? m_lengths.entropyP : m_lengths.entropyQ) * scale : 0);
        const QRectF entropy(left, top + 2, row.entropy * scale, kBarPx);
        const double klLeft = row.isPart ? start : entropy.right();
        const double klWidth = std::isinf(row.divergence) ? left + room - klLeft : row.divergence * scale;
        const QRectF divergence(klLeft, top + 2, std::max(0.0, klWidth), kBarPx);
        painter.setPen(Qt::NoPen);
        if (row.entropy > 0) {
            painter.setBrush(c.runA);
            painter.drawRect(entropy);
        }
        if (row.divergence > 0) {
            painter.setBrush(std::isinf(row.divergence) ? QBrush(c.val, Qt::BDiagPattern) : QBrush(c.val));
            painter.drawRect(divergence);
        }
        const double end = row.divergence > 0 ? divergence.right() : row.isPart && i % 3 == 1 ? start : entropy.right();
        painter.setFont(Theme::font(row.isPart ? FontRole::Numbers : FontRole::NumbersStrong));
        painter.setPen(c.text);
        painter.drawText(QRectF(std::min(end, left + room) + 6, top, kValuePx, kBarPx + 4), Qt::AlignLeft | Qt::AlignVCenter,
                         informationText(row.entropy + row.divergence, m_inBits));
        top += kRowPx;
    }
}

QStringList LengthsFigure::tableHeader() const {
    return {tr("measure"), m_inBits ? tr("bits") : tr("nats")};
}

QString LengthsFigure::dataCsv() const {
    QString csv = m_inBits ? QStringLiteral("measure,bits\n") : QStringLiteral("measure,nats\n");
    const auto add = [&](const QString& name, double nats) {
        csv += QLatin1Char('"') + name + QStringLiteral("\",") +
               (std::isinf(nats) ? QStringLiteral("inf") : qs(formatShortest(m_inBits ? nats / std::numbers::ln2 : nats))) +
               QLatin1Char('\n');
    };
    for (const LengthRow& row : rowsOf(m_lengths))
        add(row.name, row.entropy + row.divergence);
    add(tr("Jensen-Shannon"), m_lengths.jensenShannon);
    return csv;
}

} // namespace intersect::ui

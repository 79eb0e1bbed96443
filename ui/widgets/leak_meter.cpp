// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/leak_meter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QPainter>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

struct Tick {
    double seconds;
    const char* text;
};
constexpr std::array<Tick, 19> kTicks{{{1, "1 s"}, {3, "3 s"}, {10, "10 s"}, {30, "30 s"}, {60, "1 min"}, {180, "3 min"}, {360, "6"}, {900, "15"}, {1800, "30"},
    {3600, "1 h"}, {7200, "2 h"}, {14400, "4 h"}, {43200, "12 h"}, {86400, "1 day"}, {259200, "3 days"}, {604800, "week"}, {2592000, "month"}, {31536000, "year"}, {315360000, "10 y"}}};
constexpr double kDotPx = 6.0;
constexpr int kAxisPx = 34;

QString tr(const char* text) { return QCoreApplication::translate("LeakMeter", text); }

QString minutesText(double seconds) {
    return seconds < 60 ? tr("%1 s").arg(qs(formatFixed(seconds, 0))) : tr("%1 min").arg(qs(formatFixed(seconds / 60, 0)));
}

} // namespace

QString leakSentence(const select::LeakMeter& leak) {
    const bool timesKnown = std::any_of(leak.gapSeconds.begin(), leak.gapSeconds.end(), [](const auto& gap) { return gap.has_value(); });
    if (!timesKnown) {
        if (leak.medianGapFrames)
            return tr("The file names tell no times. Half of the val frames have a train frame of the same camera within %1 frames in name order.").arg(qs(formatFixed(*leak.medianGapFrames, 0)));
        return tr("No val frame shares its camera with a train frame, so nothing can leak in time.");
    }
    if (leak.within == 0)
        return tr("No val frame has a train frame of the same camera within %1. The validation score is not lifted by near twins.").arg(minutesText(leak.leakWithinSeconds));
    return tr("<b>%1 of %2 val frames</b> have a train frame of the same camera within %3. They show almost the same cars, so the validation score may be too high.")
        .arg(qs(formatGrouped(leak.within)), qs(formatGrouped(leak.valFrames)), minutesText(leak.leakWithinSeconds));
}

LeakMeterView::LeakMeterView(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void LeakMeterView::setLeak(const select::LeakMeter& leak) {
    m_leak = leak;
    m_shown = true;
    setAccessibleDescription(leakSentence(leak));
    update();
}

void LeakMeterView::clear() {
    m_shown = false;
    update();
}

void LeakMeterView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = Theme::instance().palette();
    const QRectF plot(6, 4, width() - 12, height() - kAxisPx - 4);
    painter.setFont(Theme::font(FontRole::Caption));

    std::vector<double> gaps;
    for (const auto& gap : m_leak.gapSeconds)
        if (gap)
            gaps.push_back(std::max(1.0, *gap));
    painter.setPen(palette.axis);
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
    painter.setPen(palette.text3);
    painter.drawText(QRectF(0, height() - 16, width(), 16), Qt::AlignHCenter | Qt::AlignVCenter, tr("time to the nearest train frame of the same camera"));
    if (!m_shown || gaps.empty()) {
        painter.drawText(plot, Qt::AlignCenter, m_shown ? tr("no times in the file names") : tr("appears when frames are chosen"));
        return;
    }

    const double threshold = std::max(1.0, m_leak.leakWithinSeconds);
    const auto [least, most] = std::minmax_element(gaps.begin(), gaps.end());
    const double low = std::log(std::min(*least, threshold) / 1.6);
    const double high = std::log(std::max(*most, threshold) * 1.6);
    const auto xOf = [&](double seconds) { return plot.left() + (std::log(seconds) - low) / (high - low) * plot.width(); };

    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.warnSoft);
    painter.drawRect(QRectF(plot.left(), plot.top(), xOf(threshold) - plot.left(), plot.height()));
    double freeFrom = 0;
    for (const Tick& tick : kTicks) {
        const double x = xOf(tick.seconds);
        if (x < plot.left() || x > plot.right())
            continue;
        painter.setPen(palette.axis);
        painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4));
        const QString text = tr(tick.text);
        const double half = painter.fontMetrics().horizontalAdvance(text) / 2.0;
        if (x - half < freeFrom || x + half > width())
            continue;
        painter.setPen(palette.text2);
        painter.drawText(QRectF(x - half - 2, plot.bottom() + 4, 2 * half + 4, 14), Qt::AlignCenter, text);
        freeFrom = x + half + 6;
    }

    // Dots stack in columns one dot wide; a column too high is drawn closer, so that it still ends inside the plot.
    const double columnPx = kDotPx + 1;
    std::vector<int> heights(static_cast<std::size_t>(plot.width() / columnPx) + 2, 0);
    for (const double gap : gaps)
        ++heights[static_cast<std::size_t>(std::clamp((xOf(gap) - plot.left()) / columnPx, 0.0, static_cast<double>(heights.size() - 1)))];
    const int tallest = *std::max_element(heights.begin(), heights.end());
    const double stepPx = std::min(kDotPx + 1, (plot.height() - kDotPx - 2) / std::max(1, tallest));
    std::vector<int> stacked(heights.size(), 0);
    std::sort(gaps.begin(), gaps.end());
    painter.setPen(Qt::NoPen);
    for (const double gap : gaps) {
        const auto column = static_cast<std::size_t>(std::clamp((xOf(gap) - plot.left()) / columnPx, 0.0, static_cast<double>(heights.size() - 1)));
        const double y = plot.bottom() - 2 - kDotPx / 2 - stepPx * stacked[column]++;
        painter.setBrush(gap <= threshold ? palette.warn : palette.val);
        painter.drawEllipse(QPointF(plot.left() + (static_cast<double>(column) + 0.5) * columnPx, y), kDotPx / 2, kDotPx / 2);
    }
    painter.setPen(QPen(palette.warn, 1.6));
    painter.drawLine(QPointF(xOf(threshold), plot.top()), QPointF(xOf(threshold), plot.bottom()));
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chart_scale.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

double roundStep(double span, int parts) {
    const double raw = span / std::max(1, parts);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0})
        if (raw <= factor * power * 1.0000001)
            return factor * power;
    return 10 * power;
}

} // namespace

std::vector<double> roundTicks(double low, double high, int wanted, int decimals) {
    std::vector<double> ticks;
    if (!(high > low) || !std::isfinite(high - low))
        return ticks;
    const double finest = std::pow(10.0, -decimals);
    double step = roundStep(high - low, wanted > 1 ? wanted - 1 : 5);
    if (step < finest)
        step = finest;
    else if (const double steps = step / finest; std::abs(steps - std::round(steps)) > 1e-6)
        step *= 2; // 2.5 of the finest becomes 5
    for (double i = std::ceil(low / step - 1e-6); i * step <= high + step * 1e-6; ++i)
        ticks.push_back(i == 0 ? 0.0 : i * step);
    return ticks;
}

std::vector<double> powerTicks(double low, double high) {
    std::vector<double> ticks;
    const int first = int(std::ceil(std::log10(low) - 1e-9)), last = int(std::floor(std::log10(high) + 1e-9));
    const int stride = std::max(1, (last - first + 5) / 6);
    for (int power = first; power <= last; power += stride)
        ticks.push_back(std::pow(10.0, power));
    return ticks;
}

void roundRange(double& low, double& high) {
    if (!(high > low)) {
        const double half = low == 0 ? 0.5 : std::abs(low) * 0.1;
        low -= half;
        high += half;
    }
    const double step = roundStep(high - low, 5);
    low = std::floor(low / step + 1e-6) * step;
    high = std::ceil(high / step - 1e-6) * step;
}

QString tickText(double value, int decimals) {
    if (decimals <= 0)
        return qs(formatGrouped(std::llround(value)));
    // The design writes 0 and 1 without decimals where the axis is a fraction with one decimal.
    if (decimals == 1 && (std::abs(value) < 1e-9 || std::abs(value - 1) < 1e-9))
        return QString::number(int(std::lround(value)));
    return qs(formatFixed(std::abs(value) < 1e-12 ? 0.0 : value, decimals));
}

QString powerText(double power) {
    const int decimals = int(std::lround(-std::log10(power)));
    return decimals > 0 ? qs(formatFixed(power, decimals)) : tickText(power, 0);
}

QFont tickFont() {
    QFont font = Theme::font(FontRole::Numbers);
    font.setPixelSize(11); // Qt has whole pixels only; the design's 10.5 rounds up
    return font;
}

void paintAxes(QPainter& painter, const QRectF& plot, const std::vector<AxisTick>& x, const std::vector<AxisTick>& y,
               const QString& xTitle, const QString& yTitle, bool verticalGrid) {
    const Palette& c = Theme::instance().palette();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int left = int(plot.left()), right = int(plot.right()), top = int(plot.top()), bottom = int(plot.bottom());
    painter.setPen(QPen(c.grid, 1));
    for (const AxisTick& tick : y)
        if (std::abs(tick.at - bottom) > 1)
            painter.drawLine(left, int(std::lround(tick.at)), right, int(std::lround(tick.at)));
    if (verticalGrid)
        for (const AxisTick& tick : x)
            painter.drawLine(int(std::lround(tick.at)), top, int(std::lround(tick.at)), bottom);
    painter.setPen(QPen(c.axis, 1));
    painter.drawLine(left, bottom, right, bottom);
    for (const AxisTick& tick : x)
        if (verticalGrid)
            painter.drawLine(int(std::lround(tick.at)), bottom, int(std::lround(tick.at)), bottom + 4);

    const QFont plain = tickFont();
    QFont strong = plain;
    strong.setWeight(QFont::DemiBold);
    painter.setPen(c.text2);
    painter.setFont(plain);
    for (const AxisTick& tick : y)
        painter.drawText(QRectF(0, tick.at - 9, plot.left() - 8, 18), Qt::AlignRight | Qt::AlignVCenter, tick.text);
    for (const AxisTick& tick : x) {
        painter.setFont(tick.strong ? strong : plain);
        painter.setPen(tick.strong ? c.text : c.text2);
        const double width = QFontMetricsF(painter.font()).horizontalAdvance(tick.text);
        painter.drawText(QRectF(tick.at - width / 2 - 2, plot.bottom() + 5, width + 4, 16), Qt::AlignCenter, tick.text);
    }
    painter.setFont(Theme::font(FontRole::ChartText));
    painter.setPen(c.text2);
    if (!xTitle.isEmpty())
        painter.drawText(QRectF(plot.left() - 40, plot.bottom() + 21, plot.width() + 80, 16), Qt::AlignCenter, xTitle);
    if (!yTitle.isEmpty()) {
        painter.translate(7, plot.center().y());
        painter.rotate(-90);
        painter.drawText(QRectF(-plot.height() / 2 - 20, -8, plot.height() + 40, 16), Qt::AlignCenter, yTitle);
    }
    painter.restore();
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/heat_painting.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <QCoreApplication>
#include <QFontMetricsF>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {
namespace {

struct Step {
    int red, green, blue;
};
// Lightness rises evenly (CIELAB L 19, 36, 53, 73, 93), in normal sight and with every kind of colour blindness.
constexpr std::array<Step, 5> kRamp = {
    {{0x3B, 0x1A, 0x66}, {0x8C, 0x2C, 0x7A}, {0xD8, 0x4E, 0x5C}, {0xF7, 0x9F, 0x5A}, {0xFB, 0xED, 0xA6}}};
constexpr double kLeastCover = 0.55, kMostCover = 0.75; ///< the picture stays visible

QFont pixels(FontRole role, double size, double scale) {
    QFont font = Theme::font(role);
    font.setPixelSize(std::max(8, static_cast<int>(std::lround(size * scale))));
    return font;
}

} // namespace

QColor heatColour(int index, int count) {
    const std::size_t step =
        count <= 1
            ? kRamp.size() / 2
            : static_cast<std::size_t>(std::lround(static_cast<double>(index) * (kRamp.size() - 1) / (count - 1)));
    const Step& colour = kRamp[std::min(step, kRamp.size() - 1)];
    const double part = count <= 1 ? 0.5 : static_cast<double>(index) / (count - 1);
    QColor covered(colour.red, colour.green, colour.blue);
    covered.setAlphaF(static_cast<float>(kLeastCover + (kMostCover - kLeastCover) * part));
    return covered;
}

QImage heatImage(const MissedHeat& heat) {
    if (heat.most == 0)
        return {};
    // The colour of every count, so that a cell is one look-up.
    std::vector<QRgb> colours(static_cast<std::size_t>(heat.most) + 1, 0);
    const std::vector<std::pair<int, int>> bands = heatBands(heat.most);
    for (std::size_t i = 0; i < bands.size(); ++i)
        for (int n = bands[i].first; n <= bands[i].second; ++n)
            colours[static_cast<std::size_t>(n)] =
                qPremultiply(heatColour(static_cast<int>(i), static_cast<int>(bands.size())).rgba());
    QImage image(heat.cells.width, heat.cells.height, QImage::Format_ARGB32_Premultiplied);
    for (int y = 0; y < heat.cells.height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < heat.cells.width; ++x)
            line[x] = colours[static_cast<std::size_t>(heat.at(x, y))];
    }
    return image;
}

void paintHeatLegend(QPainter& painter, const QRectF& room, const ShownHeat& heat, double scale) {
    const Palette& palette = Theme::instance().palette();
    const QFont strong = pixels(FontRole::SectionHeading, 12, scale), small = pixels(FontRole::Caption, 11, scale);
    const QFontMetricsF wide(strong), narrow(small);
    const std::vector<std::pair<int, int>> bands = heatBands(heat.most);
    const QString unit = bands.empty()
                             ? QCoreApplication::translate("Heat", "Nothing is missed at these thresholds.")
                             : QCoreApplication::translate("Heat", "missed objects per pixel, all frames together");
    QStringList words;
    double length = 0;
    for (const auto& [from, to] : bands) {
        words << (from == to ? qs(formatGrouped(from))
                             : QStringLiteral("%1–%2").arg(qs(formatGrouped(from)), qs(formatGrouped(to))));
        length = std::max(length, narrow.horizontalAdvance(words.back()));
    }
    const double pad = 10 * scale, swatch = std::max(34 * scale, length + 8 * scale);
    const double width = std::max({wide.horizontalAdvance(heat.caption), narrow.horizontalAdvance(unit),
                                   swatch * static_cast<double>(bands.size())}) +
                         2 * pad;
    const double height = (bands.empty() ? 44 : 76) * scale;
    const QRectF panel(room.left() + 12 * scale, room.bottom() - 12 * scale - height,
                       std::min(width, room.width() - 24 * scale), height);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette.line2, scale));
    painter.setBrush(palette.surface);
    painter.drawRoundedRect(panel.translated(0.5, 0.5), 4 * scale, 4 * scale);
    painter.setClipRect(panel, Qt::IntersectClip);
    const double left = panel.left() + pad, inside = panel.width() - 2 * pad;
    painter.setFont(strong);
    painter.setPen(palette.text);
    painter.drawText(QRectF(left, panel.top() + 5 * scale, inside, 18 * scale), Qt::AlignLeft | Qt::AlignVCenter,
                     wide.elidedText(heat.caption, Qt::ElideRight, inside));
    double y = panel.top() + 24 * scale;
    for (std::size_t i = 0; i < bands.size(); ++i) {
        const double x = left + swatch * static_cast<double>(i);
        QColor solid = heatColour(static_cast<int>(i), static_cast<int>(bands.size()));
        solid.setAlpha(255);
        painter.setPen(QPen(palette.line2, scale));
        painter.setBrush(solid);
        painter.drawRect(QRectF(x + 0.5, y + 0.5, swatch, 10 * scale));
        painter.setFont(small);
        painter.setPen(palette.text);
        painter.drawText(QRectF(x, y + 12 * scale, swatch, 15 * scale), Qt::AlignCenter, words[static_cast<int>(i)]);
    }
    if (!bands.empty())
        y += 29 * scale;
    painter.setFont(small);
    painter.setPen(palette.text2);
    painter.drawText(QRectF(left, y, inside, 16 * scale), Qt::AlignLeft | Qt::AlignVCenter, unit);
    painter.restore();
}

} // namespace intersect::ui

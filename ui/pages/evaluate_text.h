// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>

#include <QString>

#include "core/base/numbers.h"
#include "core/eval/bootstrap.h"
#include "ui/models/cell_table.h"
#include "ui/text.h"

// How the panels of Evaluate write numbers and cells.
namespace intersect::ui {

/// A figure that does not exist is a dash.
inline QString decimals(double value, int places) {
    return std::isfinite(value) ? qs(formatFixed(value, places)) : QStringLiteral("–");
}
inline QString three(double value) {
    return decimals(value, 3);
}
inline QString two(double value) {
    return decimals(value, 2);
}
/// With its sign, as differences are written.
inline QString signedThree(double value) {
    return (std::isfinite(value) && value >= 0 ? QStringLiteral("+") : QString()) + three(value);
}
inline QString counted(std::int64_t value) {
    return qs(formatGrouped(value));
}
/// "0.612–0.701".
inline QString rangeText(const eval::Interval& interval) {
    return std::isfinite(interval.low) && std::isfinite(interval.high) ? three(interval.low) + QStringLiteral("–") + three(interval.high)
                                                                       : QStringLiteral("–");
}
/// "A", "B", "C".
inline QString runLetter(std::size_t index) {
    return QString(QChar(static_cast<char16_t>(u'A' + index)));
}

inline Cell wordCell(const QString& text, Tone tone = Tone::Text) {
    Cell cell;
    cell.text = text;
    cell.tone = tone;
    return cell;
}
/// A number as the column shows it, sorted and saved by its value.
inline Cell numberCell(double value, const QString& text, Tone tone = Tone::Text) {
    Cell cell = wordCell(text, tone);
    cell.order = value;
    return cell;
}
inline Cell countCell(std::int64_t value) {
    return numberCell(static_cast<double>(value), counted(value));
}

} // namespace intersect::ui

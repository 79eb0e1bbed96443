// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace intersect::ui {

/// A text as a field of CSV: quoted where it holds a comma, a quote or a line's end (RFC 4180).
inline QString csvField(QString text) {
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n')))
        return text;
    text.replace(QStringLiteral("\""), QStringLiteral("\"\""));
    return QStringLiteral("\"") + text + QStringLiteral("\"");
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QString>

namespace intersect::tests {

/// A camera folder of `count` grey frames (96x64, ground 120 124 128) taken every three minutes from 07:00:00 on, each labelled with one
/// car (class 2) and one truck (class 7), so that times and counts can be told by heart: `<camera>-2021_03_20_070300.jpg`.
inline void writeTimedFrames(const QString& root, const QString& pool, const QString& camera, int count) {
    const QString folder = root + QLatin1Char('/') + pool + QLatin1Char('/') + camera;
    QDir().mkpath(folder);
    QImage image(96, 64, QImage::Format_RGB888);
    image.fill(QColor(120, 124, 128));
    for (int i = 0; i < count; ++i) {
        const QString time = QStringLiteral("%1%2").arg(7 + i / 20, 2, 10, QLatin1Char('0')).arg(3 * (i % 20), 2, 10, QLatin1Char('0'));
        const QString stem = folder + QLatin1Char('/') + camera + QStringLiteral("-2021_03_20_") + time + QStringLiteral("00");
        image.save(stem + QStringLiteral(".jpg"), "JPG", 90);
        QFile label(stem + QStringLiteral(".txt"));
        if (label.open(QIODevice::WriteOnly))
            label.write("2 0.3 0.3 0.2 0.2\n7 0.6 0.7 0.3 0.3\n");
    }
}

} // namespace intersect::tests

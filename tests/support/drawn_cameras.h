// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QString>

namespace intersect::tests {

/// Draws a camera folder: `count` frames of 96x64 with two vehicles each (classes 2 and 7) and their YOLO labels, one frame every three
/// minutes by their names (`<camera>-2021_03_20_HHMMSS.jpg`). `pictures` false writes the same small picture for all, which is quicker.
inline void drawCamera(const QString& root, const QString& pool, const QString& camera, int count, bool pictures = true) {
    const QString folder = root + QLatin1Char('/') + pool + QLatin1Char('/') + camera;
    QDir().mkpath(folder);
    QByteArray plain;
    for (int i = 0; i < count; ++i) {
        const int minute = 7 * 60 + 3 * i;
        const QString time = QStringLiteral("%1%2").arg(minute / 60, 2, 10, QLatin1Char('0')).arg(minute % 60, 2, 10, QLatin1Char('0'));
        const QString stem = folder + QLatin1Char('/') + camera + QStringLiteral("-2021_03_20_") + time + QStringLiteral("00");
        const double carX = 0.2 + 0.6 * ((i * 7) % 10) / 10.0, truckX = 0.2 + 0.6 * ((i * 3 + 4) % 10) / 10.0;
        QImage image(96, 64, QImage::Format_RGB888);
        if (pictures || plain.isEmpty()) {
            image.fill(QColor(120, 124, 128));
            QPainter painter(&image);
            painter.fillRect(QRectF(96 * (carX - 0.1), 64 * 0.2, 96 * 0.2, 64 * 0.2), QColor(200, 30, 30));
            painter.fillRect(QRectF(96 * (truckX - 0.15), 64 * 0.6, 96 * 0.3, 64 * 0.3), QColor(30, 60, 200));
        }
        if (pictures) {
            image.save(stem + QStringLiteral(".jpg"), "JPG", 95);
        } else {
            if (plain.isEmpty()) {
                image.save(stem + QStringLiteral(".jpg"), "JPG", 80);
                QFile first(stem + QStringLiteral(".jpg"));
                if (first.open(QIODevice::ReadOnly))
                    plain = first.readAll();
            }
            QFile file(stem + QStringLiteral(".jpg"));
            if (file.open(QIODevice::WriteOnly))
                file.write(plain);
        }
        QFile label(stem + QStringLiteral(".txt"));
        if (label.open(QIODevice::WriteOnly))
            label.write(QStringLiteral("2 %1 0.3 0.2 0.2\n7 %2 0.75 0.3 0.3\n").arg(carX).arg(truckX).toUtf8());
    }
}

} // namespace intersect::tests

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings.h"

#include <QDir>
#include <QStandardPaths>

namespace intersect::ui {

QSettings& settings() {
    static const QString folder = [] {
        const QString named = qEnvironmentVariable("INTERSECT_SETTINGS_DIR");
        return named.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                                     QStringLiteral("/intersect")
                               : named;
    }();
    static QSettings stored(QDir(folder).filePath(QStringLiteral("window.ini")), QSettings::IniFormat);
    return stored;
}

} // namespace intersect::ui

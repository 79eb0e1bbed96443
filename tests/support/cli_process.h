// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

namespace intersect::tests {

/// What one run of intersect-cli left behind; code -1: it crashed or did not end.
struct Answer {
    int code = -1;
    QByteArray out, err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

/// The built intersect-cli.
inline const QString kCli = QStringLiteral(INTERSECT_BINARY_DIR "/bin/intersect-cli");

/// Runs it with nothing on standard input and waits up to five minutes.
inline Answer cli(const QStringList& arguments) {
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(kCli, arguments);
    if (!process.waitForFinished(300'000))
        return {};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace intersect::tests

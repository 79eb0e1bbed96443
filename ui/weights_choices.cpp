// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/weights_choices.h"

#include <QCoreApplication>
#include <QDir>

#include "ui/session.h"
#include "ui/settings.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

constexpr int kRecentKept = 6;
const QString kKey = QStringLiteral("inspect/weights");

} // namespace

QFileInfoList shippedWeights() {
    QDir folder(QCoreApplication::applicationDirPath());
    QStringList places{folder.filePath(QStringLiteral("../share/intersect/weights"))};
    for (int up = 0; up < 5 && folder.cdUp(); ++up)
        places << folder.filePath(QStringLiteral("resources/weights"));
    for (const QString& place : places)
        if (const QFileInfoList files = QDir(place).entryInfoList(
                {QStringLiteral("*.safetensors"), QStringLiteral("*.pt")}, QDir::Files, QDir::Name);
            !files.isEmpty())
            return files;
    return {};
}

bool isWeightsName(const QString& file) {
    for (const QString& ending : {QStringLiteral(".pt"), QStringLiteral(".pth"), QStringLiteral(".safetensors")})
        if (file.endsWith(ending, Qt::CaseInsensitive))
            return true;
    return false;
}

QString weightsFilter() {
    return QCoreApplication::translate("WeightsChoices", "Weights (*.pt *.pth *.safetensors)");
}

QStringList recentWeights() {
    QStringList there;
    for (const QString& file : settings().value(kKey).toStringList())
        if (QFileInfo::exists(file))
            there << file;
    return there;
}

void rememberWeights(const QString& file) {
    QStringList recent = recentWeights();
    recent.removeAll(file);
    recent.prepend(file);
    settings().setValue(kKey, QStringList(recent.mid(0, kRecentKept)));
}

void forgetWeights(const QString& file) {
    QStringList recent = recentWeights();
    recent.removeAll(file);
    settings().setValue(kKey, recent);
}

QStringList knownWeights(const Session& session) {
    QStringList files = recentWeights();
    if (session.workspace())
        for (const QString& run : session.runNames())
            if (const QString best = qs(session.runPaths(run).best()); QFileInfo::exists(best))
                files.append(best);
    for (const QFileInfo& file : shippedWeights())
        files.append(file.canonicalFilePath());
    files.removeDuplicates();
    return files;
}

} // namespace intersect::ui

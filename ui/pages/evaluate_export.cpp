// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_export.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>

#include "ui/widgets/figure.h"

namespace intersect::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("FiguresWritten", text);
}

/// Letters and digits of any alphabet, in small; everything else becomes one dash.
QString fileNameOf(const QString& heading) {
    QString name = heading.toLower();
    name.replace(QRegularExpression(QStringLiteral("[^\\p{L}\\p{N}.]+")), QStringLiteral("-"));
    while (name.startsWith(QLatin1Char('-')) || name.startsWith(QLatin1Char('.')))
        name.remove(0, 1);
    while (name.endsWith(QLatin1Char('-')))
        name.chop(1);
    return name.isEmpty() ? QStringLiteral("figure") : name;
}

} // namespace

FiguresWritten writeFigures(const QWidget& page, const QString& below, const QString& name) {
    FiguresWritten written;
    const QDir parent(below);
    QString folder = fileNameOf(name);
    for (int number = 2; parent.exists(folder); ++number)
        folder = fileNameOf(name) + QLatin1Char('-') + QString::number(number);
    written.folder = parent.filePath(folder);
    if (!parent.mkpath(folder)) {
        written.problem = tr("%1 cannot be made. Choose another folder.").arg(written.folder);
        return written;
    }
    const QDir into(written.folder);
    for (Figure* figure : page.findChildren<Figure*>()) {
        if (!figure->isVisible())
            continue;
        QString file = fileNameOf(figure->heading());
        for (int number = 2; into.exists(file + QStringLiteral(".pdf")); ++number)
            file = fileNameOf(figure->heading()) + QLatin1Char('-') + QString::number(number);
        for (const char* ending : {".pdf", ".csv"})
            if (!figure->exportTo(into.filePath(file + QLatin1String(ending)))) {
                written.problem = tr("%1 could not be written. Is the disk full?").arg(into.filePath(file + QLatin1String(ending)));
                return written;
            }
        ++written.figures;
    }
    return written;
}

} // namespace intersect::ui

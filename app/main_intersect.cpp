// SPDX-License-Identifier: GPL-3.0-or-later
#include <clocale>
#include <cstdio>

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QTimer>

#include "ui/main_window.h"
#include "ui/theme.h"

namespace {

using namespace intersect::ui;

/// Saves a picture of the window once its data is there, then ends the program.
void takePicture(MainWindow& window, const QString& file) {
    auto* tries = new QTimer(&window);
    auto* calm = new QElapsedTimer;
    calm->start();
    QObject::connect(tries, &QTimer::timeout, &window, [&window, file, calm] {
        const bool busy = window.session().isScanning() || window.session().isPreparingSample();
        if (busy)
            calm->restart();
        if (calm->elapsed() < 1500)
            return;
        const bool saved = window.grab().save(file);
        if (!saved)
            std::fprintf(stderr, "intersect: %s could not be written.\n", qPrintable(file));
        QCoreApplication::exit(saved ? 0 : 4);
    });
    tries->start(100);
}

} // namespace

int main(int argc, char** argv) {
    // The worker's OpenMP must wait passively, and reads these when it loads.
    qputenv("OMP_WAIT_POLICY", "passive");
    qputenv("GOMP_SPINCOUNT", "0");
    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // Qt has just set the user's; numbers in files are ours
    QApplication::setApplicationName(QStringLiteral("intersect"));
    QApplication::setApplicationDisplayName(QStringLiteral("Intersect"));
    QApplication::setDesktopFileName(QStringLiteral("intersect"));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Choose the frames worth labelling, fine-tune a vehicle detector, and see what it learnt."));
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("WORKSPACE"),
                                 QStringLiteral("A workspace folder, or a folder of camera folders."),
                                 QStringLiteral("[WORKSPACE]"));
    const QCommandLineOption page(
        QStringLiteral("page"),
        QStringLiteral("Open on this page: %1.").arg(MainWindow::pageNames().join(QStringLiteral(", "))),
        QStringLiteral("NAME"));
    const QCommandLineOption sample(QStringLiteral("sample"),
                                    QStringLiteral("Open the sample workspace, drawing it first if it is not there."));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light or dark, for this time only."),
                                   QStringLiteral("THEME"));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Size of the window, such as 1440x900."),
                                  QStringLiteral("WxH"));
    const QCommandLineOption picture(QStringLiteral("screenshot"),
                                     QStringLiteral("Save a picture of the window and end."), QStringLiteral("FILE"));
    parser.addOptions({page, sample, theme, size, picture});
    parser.process(application);

    if (parser.isSet(page) && !MainWindow::pageNames().contains(parser.value(page))) {
        std::fprintf(stderr, "intersect: there is no page %s. The pages are %s.\n", qPrintable(parser.value(page)),
                     qPrintable(MainWindow::pageNames().join(QStringLiteral(", "))));
        return 2;
    }
    if (parser.isSet(theme)) {
        if (parser.value(theme) != QStringLiteral("light") && parser.value(theme) != QStringLiteral("dark")) {
            std::fprintf(stderr, "intersect: the theme is light or dark.\n");
            return 2;
        }
        Theme::instance().showMode(parser.value(theme) == QStringLiteral("dark") ? Theme::Mode::Dark
                                                                                 : Theme::Mode::Light);
    } else {
        Theme::instance();
    }
    MainWindow window;
    if (parser.isSet(size)) {
        const QStringList sides = parser.value(size).split(QLatin1Char('x'));
        const int width = sides.value(0).toInt(), height = sides.value(1).toInt();
        if (sides.size() != 2 || width < 200 || height < 200) {
            std::fprintf(stderr, "intersect: --size wants width and height, such as 1440x900.\n");
            return 2;
        }
        window.resize(width, height);
    }
    if (parser.isSet(page))
        window.showPage(parser.value(page));
    if (!parser.positionalArguments().isEmpty())
        window.openFolder(parser.positionalArguments().first());
    else if (parser.isSet(sample))
        window.session().openSample();
    window.show();
    if (parser.isSet(picture))
        takePicture(window, parser.value(picture));
    return QApplication::exec();
}

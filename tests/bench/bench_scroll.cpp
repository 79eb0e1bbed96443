// SPDX-License-Identifier: GPL-3.0-or-later
// How smoothly the Data page moves over many frames: opens a folder in the real window, without a display, and reports how long single events
// kept the window's thread (wall clock, and the thread's own processor time, which a busy machine does not stretch).
//   bench_scroll FOLDER_OR_WORKSPACE [SECONDS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <QFileInfo>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTimer>

#include "tests/bench/timed_application.h"
#include "ui/main_window.h"
#include "ui/pages/data_page.h"
#include "ui/widgets/thumbnail_provider.h"

using namespace intersect::ui;
using namespace intersect::tests;

namespace {

void report(const char* what, TimedApplication& application) {
    std::printf("%-34s longest event %6.1f ms of its own, %6.1f ms by the wall; %d of %d events above 16 ms (%s)\n", what, application.longest.own,
                application.longest.wall, application.longest.over16, application.longest.events, application.longest.what.constData());
    std::fflush(stdout);
    application.reset();
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_scroll FOLDER_OR_WORKSPACE [SECONDS]\n");
        return 2;
    }
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir settings;
    qputenv("INTERSECT_SETTINGS_DIR", settings.path().toUtf8());
    TimedApplication application(argc, argv);
    const int seconds = argc > 2 ? std::atoi(argv[2]) : 8;
    MainWindow window;
    window.resize(1440, 900);
    window.showPage(QStringLiteral("data"));
    window.show();
    spin([] { return false; }, 1500); // the other pages are made
    report("starting", application);

    QElapsedTimer clock;
    clock.start();
    window.openFolder(QFileInfo(QString::fromLocal8Bit(argv[1])).absoluteFilePath());
    spin([&] { return window.session().dataset() != nullptr; }, 600000);
    const double read = static_cast<double>(clock.elapsed());
    auto* grid = window.findChild<FrameGrid*>(QStringLiteral("thumbGrid"));
    auto& thumbnails = ThumbnailProvider::instance();
    spin([&] { return grid->model()->rowCount() > 0; }, 60000);
    const double rows = static_cast<double>(clock.elapsed());
    spin([&] { return thumbnails.cachedBytes() > 0; }, 60000);
    const double first = static_cast<double>(clock.elapsed());
    std::printf("%d frames: data after %.0f ms, rows %.0f ms later, first thumbnails %.0f ms after those\n", grid->model()->rowCount(), read, rows - read, first - rows);
    spin([] { return false; }, 2500);
    report("opening", application);
    std::printf("resident %.0f MB, most so far %.0f MB\n", residentMb("VmRSS:"), residentMb("VmHWM:"));

    QScrollBar* bar = grid->verticalScrollBar();
    const auto scroll = [&](const char* what, int step) {
        QTimer frame;
        QObject::connect(&frame, &QTimer::timeout, bar, [&, step] { bar->setValue(bar->value() + step > bar->maximum() ? 0 : bar->value() + step); });
        frame.start(16);
        spin([] { return false; }, seconds * 1000);
        report(what, application);
    };
    scroll("scrolling 40 px a frame", 40);
    scroll("scrolling a page a frame", 600);
    scroll("jumping a hundredth a frame", std::max(1, bar->maximum() / 100));
    const auto keys = [&] {
        for (int i = 0; i < 200; ++i) {
            grid->step(1);
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
    };
    keys();
    report("200 steps by key", application);
    auto* filters = window.findChild<FrameFilterBar*>(QStringLiteral("filterBar"));
    for (int i = 0; i < 10; ++i) {
        intersect::data::FrameFilter filter;
        filter.boxesFrom = i % 4;
        filter.sizes = {i % 2 == 0, true, true};
        filters->setFilter(filter);
        spin([] { return false; }, 150);
    }
    report("ten filters", application);
    window.session().noteSelectionsChanged();
    spin([] { return false; }, 1500);
    report("new marks", application);
    std::printf("resident %.0f MB, most so far %.0f MB\n", residentMb("VmRSS:"), residentMb("VmHWM:"));
    return 0;
}

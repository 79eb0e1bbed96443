// SPDX-License-Identifier: GPL-3.0-or-later
// What comparing two runs on Inspect costs, without a display: going to the next frame until both pictures are painted with their boxes, and
// moving the confidence until the frame (then all frames) follow. Wall clock, and the window thread's own processor time.
//   bench_compare WORKSPACE RUN_A RUN_B
#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

#include <QAbstractItemModel>
#include <QApplication>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QTemporaryDir>

#include "tests/bench/timed_application.h"
#include "ui/pages/inspect_page.h"

using namespace intersect;
using namespace intersect::ui;
using intersect::tests::threadMs;

namespace {

/// Lets the window work until `done` says so; false after a minute.
bool until(const std::function<bool()>& done) {
    QElapsedTimer clock;
    clock.start();
    while (!done() && clock.elapsed() < 60000)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
    return done();
}

double part(std::vector<double> values, double of) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[static_cast<std::size_t>(of * static_cast<double>(values.size() - 1))];
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    if (argc < 4) {
        std::puts("bench_compare WORKSPACE RUN_A RUN_B");
        return 2;
    }
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.path().toUtf8());
    QApplication app(argc, argv);
    Session session;
    session.openWorkspace(QString::fromLocal8Bit(argv[1]));
    if (!until([&] { return session.dataset() != nullptr; }))
        return 1;
    session.setCurrentRun(QString::fromLocal8Bit(argv[2]));
    InspectPage page(session);
    page.resize(1352, 764);
    page.show();
    const auto find = [&](const char* name) { return page.findChild<QWidget*>(QString::fromUtf8(name)); };
    auto* list = page.findChild<QListView*>(QStringLiteral("comparedFrames"));
    auto* canvas = page.findChild<ImageCanvas*>(QStringLiteral("canvasB"));
    until([&] { return find("viewSwitch")->isVisible(); });
    page.findChild<SegmentedButtons*>(QStringLiteral("viewSwitch"))->setCurrent(1);
    auto* runs = page.findChild<QComboBox*>(QStringLiteral("compareRunB"));
    runs->setCurrentIndex(runs->findText(QString::fromLocal8Bit(argv[3])));
    Q_EMIT runs->activated(runs->currentIndex());
    if (!until([&] { return list->model()->rowCount() > 0 && !canvas->picture().isNull(); }))
        return 1;
    until([] { static int rounds = 0; return ++rounds > 200; }); // thumbnails and errors come to an end

    std::vector<double> wall, own;
    for (int i = 0; i < std::min(60, list->model()->rowCount() - 1); ++i) {
        const qint64 before = canvas->picture().cacheKey();
        QElapsedTimer clock;
        clock.start();
        const double begin = threadMs();
        QKeyEvent key(QEvent::KeyPress, Qt::Key_J, Qt::NoModifier, QStringLiteral("j"));
        QApplication::sendEvent(list, &key);
        until([&] { return canvas->picture().cacheKey() != before; });
        QCoreApplication::processEvents(); // painted
        wall.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        own.push_back(threadMs() - begin);
    }
    std::printf("next frame        wall %6.1f ms (95th %6.1f), the window's thread %6.1f ms\n", part(wall, 0.5), part(wall, 0.95), part(own, 0.5));

    wall.clear();
    own.clear();
    std::vector<double> all;
    auto* sums = page.findChild<QLabel*>(QStringLiteral("compareSums"));
    for (int i = 0; i < 60; ++i) {
        const QString before = sums->text();
        QElapsedTimer clock;
        clock.start();
        const double begin = threadMs();
        session.setConfidence(0.2 + 0.005 * i);
        QCoreApplication::processEvents(); // painted
        wall.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        own.push_back(threadMs() - begin);
        if (until([&] { return sums->text() != before || clock.elapsed() > 2000; }) && sums->text() != before)
            all.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    std::printf("confidence moved  wall %6.1f ms (95th %6.1f), the window's thread %6.1f ms; all %d frames after %6.1f ms\n", part(wall, 0.5), part(wall, 0.95),
                part(own, 0.5), list->model()->rowCount(), part(all, 0.5));
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// What Inspect needs to show the next frame of 1920 x 1080 with its boxes, and its canvas to hover, move and zoom over
// many boxes, without a display. Cold: the picture is not decoded yet (its file lies in the system's cache); warm: it
// was decoded ahead.
//   bench_inspect [FRAMES] [BOXES]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QWheelEvent>

#include "core/base/files.h"
#include "core/detect/detections_file.h"
#include "tests/bench/timed_application.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"

using namespace intersect;
using namespace intersect::ui;
using intersect::tests::threadMs;

namespace {

constexpr Size kPicture{1920, 1080};
constexpr int kLabels = 30, kDetections = 60, kSteps = 120, kKeyMs = 33;

double at(std::vector<double> values, double part) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

void tell(const char* what, const std::vector<double>& wall, const std::vector<double>& own) {
    std::printf("%-40s median %6.2f ms, 95th %6.2f ms; of the window's thread %6.2f ms\n", what, at(wall, 0.5),
                at(wall, 0.95), at(own, 0.5));
    std::fflush(stdout);
}

void wait(int ms) {
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < ms)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
}

class Numbers {
public:
    explicit Numbers(unsigned seed) : m_engine(seed) {}
    float upTo(double most) { return static_cast<float>(most * static_cast<double>(m_engine()) / 4294967296.0); }

private:
    std::mt19937 m_engine;
};

/// Frames with as much detail as a camera's, their labels, and a run that found half of them.
void write(const QString& folder, const std::filesystem::path& detections, int frames) {
    QDir().mkpath(folder);
    Numbers random(1);
    QImage noise(kPicture.width, kPicture.height, QImage::Format_RGB888);
    detect::DetectionSet set;
    set.begin = {0};
    for (int i = 0; i < 80; ++i)
        set.names.push_back("class" + std::to_string(i));
    for (int i = 0; i < frames; ++i) {
        for (int y = 0; y < kPicture.height; ++y) {
            uchar* line = noise.scanLine(y);
            for (int x = 0; x < 3 * kPicture.width; ++x)
                line[x] =
                    static_cast<uchar>(60 + ((x / 3 + 2 * y + 7 * i) / 9) % 100 + static_cast<int>(random.upTo(24)));
        }
        const QString stem = QStringLiteral("%1/c-2021_03_20_%2%3%4")
                                 .arg(folder)
                                 .arg(i / 3600 % 24, 2, 10, QLatin1Char('0'))
                                 .arg(i / 60 % 60, 2, 10, QLatin1Char('0'))
                                 .arg(i % 60, 2, 10, QLatin1Char('0'));
        noise.save(stem + QStringLiteral(".jpg"), "JPG", 85);
        QFile labels(stem + QStringLiteral(".txt"));
        if (!labels.open(QIODevice::WriteOnly))
            std::abort();
        std::vector<detect::Detection> mine;
        for (int k = 0; k < kDetections; ++k) {
            const BoxCxcywhn box{0.05 + random.upTo(0.9), 0.05 + random.upTo(0.9), 0.02 + random.upTo(0.06),
                                 0.02 + random.upTo(0.06)};
            if (k < kLabels)
                labels.write(QStringLiteral("2 %1 %2 %3 %4\n").arg(box.cx).arg(box.cy).arg(box.w).arg(box.h).toUtf8());
            if (k >= kLabels / 2)
                mine.push_back({toXyxy({box.cx + 0.002, box.cy, box.w, box.h}, kPicture), 0.1F + random.upTo(0.8), 2});
        }
        std::ranges::stable_sort(mine, [](const auto& a, const auto& b) { return a.score > b.score; });
        set.images.push_back({i + 1, toPath(stem + QStringLiteral(".jpg")), kPicture});
        set.detections.insert(set.detections.end(), mine.begin(), mine.end());
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
    }
    if (!writeFileAtomically(detections, detect::formatDetections(set)))
        std::abort();
}

/// Until the canvas has another picture than before, and has painted it.
void untilPainted(ImageCanvas& canvas, qint64 before) {
    while (canvas.picture().isNull() || canvas.picture().cacheKey() == before)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    QCoreApplication::processEvents();
}

void frames(InspectPage& page, int count) {
    auto& canvas = *page.findChild<ImageCanvas*>(QStringLiteral("canvas"));
    auto& list = *page.findChild<InspectList*>(QStringLiteral("frameList"));
    const auto step = [&](const std::function<void()>& go, std::vector<double>& wall, std::vector<double>& own) {
        const qint64 before = canvas.picture().cacheKey();
        QElapsedTimer clock;
        clock.start();
        const double begin = threadMs();
        go();
        untilPainted(canvas, before);
        wall.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        own.push_back(threadMs() - begin);
    };
    const auto press = [&] {
        QKeyEvent key(QEvent::KeyPress, Qt::Key_J, Qt::NoModifier, QStringLiteral("j"));
        QApplication::sendEvent(&list, &key);
    };
    std::vector<double> wall, own;
    for (int row = 5; row < count; row += 5) { // nothing is decoded ahead that far
        wait(120);
        step([&] { list.setCurrentIndex(list.model()->index(row, 0)); }, wall, own);
    }
    tell("next frame, cold", wall, own);
    wall.clear(), own.clear();
    list.setCurrentIndex(list.model()->index(0, 0));
    for (int i = 1; i < count; ++i) {
        wait(120); // somebody looks at the frame
        step(press, wall, own);
    }
    tell("next frame, warm", wall, own);

    // J held: a key each 33 ms, whatever came of the one before.
    list.setCurrentIndex(list.model()->index(0, 0));
    wait(500);
    int shown = 0, sent = 0;
    qint64 key = canvas.picture().cacheKey();
    QElapsedTimer clock;
    clock.start();
    while (sent < count - 1) {
        if (clock.elapsed() >= sent * kKeyMs) {
            press();
            ++sent;
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents, 2);
        if (canvas.picture().cacheKey() != key) {
            key = canvas.picture().cacheKey();
            ++shown;
        }
    }
    std::printf("%-40s %d of %d frames seen at %.1f keys/s\n", "J held", shown, sent,
                sent / (static_cast<double>(clock.elapsed()) / 1000));
    list.setCurrentIndex(list.model()->index(0, 0));
    wait(500);
    clock.start();
    for (int i = 1; i < count; ++i) {
        const qint64 before = canvas.picture().cacheKey();
        press();
        untilPainted(canvas, before);
    }
    std::printf("%-40s %.1f frames/s\n", "as fast as pictures come",
                (count - 1) / (static_cast<double>(clock.elapsed()) / 1000));
}

void overlay(int count) {
    ImageCanvas canvas;
    canvas.resize(960, 600);
    canvas.setClassNames([](int) { return QStringLiteral("car"); });
    QImage picture(kPicture.width, kPicture.height, QImage::Format_RGB32);
    picture.fill(QColor(90, 100, 110));
    canvas.showPicture(picture);
    Numbers random(2);
    std::vector<InspectedBox> boxes;
    std::vector<eval::TruthBox> truth;
    for (int i = 0; i < count; ++i) {
        InspectedBox box;
        box.verdict = i % 3 == 0 ? eval::Verdict::TP : i % 3 == 1 ? eval::Verdict::FP : eval::Verdict::FN;
        const float x = random.upTo(1800), y = random.upTo(1000);
        box.box = {x, y, x + 15 + random.upTo(90), y + 15 + random.upTo(60)};
        box.classId = 2;
        box.score = 0.5F;
        box.detection = i % 3 == 2 ? -1 : i;
        box.truth = i;
        boxes.push_back(box);
        truth.push_back({{x + 3, y, box.box.x2 + 3, box.box.y2}, 2, false, 0});
    }
    canvas.setBoxes(boxes, truth);
    canvas.show();
    QCoreApplication::processEvents();
    const auto measure = [&](const char* what, const std::function<void(int)>& step) {
        std::vector<double> wall, own;
        for (int i = 0; i < kSteps; ++i) {
            QCoreApplication::processEvents();
            QElapsedTimer clock;
            clock.start();
            const double begin = threadMs();
            step(i);
            canvas.repaint();
            wall.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
            own.push_back(threadMs() - begin);
        }
        tell(what, wall, own);
    };
    const auto mouse = [&](QEvent::Type type, const QPointF& place, Qt::MouseButton button, Qt::MouseButtons held) {
        QMouseEvent event(type, place, canvas.mapToGlobal(place), button, held, Qt::NoModifier);
        QApplication::sendEvent(&canvas, &event);
    };
    const auto drag = [&](const char* what) {
        mouse(QEvent::MouseButtonPress, {480, 300}, Qt::MiddleButton, Qt::MiddleButton);
        measure(what, [&](int i) {
            mouse(QEvent::MouseMove, QPointF(480 + (i % 40) * 5, 300 + (i % 40) * 3), Qt::NoButton, Qt::MiddleButton);
        });
        mouse(QEvent::MouseButtonRelease, {480, 300}, Qt::MiddleButton, Qt::NoButton);
    };
    std::printf("%d boxes on 1920 x 1080 in a view of 960 x 600\n", count);
    measure("new boxes, as when a threshold moves", [&](int) { canvas.setBoxes(boxes, truth); });
    measure("the mouse over them", [&](int i) {
        const BoxXyxy& box = boxes[static_cast<std::size_t>(i * 3) % boxes.size()].box;
        mouse(QEvent::MouseMove,
              canvas.viewFromImage(
                  {(static_cast<double>(box.x1) + box.x2) / 2, (static_cast<double>(box.y1) + box.y2) / 2}),
              Qt::NoButton, Qt::NoButton);
    });
    canvas.setZoom(1, {480, 300});
    drag("moving at 100 %");
    canvas.setZoom(32, {480, 300});
    drag("moving at 3,200 %");
    canvas.fit();
    measure("zooming by the wheel", [&](int i) {
        QWheelEvent wheel(QPointF(480, 300), canvas.mapToGlobal(QPointF(480, 300)), {},
                          QPoint(0, i % 40 < 20 ? 120 : -120), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&canvas, &wheel);
    });
}

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.filePath(QStringLiteral("settings")).toUtf8());
    QApplication application(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 90, boxes = argc > 2 ? std::atoi(argv[2]) : 500;
    overlay(boxes);
    Session session;
    const QString root = folder.filePath(QStringLiteral("data"));
    const std::filesystem::path detections = toPath(folder.filePath(QStringLiteral("detections.json")));
    write(root + QStringLiteral("/test/c"), detections, count);
    session.openDataset(root);
    while (session.dataset() == nullptr)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    const std::filesystem::path kept = session.runPaths(QStringLiteral("run")).detections("test");
    std::filesystem::create_directories(kept.parent_path());
    std::filesystem::copy_file(detections, kept);
    session.noteRunsChanged();
    InspectPage page(session);
    page.resize(1352, 812);
    page.show();
    auto* list = page.findChild<InspectList*>(QStringLiteral("frameList"));
    while (list->model()->rowCount() != count)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    wait(3000); // errors are found and small pictures made
    std::printf("%d frames of 1920 x 1080 as JPEG, %d true boxes and %d detections each\n", count, kLabels,
                kDetections - kLabels / 2);
    frames(page, count);
    return 0;
}

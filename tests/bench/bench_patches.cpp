// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the patches of Inspect are listed, and how smoothly they move: draws frames, finds boxes on them at random, and goes through their
// tiles without a display. Reports the window thread's own processor time a step of 16 ms, which a busy machine does not stretch.
//   bench_patches [PATCHES] [FRAMES] [WIDTH] [HEIGHT] [SECONDS]
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <vector>

#include <QPainter>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTimer>

#include "tests/bench/timed_application.h"
#include "ui/pages/inspect_patches.h"
#include "ui/text.h"

using namespace intersect;
using namespace intersect::ui;
using namespace intersect::tests;

namespace {

std::shared_ptr<const Inspection> makeInspection(const QString& folder, int patches, int frames, Size size) {
    std::mt19937 random(7);
    const auto between = [&](double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); };
    auto inspection = std::make_shared<Inspection>();
    inspection->cameras = {"a", "b", "c", "d"};
    detect::DetectionSet& found = inspection->detections;
    for (int i = 0; i < 80; ++i)
        found.names.push_back("class " + std::to_string(i));
    found.begin = inspection->truth.begin = {0};
    QImage ground(size.width, size.height, QImage::Format_RGB888);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            ground.setPixel(x, y, qRgb(90 + (x * 7 + y * 3) % 61, 100 + (x ^ y) % 37, 110 + static_cast<int>(random() % 25)));
    for (int i = 0; i < frames; ++i) {
        QImage picture = ground;
        QPainter painter(&picture);
        const int count = patches * (i + 1) / frames - patches * i / frames;
        for (int k = 0; k < count; ++k) {
            const double w = between(12, 110), h = w * between(0.6, 1.1), x = between(0, size.width - w), y = between(0, size.height - h);
            painter.fillRect(QRectF(x, y, w, h), QColor::fromHsv(static_cast<int>(random() % 360), 120, 190));
            const BoxXyxy box{static_cast<float>(x), static_cast<float>(y), static_cast<float>(x + w), static_cast<float>(y + h)};
            const int classId = k % 4 == 0 ? 7 : 2;
            if (k % 3 == 0) {
                inspection->truth.boxes.push_back({box, classId});
            } else {
                found.detections.push_back({box, static_cast<float>(0.95 - 0.6 * k / count - between(0, 0.04)), classId});
            }
        }
        painter.end();
        const QString file = QStringLiteral("%1/frame%2.jpg").arg(folder).arg(i, 5, 10, QLatin1Char('0'));
        picture.save(file, "JPG", 88);
        found.images.push_back({i + 1, toPath(file), size});
        found.begin.push_back(static_cast<std::uint32_t>(found.detections.size()));
        inspection->truth.begin.push_back(static_cast<std::uint32_t>(inspection->truth.boxes.size()));
        inspection->frames.push_back({static_cast<std::uint32_t>(i % 4), 1000 + i});
    }
    return inspection;
}

double at(std::vector<double> values, double part) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

void report(const char* what, const std::vector<double>& steps, TimedApplication& application) {
    std::printf("%-38s %4zu steps: median %5.2f ms, 95th %5.2f, most %6.2f, %lld above 16 ms; longest event %6.2f ms (%s)\n", what, steps.size(),
                at(steps, 0.5), at(steps, 0.95), at(steps, 1), static_cast<long long>(std::count_if(steps.begin(), steps.end(), [](double ms) { return ms > 16; })),
                application.longest.own, application.longest.what.constData());
    std::fflush(stdout);
    application.reset();
}

template <class Work> double medianMs(Work work) {
    std::vector<double> took;
    for (int i = 0; i < 9; ++i) {
        const double before = threadMs();
        work();
        took.push_back(threadMs() - before);
    }
    return at(took, 0.5);
}

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.filePath(QStringLiteral("settings")).toUtf8());
    TimedApplication application(argc, argv);
    const auto number = [&](int index, int usual) { return argc > index ? std::atoi(argv[index]) : usual; };
    const int patches = number(1, 10000), frames = number(2, 1200), seconds = number(5, 6);
    const std::shared_ptr<const Inspection> inspection = makeInspection(folder.path(), patches, frames, {number(3, 640), number(4, 360)});
    std::vector<std::uint32_t> all(inspection->size());
    std::iota(all.begin(), all.end(), 0U);

    const auto errors = findFrameErrors(*inspection);
    std::vector<Patch> boxes;
    const double gather = medianMs([&] { boxes = gatherPatches(*inspection, errors.get(), all, 0.25, 0.5); });
    const double arrange = medianMs([&] { (void)arrangePatches(*inspection, boxes, {}); });
    std::printf("%zu boxes of %d frames of %dx%d: gathered in %.1f ms, chosen and ordered in %.1f ms (off the window's thread)\n", boxes.size(), frames,
                number(3, 640), number(4, 360), gather, arrange);

    // What the machine itself does to such figures: the same sums over and over.
    std::vector<double> sums;
    for (int i = 0; i < 300; ++i) {
        const double start = threadMs();
        volatile double sum = 0;
        for (int k = 0; k < 1500000; ++k)
            sum = sum + k;
        sums.push_back(threadMs() - start);
    }
    report("the same sums again and again", sums, application);

    Session session;
    InspectPatches view(session, [&](int id) { return qs(inspection->detections.names[static_cast<std::size_t>(id)]); });
    view.resize(784, 720); // the centre of a window of 1440 x 900
    view.show();
    auto* bar = view.findChild<PatchFilterBar*>(QStringLiteral("patchFilterBar"));
    bar->setChoice({});
    spin([] { return false; }, 300);
    application.reset();
    const double before = residentMb("VmRSS:");
    auto* grid = view.findChild<PatchGrid*>(QStringLiteral("patchGrid"));
    QElapsedTimer clock;
    clock.start();
    view.setSource(inspection, errors, all);
    spin([&] { return grid->model()->rowCount() > 0; }, 60000);
    const auto listed = clock.elapsed();
    spin([&] { return grid->provider().cachedBytes() > 0; }, 60000);
    std::printf("%d tiles: listed after %lld ms by the wall, first pictures after %lld ms\n", grid->model()->rowCount(), static_cast<long long>(listed),
                static_cast<long long>(clock.elapsed()));
    spin([] { return false; }, 1500);
    report("opening", {}, application);

    for (const bool boxesShown : {true, false}) {
        grid->setBoxesShown(boxesShown);
        std::vector<double> paints;
        for (int i = 0; i < 100; ++i) {
            const double start = threadMs();
            grid->viewport()->repaint();
            paints.push_back(threadMs() - start);
        }
        report(boxesShown ? "painting all again" : "painting all again without box lines", paints, application);
    }
    grid->setBoxesShown(true);
    QScrollBar* scrollBar = grid->verticalScrollBar();
    const auto scroll = [&](const char* what, int step, int bottom) {
        std::vector<double> steps;
        (void)application.takeOwn();
        QTimer frame;
        int way = step;
        QObject::connect(&frame, &QTimer::timeout, scrollBar, [&] {
            steps.push_back(application.takeOwn());
            if (scrollBar->value() + way > std::min(bottom, scrollBar->maximum()) || scrollBar->value() + way < 0)
                way = -way;
            scrollBar->setValue(scrollBar->value() + way);
        });
        const int decoded = grid->provider().decodings();
        frame.start(16);
        spin([] { return false; }, seconds * 1000);
        frame.stop();
        report(what, steps, application);
        std::printf("%38s %d pictures decoded, %.1f MB of pieces kept\n", "", grid->provider().decodings() - decoded,
                    static_cast<double>(grid->provider().cachedBytes()) / (1024 * 1024));
        spin([] { return false; }, 600);
        application.reset();
    };
    const int end = scrollBar->maximum();
    scroll("cold, 40 px a step", 40, end);
    scroll("cold, a page a step", grid->viewport()->height(), end);
    scroll("cold, a hundredth of all a step", std::max(1, end / 100), end);
    scrollBar->setValue(0);
    spin([] { return false; }, 1500);
    scroll("filling: the first 250 tiles", 40, 250 / grid->columns() * grid->gridSize().height());
    scroll("warm, 40 px a step", 40, 250 / grid->columns() * grid->gridSize().height());
    scroll("warm, a page a step", grid->viewport()->height(), 250 / grid->columns() * grid->gridSize().height());

    std::vector<double> keys;
    grid->setFocus();
    for (int i = 0; i < 300; ++i) {
        (void)application.takeOwn();
        grid->step(1);
        spin([] { return false; }, 15);
        keys.push_back(application.takeOwn());
    }
    report("300 steps by key", keys, application);
    std::vector<double> choices;
    for (int i = 0; i < 20; ++i) {
        PatchChoice choice;
        choice.order = static_cast<PatchOrder>(i % 4);
        choice.ascending = i % 3 == 0;
        choice.classId = i % 2 == 0 ? 2 : -1;
        (void)application.takeOwn();
        bar->setChoice(choice);
        spin([] { return false; }, 200);
        choices.push_back(application.takeOwn());
    }
    report("20 other choices, 200 ms each", choices, application);
    std::vector<double> moves;
    for (int i = 0; i < 20; ++i) {
        (void)application.takeOwn();
        session.setConfidence(0.25 + 0.02 * i);
        spin([] { return false; }, 200);
        moves.push_back(application.takeOwn());
    }
    report("20 other confidences, 200 ms each", moves, application);
    std::printf("resident %.0f MB before, %.0f MB now, %.0f MB at most\n", before, residentMb("VmRSS:"), residentMb("VmHWM:"));
    return 0;
}

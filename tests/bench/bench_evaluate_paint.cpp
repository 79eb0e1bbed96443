// SPDX-License-Identifier: GPL-3.0-or-later
// What the window pays to show a moved threshold on the Evaluate page, without a display: handing the new numbers to the charts, and
// painting them. Wall clock, and the thread's own processor time, which a busy machine does not stretch.
//   bench_evaluate_paint [IMAGES] [DETECTIONS_AN_IMAGE] [RUNS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include <QApplication>
#include <QChartView>
#include <QElapsedTimer>
#include <QLineSeries>
#include <QMouseEvent>
#include <QTemporaryDir>

#include "tests/bench/timed_application.h"
#include "tests/support/made_run.h"
#include "ui/pages/evaluate_charts.h"
#include "ui/pages/evaluate_pr_chart.h"
#include "ui/pages/evaluate_ratio_charts.h"

using namespace intersect;
using namespace intersect::ui;
using intersect::tests::threadMs;

namespace {

constexpr int kSteps = 60;

/// Runs the steps; each may prepare what is not counted.
void measure(const char* what, const std::function<std::function<void()>(int)>& prepare) {
    std::vector<double> hand, paint, wall;
    for (int i = 0; i < kSteps; ++i) {
        const std::function<void()> step = prepare(i);
        QCoreApplication::processEvents();
        QElapsedTimer clock;
        clock.start();
        const double begin = threadMs();
        step();
        const double given = threadMs();
        QCoreApplication::processEvents();
        paint.push_back(threadMs() - given);
        hand.push_back(given - begin);
        wall.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    const auto at = [](std::vector<double>& values, double part) {
        std::sort(values.begin(), values.end());
        return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
    };
    std::printf("%-34s new numbers %6.2f ms, painting %6.2f ms of its own (95th %6.2f); wall together %6.2f ms\n", what, at(hand, 0.5),
                at(paint, 0.5), at(paint, 0.95), at(wall, 0.5));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir settings;
    qputenv("INTERSECT_SETTINGS_DIR", settings.path().toUtf8());
    QApplication application(argc, argv);
    tests::MadeRunSize size{
        .images = argc > 1 ? std::atoi(argv[1]) : 216, .labels = 20, .detections = argc > 2 ? std::atoi(argv[2]) : 300, .cameras = 8};
    const int count = argc > 3 ? std::atoi(argv[3]) : 2;
    std::vector<std::shared_ptr<const RunEvaluation>> runs;
    for (int i = 0; i < count; ++i) {
        size.found = 0.9 - 0.15 * i;
        runs.push_back(tests::makeRun("run" + std::to_string(i), size));
    }
    const auto at = [&](double confidence, double matchIou) {
        std::vector<ShownRun> shown;
        for (const auto& run : runs)
            shown.push_back(tests::shownAt(run, confidence, matchIou));
        return shown;
    };
    EvaluateCharts charts;
    charts.resize(960, 690);
    charts.setThresholds(0.25, 0.5);
    charts.setRuns(at(0.25, 0.5), 0);
    charts.show();
    QCoreApplication::processEvents();
    std::size_t points = 0;
    int most = 0;
    for (const LineChart* chart : charts.findChildren<LineChart*>())
        for (const QAbstractSeries* series : chart->findChild<QChartView*>()->chart()->series()) {
            points += static_cast<std::size_t>(static_cast<const QLineSeries*>(series)->count());
            most = std::max(most, static_cast<int>(static_cast<const QLineSeries*>(series)->count()));
        }
    std::printf("%d images, %zu detections a run, %d runs; %zu points drawn in all, at most %d a line\n", size.images,
                runs.front()->detections().detections.size(), count, points, most);
    measure("confidence moves", [&](int i) {
        const double confidence = 0.2 + 0.01 * i;
        return [&, confidence, shown = at(confidence, 0.5)] {
            charts.setThresholds(confidence, 0.5);
            charts.setRuns(shown, 0);
        };
    });
    measure("match IoU moves", [&](int i) {
        const double matchIou = 0.3 + 0.01 * i;
        return [&, matchIou, shown = at(0.25, matchIou)] {
            charts.setThresholds(0.25, matchIou);
            charts.setRuns(shown, 0);
        };
    });
    auto* hovered = charts.findChild<RatioChart*>(QStringLiteral("confidenceChart"));
    QWidget* plot = hovered->findChild<QChartView*>()->viewport();
    measure("the mouse over a chart", [&](int i) {
        const QPointF place = hovered->pixelOf({0.2 + 0.01 * i, 0.5});
        return [plot, place] {
            QMouseEvent move(QEvent::MouseMove, place, plot->mapToGlobal(place), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
            QApplication::sendEvent(plot, &move);
        };
    });
    return 0;
}

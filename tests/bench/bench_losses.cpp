// SPDX-License-Identifier: GPL-3.0-or-later
// What the window pays when a slider of the Losses page moves, without a display: the new curves alone, the whole page told, and the
// painting. Wall clock, and the thread's own processor time, which a busy machine does not stretch.
//   bench_losses [STEPS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include <QApplication>
#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include "tests/bench/timed_application.h"
#include "ui/pages/losses_charts.h"
#include "ui/pages/losses_page.h"

using namespace intersect;
using namespace intersect::ui;
using intersect::tests::threadMs;

namespace {

void measure(const char* what, int steps, const std::function<void(int)>& step) {
    std::vector<double> hand, paint, wall;
    for (int i = 0; i < steps; ++i) {
        QCoreApplication::processEvents();
        QElapsedTimer clock;
        clock.start();
        const double begin = threadMs();
        step(i);
        const double given = threadMs();
        QCoreApplication::processEvents();
        paint.push_back(threadMs() - given);
        hand.push_back(given - begin);
        wall.push_back(double(clock.nsecsElapsed()) / 1e6);
    }
    const auto at = [](std::vector<double>& values, double part) {
        std::sort(values.begin(), values.end());
        return values[std::size_t(part * double(values.size() - 1))];
    };
    std::printf("%-36s new numbers %6.2f ms (95th %6.2f), painting %6.2f ms (95th %6.2f); wall together %6.2f ms\n", what, at(hand, 0.5),
                at(hand, 0.95), at(paint, 0.5), at(paint, 0.95), at(wall, 0.5));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir settings;
    qputenv("INTERSECT_SETTINGS_DIR", settings.path().toUtf8());
    QApplication application(argc, argv);
    const int steps = argc > 1 ? std::atoi(argv[1]) : 60;
    Session session;
    LossesPage page(session);
    page.resize(1352, 778);
    page.show();
    const auto spin = [&](const char* name) { return page.findChild<QDoubleSpinBox*>(QString::fromUtf8(name)); };
    QCoreApplication::processEvents();
    measure("gamma moves, the 6 first curves", steps, [&](int i) { spin("gammaSliderSpin")->setValue(1.01 + 0.03 * i); });
    measure("a cursor moves, the 6 first curves", steps, [&](int i) { spin("ptCursorSpin")->setValue(0.1 + 0.01 * i); });
    for (QCheckBox* check : page.findChild<QWidget*>(QStringLiteral("curveList"))->findChildren<QCheckBox*>())
        check->setChecked(true);
    QCoreApplication::processEvents();

    const std::vector<double> logits = [] {
        std::vector<double> all;
        for (int i = 0; i < 360; ++i)
            all.push_back(-6 + 12 * i / 359.0);
        return all;
    }();
    double sum = 0;
    measure("the curves alone, twice 10 losses", steps, [&](int i) {
        LossChoice choice;
        choice.spec.kind = loss::LossKind::Focal;
        choice.spec.gamma = 1 + 0.031 * i;
        for (const CurveRow& row : curveRows())
            choice.shown << QString::fromUtf8(row.id);
        for (int chart = 0; chart < 2; ++chart)
            for (const ShownLoss& one : shownLosses(choice, {}))
                sum += curveAt(one, choice, logits).back().loss;
    });
    measure("gamma moves, 10 curves", steps, [&](int i) { spin("gammaSliderSpin")->setValue(1 + 0.03 * i); });
    measure("the positive weight moves", steps, [&](int i) { spin("posWeightSliderSpin")->setValue(1 + 0.1 * i); });
    measure("a cursor moves, 10 curves", steps, [&](int i) { spin("ptCursorSpin")->setValue(0.1 + 0.01 * i); });
    std::printf("%d curves a chart, checksum %.6f\n", int(page.findChild<LineChart*>(QStringLiteral("lossChart"))->lines().size()), sum);
    return 0;
}

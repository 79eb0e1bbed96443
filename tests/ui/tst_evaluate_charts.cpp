// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QAbstractButton>
#include <QApplication>
#include <QChartView>
#include <QLineSeries>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/numbers.h"
#include "core/eval/frame_groups.h"
#include "tests/support/made_run.h"
#include "ui/pages/evaluate_cameras.h"
#include "ui/pages/evaluate_charts.h"
#include "ui/pages/evaluate_pr_chart.h"
#include "ui/pages/evaluate_ratio_charts.h"
#include "ui/text.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/matrix_view.h"
#include "ui/widgets/segmented_buttons.h"

using namespace intersect;
using namespace intersect::ui;

/// The charts of the Evaluate page on made runs: what they draw against core/eval asked directly, and what clicks, keys and drags do.
class TestEvaluateCharts : public QObject {
    Q_OBJECT
    std::shared_ptr<const RunEvaluation> m_a, m_b, m_c;

    struct Shown {
        EvaluateCharts charts;
        PrChart* pr = nullptr;
        ApIouChart* iou = nullptr;
        RatioChart *confidence = nullptr, *matchIou = nullptr;
        MatrixView* confusion = nullptr;
        CameraCurvesView* cameras = nullptr;
    };
    std::unique_ptr<Shown> show(std::vector<ShownRun> runs, int classesOf = 0) {
        auto shown = std::make_unique<Shown>();
        EvaluateCharts& charts = shown->charts;
        charts.resize(1000, 680);
        charts.setThresholds(runs.front().live->confidence, runs.front().live->matchIou);
        charts.setRuns(std::move(runs), classesOf);
        charts.show();
        if (!QTest::qWaitForWindowExposed(&charts))
            return nullptr;
        shown->pr = charts.findChild<PrChart*>();
        shown->iou = charts.findChild<ApIouChart*>();
        shown->confidence = charts.findChild<RatioChart*>(QStringLiteral("confidenceChart"));
        shown->matchIou = charts.findChild<RatioChart*>(QStringLiteral("matchIouChart"));
        shown->confusion = charts.findChild<MatrixView*>();
        shown->cameras = charts.findChild<CameraCurvesView*>();
        return shown;
    }
    static QWidget* plot(const Figure& figure) { return figure.findChild<QChartView*>()->viewport(); }
    static void pointAt(LineChart& chart, QPointF value) {
        const QPointF place = chart.pixelOf(value);
        QMouseEvent move(QEvent::MouseMove, place, plot(chart)->mapToGlobal(place), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(plot(chart), &move);
    }
    static const ChartLine* lineNamed(const LineChart& chart, const QString& start) {
        for (const ChartLine& line : chart.lines())
            if (line.name.startsWith(start))
                return &line;
        return nullptr;
    }
    static void clickWord(LineChart& chart, const QString& start) {
        ChartHeading* heading = chart.headingRow();
        for (std::size_t i = 0; i < heading->legend().size(); ++i)
            if (heading->legend()[i].text.startsWith(start))
                QTest::mouseClick(heading, Qt::LeftButton, {}, heading->wordRect(i).center());
    }
    /// The precision AP is computed from: the highest at this recall or beyond.
    static double envelope(const eval::PrCurve& curve, double recall) {
        double best = 0;
        for (std::size_t i = 0; i < curve.recall.size(); ++i)
            if (curve.recall[i] >= recall - 1e-12)
                best = std::max(best, curve.precision[i]);
        return best;
    }

private Q_SLOTS:
    void initTestCase() {
        m_a = tests::makeRun("focal", {});
        m_b = tests::makeRun("bce", {.seed = 1, .found = 0.6, .offPx = 9});
        m_c = tests::makeRun("half", {.seed = 1, .found = 0.4, .offPx = 4});
    }

    void prCurvesAreThoseOfTheLiveNumbers_data() {
        QTest::addColumn<double>("matchIou");
        QTest::newRow("0.50") << 0.5;
        QTest::newRow("0.75") << 0.75;
    }
    void prCurvesAreThoseOfTheLiveNumbers() {
        QFETCH(double, matchIou);
        const auto shown = show({tests::shownAt(m_a, 0.25, matchIou)});
        QVERIFY(shown);
        for (const eval::PairedClass& paired : m_a->set->pairing.classes) {
            const eval::CurveAt wanted = eval::curveAt(paired, m_a->set->pairing.objects, matchIou);
            const QString name = qs(m_a->className(paired.classId)) + QLatin1Char(' ') + qs(formatFixed(wanted.ap, 2));
            const ChartLine* line = lineNamed(*shown->pr, name);
            QVERIFY2(line != nullptr && !line->dashed, qPrintable(name));
            QCOMPARE(line->points.back().x(), wanted.curve.recall.back());
            for (const QPointF& point : line->points)
                QVERIFY2(std::abs(point.y() - envelope(wanted.curve, point.x())) < 1e-12, qPrintable(name));
            const ChartLine* rest = lineNamed(*shown->pr, name + QStringLiteral(", extrapolated"));
            QVERIFY(rest != nullptr && rest->dashed);
            QCOMPARE(rest->points.front(), line->points.back());
            QCOMPARE(rest->points.back(), QPointF(1, 0));
        }
        QCOMPARE(shown->pr->note(), QStringLiteral("dashed: extrapolated"));
        QVERIFY2(shown->pr->caption().contains(QStringLiteral("0.995")), qPrintable(shown->pr->caption()));
    }

    void ringsAreTheCountsAtTheConfidence() {
        const auto shown = show({tests::shownAt(m_a, 0.4, 0.5)});
        const auto counts = eval::countsAt(m_a->set->pairing, 0.4, 0.5);
        const auto& dots = shown->pr->dots();
        QCOMPARE(dots.size(), counts.size());
        for (std::size_t i = 0; i < counts.size(); ++i) {
            QCOMPARE(dots[i].at, QPointF(counts[i].recall(), counts[i].precision()));
            QVERIFY(dots[i].hollow);
        }
        const auto mean = eval::meanRatios(counts).front();
        QVERIFY2(shown->pr->readout().contains(QStringLiteral("confidence 0.40")) &&
                     shown->pr->readout().contains(qs(formatFixed(mean.f1, 2))),
                 qPrintable(shown->pr->readout()));
    }

    void aChosenClassIsShadedWithItsApAndToldOfEverywhere() {
        const auto shown = show({tests::shownAt(m_a, 0.25, 0.5), tests::shownAt(m_b, 0.25, 0.5)});
        clickWord(*shown->pr, QStringLiteral("truck"));
        QVERIFY(shown->charts.view().chosen.has_value());
        QCOMPARE(shown->charts.view().chosen->classId, 7);
        const auto& classes = m_a->tables->yolov5.classes;
        const auto truck = std::find_if(classes.begin(), classes.end(), [](const eval::ClassResult& one) { return one.classId == 7; });
        QVERIFY2(shown->pr->note().contains(qs(formatFixed(truck->ap50(), 3))), qPrintable(shown->pr->note()));
        QCOMPARE(shown->iou->lines().size(), std::size_t(2));
        for (std::size_t k = 0; k < 10; ++k)
            QCOMPARE(shown->iou->lines()[0].points[k].y(), truck->apByIou[k]);
        QVERIFY(shown->iou->heading().contains(QStringLiteral("truck")));
        const auto against = eval::countsAgainstConfidence(m_a->set->pairing, 0.5);
        const ChartLine* recall = lineNamed(*shown->confidence, QStringLiteral("A R"));
        std::size_t at = 0;
        for (const eval::ThresholdCounts& one : against)
            if (one.classId == 7)
                QCOMPARE(recall->points[at++].y(), one.recall());
        QCOMPARE(at, std::size_t(101));
        // Esc releases, and all tell of the mean again.
        QTest::keyClick(shown->pr, Qt::Key_Escape);
        QVERIFY(!shown->charts.view().chosen);
        for (std::size_t k = 0; k < 10; ++k)
            QCOMPARE(shown->iou->lines()[0].points[k].y(), m_a->tables->yolov5.mapByIou[k]);
        // A click on the mean curve of B shades that.
        const ChartLine* mean = lineNamed(*shown->pr, QStringLiteral("B, mean"));
        QVERIFY(mean != nullptr);
        clickWord(*shown->pr, QStringLiteral("B, mean"));
        QCOMPARE(shown->charts.view().chosen->run, 1);
        QVERIFY2(shown->pr->note().contains(qs(formatFixed(m_b->tables->yolov5.map50, 3))), qPrintable(shown->pr->note()));
    }

    void theChoiceGoesWithTheRunAndEndsWithItsCurve() {
        const auto shown = show({tests::shownAt(m_a, 0.25, 0.5), tests::shownAt(m_b, 0.25, 0.5)});
        clickWord(*shown->pr, QStringLiteral("car"));
        shown->charts.setRuns({tests::shownAt(m_a, 0.25, 0.5), tests::shownAt(m_b, 0.25, 0.5)}, 1);
        QCOMPARE(shown->charts.view().chosen->run, 1);
        QCOMPARE(shown->pr->chosen(), shown->charts.view().chosen->number());
        shown->charts.setRuns({tests::shownAt(m_a, 0.25, 0.5)}, 0);
        QCOMPARE(shown->charts.view().chosen->run, 0);
        clickWord(*shown->pr, QStringLiteral("car"));
        QVERIFY(!shown->charts.view().chosen);
    }

    void ratiosAreTheMeansOfTheCounts() {
        const auto shown = show({tests::shownAt(m_a, 0.3, 0.6), tests::shownAt(m_b, 0.3, 0.6), tests::shownAt(m_c, 0.3, 0.6)});
        const std::pair<RatioChart*, std::vector<eval::MeanRatios>> wanted[] = {
            {shown->confidence, eval::meanRatios(eval::countsAgainstConfidence(m_c->set->pairing, 0.6))},
            {shown->matchIou, eval::meanRatios(eval::countsAgainstMatchIou(m_c->set->pairing, 0.3))}};
        for (const auto& [chart, means] : wanted) {
            QCOMPARE(chart->lines().size(), std::size_t(9));
            const ChartLine* recall = lineNamed(*chart, QStringLiteral("C R"));
            QCOMPARE(recall->points.size(), means.size());
            for (std::size_t i = 0; i < means.size(); ++i)
                QCOMPARE(recall->points[i], QPointF(means[i].at, means[i].recall));
            const ChartLine* precision = lineNamed(*chart, QStringLiteral("C P"));
            for (std::size_t i = 0; i < precision->points.size(); ++i)
                QCOMPARE(precision->points[i].y(), means[i].precision);
            QVERIFY(!chart->caption().isEmpty());
        }
        QVERIFY(shown->matchIou->lines().back().points.front().y() > shown->matchIou->lines().back().points.back().y()); // both fall
    }

    void draggingACursorMovesTheThreshold() {
        const auto shown = show({tests::shownAt(m_a, 0.25, 0.5)});
        QSignalSpy confidence(&shown->charts, &EvaluateCharts::confidencePicked), matchIou(&shown->charts, &EvaluateCharts::matchIouPicked);
        const auto drag = [](LineChart* chart, double from, double to) {
            QTest::mousePress(plot(*chart), Qt::LeftButton, {}, chart->pixelOf({from, 0.5}).toPoint());
            QMouseEvent move(QEvent::MouseMove, chart->pixelOf({to, 0.5}), plot(*chart)->mapToGlobal(chart->pixelOf({to, 0.5})),
                             Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(plot(*chart), &move);
            QTest::mouseRelease(plot(*chart), Qt::LeftButton);
        };
        drag(shown->confidence, 0.25, 0.62);
        QVERIFY(std::abs(confidence.last()[0].toDouble() - 0.62) < 0.0051);
        drag(shown->matchIou, 0.5, 0.8);
        QVERIFY(std::abs(matchIou.last()[0].toDouble() - 0.8) < 1e-9);
        drag(shown->iou, 0.5, 0.7);
        QVERIFY(std::abs(matchIou.last()[0].toDouble() - 0.7) < 1e-9);
        QTest::keyClick(shown->confidence, Qt::Key_Right);
        QVERIFY(std::abs(confidence.last()[0].toDouble() - 0.63) < 0.0051);
        // And the other way: the sliders move the cursors at once.
        shown->charts.setThresholds(0.37, 0.65);
        QCOMPARE(*shown->confidence->cursorX(), 0.37);
        QCOMPARE(*shown->matchIou->cursorX(), 0.65);
        QCOMPARE(*shown->iou->cursorX(), 0.65);
    }

    void oneCursorOnAllCharts() {
        const auto shown = show({tests::shownAt(m_a, 0.25, 0.5)});
        pointAt(*shown->confidence, {0.7, 0.5});
        const double at = *shown->charts.view().hoverConfidence;
        QVERIFY(std::abs(at - 0.7) <= 0.0101);
        const auto counts = eval::countsAt(m_a->set->pairing, at, 0.5);
        QVERIFY(!shown->pr->dots().empty());
        for (const LineChart::Dot& dot : shown->pr->dots())
            QVERIFY(std::any_of(counts.begin(), counts.end(),
                                [&](const eval::ThresholdCounts& one) { return dot.at == QPointF(one.recall(), one.precision()); }));
        // The other way: a place on the curve of the cars is a confidence.
        QApplication::sendEvent(plot(*shown->confidence), std::make_unique<QEvent>(QEvent::Leave).get());
        QVERIFY(!shown->charts.view().hoverConfidence);
        const ChartLine* car = lineNamed(*shown->pr, QStringLiteral("car"));
        const QPointF there = car->points[car->points.size() / 2];
        pointAt(*shown->pr, there);
        QVERIFY(shown->confidence->markX().has_value());
        const double mark = *shown->confidence->markX();
        const auto recallAt = [&](double confidence) {
            for (const eval::ThresholdCounts& one : eval::countsAt(m_a->set->pairing, confidence, 0.5))
                if (one.classId == 2)
                    return one.recall();
            return -1.0;
        };
        const double pixel = 1.0 / plot(*shown->pr)->width();
        QVERIFY(recallAt(mark) >= there.x() - 2 * pixel && recallAt(mark + 0.01) <= there.x() + 2 * pixel);
        pointAt(*shown->matchIou, {0.7, 0.5});
        QVERIFY(shown->iou->markX().has_value());
        QVERIFY(!shown->confidence->markX());
    }

    void theFamilyIsTheCurveAtEveryMatchIou() {
        const auto shown = show({tests::shownAt(m_a, 0.25, 0.5)});
        clickWord(*shown->pr, QStringLiteral("car"));
        QTest::keyClick(shown->pr, Qt::Key_F);
        QVERIFY(shown->pr->isFamily());
        QCOMPARE(shown->charts.findChild<SegmentedButtons*>(QStringLiteral("prSwitch"))->current(), 1);
        QTRY_VERIFY(lineNamed(*shown->pr, QStringLiteral("IoU 0.95")) != nullptr);
        QCOMPARE(shown->pr->lines().size(), std::size_t(20));
        const auto& classes = m_a->set->pairing.classes;
        const auto car = std::find_if(classes.begin(), classes.end(), [](const eval::PairedClass& one) { return one.classId == 2; });
        for (const int iou : {50, 75, 95}) {
            const eval::CurveAt wanted = eval::curveAt(*car, m_a->set->pairing.objects, iou / 100.0);
            const ChartLine* line = lineNamed(*shown->pr, QStringLiteral("IoU 0.%1").arg(iou));
            QCOMPARE(line->points.back().x(), wanted.curve.recall.back());
            QVERIFY2(shown->pr->readout().contains(qs(formatFixed(wanted.ap, 3))), qPrintable(shown->pr->readout()));
        }
        QVERIFY(shown->pr->heading().contains(QStringLiteral("car")));
        // The mean of the classes, once none is chosen.
        shown->charts.findChild<SegmentedButtons*>(QStringLiteral("prSwitch"))->button(0)->click();
        QVERIFY(!shown->pr->isFamily());
        QTest::keyClick(shown->pr, Qt::Key_Escape);
        shown->charts.findChild<SegmentedButtons*>(QStringLiteral("prSwitch"))->button(1)->click();
        QTRY_VERIFY(shown->pr->readout().contains(qs(formatFixed(m_a->tables->yolov5.mapByIou[5], 3))));
    }

    void countsAreToldUnderTheMouse() {
        const auto shown = show({tests::shownAt(m_a, 0.25, 0.5)});
        // Dragging reads what is under the cursor; the picture changes with it.
        const QImage before = plot(*shown->confidence)->grab().toImage();
        pointAt(*shown->confidence, {0.5, 0.4});
        QVERIFY(plot(*shown->confidence)->grab().toImage() != before);
        const auto rows = eval::countsAt(m_a->set->pairing, 0.5, 0.5);
        const eval::ThresholdCounts total = totalOf(countsAt(*shown->charts.view().runs[0].live, 0.5));
        std::int64_t tp = 0, fp = 0, fn = 0;
        for (const eval::ThresholdCounts& one : rows) {
            tp += one.tp;
            fp += one.fp;
            fn += one.fn;
        }
        QVERIFY(total.tp == tp && total.fp == fp && total.fn == fn && tp > 0 && fp > 0 && fn > 0);
    }

    void confusionCellsLeadOn() {
        const auto shown = show({tests::shownAt(m_a, 0.25, 0.5), tests::shownAt(m_b, 0.25, 0.5)}, 1);
        const eval::ConfusionMatrix wanted = eval::confusionMatrix(m_b->detections(), *m_b->truth, 0.25, 0.5);
        QCOMPARE(shown->confusion->matrix().counts, wanted.counts);
        QVERIFY(shown->confusion->heading().contains(QStringLiteral("0.25")) &&
                shown->confusion->heading().contains(QStringLiteral("run B")));
        QSignalSpy picked(&shown->charts, &EvaluateCharts::confusionCellPicked);
        auto* cells = shown->confusion->findChild<QWidget*>(QStringLiteral("matrixCells"));
        const int last = static_cast<int>(wanted.classIds.size());
        QTest::mouseClick(cells, Qt::LeftButton, {}, shown->confusion->cellRect(last, 0).center().toPoint());
        QCOMPARE(picked.takeFirst(), (QVariantList{eval::kConfusionBackground, wanted.classIds.front()}));
    }

    void everyCameraHasItsCurve() {
        const auto shown = show({tests::shownAt(m_a, 0.25, 0.5), tests::shownAt(m_b, 0.25, 0.5)});
        QSignalSpy picked(&shown->charts, &EvaluateCharts::cameraPicked);
        shown->charts.findChild<SegmentedButtons*>(QStringLiteral("evaluateViewSwitch"))->button(1)->click();
        QTRY_COMPARE(shown->cameras->cameras().size(), std::size_t(3));
        const eval::FrameGroups groups = eval::groupFrames(m_a->detections().images, eval::GroupBy::Camera);
        const auto wanted = eval::evaluateGroups(m_a->set->pairing, *m_a->truth, groups, 0.25),
                   other = eval::evaluateGroups(m_b->set->pairing, *m_b->truth, groups, 0.25);
        for (std::size_t i = 0; i < 3; ++i) {
            const CameraCurves& camera = shown->cameras->cameras()[i];
            QCOMPARE(camera.name, wanted[i].name);
            QCOMPARE(camera.labels, wanted[i].labels);
            QCOMPARE(camera.images, std::int64_t(8));
            QVERIFY(std::abs(camera.runs[0].ap - wanted[i].map50) < 1e-12);
            QVERIFY(std::abs(camera.runs[1].ap - other[i].map50) < 1e-12);
            QCOMPARE(camera.trained, i < 2);
        }
        auto* tiles = shown->cameras->findChild<QWidget*>(QStringLiteral("cameraTiles"));
        QTest::mouseClick(tiles, Qt::LeftButton, {}, shown->cameras->tileRect(1).center());
        QCOMPARE(picked.takeFirst()[0].toString(), qs(wanted[1].name));
        QTest::keyClick(shown->cameras, Qt::Key_Right);
        QTest::keyClick(shown->cameras, Qt::Key_Return);
        QCOMPARE(picked.takeFirst()[0].toString(), qs(wanted[2].name));
        // Another match IoU gives other curves.
        QSignalSpy changed(shown->cameras, &CameraCurvesView::curvesChanged);
        shown->charts.setRuns({tests::shownAt(m_a, 0.25, 0.8), tests::shownAt(m_b, 0.25, 0.8)}, 0);
        QTRY_COMPARE(changed.count(), 1);
        QVERIFY(shown->cameras->cameras()[0].runs[0].ap < wanted[0].map50);
        QTemporaryDir folder;
        QVERIFY(shown->cameras->exportTo(folder.filePath(QStringLiteral("cameras.pdf"))));
        QVERIFY(shown->cameras->exportTo(folder.filePath(QStringLiteral("cameras.svg"))));
        QTest::keyClick(shown->cameras, Qt::Key_T);
        QVERIFY(shown->cameras->findChild<FigureTable*>()->model()->rowCount() > 100);
    }

    void aPointedCurveOfALargeRunHasFewPoints() {
        const auto large = tests::makeRun("large", {.images = 216, .labels = 20, .detections = 100});
        const auto shown = show({tests::shownAt(large, 0.25, 0.5)});
        const auto series = shown->pr->findChild<QChartView*>()->chart()->series();
        QVERIFY(lineNamed(*shown->pr, QStringLiteral("car"))->points.size() > 400);
        for (const QAbstractSeries* one : series)
            QVERIFY(static_cast<const QLineSeries*>(one)->count() <= 400);
    }
};

int main(int argc, char** argv) {
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.path().toUtf8());
    QApplication application(argc, argv);
    TestEvaluateCharts test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_evaluate_charts.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QApplication>
#include <QClipboard>
#include <QLineSeries>
#include <QMenu>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/theme.h"
#include "ui/widgets/bar_chart.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/matrix_view.h"

using namespace intersect;
using namespace intersect::ui;

/// What every figure can do: files, the table in its place, the menu; curves that are chosen; the confusion matrix.
class TestFigure : public QObject {
    Q_OBJECT

    static void show(Figure& figure, QSize size = {460, 320}) {
        figure.resize(size);
        figure.show();
        QVERIFY(QTest::qWaitForWindowExposed(&figure));
    }
    /// Two falling curves: "upper" from 1 to 0.5, "lower" from 0.6 to 0.1, each with a dashed end of the same choice.
    static void fill(LineChart& chart) {
        chart.setAxes({QStringLiteral("recall"), 0, 1, false, false, 1, 6}, {QStringLiteral("precision"), 0, 1, false, false, 1, 6});
        chart.setLines(
            {{QStringLiteral("upper"), Qt::blue, 2, false, MarkerShape::None, {{0, 1}, {0.8, 0.5}}, {}, true, false, 3},
             {QStringLiteral("upper, extrapolated"), Qt::blue, 2, true, MarkerShape::None, {{0.8, 0.5}, {1, 0}}, {}, false, false, 3},
             {QStringLiteral("lower"), Qt::red, 2, false, MarkerShape::None, {{0, 0.6}, {0.8, 0.1}}, {}, true, false, 7}});
    }
    static QWidget* plot(const Figure& figure) { return figure.findChild<QChartView*>()->viewport(); }
    /// The pointer without a button, at a place of the plot.
    static void pointAt(LineChart& chart, QPointF place) {
        QMouseEvent move(QEvent::MouseMove, place, plot(chart)->mapToGlobal(place), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(plot(chart), &move);
    }
    static QColor at(LineChart& chart, QPointF value) { return plot(chart)->grab().toImage().pixelColor(chart.pixelOf(value).toPoint()); }
    static eval::ConfusionMatrix matrix() {
        eval::ConfusionMatrix one;
        one.confidence = 0.25;
        one.iou = 0.5;
        one.classIds = {2, 7};
        one.counts = {{1234, 30, 5}, {66, 70, 8}, {100, 0, 0}};
        return one;
    }

private Q_SLOTS:
    void csvIsReadAsItIsWritten() {
        const auto rows = fieldsOfCsv(QStringLiteral("line,x\n\"a, \"\"b\"\"\",0.5\n,\nlast,1"));
        QCOMPARE(rows.size(), std::size_t(4));
        QCOMPARE(rows[1], (QStringList{QStringLiteral("a, \"b\""), QStringLiteral("0.5")}));
        QCOMPARE(rows[2], (QStringList{QString(), QString()}));
        QCOMPARE(rows[3], (QStringList{QStringLiteral("last"), QStringLiteral("1")}));
    }

    void aPdfIsAPageOfVectorsAsLargeAsTheChart() {
        QTemporaryDir folder;
        LineChart chart(QStringLiteral("PR curve"));
        fill(chart);
        show(chart, {480, 360});
        const QString name = folder.filePath(QStringLiteral("pr.pdf"));
        QVERIFY(chart.exportTo(name));
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.startsWith("%PDF-1.") && bytes.trimmed().endsWith("%%EOF"));
        QVERIFY2(!bytes.contains("/Subtype /Image"), "the chart was put in as pixels");
        // 480 x 360 px at 96 a inch are 360 x 270 points.
        QVERIFY2(bytes.contains("/MediaBox [0 0 360 270]") || bytes.contains("/MediaBox [0 0 360.000000 270.000000]"),
                 bytes.mid(bytes.indexOf("/MediaBox"), 60).constData());
        QVERIFY(!chart.exportTo(QStringLiteral("/proc/nowhere/pr.pdf")));
        BarChart bars(QStringLiteral("Quota"));
        bars.setCategories({QStringLiteral("a")});
        bars.setSeries({{QStringLiteral("train"), Qt::blue, {3}}}, false);
        show(bars);
        QVERIFY(bars.exportTo(folder.filePath(QStringLiteral("bars.pdf"))));
    }

    void theTableTakesTheChartsPlaceByOneKeyAndBack() {
        LineChart chart(QStringLiteral("PR curve"));
        fill(chart);
        show(chart);
        chart.setFocus();
        QSignalSpy switched(&chart, &Figure::tableShownChanged);
        QVERIFY(chart.findChild<FigureTable*>() == nullptr);
        QTest::keyClick(&chart, Qt::Key_T);
        auto* table = chart.findChild<FigureTable*>();
        QVERIFY(table != nullptr && table->isVisible() && !plot(chart)->isVisible());
        QCOMPARE(table->model()->rowCount(), 6);
        QCOMPARE(table->model()->headerData(1, Qt::Horizontal).toString(), QStringLiteral("recall"));
        QCOMPARE(table->model()->index(1, 0).data().toString(), QStringLiteral("upper"));
        QCOMPARE(table->model()->index(1, 1).data().toString(), QStringLiteral("0.8"));
        // The numbers go on moving below.
        chart.setLines({{QStringLiteral("new"), Qt::blue, 2, false, MarkerShape::None, {{0.25, 1.0 / 3}}, {}, true}});
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QCOMPARE(table->model()->index(0, 2).data().toString(), QStringLiteral("0.33333"));
        QCOMPARE(table->model()->index(0, 2).data(Qt::ToolTipRole).toString().toDouble(), 1.0 / 3);
        table->selectAll();
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text().section(QLatin1Char('\n'), 1, 1), QStringLiteral("new,0.25,0.3333333333333333"));
        // A picture is still one of the chart.
        QCOMPARE(chart.picture().size(), chart.size() * 2);
        QTest::keyClick(table, Qt::Key_T);
        QTRY_VERIFY(plot(chart)->isVisible());
        QTRY_VERIFY(chart.findChild<FigureTable*>() == nullptr);
        QCOMPARE(switched.count(), 2);
        chart.setTableShown(true);
        QTest::keyClick(chart.findChild<FigureTable*>(), Qt::Key_Escape);
        QTRY_VERIFY(!chart.isTableShown());
    }

    void theMenuHoldsTheSwitch() {
        BarChart bars(QStringLiteral("Quota"));
        bars.setCategories({QStringLiteral("170")});
        bars.setSeries({{QStringLiteral("train"), Qt::blue, {27}}}, false);
        show(bars);
        const std::unique_ptr<QMenu> menu(bars.makeMenu());
        QStringList words;
        for (const QAction* action : menu->actions())
            words << action->text().section(QLatin1Char('\t'), 0, 0);
        QVERIFY2(words.contains(QStringLiteral("Copy picture")) && words.contains(QStringLiteral("Copy data")) &&
                     words.contains(QStringLiteral("Export…")),
                 qPrintable(words.join(QLatin1Char('|'))));
        const qsizetype entry = words.indexOf(QStringLiteral("Show as table"));
        QVERIFY(entry >= 0);
        menu->actions()[entry]->trigger();
        QVERIFY(bars.isTableShown());
        QCOMPARE(bars.findChild<FigureTable*>()->model()->index(0, 1).data().toString(), QStringLiteral("27"));
        menu->actions()[1]->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), bars.dataCsv());
    }

    void aClickOnACurveShadesTheGroundUnderIt() {
        LineChart chart(QStringLiteral("PR curve"));
        fill(chart);
        show(chart);
        QSignalSpy chosen(&chart, &LineChart::chosenChanged);
        const QColor bare = at(chart, {0.3, 0.7});
        QTest::mouseClick(plot(chart), Qt::LeftButton, {}, chart.pixelOf({0.4, 0.75}).toPoint());
        QCOMPARE(chart.chosen(), 3);
        QCOMPARE(chosen.count(), 1);
        const QColor shaded = at(chart, {0.3, 0.7});
        QVERIFY(shaded != bare && shaded.blue() > shaded.red());
        QVERIFY(at(chart, {0.85, 0.1}) != bare);                                                 // under the extrapolated part too
        QCOMPARE(at(chart, {0.7, 0.9}), bare);                                                   // not above it
        QTest::mouseClick(plot(chart), Qt::LeftButton, {}, chart.pixelOf({0.7, 0.9}).toPoint()); // beside every curve
        QCOMPARE(chart.chosen(), 3);
        QTest::mouseClick(plot(chart), Qt::LeftButton, {}, chart.pixelOf({0.4, 0.35}).toPoint());
        QCOMPARE(chart.chosen(), 7);
        QTest::keyClick(&chart, Qt::Key_Escape);
        QCOMPARE(chart.chosen(), -1);
        QCOMPARE(at(chart, {0.3, 0.7}), bare);
    }

    void aClickOnALegendWordChoosesAndReleases() {
        LineChart chart(QStringLiteral("PR curve"));
        fill(chart);
        show(chart);
        ChartHeading* heading = chart.headingRow();
        QCOMPARE(heading->legend().size(), std::size_t(2));
        QTest::mouseClick(heading, Qt::LeftButton, {}, heading->wordRect(1).center());
        QCOMPARE(chart.chosen(), 7);
        QVERIFY(heading->legend()[1].chosen && !heading->legend()[0].chosen);
        QTest::mouseClick(heading, Qt::LeftButton, {}, heading->wordRect(1).center());
        QCOMPARE(chart.chosen(), -1);
        for (const int wanted : {3, 7, -1, 3}) { // by key, one after the other
            QTest::keyClick(&chart, Qt::Key_Down);
            QCOMPARE(chart.chosen(), wanted);
        }
        QTest::keyClick(&chart, Qt::Key_Up);
        QCOMPARE(chart.chosen(), -1);
    }

    void draggingARectangleZoomsAndChoosesNothing() {
        LineChart chart(QStringLiteral("PR curve"));
        fill(chart);
        show(chart);
        const QPoint from = chart.pixelOf({0.4, 0.75}).toPoint(), to = chart.pixelOf({0.8, 0.25}).toPoint();
        QTest::mousePress(plot(chart), Qt::LeftButton, {}, from);
        QTest::mouseMove(plot(chart), (from + to) / 2);
        QTest::mouseMove(plot(chart), to);
        QTest::mouseRelease(plot(chart), Qt::LeftButton, {}, to);
        QCOMPARE(chart.chosen(), -1);
        QVERIFY(std::abs(chart.pixelOf({0.4, 0.75}).x() - chart.pixelOf({0.8, 0.25}).x()) > 1.5 * std::abs(to.x() - from.x()));
        const QPoint before = chart.pixelOf({0.6, 0.5}).toPoint();
        QTest::mouseDClick(plot(chart), Qt::LeftButton, {}, before);
        QCOMPARE(chart.pixelOf({0.4, 0.75}).toPoint(), from);
    }

    void hoveringTellsWhereAndWhatIsNear() {
        LineChart chart(QStringLiteral("PR curve"));
        fill(chart);
        show(chart);
        QSignalSpy over(&chart, &LineChart::hovered);
        QSignalSpy left(&chart, &LineChart::hoverEnded);
        pointAt(chart, chart.pixelOf({0.4, 0.75}));
        QVERIFY(over.count() > 0);
        QVERIFY(std::abs(over.last()[0].toDouble() - 0.4) < 0.01);
        QCOMPARE(over.last()[1].toInt(), 3);
        pointAt(chart, chart.pixelOf({0.7, 0.9}));
        QCOMPARE(over.last()[1].toInt(), -1);
        pointAt(chart, {2, 2});
        QCOMPARE(left.count(), 1);
        QVERIFY(!chart.hoverX());
    }

    void aLineIsDrawnWithAsManyPointsAsAllowed() {
        LineChart chart(QStringLiteral("Noise"));
        ChartLine line;
        for (int i = 0; i < 30000; ++i)
            line.points.emplace_back(i / 29999.0, (i * 7919 % 1000) / 1000.0);
        chart.setAxes({QStringLiteral("x")}, {QStringLiteral("y")});
        chart.setPointsAtMost(400);
        chart.setLines({line});
        show(chart, {900, 400});
        const auto series = chart.findChild<QChartView*>()->chart()->series();
        const auto* drawn = qobject_cast<QLineSeries*>(series.front());
        QVERIFY2(drawn->count() <= 400 && drawn->count() > 300, qPrintable(QString::number(drawn->count())));
        double low = 1, high = 0;
        const auto points = drawn->points();
        for (const QPointF& point : points) {
            low = std::min(low, point.y());
            high = std::max(high, point.y());
        }
        QCOMPARE(low, 0.0);
        QCOMPARE(high, 0.999);
    }

    void matrixCellsArePickedByClickAndKey() {
        MatrixView view(QStringLiteral("Confusion"));
        show(view);
        view.setMatrix(matrix(), {QStringLiteral("car"), QStringLiteral("truck")});
        QSignalSpy picked(&view, &MatrixView::cellPicked);
        auto* cells = view.findChild<QWidget*>(QStringLiteral("matrixCells"));
        QTest::mouseClick(cells, Qt::LeftButton, {}, view.cellRect(1, 0).center().toPoint());
        QCOMPARE(picked.takeFirst(), (QVariantList{7, 2})); // trucks in the row of predictions, cars in the column of truth
        QTest::mouseClick(cells, Qt::LeftButton, {}, view.cellRect(2, 0).center().toPoint());
        QCOMPARE(picked.takeFirst(), (QVariantList{eval::kConfusionBackground, 2}));
        QTest::mouseClick(cells, Qt::LeftButton, {}, view.cellRect(2, 2).center().toPoint()); // background taken for background is no cell
        QCOMPARE(picked.count(), 0);
        QTest::keyClick(&view, Qt::Key_Right);
        QTest::keyClick(&view, Qt::Key_Right); // not into the corner
        QTest::keyClick(&view, Qt::Key_Return);
        QCOMPARE(picked.takeFirst(), (QVariantList{eval::kConfusionBackground, 7}));
        QTest::keyClick(&view, Qt::Key_Up);
        QTest::keyClick(&view, Qt::Key_Right);
        QTest::keyClick(&view, Qt::Key_Space);
        QCOMPARE(picked.takeFirst(), (QVariantList{7, eval::kConfusionBackground}));
    }

    void matrixTellsCountsFirstThenPerCent() {
        MatrixView view(QStringLiteral("Confusion"));
        show(view);
        view.setMatrix(matrix(), {QStringLiteral("car"), QStringLiteral("truck, long")});
        QCOMPARE(view.cellSentence(0, 0), QStringLiteral("1,234 of true car were found"));
        QCOMPARE(view.cellSentence(1, 0), QStringLiteral("66 of true car were called truck, long"));
        QCOMPARE(view.cellSentence(2, 0), QStringLiteral("100 of true car were missed"));
        QCOMPARE(view.cellSentence(0, 2), QStringLiteral("5 boxes called car show nothing"));
        QCOMPARE(view.cellSentence(2, 2), QString());
        const QStringList rows = view.dataCsv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(rows.size(), 1 + 8);
        QCOMPARE(rows[0], QStringLiteral("predicted,truth,count,part_of_truth"));
        QVERIFY(rows[1].startsWith(QStringLiteral("car,car,1234,")));
        QCOMPARE(rows[1].section(QLatin1Char(','), -1).toDouble(), 1234.0 / 1400);
        QCOMPARE(rows[3], QStringLiteral("car,background,5,"));
        QCOMPARE(rows[5], QStringLiteral("\"truck, long\",\"truck, long\",70,0.7"));
        QTest::keyClick(&view, Qt::Key_T);
        QCOMPARE(view.findChild<FigureTable*>()->model()->rowCount(), 8);
        QTemporaryDir folder;
        for (const char* ending : {"png", "svg", "pdf", "csv"})
            QVERIFY2(view.exportTo(folder.filePath(QStringLiteral("matrix.") + QLatin1String(ending))), ending);
    }
};

int main(int argc, char** argv) {
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.path().toUtf8());
    QApplication application(argc, argv);
    TestFigure test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_figure.moc"

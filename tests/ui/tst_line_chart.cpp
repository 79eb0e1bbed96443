// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QApplication>
#include <QLineSeries>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/widgets/bar_chart.h"
#include "ui/widgets/chart_points.h"
#include "ui/widgets/chart_scale.h"
#include "ui/widgets/line_chart.h"

using namespace intersect::ui;

class TestLineChart : public QObject {
    Q_OBJECT

    static ChartLine wave(int count) {
        ChartLine line;
        line.name = QStringLiteral("wave");
        line.colour = Qt::blue;
        for (int i = 0; i < count; ++i)
            line.points.emplace_back(i, std::sin(i * 0.01));
        return line;
    }
    static QList<QLineSeries*> seriesOf(const LineChart& chart) {
        QList<QLineSeries*> all;
        const auto series = chart.findChild<QChartView*>()->chart()->series();
        for (QAbstractSeries* one : series)
            all << qobject_cast<QLineSeries*>(one);
        return all;
    }

private Q_SLOTS:
    void csvHoldsEveryPointAndQuotesNames() {
        LineChart chart(QStringLiteral("Loss"));
        ChartLine line;
        line.name = QStringLiteral("a, \"b\"");
        line.points = {{0, 0.1}, {1, 1.0 / 3}};
        chart.setLines({line, wave(50000)});
        const QStringList rows = chart.dataCsv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(rows.size(), 1 + 2 + 50000);
        QCOMPARE(rows[0], QStringLiteral("line,x,y"));
        QCOMPARE(rows[1], QStringLiteral("\"a, \"\"b\"\"\",0,0.1"));
        QCOMPARE(rows[2].section(QLatin1Char(','), -1).toDouble(), 1.0 / 3); // reads back to the same double
    }

    void shownPointsAreAboutTwoAPixelAndPeaksStay() {
        LineChart chart(QStringLiteral("Noise"));
        chart.resize(500, 300);
        ChartLine line = wave(100000);
        line.points[54321].setY(7); // one spike
        chart.setAxes({.title = {}, .low = 0, .high = 99999}, {.title = {}, .low = -2, .high = 8});
        chart.setLines({line});
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        const auto series = seriesOf(chart);
        QCOMPARE(series.size(), 1);
        QVERIFY2(series[0]->count() <= 2 * 500 + 4, qPrintable(QString::number(series[0]->count())));
        double top = 0;
        const auto points = series[0]->points();
        for (const QPointF& point : points)
            top = std::max(top, point.y());
        QCOMPARE(top, 7.0);
        QCOMPARE(chart.lines()[0].points.size(), std::size_t(100000)); // the whole is kept
    }

    void decimationKeepsOrderAndEnds() {
        std::vector<QPointF> points;
        for (int i = 0; i < 10000; ++i)
            points.emplace_back(i, (i * 7919) % 1000);
        const QList<QPointF> thin = decimate(points, 0, 9999, 9999.0 / 300, 1, 300, 0.4);
        QVERIFY(thin.size() <= 2 * 301 + 2);
        for (int i = 1; i < thin.size(); ++i)
            QVERIFY(thin[i].x() >= thin[i - 1].x());
        QCOMPARE(thin.back(), points.back());
        const std::vector<QPointF> few{{0, 1}, {0, 0}, {1, 0}};
        QCOMPARE(decimate(few, 0, 1, 0.01, 0.01, 100, 0.4).size(), 3); // few points are left alone
    }

    void moreAndFewerLinesKeepOneSeriesEach() {
        LineChart chart(QStringLiteral("x"));
        chart.resize(300, 200);
        chart.setAxes({.title = {}, .low = 0, .high = 100}, {.title = {}, .low = -1, .high = 1});
        chart.show();
        chart.setLines({wave(10), wave(20), wave(30)});
        QCOMPARE(seriesOf(chart).size(), 3);
        chart.setLines({wave(5)});
        QCOMPARE(seriesOf(chart).size(), 1);
        QCOMPARE(seriesOf(chart)[0]->count(), 5);
        chart.setLines({});
        QCOMPARE(seriesOf(chart).size(), 0);
    }

    void arrowKeysMoveTheCursorAndStopAtTheEnds() {
        LineChart chart(QStringLiteral("x"));
        chart.resize(400, 300);
        chart.setAxes({.title = {}, .low = 0, .high = 1}, {.title = {}, .low = 0, .high = 1});
        chart.setCursor(0.5, true, 0.01);
        QSignalSpy moved(&chart, &LineChart::cursorMoved);
        QTest::keyClick(&chart, Qt::Key_Right);
        QVERIFY(std::abs(*chart.cursorX() - 0.51) < 1e-9);
        QTest::keyClick(&chart, Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(std::abs(*chart.cursorX() - 0.41) < 1e-9);
        QTest::keyClick(&chart, Qt::Key_End);
        QCOMPARE(*chart.cursorX(), 1.0);
        QTest::keyClick(&chart, Qt::Key_Right);
        QCOMPARE(*chart.cursorX(), 1.0);
        QTest::keyClick(&chart, Qt::Key_Home);
        QCOMPARE(*chart.cursorX(), 0.0);
        QCOMPARE(moved.count(), 5);
        QCOMPARE(moved.last().first().toDouble(), 0.0);
    }

    void cursorThatIsNotInteractiveStaysPut() {
        LineChart chart(QStringLiteral("x"));
        chart.setCursor(0.5);
        QSignalSpy moved(&chart, &LineChart::cursorMoved);
        QTest::keyClick(&chart, Qt::Key_Right);
        QCOMPARE(*chart.cursorX(), 0.5);
        QCOMPARE(moved.count(), 0);
    }

    void draggingMovesTheCursorToThePointer() {
        LineChart chart(QStringLiteral("x"));
        chart.resize(500, 300);
        chart.setAxes({.title = {}, .low = 0, .high = 1}, {.title = {}, .low = 0, .high = 1});
        chart.setCursor(0.1, true, 0.01);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        auto* view = chart.findChild<QChartView*>();
        const QRectF plot = view->chart()->plotArea();
        QTest::mousePress(view->viewport(), Qt::LeftButton, {},
                          QPoint(int(plot.left() + plot.width() * 0.7), int(plot.center().y())));
        QTest::mouseRelease(view->viewport(), Qt::LeftButton);
        QVERIFY2(std::abs(*chart.cursorX() - 0.7) <= 0.011, qPrintable(QString::number(*chart.cursorX())));
    }

    void valueBetweenPoints() {
        ChartLine line;
        line.points = {{0, 0}, {1, 10}, {3, 10}};
        QCOMPARE(*LineChart::valueAt(line, 0.25), 2.5);
        QCOMPARE(*LineChart::valueAt(line, 2), 10.0);
        QCOMPARE(*LineChart::valueAt(line, 0), 0.0);
        QCOMPARE(*LineChart::valueAt(line, 3), 10.0);
        QVERIFY(!LineChart::valueAt(line, -0.1));
        QVERIFY(!LineChart::valueAt(line, 3.1));
    }

    void ticksAreRound() {
        QCOMPARE(roundTicks(0, 1, 0, 1), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
        QCOMPARE(roundTicks(0, 60, 0, 0).size(), std::size_t(4));
        QCOMPARE(roundTicks(0, 2, 0, 0), (std::vector<double>{0, 1, 2})); // no half epochs
        QCOMPARE(roundTicks(0.0441, 0.0456, 0, 3), (std::vector<double>{0.045})); // no number stands twice
        QCOMPARE(roundTicks(0, 0.012, 0, 3).size(), std::size_t(3)); // steps of 0.005, not 0.0025
        double low = 0.034, high = 0.067;
        roundRange(low, high);
        QVERIFY(low <= 0.034 && high >= 0.067 && high - low < 0.06);
        low = high = 5;
        roundRange(low, high);
        QVERIFY(low < 5 && high > 5);
        low = high = 0.01; // a learning rate that stays
        roundRange(low, high);
        QVERIFY(low > 0 && low < 0.01 && high > 0.01 && high < 0.02);
        QCOMPARE(tickText(0, 1), QStringLiteral("0"));
        QCOMPARE(tickText(1, 1), QStringLiteral("1"));
        QCOMPARE(tickText(0.25, 2), QStringLiteral("0.25"));
        QCOMPARE(tickText(10000, 0), QStringLiteral("10,000"));
        QCOMPARE(powerTicks(1, 1000), (std::vector<double>{1, 10, 100, 1000}));
    }

    void exportsPictureDrawingAndNumbers() {
        QTemporaryDir folder;
        LineChart chart(QStringLiteral("Loss by component"));
        chart.resize(400, 260);
        chart.setAxes({.title = QStringLiteral("epoch"), .low = 0, .high = 100}, {.title = {}, .low = -1, .high = 1});
        chart.setLines({wave(100)});
        chart.show();
        const QString png = folder.filePath(QStringLiteral("c.png")), svg = folder.filePath(QStringLiteral("c.svg")),
                      csv = folder.filePath(QStringLiteral("c.csv"));
        QVERIFY(chart.exportTo(png) && chart.exportTo(svg) && chart.exportTo(csv));
        QCOMPARE(QImage(png).size(), QSize(800, 520));
        QFile drawing(svg);
        QVERIFY(drawing.open(QIODevice::ReadOnly));
        const QByteArray text = drawing.readAll();
        QVERIFY(text.contains("Loss by component") && text.contains("epoch"));
        QFile numbers(csv);
        QVERIFY(numbers.open(QIODevice::ReadOnly));
        QCOMPARE(numbers.readAll(), chart.dataCsv().toUtf8());
        QVERIFY(!chart.exportTo(folder.filePath(QStringLiteral("c.gif"))));
        QVERIFY(!chart.exportTo(QStringLiteral("/proc/nowhere/c.csv")));
    }

    void automaticRangeFollowsTheData() {
        LineChart chart(QStringLiteral("x"));
        chart.resize(400, 300);
        chart.setAxes({.title = {}, .low = 0, .high = 10}, {.title = {}, .automatic = true, .decimals = 2});
        ChartLine line;
        line.points = {{0, 0.31}, {10, 0.77}};
        chart.setLines({line});
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        const auto* view = chart.findChild<QChartView*>();
        const QPointF at = view->chart()->mapToPosition({10, 0.77}, seriesOf(chart)[0]);
        QVERIFY(view->chart()->plotArea().adjusted(-1, -1, 1, 1).contains(at));
        line.points = {{0, 31}, {10, 77}};
        chart.setLines({line});
        QVERIFY(view->chart()
                    ->plotArea()
                    .adjusted(-1, -1, 1, 1)
                    .contains(view->chart()->mapToPosition({10, 77}, seriesOf(chart)[0])));
    }

    void barsTellTheirNumbers() {
        BarChart bars(QStringLiteral("Quota"));
        bars.resize(400, 260);
        bars.setCategories({QStringLiteral("170"), QStringLiteral("398")});
        bars.setSeries({{QStringLiteral("train"), Qt::blue, {27, 30}}, {QStringLiteral("val"), Qt::yellow, {6, 4}}},
                       true);
        bars.setMarkers({33.3, 33.4}, QStringLiteral("exact quota"), {QStringLiteral("33"), QStringLiteral("34")});
        QCOMPARE(bars.dataCsv(), QStringLiteral("category,train,val,exact quota\n170,27,6,33.3\n398,30,4,33.4\n"));
        bars.show();
        QVERIFY(QTest::qWaitForWindowExposed(&bars));
        auto* view = bars.findChild<QChartView*>();
        QSignalSpy clicked(&bars, &BarChart::categoryClicked);
        const QRectF plot = view->chart()->plotArea();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                          QPoint(int(plot.left() + plot.width() * 0.75), int(plot.center().y())));
        QCOMPARE(clicked.count(), 1);
        QCOMPARE(clicked.first().first().toInt(), 1);
        // A stacked bar of 33 stands below the line at 33.3: its colour is there at half height, and not above it.
        const QImage image = view->grab().toImage();
        const double x = plot.left() + plot.width() * 0.25;
        QCOMPARE(image.pixelColor(int(x), int(plot.bottom() - plot.height() * 0.3)), QColor(Qt::blue));
    }
};

int main(int argc, char** argv) {
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.path().toUtf8());
    QApplication application(argc, argv);
    TestLineChart test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_line_chart.moc"

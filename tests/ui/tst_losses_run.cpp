// SPDX-License-Identifier: GPL-3.0-or-later
// A run's own predictions on the Losses page, over records whose shares are worked out by hand.
#include <fstream>

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "tests/support/recorded_run.h"
#include "ui/pages/losses_epochs.h"
#include "ui/pages/losses_page.h"
#include "ui/pages/losses_run.h"
#include "ui/text.h"
#include "ui/widgets/histogram_chart.h"

using namespace intersect;
using namespace intersect::ui;
using tests::recordOf;
using tests::writeRecordedRun;

namespace {

/// Cross-entropy of 5 cars at logit 1 is 1.566, of 995 others at 6 is 2.463; focal, γ 2, makes 0.1133 and 0.0000151 of them.
const std::vector<runs::PtRecord> kRecords{recordOf(1, 1, 5, 6, 995), recordOf(2, 3, 5, 8, 995)};
const std::vector<std::map<int, double>> kClassAp{{{2, 0.2}, {7, 0.05}}, {{2, 0.46}, {7, 0.04}}, {{2, 0.5}, {7, 0.10}}};

} // namespace

class TestLossesRun : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<LossesPage> m_page;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    runs::RunPaths paths(const char* run) const { return m_session->runPaths(QString::fromUtf8(run)); }
    QString words() const { return find<QLabel>("ptWords")->text().remove(QStringLiteral("<b>")).remove(QStringLiteral("</b>")); }
    QString caption() const { return find<QLabel>("ptCaption")->text(); }
    void choose(const char* combo, const QString& text) {
        auto* box = find<QComboBox>(combo);
        const int index = box->findText(text);
        QVERIFY2(index >= 0, qPrintable(text));
        box->setFocus();
        while (box->currentIndex() != index)
            QTest::keyClick(box, box->currentIndex() < index ? Qt::Key_Down : Qt::Key_Up);
    }
    void click(const char* picker, int index) { QTest::mouseClick(find<SegmentedButtons>(picker)->button(index), Qt::LeftButton); }
    double share(int series, int bar) const {
        return find<HistogramChart>("lossShareChart")->series().at(std::size_t(series)).values.at(std::size_t(bar));
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString folder = m_dir.filePath(QStringLiteral("frames/test/2703"));
        QVERIFY(QDir().mkpath(folder));
        QImage image(100, 100, QImage::Format_RGB888);
        image.fill(Qt::gray);
        QVERIFY(image.save(folder + QStringLiteral("/2703-2021_03_20_070000.jpg"), "JPG", 95));
        m_session = std::make_unique<Session>();
        m_session->openDataset(m_dir.filePath(QStringLiteral("frames")));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
    }
    void init() {
        m_page = std::make_unique<LossesPage>(*m_session);
        m_page->resize(1352, 790);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    void cleanup() { m_page.reset(); }

    void asksForARun() {
        QCOMPARE(find<QLabel>("runChartsSentence")->text(), QStringLiteral("Choose a run to see where its predictions lie."));
        QVERIFY(find<QLabel>("runChartsSentence")->isVisible());
        QVERIFY(!find<HistogramChart>("ptHistogram")->isVisible());
        QVERIFY(!find<QLabel>("ptWords")->isVisible());
        QVERIFY(!find<QSlider>("ptEpochSlider")->isEnabled());
    }

    void saysWhatTheLastBinHoldsAndMakes() {
        runs::TrainConfig config;
        config.loss.kind = loss::LossKind::Focal;
        config.loss.gamma = 0.5;
        QVERIFY(writeRecordedRun(paths("first"), config, kClassAp, kRecords));
        m_session->noteRunsChanged();
        // The only run with a record is shown by itself, after its last epoch.
        QTRY_COMPARE(find<QLabel>("ptEpochText")->text(), QStringLiteral("2 of 2"));
        QCOMPARE(find<QComboBox>("ptRunCombo")->currentText(), QStringLiteral("first"));
        QTest::keyClick(find<QSlider>("ptEpochSlider"), Qt::Key_Left);
        QCOMPARE(find<QLabel>("ptEpochText")->text(), QStringLiteral("1 of 2"));
        QCOMPARE(caption(), QStringLiteral("40 val frames, 1,000 predictions, 5 of them positives"));
        const auto counts = find<HistogramChart>("ptHistogram")->series();
        QCOMPARE(counts.size(), std::size_t(2));
        QCOMPARE(counts[0].name, QStringLiteral("negatives"));
        QCOMPARE(counts[0].values[19], 995.0);
        QCOMPARE(counts[1].values[14], 5.0); // p_t 0.731
        QCOMPARE(counts[1].values[19], 0.0);
        QVERIFY(std::abs(share(0, 19) - 0.61131) < 1e-4);
        QVERIFY(std::abs(share(0, 14) - 0.38869) < 1e-4);
        QVERIFY(std::abs(share(1, 19) - 0.00013291) < 1e-7); // the page opens with focal, γ 2
        QCOMPARE(find<HistogramChart>("lossShareChart")->marks()[19], 0.25);
        QVERIFY2(words() == QStringLiteral("The last bin holds 99.5 % of the predictions. It makes 61.1 % of the cross-entropy and 0.013 % "
                                           "of focal, γ 2: training then follows "
                                           "the hard examples. This run was trained with focal, γ 0.5, of which it made 25.0 %."),
                 qPrintable(words()));
        QVERIFY(find<QLabel>("ptWords")->isVisible());
    }

    void theSlidersMoveTheShares() {
        QTRY_VERIFY(find<HistogramChart>("ptHistogram")->isVisible());
        QTest::keyClick(find<QSlider>("ptEpochSlider"), Qt::Key_Home);
        const double before = share(1, 19);
        auto* gamma = find<QSlider>("gammaSlider");
        gamma->setFocus();
        QTest::keyClick(gamma, Qt::Key_Home); // γ 0 is cross-entropy
        QTRY_VERIFY(share(1, 19) > before);
        QVERIFY(std::abs(share(1, 19) - share(0, 19)) < 1e-9);
    }

    void sidesTermsAndClasses() {
        QTRY_VERIFY(find<HistogramChart>("ptHistogram")->isVisible());
        QTest::keyClick(find<QSlider>("ptEpochSlider"), Qt::Key_Home);
        click("ptSidePicker", 1);
        QCOMPARE(caption(), QStringLiteral("40 val frames, 5 predictions"));
        QCOMPARE(find<HistogramChart>("ptHistogram")->series().size(), std::size_t(1));
        QCOMPARE(share(0, 14), 1.0);
        click("ptSidePicker", 2);
        QCOMPARE(caption(), QStringLiteral("40 val frames, 995 predictions"));
        click("ptSidePicker", 0);
        click("ptTermPicker", 1);
        QCOMPARE(caption(), QStringLiteral("40 val frames, 20 predictions, 5 of them positives"));
        choose("ptClassCombo", QStringLiteral("car"));
        QCOMPARE(caption(), QStringLiteral("40 val frames, 5 predictions, 5 of them positives"));
        click("ptTermPicker", 0); // the class stays: cells without an object are of no class
        QCOMPARE(find<QComboBox>("ptClassCombo")->currentText(), QStringLiteral("car"));
        QCOMPARE(caption(), QStringLiteral("40 val frames, 1,000 predictions, 5 of them positives"));
    }

    void oneAxisAndOneCursor() {
        auto* histogram = find<HistogramChart>("ptHistogram");
        auto* share = find<HistogramChart>("lossShareChart");
        QTRY_VERIFY(histogram->isVisible());
        auto* loss = find<LineChart>("lossChart");
        const auto left = [this](const QWidget* chart, double inView) { return chart->mapTo(m_page.get(), QPoint(0, 0)).x() + inView; };
        QVERIFY(std::abs(left(loss, loss->pixelOf({0, 1}).x()) - left(histogram, histogram->plotRect().left())) <= 1);
        QVERIFY(std::abs(left(loss, loss->pixelOf({1, 1}).x()) - left(histogram, histogram->plotRect().right())) <= 1);
        QCOMPARE(histogram->plotRect().left(), share->plotRect().left());
        auto* viewport = histogram->findChild<QChartView*>()->viewport();
        const QRectF plot = histogram->plotRect();
        QTest::mouseClick(viewport, Qt::LeftButton, {}, QPoint(int(plot.left() + plot.width() / 2), int(plot.center().y())));
        QVERIFY(std::abs(*loss->cursorX() - 0.5) < 0.011);
        QCOMPARE(*share->cursorX(), *histogram->cursorX());
        const double before = *loss->cursorX();
        QTest::keyClick(share, Qt::Key_Right);
        QVERIFY(std::abs(*loss->cursorX() - before - 0.01) < 1e-9);
        QVERIFY(std::abs(*histogram->cursorX() - before - 0.01) < 1e-9);
    }

    void aTableTakesTheChartsPlace() {
        auto* histogram = find<HistogramChart>("ptHistogram");
        QTRY_VERIFY(histogram->isVisible());
        histogram->setFocus();
        QTest::keyClick(histogram, Qt::Key_T);
        QVERIFY(histogram->isTableShown());
        QVERIFY(histogram->dataCsv().startsWith(QStringLiteral("from,to,\"negatives\",\"positives\"\n0,0.05,0,0\n")));
        QTest::keyClick(histogram, Qt::Key_T);
    }

    void playsTheEpochs() {
        QTRY_VERIFY(find<HistogramChart>("ptHistogram")->isVisible());
        auto* play = find<QToolButton>("ptPlayButton");
        QTest::keyClick(find<QSlider>("ptEpochSlider"), Qt::Key_Home);
        QTest::mouseClick(play, Qt::LeftButton);
        QCOMPARE(play->toolTip(), QStringLiteral("Stop at this epoch"));
        QTRY_COMPARE(find<QLabel>("ptEpochText")->text(), QStringLiteral("2 of 2"));
        QCOMPARE(play->toolTip(), QStringLiteral("Play the epochs one after another"));
    }

    void aRunningRunGrows() {
        QTRY_COMPARE(find<QLabel>("ptEpochText")->text(), QStringLiteral("2 of 2"));
        std::ofstream(paths("first").histograms(), std::ios::app) << formatPtRecord(recordOf(3, 4, 5, 9, 2995));
        QTRY_COMPARE(find<QLabel>("ptEpochText")->text(), QStringLiteral("3 of 3")); // it was at the last epoch and stays there
        QCOMPARE(caption(), QStringLiteral("40 val frames, 3,000 predictions, 5 of them positives"));
        QTest::keyClick(find<QSlider>("ptEpochSlider"), Qt::Key_Left);
        std::ofstream(paths("first").histograms(), std::ios::app) << formatPtRecord(recordOf(4, 4, 5, 9, 3995));
        QTRY_COMPARE(find<QLabel>("ptEpochText")->text(), QStringLiteral("2 of 4")); // what one looks at stays
    }

    void saysWhyThereIsNothing() {
        QVERIFY(writeRecordedRun(paths("before"), {}, kClassAp, {}));
        QVERIFY(writeRecordedRun(paths("old"), {}, kClassAp, {}));
        QVERIFY(writeFileAtomically(paths("old").histograms(), "{\"epoch\":1,\"bins\":50}\n"));
        m_session->noteRunsChanged();
        QTRY_VERIFY(find<QComboBox>("ptRunCombo")->findText(QStringLiteral("before (no record)")) > 0);
        choose("ptRunCombo", QStringLiteral("before (no record)"));
        QTRY_VERIFY(find<QLabel>("runChartsSentence")->isVisible());
        QTRY_VERIFY(find<QLabel>("runChartsSentence")->text().startsWith(QStringLiteral("This run kept no record")));
        QVERIFY(find<QLabel>("runChartsAdvice")->text().contains(QStringLiteral("val list")));
        choose("ptRunCombo", QStringLiteral("old"));
        QTRY_VERIFY(find<QLabel>("runChartsSentence")->text().contains(QStringLiteral("earlier version")));
        choose("ptRunCombo", QStringLiteral("first"));
        QTRY_VERIFY(find<HistogramChart>("ptHistogram")->isVisible());
        choose("ptRunCombo", QStringLiteral("No run"));
        QTRY_COMPARE(find<QLabel>("runChartsSentence")->text(), QStringLiteral("Choose a run to see where its predictions lie."));
    }

    void overEpochs() {
        // The second run: trucks come sooner.
        QVERIFY(writeRecordedRun(paths("second"), {}, {{{2, 0.1}, {7, 0.19}}, {{2, 0.3}, {7, 0.2}}},
                                 {recordOf(1, 1, 5, 6, 995), recordOf(2, 1, 5, 6, 995)}));
        m_session->noteRunsChanged();
        click("lossesView", 2);
        QTRY_VERIFY(find<QComboBox>("epochsRunA")->findText(QStringLiteral("second")) > 0);
        choose("epochsRunA", QStringLiteral("first"));
        choose("epochsRunB", QStringLiteral("second"));
        const auto* table = find<QTableView>("epochsClassTable")->model();
        const auto cell = [table](int row, int column) { return table->index(row, column).data().toString(); };
        QTRY_COMPARE(cell(0, 4), QStringLiteral("0.200"));
        QTRY_COMPARE(cell(0, 2), QStringLiteral("0.100"));
        // Cars have five cells, trucks none: the rare class first. 90 % of 0.1 is reached in epoch 3, of 0.2 in epoch 1; of 0.5 in 2, of
        // 0.3 in 2.
        QCOMPARE(cell(0, 0), QStringLiteral("truck"));
        QCOMPARE(cell(0, 3), QStringLiteral("3"));
        QCOMPARE(cell(0, 5), QStringLiteral("1"));
        QCOMPARE(cell(1, 0), QStringLiteral("car"));
        QCOMPARE(cell(1, 2), QStringLiteral("0.500"));
        QCOMPARE(cell(1, 3), QStringLiteral("2"));
        QCOMPARE(cell(1, 5), QStringLiteral("2"));

        const auto* crossed = find<LineChart>("crossedPositivesChart");
        QCOMPARE(crossed->lines().size(), std::size_t(4));
        QCOMPARE(crossed->lines()[0].name, QStringLiteral("A became easy"));
        QCOMPARE(crossed->lines()[0].points.front(), QPointF(2, 12));
        QCOMPARE(crossed->lines()[1].points.front(), QPointF(2, 2));
        QCOMPARE(crossed->lines()[0].points.size(), std::size_t(3)); // epochs 2 to 4
        QCOMPARE(find<LineChart>("crossedNegativesChart")->lines()[3].points.front(), QPointF(2, 102));

        auto* view = find<QTableView>("epochsClassTable");
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(view->model()->index(1, 0)).center());
        const auto* ap = find<LineChart>("classApChart");
        QCOMPARE(ap->heading(), QStringLiteral("AP of car by epoch"));
        QCOMPARE(ap->lines().size(), std::size_t(2));
        QCOMPARE(ap->lines()[0].points[1], QPointF(2, 0.46));
        QCOMPARE(ap->dots().size(), std::size_t(2));
        QCOMPARE(ap->dots()[0].at, QPointF(2, 0.46));
        choose("epochsRunB", QStringLiteral("No run"));
        QTRY_COMPARE(ap->lines().size(), std::size_t(1));
        QCOMPARE(cell(1, 4), QStringLiteral("–"));
    }
};

QTEST_MAIN(TestLossesRun)
#include "tst_losses_run.moc"

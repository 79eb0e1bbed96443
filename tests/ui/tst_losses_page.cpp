// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QApplication>
#include <QChartView>
#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QComboBox>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QStyleOptionSlider>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/pages/losses_imbalance_chart.h"
#include "ui/pages/losses_lengths.h"
#include "ui/pages/losses_page.h"
#include "ui/widgets/distribution_bars.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/segmented_buttons.h"

using namespace intersect;
using namespace intersect::ui;

Q_DECLARE_METATYPE(intersect::loss::LossSpec)

class TestLossesPage : public QObject {
    Q_OBJECT
    std::unique_ptr<Session> m_session;
    std::unique_ptr<LossesPage> m_page;

    template <class W>
    W* find(const char* name) {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    QString cell(const char* table, int row, int column) {
        const auto* model = find<QTableView>(table)->model();
        return model->data(model->index(row, column), Qt::DisplayRole).toString();
    }

private Q_SLOTS:
    void init() {
        m_session = std::make_unique<Session>();
        m_page = std::make_unique<LossesPage>(*m_session);
        m_page->resize(1352, 790);
        m_page->show();
    }
    void cleanup() {
        m_page.reset();
        m_session.reset();
    }

    void tableHoldsThePaperNumbers() {
        // Values at p 0.1 and 0.9 from the golden table of the formulas, gamma 0, 0.5, 1, 2, 5.
        find<QDoubleSpinBox>("ptCursorSpin")->setValue(0.1);
        QCOMPARE(cell("cursorTable", 0, 1), QStringLiteral("2.303"));
        QCOMPARE(cell("cursorTable", 2, 1), QStringLiteral("2.072"));
        QCOMPARE(cell("cursorTable", 3, 1), QStringLiteral("1.865"));
        QCOMPARE(cell("cursorTable", 4, 1), QStringLiteral("1.360"));
        QCOMPARE(cell("cursorTable", 0, 2), QStringLiteral("0.105"));
        QTest::mouseClick(find<SegmentedButtons>("cursorWhat")->button(1), Qt::LeftButton);
        QCOMPARE(cell("cursorTable", 0, 1), QStringLiteral("0.900"));
        QCOMPARE(cell("cursorTable", 2, 1), QStringLiteral("1.017"));
        QCOMPARE(cell("cursorTable", 3, 1), QStringLiteral("1.102"));
        QCOMPARE(cell("cursorTable", 4, 1), QStringLiteral("1.211"));
    }

    void cursorsOfThePresetAndTheirRatio() {
        QTest::mouseClick(find<QPushButton>("cursorPresetEasy"), Qt::LeftButton);
        QCOMPARE(find<QDoubleSpinBox>("ptCursorSpin")->value(), 0.9);
        QCOMPARE(find<QDoubleSpinBox>("ptCursorBSpin")->value(), 0.6);
        // -ln 0.9 = 0.10536, -ln 0.6 = 0.51083: 0.206 and 4.85; with gamma 2 times (0.1/0.4)^2 = 1/16: 0.0129 and 77.6.
        QCOMPARE(cell("cursorTable", 0, 1), QStringLiteral("0.105"));
        QCOMPARE(cell("cursorTable", 0, 2), QStringLiteral("0.511"));
        QCOMPARE(cell("cursorTable", 0, 3), QStringLiteral("0.21"));
        QCOMPARE(cell("cursorTable", 0, 4), QStringLiteral("4.85"));
        QCOMPARE(cell("cursorTable", 3, 3), QStringLiteral("0.013"));
        QCOMPARE(cell("cursorTable", 3, 4), QStringLiteral("78"));
        QTRY_VERIFY(find<QLabel>("lossWords")->text().contains(QStringLiteral("<b>78</b> easy examples (pₜ 0.90)")));
    }

    void cursorMovesInBothChartsAndTheSlider() {
        auto* loss = find<LineChart>("lossChart");
        auto* gradient = find<LineChart>("gradientChart");
        find<QDoubleSpinBox>("ptCursorSpin")->setValue(0.5);
        QCOMPARE(*loss->cursorX(), 0.5);
        QVERIFY(std::abs(*gradient->cursorX()) < 1e-9);
        QTest::keyClick(loss, Qt::Key_Right);
        QCOMPARE(find<QDoubleSpinBox>("ptCursorSpin")->value(), 0.51);
        QTest::keyClick(loss, Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(find<QDoubleSpinBox>("ptCursorBSpin")->value(), 0.89);
        QCOMPARE(find<QDoubleSpinBox>("ptCursorSpin")->value(), 0.51);
        Q_EMIT gradient->cursorMoved(std::log(0.8 / 0.2));
        QCOMPARE(find<QDoubleSpinBox>("ptCursorSpin")->value(), 0.8);
        QCOMPARE(*loss->cursorX(), 0.8);
    }

    void nearerCursorIsDragged() {
        auto* chart = find<LineChart>("lossChart");
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        QWidget* plot = chart->findChild<QChartView*>()->viewport();
        const auto at = [&](double pt) { return chart->pixelOf({pt, 1}).toPoint(); };
        QTest::mousePress(plot, Qt::LeftButton, {}, at(0.85)); // A stands at 0.2, B at 0.9
        QTest::mouseMove(plot, at(0.7));
        QTest::mouseMove(plot, at(0.65));
        QTest::mouseRelease(plot, Qt::LeftButton, {}, at(0.65));
        QVERIFY(std::abs(find<QDoubleSpinBox>("ptCursorBSpin")->value() - 0.65) < 0.011);
        QCOMPARE(find<QDoubleSpinBox>("ptCursorSpin")->value(), 0.2);
        QTest::mousePress(plot, Qt::LeftButton, {}, at(0.3));
        QTest::mouseRelease(plot, Qt::LeftButton, {}, at(0.3));
        QVERIFY(std::abs(find<QDoubleSpinBox>("ptCursorSpin")->value() - 0.3) < 0.011);
    }

    void uncheckedCurvesGo() {
        auto* chart = find<LineChart>("lossChart");
        QCOMPARE(chart->lines().size(), std::size_t(5)); // gamma 2 is the chosen one, drawn thick
        QVERIFY(chart->lines()[3].widthPx > 2);
        QTest::mouseClick(find<QCheckBox>("curveGamma5"), Qt::LeftButton, {}, QPoint(8, 8));
        QCOMPARE(chart->lines().size(), std::size_t(4));
        QCOMPARE(find<QTableView>("cursorTable")->model()->rowCount(), 4);
    }

    void chosenLossIsALineOfItsOwnWithAlpha() {
        auto* chart = find<LineChart>("lossChart");
        find<QCheckBox>("useAlphaCheck")->setChecked(true);
        find<QDoubleSpinBox>("alphaSliderSpin")->setValue(0.25);
        QCOMPARE(chart->lines().size(), std::size_t(6));
        const ChartLine &focal = chart->lines()[3], &chosen = chart->lines()[5];
        for (std::size_t i = 0; i < focal.points.size(); i += 50)
            QVERIFY(std::abs(chosen.points[i].y() - 0.25 * focal.points[i].y()) < 1e-12);
        QCOMPARE(m_page->subtitle(), QStringLiteral("focal, γ 2, α 0.25"));
    }

    void axesAreThoseOfTheExample() {
        auto* chart = find<LineChart>("lossChart");
        const auto lossAt = [&](double x) { return *LineChart::valueAt(chart->lines()[0], x); };
        QVERIFY(std::abs(lossAt(0.5) - std::log(2)) < 1e-4);
        QTest::mouseClick(find<SegmentedButtons>("lossAxis")->button(1), Qt::LeftButton); // the logit: softplus(-x) of a positive
        QVERIFY(std::abs(lossAt(-2) - std::log1p(std::exp(2))) < 1e-3);
        QTest::mouseClick(find<SegmentedButtons>("exampleSide")->button(1), Qt::LeftButton); // softplus(x) of a negative
        QVERIFY(std::abs(lossAt(-2) - std::log1p(std::exp(-2))) < 1e-3);
        QTest::mouseClick(find<SegmentedButtons>("lossAxis")->button(2), Qt::LeftButton); // one curve for both in y x
        QVERIFY(std::abs(lossAt(-2) - std::log1p(std::exp(2))) < 1e-3);
    }

    void softTargetsPullBack() {
        // A target of 0.7 is reached at p 0.7: the gradient is p - t there, and of the other sign beyond.
        auto* chart = find<LineChart>("gradientChart");
        find<QDoubleSpinBox>("targetSliderSpin")->setValue(0.7);
        const double there = std::log(0.7 / 0.3);
        QVERIFY(std::abs(*LineChart::valueAt(chart->lines()[0], there)) < 1e-3);
        QVERIFY(std::abs(*LineChart::valueAt(chart->lines()[0], 4) - (0.7 - 1 / (1 + std::exp(-4.0)))) < 1e-3);
        QVERIFY(m_page->command().join(QLatin1Char(' ')).contains(QStringLiteral("--target 0.7")));
    }

    void realSliderMovesTheCurveInPlace() {
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        auto* slider = find<QSlider>("gammaSlider");
        auto* chart = find<LineChart>("lossChart");
        const auto thick = [&] {
            for (const ChartLine& line : chart->lines())
                if (line.widthPx > 2)
                    return *LineChart::valueAt(line, 0.5);
            return -1.0;
        };
        QVERIFY(std::abs(thick() - std::log(2) / 4) < 1e-4); // gamma 2 at 0.5
        QStyleOptionSlider option;
        option.initFrom(slider);
        option.orientation = Qt::Horizontal;
        option.minimum = slider->minimum(), option.maximum = slider->maximum();
        option.sliderPosition = option.sliderValue = slider->value();
        const QRect handle = slider->style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider);
        QTest::mousePress(slider, Qt::LeftButton, {}, handle.center());
        QTest::mouseMove(slider, handle.center() + QPoint(20, 0));
        QTest::mouseMove(slider, handle.center() + QPoint(40, 0));
        QTest::mouseRelease(slider, Qt::LeftButton, {}, handle.center() + QPoint(40, 0));
        const double gamma = find<QDoubleSpinBox>("gammaSliderSpin")->value();
        QVERIFY(gamma > 2.3);
        QCOMPARE(m_page->chosen().gamma, gamma);
        QVERIFY(std::abs(thick() - std::log(2) * std::pow(0.5, gamma)) < 1e-4);
    }

    void balancedTakesAlphaFromTheCounts() {
        auto* kind = find<QComboBox>("lossKindCombo");
        kind->setCurrentIndex(kind->findData(int(loss::LossKind::Balanced)));
        QCOMPARE(find<QDoubleSpinBox>("alphaSliderSpin")->value(), 0.999); // 10,000 of 10,010
        kind->setCurrentIndex(kind->findData(int(loss::LossKind::Focal)));
        QCOMPARE(find<QDoubleSpinBox>("alphaSliderSpin")->value(), 0.25);
    }

    void imbalanceAgreesWithHandCounting() {
        // 10 x 3.0 and 10,000 x 0.1; balanced 30 x 0.999 and 1,000 x 0.000999; focal gamma 2: 30 (1 - e^-3)^2 and 1000 (1 - e^-0.1)^2; OHEM
        // 30 of 0.1.
        QCOMPARE(find<QLabel>("positivesSum")->text(), QStringLiteral("30.00"));
        QCOMPARE(find<QLabel>("negativesSum")->text(), QStringLiteral("1,000"));
        const auto& rows = find<ImbalanceChart>("imbalanceChart")->rows();
        QCOMPARE(rows.size(), std::size_t(8));
        const auto isNear = [&](std::size_t row, double positives, double negatives) {
            const auto within = [](double got, double want) { return std::abs(got - want) < 1e-3 * want; };
            return within(rows[row].sums.positives, positives) && within(rows[row].sums.negatives, negatives);
        };
        QVERIFY(isNear(0, 30, 1000));
        QVERIFY(isNear(1, 300, 1000));
        QVERIFY(isNear(2, 29.97, 0.999));
        QVERIFY(isNear(3, 27.087, 9.0559));
        QVERIFY(isNear(4, 27.087 / 4, 9.0559 * 0.75));
        QVERIFY(isNear(5, 59.409, 19.715));
        QVERIFY(isNear(6, 30, 3));
        QVERIFY(isNear(7, 27.087, 9.0559)); // the chosen one is focal 2
        QVERIFY(find<QLabel>("imbalanceVerdict")->text().contains(QStringLiteral("75 % of the loss, with cross-entropy 3 %")));
        QTest::mouseClick(find<SegmentedButtons>("imbalanceDivided")->button(1), Qt::LeftButton);
        QVERIFY(isNear(0, 30.0 / 10010, 1000.0 / 10010));
        QVERIFY(isNear(6, 30.0 / 40, 3.0 / 40));
        QTest::mouseClick(find<SegmentedButtons>("imbalanceDivided")->button(2), Qt::LeftButton);
        QVERIFY(isNear(0, 3, 100));
    }

    void tenVoicesInTenThousand() {
        auto* preset = find<QComboBox>("imbalancePreset");
        preset->setFocus();
        QTest::keyClick(preset, Qt::Key_Down);
        QCOMPARE(find<QSpinBox>("negativesCount")->value(), 9990);
        const auto& rows = find<ImbalanceChart>("imbalanceChart")->rows();
        QCOMPARE(std::lround(1 / rows[0].sums.positiveShare()), 1000L); // as many voices as there are
        QVERIFY(std::abs(rows[2].sums.positiveShare() - 0.5) < 1e-4);  // balanced hears them
        QVERIFY(std::abs(rows[3].sums.positiveShare() - 0.001) < 1e-6); // focal does not: all are equally hard
        find<QSpinBox>("positivesCount")->setValue(20);
        QCOMPARE(preset->currentText(), QStringLiteral("My own numbers"));
        QVERIFY(m_page->command().join(QLatin1Char(' ')).startsWith(QStringLiteral("losses --loss focal")));
    }

    void ohemsCutIsGroundOnTheNegativesCurve() {
        QTest::mouseClick(find<QCheckBox>("curveOhem"), Qt::LeftButton, {}, QPoint(8, 8));
        auto* chart = find<LineChart>("lossChart");
        QVERIFY(chart->note().contains(QStringLiteral("every positive")));
        QTest::mouseClick(find<SegmentedButtons>("exampleSide")->button(1), Qt::LeftButton);
        QVERIFY(chart->note().isEmpty());
        find<QSpinBox>("negativesCount")->setValue(25); // 3 for each of 10 positives are more than there are
        QVERIFY(chart->note().contains(QStringLiteral("every negative")));
    }

    void gradientTimesExamples() {
        auto* chart = find<LineChart>("gradientChart");
        const double one = *LineChart::valueAt(chart->lines()[0], 0.0);
        QTest::mouseClick(find<QCheckBox>("timesExamplesCheck"), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(std::abs(*LineChart::valueAt(chart->lines()[0], 0.0) - 10 * one) < 1e-6);
        QTest::mouseClick(find<SegmentedButtons>("exampleSide")->button(1), Qt::LeftButton);
        QVERIFY(std::abs(*LineChart::valueAt(chart->lines()[0], 0.0) - 10000 * one) < 1e-3);
        QVERIFY(chart->caption().contains(QStringLiteral("10,000 negatives")));
    }

    void weightsOfTypedCountsGoToTrain() {
        std::optional<loss::ClassWeightRule> rule;
        double beta = 0;
        bool drawn = false;
        connect(m_session.get(), &Session::requestedClassWeights, this,
                [&](loss::ClassWeightRule one, double b, bool frames) { rule = one, beta = b, drawn = frames; });
        QTest::mouseClick(find<SegmentedButtons>("lossesMeaning")->button(1), Qt::LeftButton);
        auto* table = find<QTableView>("weightsTable");
        const auto set = [&](int row, int boxes) { QVERIFY(table->model()->setData(table->model()->index(row, 1), boxes, Qt::EditRole)); };
        set(0, 400), set(1, 100), set(2, 100), set(3, 200);
        // 1/n is 1 : 4 : 4 : 2 of 11; mean 1 makes 4/11, 16/11, 16/11, 8/11.
        QCOMPARE(cell("weightsTable", 0, 2), QStringLiteral("0.36"));
        QCOMPARE(cell("weightsTable", 1, 2), QStringLiteral("1.45"));
        QCOMPARE(cell("weightsTable", 3, 2), QStringLiteral("0.73"));
        QCOMPARE(cell("weightsTable", 1, 3), QStringLiteral("0.364"));
        find<QDoubleSpinBox>("weightsBetaSliderSpin")->setValue(0.99);
        // E = 100 (1 - 0.99^n): 98.2, 63.4, 63.4, 86.6.
        QCOMPARE(cell("weightsTable", 0, 4), QStringLiteral("0.76"));
        QCOMPARE(cell("weightsTable", 1, 4), QStringLiteral("1.18"));
        QTest::mouseClick(find<QCheckBox>("weightsImagesCheck"), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(find<QLabel>("weightsWords")->text().contains(QStringLiteral("drawn 1.55 times as often")));
        QTest::mouseClick(find<QPushButton>("useWeightsButton"), Qt::LeftButton);
        QVERIFY(rule.has_value());
        QCOMPARE(*rule, loss::ClassWeightRule::ClassBalanced);
        QCOMPARE(beta, 0.99);
        QVERIFY(drawn);
    }

    void draggedBarsKeepTheirSum() {
        QTest::mouseClick(find<SegmentedButtons>("lossesView")->button(1), Qt::LeftButton);
        auto* bars = find<DistributionBars>("distributionBars");
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        QTRY_VERIFY(bars->width() > 200);
        // 3/4 against 1/2: H = 0.811, KL = 0.189, CE = 1 bit.
        const QString words = find<QLabel>("distributionWords")->text();
        QVERIFY2(words.contains(QStringLiteral("H(p, q) 1.000 = entropy H(p) 0.811 + KL(p‖q) 0.189 bits")), qPrintable(words));
        auto* body = bars->findChild<QWidget*>(QStringLiteral("distributionBody"));
        QTest::mousePress(body, Qt::LeftButton, {}, bars->pixelOf(true, 0, 0.5));
        QTest::mouseMove(body, bars->pixelOf(true, 0, 0.6));
        QTest::mouseMove(body, bars->pixelOf(true, 0, 0.75));
        QTest::mouseRelease(body, Qt::LeftButton, {}, bars->pixelOf(true, 0, 0.75));
        QVERIFY(std::abs(bars->q()[0] - 0.75) < 0.011);
        QVERIFY(std::abs(bars->q()[0] + bars->q()[1] - 1) < 1e-12);
        find<QDoubleSpinBox>("bernoulliQSpin")->setValue(0.75);
        QVERIFY(find<QLabel>("distributionWords")->text().contains(QStringLiteral("KL is 0 both ways")));
        auto* preset = find<QComboBox>("distributionPreset");
        preset->setCurrentIndex(preset->findText(QStringLiteral("Called impossible, yet it happens")));
        Q_EMIT preset->activated(preset->currentIndex());
        QVERIFY(find<QLabel>("distributionWords")->text().contains(QStringLiteral("infinite (∞)")));
        QVERIFY(find<LengthsFigure>("lengthsFigure")->dataCsv().contains(QStringLiteral("\"KL(p‖q)\",inf")));
        QTest::mouseClick(find<SegmentedButtons>("informationUnit")->button(1), Qt::LeftButton);
        QVERIFY(find<LengthsFigure>("lengthsFigure")->dataCsv().startsWith(QStringLiteral("measure,nats")));
    }

    void helpSaysWhatTheCodeComputes() {
        // The golden grid's focal 2 at p 0.1: loss 1.865..., gradient -1.102...
        QTest::mouseClick(find<SegmentedButtons>("lossesMeaning")->button(2), Qt::LeftButton);
        QCOMPARE(find<QComboBox>("topicCombo")->currentText(), QStringLiteral("Focal loss"));
        QCOMPARE(cell("topicValues", 0, 1), QStringLiteral("1.8651"));
        QCOMPARE(cell("topicValues", 0, 2), QStringLiteral("-1.1020"));
        QCOMPARE(cell("topicValues", 0, 3), QStringLiteral("1.8651"));
        QCOMPARE(cell("topicValues", 0, 4), QStringLiteral("1.1020"));
        QVERIFY(find<QLabel>("topicHarms")->text().contains(QStringLiteral("0.3 leaves them at 0.12")));
        auto* kind = find<QComboBox>("lossKindCombo");
        kind->setCurrentIndex(kind->findData(int(loss::LossKind::Ohem)));
        QTRY_COMPARE(find<QComboBox>("topicCombo")->currentText(), QStringLiteral("OHEM"));
        Q_EMIT find<LineChart>("lossChart")->chosenChanged(0); // the legend's first word
        QCOMPARE(find<QComboBox>("topicCombo")->currentText(), QStringLiteral("Cross-entropy"));
    }

    void figuresAreTablesAndFiles() {
        QTemporaryDir folder;
        auto* chart = find<LineChart>("lossChart");
        chart->setFocus();
        QTest::keyClick(chart, Qt::Key_T);
        QVERIFY(chart->isTableShown());
        QTest::keyClick(chart->findChild<QTableView*>(QStringLiteral("figureTable")), Qt::Key_T);
        QTRY_VERIFY(!chart->isTableShown());
        QCOMPARE(fieldsOfCsv(chart->dataCsv()).size(), 1 + 5 * chart->lines()[0].points.size());
        for (const char* name : {"lossChart", "gradientChart", "imbalanceChart", "weightsChart", "distributionBars", "lengthsFigure"})
            for (const char* ending : {".svg", ".png", ".pdf", ".csv"}) {
                const QString file = folder.filePath(QString::fromUtf8(name) + QString::fromUtf8(ending));
                QVERIFY2(find<Figure>(name)->exportTo(file), qPrintable(file));
                QVERIFY2(QFileInfo(file).size() > 30, qPrintable(file));
            }
    }

    void trainGetsTheChosenLoss() {
        std::optional<loss::LossSpec> got;
        QString page;
        connect(m_session.get(), &Session::requestedLoss, this, [&](const loss::LossSpec& spec) { got = spec; });
        connect(m_session.get(), &Session::pageRequested, this, [&](const QString& name) { page = name; });
        find<QDoubleSpinBox>("gammaSliderSpin")->setValue(1.5);
        find<QDoubleSpinBox>("posWeightSliderSpin")->setValue(3);
        find<QPushButton>("useInTrainButton")->click();
        QVERIFY(got.has_value());
        QCOMPARE(got->kind, loss::LossKind::Focal);
        QCOMPARE(got->gamma, 1.5);
        QCOMPARE(got->positiveWeight, 3.0);
        QVERIFY(!got->alpha);
        QCOMPARE(page, QStringLiteral("train"));
    }

    void commandSaysTheSame() {
        QCOMPARE(WorkerClient::commandLine(m_page->command()),
                 QStringLiteral("intersect-cli losses --loss focal --gamma 2 --p 0.2"));
    }

    void wordsAreTheFormulasOwn() {
        const QString words = find<QLabel>("papersCheck")->text();
        QVERIFY(words.contains(QStringLiteral("cost 100 times less")));
        QVERIFY(words.contains(QStringLiteral("1,000 times less")));
        QVERIFY(words.contains(QStringLiteral("1.102 against 0.900")));
    }
};

int main(int argc, char** argv) {
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.path().toUtf8());
    QApplication application(argc, argv);
    TestLossesPage test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_losses_page.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QApplication>
#include <QChartView>
#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/pages/losses_page.h"
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
        QVERIFY(find<QLabel>("lossWords")->text().contains(QStringLiteral("<b>78</b> easy examples (pₜ 0.90)")));
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
        const QString words = find<QLabel>("lossWords")->text();
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

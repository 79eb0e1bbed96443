// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/pages/losses_page.h"

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
        // Values at p 0.1 and 0.5 from the golden table of the formulas: loss / gradient for gamma 0, 0.5, 1, 2, 5.
        find<QDoubleSpinBox>("ptCursorSpin")->setValue(0.1);
        QCOMPARE(cell("cursorTable", 0, 1), QStringLiteral("2.303"));
        QCOMPARE(cell("cursorTable", 0, 2), QStringLiteral("0.900"));
        QCOMPARE(cell("cursorTable", 2, 1), QStringLiteral("2.072"));
        QCOMPARE(cell("cursorTable", 2, 2), QStringLiteral("1.017"));
        QCOMPARE(cell("cursorTable", 3, 1), QStringLiteral("1.865"));
        QCOMPARE(cell("cursorTable", 3, 2), QStringLiteral("1.102"));
        QCOMPARE(cell("cursorTable", 4, 1), QStringLiteral("1.360"));
        QCOMPARE(cell("cursorTable", 4, 2), QStringLiteral("1.211"));
        QCOMPARE(cell("cursorTable", 3, 4), QStringLiteral("100")); // an easy example costs 100 times less
    }

    void cursorMovesInBothChartsAndTheSlider() {
        auto* loss = find<LineChart>("lossChart");
        auto* gradient = find<LineChart>("gradientChart");
        find<QDoubleSpinBox>("ptCursorSpin")->setValue(0.5);
        QCOMPARE(*loss->cursorX(), 0.5);
        QVERIFY(std::abs(*gradient->cursorX()) < 1e-9);
        QTest::keyClick(loss, Qt::Key_Right);
        QCOMPARE(find<QDoubleSpinBox>("ptCursorSpin")->value(), 0.51);
        Q_EMIT gradient->cursorMoved(std::log(0.8 / 0.2));
        QCOMPARE(find<QDoubleSpinBox>("ptCursorSpin")->value(), 0.8);
        QCOMPARE(*loss->cursorX(), 0.8);
    }

    void uncheckedCurvesGo() {
        auto* chart = find<LineChart>("lossChart");
        QCOMPARE(chart->lines().size(), std::size_t(5)); // gamma 2 is the chosen one, drawn thick
        QVERIFY(chart->lines()[3].widthPx > 2);
        find<QCheckBox>("curveGamma5")->setChecked(false);
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

    void imbalanceAgreesWithHandCounting() {
        // 10 x 3.0 and 10,000 x 0.1; focal gamma 2: 30 (1 - e^-3)^2 = 27.1 and 1000 (1 - e^-0.1)^2 = 9.06.
        QCOMPARE(cell("imbalanceTable", 0, 1), QStringLiteral("30.0"));
        QCOMPARE(cell("imbalanceTable", 0, 2), QStringLiteral("1,000"));
        QCOMPARE(cell("imbalanceTable", 0, 3), QStringLiteral("3 %"));
        QCOMPARE(cell("imbalanceTable", 2, 1), QStringLiteral("27.1"));
        QCOMPARE(cell("imbalanceTable", 2, 2), QStringLiteral("9.1"));
        QCOMPARE(cell("imbalanceTable", 2, 3), QStringLiteral("75 %"));
        QCOMPARE(cell("imbalanceTable", 3, 3), QStringLiteral("50 %"));
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
        QVERIFY(words.contains(QStringLiteral("costs 100 times less")));
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

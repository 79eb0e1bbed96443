// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/data/data_yaml.h"
#include "core/data/list_files.h"
#include "core/runs/workspace.h"
#include "tests/support/drawn_cameras.h"
#include "ui/pages/select_page.h"
#include "ui/text.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/leak_meter.h"
#include "ui/widgets/ranking_list.h"

using namespace intersect;
using namespace intersect::ui;

/// The Select page on six cameras of 46 frames and a test pool, with the real widgets.
class TestSelectPage : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<SelectPage> m_page;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    void click(const char* name) const { find<QAbstractButton>(name)->click(); }
    QStringList column(int index) const {
        const QAbstractItemModel* model = find<QTableView>("cameraTable")->model();
        QStringList cells;
        for (int row = 0; row < model->rowCount(); ++row)
            cells << model->index(row, index).data().toString();
        return cells;
    }
    static QStringList words(const char* text) { return QString::fromUtf8(text).split(QLatin1Char(' ')); }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        for (const char* camera : {"2703", "2705", "8701", "8702", "9705", "9706"})
            tests::drawCamera(root, QStringLiteral("Q2"), QString::fromUtf8(camera), 46, false);
        tests::drawCamera(root, QStringLiteral("test"), QStringLiteral("2703"), 5, false);
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
    }
    void init() {
        m_page = std::make_unique<SelectPage>(*m_session);
        m_page->resize(1350, 800);
        m_page->show();
        m_page->activateWindow(); // a bare X server has no window manager that would
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QVERIFY(m_page->isEnabled());
    }
    void cleanup() { m_page.reset(); }

    void startsWithTheUsualPools() {
        QCOMPARE(m_page->state().pool, QStringLiteral("Q2"));
        QCOMPARE(m_page->state().testPool, QStringLiteral("test"));
        QVERIFY(find<EmptyState>("selectEmpty")->isVisible());
        QVERIFY(!find<QPushButton>("writeListsButton")->isEnabled());
    }

    void proportionalQuotasByHand() {
        // 200 frames, weights 1, 0.9, 0.81, 0.729, 0.6561, 0.59049; their sum 4.68559: 42.68 38.42 34.57 31.12 28.01 25.20.
        SelectState state = m_page->state();
        state.strategy = select::Strategy::Proportional;
        state.budget = 200;
        state.ratio = 0.9;
        state.ranking = words("9706 9705 2703 2705 8702 8701");
        m_page->apply(state);
        QCOMPARE(column(1).mid(0, 6), state.ranking);
        QCOMPARE(column(3), words("42.68 38.42 34.57 31.12 28.01 25.20 200.00"));
        QCOMPARE(column(4), words("43 38 35 31 28 25 200"));
        QCOMPARE(column(5).mid(0, 6), words("+0.32 -0.42 +0.43 -0.12 -0.01 -0.20"));
        QVERIFY(find<QLabel>("roundingNote")->text().contains(QStringLiteral("+1 for 9706, 2703")));
        QVERIFY(find<RankingList>("rankingList")->isVisible());
    }

    void rankingMovesWithKeysAndUndo() {
        click("strategy-proportional");
        auto* list = find<RankingList>("rankingList");
        const QStringList before = list->ranking();
        list->setFocus();
        list->setCurrentRow(1);
        QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
        QStringList after = before;
        after.move(1, 0);
        QCOMPARE(list->ranking(), after);
        QCOMPARE(m_page->state().ranking, after);
        QCOMPARE(list->currentItem()->text(), after[0]);
        auto* undo = qobject_cast<QPushButton*>(m_page->headButtons().at(0));
        auto* redo = qobject_cast<QPushButton*>(m_page->headButtons().at(1));
        QCOMPARE(undo->text(), QStringLiteral("Undo: move %1 up").arg(after[0]));
        undo->click();
        QCOMPARE(list->ranking(), before);
        QCOMPARE(m_page->state().strategy, select::Strategy::Proportional);
        redo->click();
        QCOMPARE(list->ranking(), after);
        QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(m_page->state().strategy, select::Strategy::Equal);
        QVERIFY(!undo->isEnabled());
    }

    void eachStrategyOpensOnlyItsOwnFields() {
        click("strategy-random");
        QVERIFY(!find<RankingList>("rankingList")->isVisible());
        click("strategy-proportional");
        QVERIFY(find<RankingList>("rankingList")->isVisible());
        click("strategy-equal");
        QVERIFY(!find<RankingList>("rankingList")->isVisible());
    }

    void typedCountsBecomeTheStrategy() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        QCOMPARE(column(4), words("10 10 10 10 10 10 60"));
        QAbstractItemModel* model = find<QTableView>("cameraTable")->model();
        QVERIFY(model->setData(model->index(2, 4), 17));
        QVERIFY(find<QRadioButton>("strategy-counts")->isChecked());
        QCOMPARE(column(4), words("10 10 17 10 10 10 67"));
        QCOMPARE(find<QSpinBox>("budgetSpin")->value(), 67);
        // More than the camera has is held at what it has.
        QVERIFY(model->setData(model->index(0, 4), 1000));
        QCOMPARE(column(4).first(), QStringLiteral("46"));
    }

    void aBudgetAboveWhatThereIsWarnsAndNamesBothNumbers() {
        find<QSpinBox>("budgetSpin")->setValue(300);
        auto* warning = find<InlineMessage>("quotaWarning");
        QVERIFY(warning->isVisible());
        QVERIFY2(warning->sentence().contains(QStringLiteral("300")) && warning->sentence().contains(QStringLiteral("276")), qPrintable(warning->sentence()));
        QVERIFY(!find<QPushButton>("chooseButton")->isEnabled());
        find<QSpinBox>("budgetSpin")->setValue(276);
        QVERIFY(!warning->isVisible());
        QVERIFY(find<QPushButton>("chooseButton")->isEnabled());
    }

    void choosesDealsAndWrites() {
        find<QSpinBox>("budgetSpin")->setValue(200);
        click("splitRule-sklearn");
        click("chooseButton");
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("160"));
        QCOMPARE(find<QLabel>("outcomeVal")->text(), QStringLiteral("40"));
        QCOMPARE(find<QLabel>("outcomeTest")->text(), QStringLiteral("5"));
        QVERIFY2(find<QLabel>("leakSentence")->text().contains(QStringLiteral("of 40 val frames")), qPrintable(find<QLabel>("leakSentence")->text()));
        // No frame lies within one minute of another: they come every three.
        find<QSpinBox>("leakWithinSpin")->setValue(1);
        QTRY_VERIFY(find<QLabel>("leakSentence")->text().startsWith(QStringLiteral("No val frame")));

        find<QLineEdit>("selectionNameEdit")->setText(QStringLiteral("mine"));
        click("writeListsButton");
        QTRY_COMPARE(m_session->currentSelection(), QStringLiteral("mine"));
        const std::filesystem::path folder = m_session->workspace()->selections() / "mine";
        const auto yaml = data::readDataYaml(folder / "data.yaml");
        QVERIFY(yaml.has_value());
        QCOMPARE(yaml->names.size(), std::size_t(80));
        QCOMPARE(data::readImageList(folder / "train.txt")->size(), std::size_t(160));
        QCOMPARE(data::readImageList(folder / "val.txt")->size(), std::size_t(40));
        QCOMPARE(data::readImageList(folder / "test.txt")->size(), std::size_t(5));
        const auto selection = runs::readSelection(folder / "selection.yaml");
        QVERIFY(selection.has_value());
        QCOMPARE(selection->images.size(), std::size_t(200));
        QVERIFY(m_page->subtitle().contains(QStringLiteral("written")) && !m_page->subtitle().contains(QStringLiteral("not yet")));

        QString requested;
        connect(m_session.get(), &Session::pageRequested, this, [&](const QString& page) { requested = page; });
        click("trainWithThisButton");
        QCOMPARE(requested, QStringLiteral("train"));

        // A second time it refuses, and replaces only when told to.
        click("writeListsButton");
        QTRY_VERIFY(find<InlineMessage>("writeProblem")->isVisible());
        QVERIFY(find<QPushButton>("replaceListsButton")->isVisible());
        click("replaceListsButton");
        QTRY_VERIFY(!find<InlineMessage>("writeProblem")->isVisible());
    }

    void otherChoicesMakeTheChosenFramesStale() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        click("chooseButton");
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("48"));
        find<QSpinBox>("budgetSpin")->setValue(61);
        QCOMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("–"));
        QVERIFY(!find<QPushButton>("writeListsButton")->isEnabled());
        // Undone, the frames chosen before are there again.
        click("chooseButton");
        QTRY_VERIFY(find<QPushButton>("writeListsButton")->isEnabled());
    }

    void namesThatAreNoFolderAreRefused() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        click("chooseButton");
        QTRY_VERIFY(find<QPushButton>("writeListsButton")->isEnabled());
        find<QLineEdit>("selectionNameEdit")->setText(QStringLiteral("../outside"));
        click("writeListsButton");
        QVERIFY(find<InlineMessage>("writeProblem")->isVisible());
        QVERIFY(!find<QPushButton>("replaceListsButton")->isVisible());
    }

    void theCommandDoesTheSame() {
        SelectState state = m_page->state();
        state.strategy = select::Strategy::Proportional;
        state.budget = 50;
        state.ranking = words("9706 9705 2703 2705 8702 8701");
        m_page->apply(state);
        const QStringList command = m_page->command();
        QCOMPARE(command.first(), QStringLiteral("select"));
        QCOMPARE(command.value(command.indexOf(QStringLiteral("--pool")) + 1), QStringLiteral("Q2"));
        QCOMPARE(command.value(command.indexOf(QStringLiteral("--count")) + 1), QStringLiteral("50"));
        QCOMPARE(command.value(command.indexOf(QStringLiteral("--ranking")) + 1), QStringLiteral("9706,9705,2703,2705,8702,8701"));
        QCOMPARE(command.value(command.indexOf(QStringLiteral("--ratio")) + 1), QStringLiteral("0.9"));
        QCOMPARE(command.value(command.indexOf(QStringLiteral("--seed")) + 1), QStringLiteral("777"));
    }

    void leakSentences() {
        select::LeakMeter leak;
        leak.valFrames = 40;
        leak.within = 19;
        leak.gapSeconds = {180.0, std::nullopt};
        QVERIFY(leakSentence(leak).contains(QStringLiteral("19 of 40 val frames")));
        QVERIFY(leakSentence(leak).contains(QStringLiteral("within 6 min")));
        leak.within = 0;
        QVERIFY(leakSentence(leak).startsWith(QStringLiteral("No val frame")));
        leak.gapSeconds = {std::nullopt};
        leak.medianGapFrames = 3;
        QVERIFY(leakSentence(leak).contains(QStringLiteral("3 frames")));
    }
};

QTEST_MAIN(TestSelectPage)
#include "tst_select_page.moc"

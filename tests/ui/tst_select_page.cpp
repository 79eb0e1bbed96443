// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
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
#include "ui/weights_choices.h"
#include "ui/widgets/camera_strip.h"
#include "ui/widgets/chosen_frames.h"
#include "ui/widgets/frame_pair.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/leak_meter.h"
#include "ui/widgets/ranking_list.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/weights_combo.h"

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
    QString commandLine() const { return WorkerClient::commandLine(m_page->command()); }
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
    void cleanup() {
        m_page.reset();
        std::filesystem::remove_all(m_session->workspace()->folder / "select"); // the next page begins afresh
    }

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
        QCOMPARE(column(6).mid(0, 6), words("+0.32 -0.42 +0.43 -0.12 -0.01 -0.20"));
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

    void typedCountsBecomeTheStrategyAndTheRestFollows() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        QCOMPARE(column(4), words("10 10 10 10 10 10 60"));
        QAbstractItemModel* model = find<QTableView>("cameraTable")->model();
        QVERIFY(model->setData(model->index(2, 4), 17));
        QVERIFY(find<QRadioButton>("strategy-counts")->isChecked());
        // 43 left for five alike: 8.6 each, the first three get one more.
        QCOMPARE(column(4), words("9 9 17 9 8 8 60"));
        QCOMPARE(column(3).mid(0, 3), words("8.60 8.60 17.00"));
        QCOMPARE(find<QSpinBox>("budgetSpin")->value(), 60);
        // More than the camera has is held at what it has; 14 left by 8.6 17 8.6 8.6 8.6: 2.34 4.63 2.34 2.34 2.34.
        QVERIFY(model->setData(model->index(0, 4), 1000));
        QCOMPARE(column(4), words("46 3 5 2 2 2 60"));
        auto* undo = qobject_cast<QPushButton*>(m_page->headButtons().at(0));
        QCOMPARE(undo->text(), QStringLiteral("Undo: 46 frames of 2703"));
        undo->click();
        undo->click();
        QVERIFY(find<QRadioButton>("strategy-equal")->isChecked());
        QCOMPARE(column(4), words("10 10 10 10 10 10 60"));
    }

    void lockedCamerasKeepTheirCount() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        auto* table = find<QTableView>("cameraTable");
        const auto clickLock = [&](int row) { QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(row, 5)).center()); };
        clickLock(1);
        QVERIFY(find<QRadioButton>("strategy-counts")->isChecked());
        QCOMPARE(m_page->state().locked, (std::set<QString>{QStringLiteral("2705")}));
        QVERIFY(table->model()->setData(table->model()->index(0, 4), 18));
        // 32 left for four alike.
        QCOMPARE(column(4), words("18 10 8 8 8 8 60"));
        find<QSpinBox>("budgetSpin")->setValue(30);
        // 20 left by 18 8 8 8 8: 7.2 3.2 3.2 3.2 3.2.
        QCOMPARE(column(4), words("8 10 3 3 3 3 30"));
        clickLock(1);
        QVERIFY(m_page->state().locked.empty());
        table->setCurrentIndex(table->model()->index(3, 1));
        table->setFocus();
        QTest::keyClick(table, Qt::Key_L);
        QCOMPARE(m_page->state().locked, (std::set<QString>{QStringLiteral("8702")}));
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
        QVERIFY2(commandLine().contains(QStringLiteral("/selection.yaml && intersect-cli split ")), qPrintable(commandLine()));
        QVERIFY(commandLine().contains(QStringLiteral("--train-ratio 0.8 --rule random --seed 777")));
    }

    void everyStrategyIsThere() {
        for (const select::Strategy strategy : select::strategies()) {
            auto* button = m_page->findChild<QRadioButton*>(QStringLiteral("strategy-") + qs(select::strategyName(strategy)));
            QVERIFY2(button != nullptr, select::strategyName(strategy));
            button->click();
            QCOMPARE(m_page->state().strategy, strategy);
            QCOMPARE(find<RankingList>("rankingList")->isVisible(), strategy == select::Strategy::Proportional);
            QCOMPARE(find<WeightsCombo>("weightsCombo-diverse")->isVisible(), strategy == select::Strategy::Diverse);
            QCOMPARE(find<WeightsCombo>("otherWeightsCombo")->isVisible(), strategy == select::Strategy::Disagreement);
            QCOMPARE(find<QCheckBox>("perCamera-most-objects")->isVisible(), strategy == select::Strategy::MostObjects);
        }
    }

    void usefulnessOpensItsOwnFields() {
        click("strategy-proportional");
        auto* by = find<QComboBox>("usefulnessCombo");
        by->setFocus();
        QTest::keyClick(by, Qt::Key_Down); // boxes: every camera has two a frame
        QCOMPARE(m_page->state().by, CameraWeight::Boxes);
        QVERIFY(!find<RankingList>("rankingList")->isVisible());
        find<QSpinBox>("budgetSpin")->setValue(60);
        QCOMPARE(column(4), words("10 10 10 10 10 10 60"));
        QTest::keyClick(by, Qt::Key_Down); // missed objects: needs a network
        QVERIFY(find<WeightsCombo>("measureWeightsCombo")->isVisible());
        QVERIFY(find<InlineMessage>("quotaWarning")->isVisible());
        QVERIFY(!find<QPushButton>("chooseButton")->isEnabled());
        QTest::keyClick(by, Qt::Key_End); // a table of results
        auto* table = find<QLineEdit>("resultsEdit");
        QVERIFY(table->isVisible());
        QFile file(m_dir.filePath(QStringLiteral("gains.csv")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("camera,gain\n2703,1\n2705,1\n8701,2\n8702,0\n9705,1\n9706,1\n");
        file.close();
        table->setFocus();
        QTest::keyClicks(table, file.fileName());
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(column(1).first(), QStringLiteral("8701")); // the most useful first
        QCOMPARE(column(4), words("20 10 10 10 10 0 60"));
        QVERIFY(find<QPushButton>("chooseButton")->isEnabled());
    }

    void presetsFillTheWholeChoice() {
        auto* preset = find<QComboBox>("presetCombo");
        const int way3 = preset->findText(QStringLiteral("Exercise WAY3 exact"));
        QVERIFY(way3 > 0);
        preset->setCurrentIndex(way3);
        Q_EMIT preset->activated(way3);
        QCOMPARE(m_page->state().ranking, words("495 398 173 410 511 170"));
        QCOMPARE(m_page->state().budget, qint64(200));
        // This data set has other cameras: a sentence says so.
        QVERIFY(find<InlineMessage>("quotaWarning")->sentence().contains(QStringLiteral("495")));
        qobject_cast<QPushButton*>(m_page->headButtons().at(0))->click();
        QCOMPARE(m_page->state().strategy, select::Strategy::Equal);
        QVERIFY(!find<InlineMessage>("quotaWarning")->isVisible());
    }

    void singleFramesByHand() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        click("chooseButton");
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("48"));
        auto* tiles = find<ChosenFrames>("chosenStrip");
        tiles->setFocus();
        QTest::mouseClick(tiles->viewport(), Qt::LeftButton, {}, tiles->tileRect(1).center());
        QCOMPARE(tiles->current(), 1);
        const std::filesystem::path out = tiles->tiles()[1].file, kept = tiles->tiles()[2].file;
        QTest::keyClick(tiles, Qt::Key_S);
        QTRY_COMPARE(m_page->selection()->images.size(), std::size_t(59));
        QCOMPARE(m_page->state().removed, SelectState::Paths{out});
        QCOMPARE(tiles->tiles()[1].file, kept); // the next one is current now
        QTest::keyClick(tiles, Qt::Key_P);
        QCOMPARE(m_page->state().pins, SelectState::Paths{kept});
        QVERIFY(find<QLabel>("handLabel")->text().contains(QStringLiteral("1 frame pinned")));
        QVERIFY(find<QLabel>("handLabel")->text().contains(QStringLiteral("1 taken out")));
        QTRY_VERIFY(tiles->tiles()[1].pinned);
        // Bar the first by the menu.
        const std::filesystem::path barred = tiles->tiles()[0].file;
        const QPoint first = tiles->tileRect(0).center();
        QContextMenuEvent asks(QContextMenuEvent::Mouse, first, tiles->viewport()->mapToGlobal(first));
        QApplication::sendEvent(tiles->viewport(), &asks);
        auto* menu = tiles->findChild<QMenu*>(QStringLiteral("chosenMenu"));
        QVERIFY(menu != nullptr);
        menu->actions().at(2)->trigger();
        menu->close();
        QCOMPARE(m_page->state().bars, SelectState::Paths{barred});
        QTRY_COMPARE(m_page->selection()->images.size(), std::size_t(58));
        QVERIFY(m_page->command().at(0) == QStringLiteral("split")); // no rule draws these
        // A new draw keeps the pin, leaves out the bar, and has its budget again.
        find<QSpinBox>("seedSpin")->setValue(5);
        click("chooseButton");
        QTRY_VERIFY(m_page->selection() && m_page->selection()->images.size() == 60);
        const auto& images = m_page->selection()->images;
        QVERIFY(std::find(images.begin(), images.end(), kept) != images.end());
        QVERIFY(std::find(images.begin(), images.end(), barred) == images.end());
        QVERIFY(m_page->state().removed.empty());
        QCOMPARE(column(2).first(), QStringLiteral("45")); // one of 2703 may not be chosen
        QVERIFY(commandLine().contains(QStringLiteral("--pin ")));
        click("clearHandButton");
        QVERIFY(m_page->state().pins.empty() && m_page->state().bars.empty());
        qobject_cast<QPushButton*>(m_page->headButtons().at(0))->click();
        QCOMPARE(m_page->state().pins, SelectState::Paths{kept});
    }

    void framesThatAreNotChosenCanBePutIn() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        click("chooseButton");
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("48"));
        find<SegmentedButtons>("chosenWhich")->button(1)->click();
        auto* tiles = find<ChosenFrames>("chosenStrip");
        QCOMPARE(tiles->tileCount(), std::size_t(46));
        int free = 0;
        while (tiles->tiles()[static_cast<std::size_t>(free)].chosen())
            ++free;
        tiles->setFocus();
        tiles->setCurrent(free);
        QTest::keyClick(tiles, Qt::Key_S);
        QTRY_COMPARE(m_page->selection()->images.size(), std::size_t(61));
        QTRY_VERIFY(tiles->tiles()[static_cast<std::size_t>(free)].chosen());
        QTRY_COMPARE(column(4), words("11 10 10 10 10 10 61"));
        // The strip leads to a frame of another camera.
        auto* strip = find<CameraStrip>("chosenCameras");
        QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(strip->width() - 3, strip->height() / 2));
        QVERIFY(tiles->tiles()[0].file.string().find("/9706/") != std::string::npos);
    }

    void rememberedAcrossRestarts() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        click("splitRule-time-block");
        find<QSpinBox>("gapSpin")->setValue(4);
        click("chooseButton");
        QTRY_VERIFY(m_page->selection() != nullptr);
        auto* tiles = find<ChosenFrames>("chosenStrip");
        tiles->setFocus();
        tiles->setCurrent(3);
        QTest::keyClick(tiles, Qt::Key_P);
        tiles->setCurrent(0);
        QTest::keyClick(tiles, Qt::Key_S);
        const SelectState state = m_page->state();
        const auto images = m_page->selection()->images;
        m_page.reset();
        init();
        QCOMPARE(m_page->state(), state);
        QVERIFY(m_page->selection() != nullptr);
        QCOMPARE(m_page->selection()->images, images);
        QTRY_VERIFY(find<QPushButton>("writeListsButton")->isEnabled());
    }

    void listsOfAnotherMachine() {
        QFile list(m_dir.filePath(QStringLiteral("theirs.txt")));
        QVERIFY(list.open(QIODevice::WriteOnly));
        const auto dataset = m_session->dataset();
        for (int i = 0; i < 10; ++i) {
            const std::filesystem::path path = dataset->frames[static_cast<std::size_t>(i * 20)].path;
            list.write(QByteArray::fromStdString("/their/machine/" + (path.parent_path().parent_path().filename() / path.parent_path().filename() / path.filename()).string() + "\n"));
        }
        list.close();
        m_page->importList(list.fileName());
        QTRY_VERIFY(m_page->selection() != nullptr);
        QCOMPARE(m_page->selection()->images.size(), std::size_t(10));
        QVERIFY2(find<QLabel>("givenLabel")->text().contains(QStringLiteral("10 were matched")), qPrintable(find<QLabel>("givenLabel")->text()));
        QVERIFY(!find<QPushButton>("chooseButton")->isEnabled());
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("8"));
        click("dropGivenButton");
        QVERIFY(m_page->selection() == nullptr);
        m_page->importList(m_dir.filePath(QStringLiteral("nowhere.txt")));
        QTRY_VERIFY(find<InlineMessage>("quotaWarning")->isVisible());
    }

    void comparesAndJoins() {
        const auto write = [&](const char* name, int seed) {
            find<QSpinBox>("seedSpin")->setValue(seed);
            click("chooseButton");
            QTRY_VERIFY(m_page->selection() && m_page->selection()->seed == static_cast<quint32>(seed));
            QTRY_VERIFY(find<QPushButton>("writeListsButton")->isEnabled());
            find<QLineEdit>("selectionNameEdit")->setText(QString::fromUtf8(name));
            click("writeListsButton");
            QTRY_COMPARE(m_session->currentSelection(), QString::fromUtf8(name));
        };
        find<QSpinBox>("budgetSpin")->setValue(60);
        write("first", 1);
        const auto one = m_page->selection()->images;
        write("second", 2);
        const auto two = m_page->selection()->images;
        const std::size_t shared = select::compareLists(one, two).both.size();
        QVERIFY(shared > 0); // of 46 frames each takes 10 a camera
        click("compareButton");
        auto* combo = find<QComboBox>("compareFirst");
        QCOMPARE(combo->currentText(), QStringLiteral("the chosen frames"));
        combo->setCurrentIndex(combo->findText(QStringLiteral("first")));
        Q_EMIT combo->activated(combo->currentIndex());
        auto* other = find<QComboBox>("compareSecond");
        other->setCurrentIndex(other->findText(QStringLiteral("second")));
        Q_EMIT other->activated(other->currentIndex());
        QTRY_VERIFY(find<QPushButton>("joinButton")->isEnabled());
        QTRY_VERIFY2(find<QLabel>("compareSentence")->text().contains(QString::number(shared)), qPrintable(find<QLabel>("compareSentence")->text()));
        QTRY_COMPARE(find<ChosenFrames>("sharedFrames")->tileCount(), shared);
        const QAbstractItemModel* table = find<QTableView>("compareTable")->model();
        QCOMPARE(table->rowCount(), 7);
        QCOMPARE(table->index(0, 0).data().toString(), QStringLiteral("Q2/2703"));
        QCOMPARE(table->index(6, 1).data().toString(), QStringLiteral("60"));
        click("joinButton");
        QVERIFY(find<InlineMessage>("compareProblem")->isVisible());
        QVERIFY(!m_page->state().given);
        click("leaveOutButton");
        QVERIFY(m_page->state().given);
        QCOMPARE(m_page->selection()->images.size(), 120 - shared);
        QVERIFY(!find<QWidget>("comparePanel")->isVisible());
        QTRY_VERIFY(find<QPushButton>("writeListsButton")->isEnabled());
        QCOMPARE(qobject_cast<QPushButton*>(m_page->headButtons().at(0))->text(), QStringLiteral("Undo: join first + second"));
    }

    void splitRulesAndTheirNotes() {
        find<QSpinBox>("budgetSpin")->setValue(200);
        click("chooseButton");
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("160"));
        click("ratioChip-0.7");
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("140"));
        QVERIFY(!find<QLabel>("sklearnSizes")->isVisible());
        click("splitRule-sklearn");
        QTRY_VERIFY2(find<QLabel>("sklearnSizes")->text().contains(QStringLiteral("140 / 60")) && find<QLabel>("sklearnSizes")->text().contains(QStringLiteral("139 / 61")),
                     qPrintable(find<QLabel>("sklearnSizes")->text()));
        click("asTestSizeCheck");
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("139"));
        QVERIFY(commandLine().contains(QStringLiteral("--test-size 0.30000000000000004")));
        click("splitRule-stratified");
        QTRY_COMPARE(find<QLabel>("outcomeTrain")->text(), QStringLiteral("140"));
        click("splitRule-camera");
        QTRY_VERIFY2(find<QLabel>("splitNotes")->text().startsWith(QStringLiteral("To val go")), qPrintable(find<QLabel>("splitNotes")->text()));
        QTRY_VERIFY(find<QLabel>("leakSentence")->text().contains(QStringLiteral("nothing can leak")));
        // The remedy is a link.
        QTRY_VERIFY(find<QLabel>("leakSentence")->text().contains(QStringLiteral("href='time-block'")));
        Q_EMIT find<QLabel>("leakSentence")->linkActivated(QStringLiteral("time-block"));
        QCOMPARE(m_page->state().rule, select::SplitRule::TimeBlock);
        QVERIFY(find<QRadioButton>("splitRule-time-block")->isChecked());
        find<QSpinBox>("gapSpin")->setValue(10);
        QTRY_VERIFY2(find<QLabel>("splitNotes")->text().contains(QStringLiteral("600 seconds")), qPrintable(find<QLabel>("splitNotes")->text()));
    }

    void theNearestTrainFrameByPicture() {
        find<QSpinBox>("budgetSpin")->setValue(60);
        click("chooseButton");
        QTRY_COMPARE(find<QLabel>("outcomeVal")->text(), QStringLiteral("12"));
        find<SegmentedButtons>("leakView")->button(1)->click();
        // All frames are the same picture here.
        QTRY_VERIFY2(find<QLabel>("leakSentence")->text().contains(QStringLiteral("12 of 12 val frames")), qPrintable(find<QLabel>("leakSentence")->text()));
        auto* meter = find<LeakMeterView>("leakMeter");
        auto* pair = find<FramePair>("leakPair");
        QVERIFY(!pair->isVisible());
        QTest::mouseClick(meter, Qt::LeftButton, {}, meter->dotOf(7).toPoint());
        QCOMPARE(meter->current(), 7);
        QVERIFY(pair->isVisible());
        QCOMPARE(pair->val().parent_path(), pair->train().parent_path());
        QVERIFY(pair->said().startsWith(QStringLiteral("0 bits")));
        QTest::keyClick(meter, Qt::Key_Right);
        QVERIFY(meter->current() != 7);
    }

    void aNetworkLooksAtTheFramesInAnotherProcess() {
        if (!QFileInfo(QStringLiteral(INTERSECT_BINARY_DIR "/bin/intersect-cli")).isExecutable())
            QSKIP("intersect-cli is not built.");
        const QFileInfoList weights = shippedWeights();
        if (weights.isEmpty())
            QSKIP("No weights came with the program.");
        qputenv("INTERSECT_CLI", INTERSECT_BINARY_DIR "/bin/intersect-cli");
        SelectState state = m_page->state();
        state.pool = QStringLiteral("test");
        state.ranking = QStringList{QStringLiteral("2703")};
        state.budget = 3;
        m_page->apply(state);
        click("strategy-diverse");
        QVERIFY(find<InlineMessage>("quotaWarning")->sentence().contains(QStringLiteral("network")));
        QVERIFY(!find<QPushButton>("chooseButton")->isEnabled());
        auto* combo = find<WeightsCombo>("weightsCombo-diverse");
        const int index = combo->findData(weights.first().canonicalFilePath());
        QVERIFY(index > 0);
        combo->setCurrentIndex(index);
        Q_EMIT combo->activated(index);
        QVERIFY(find<QPushButton>("chooseButton")->isEnabled());
        QCOMPARE(column(4), words("– –")); // not known before the network has looked
        click("chooseButton");
        QVERIFY(find<QPushButton>("stopChoosingButton")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(m_page->selection() != nullptr, 120000);
        QCOMPARE(m_page->selection()->images.size(), std::size_t(3));
        QTRY_COMPARE(column(4), words("3 3"));
        QVERIFY(!find<QPushButton>("stopChoosingButton")->isVisible());
        QVERIFY(commandLine().contains(QStringLiteral("--strategy diverse")));
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

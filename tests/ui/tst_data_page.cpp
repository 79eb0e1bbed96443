// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/timed_frames.h"
#include "ui/dataset_watcher.h"
#include "ui/pages/data_page.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/widgets/loading_tiles.h"

using namespace intersect;
using namespace intersect::ui;

/// The Data page over two pools drawn in a scratch folder, with the real widgets and a real session.
class TestDataPage : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QString m_root;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<DataPage> m_page;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    FrameGrid* grid() const { return find<FrameGrid>("thumbGrid"); }
    int shown() const { return grid()->model()->rowCount(); }
    QString currentFile() const { return grid()->currentIndex().data().toString(); }
    void choose(int row, int child = -1) const {
        auto* tree = find<CameraTree>("poolTree");
        const QModelIndex pool = tree->model()->index(row, 0);
        tree->setCurrentIndex(child < 0 ? pool : tree->model()->index(child, 0, pool));
    }
    QString labelPath(const char* stem) const { return m_root + QStringLiteral("/Q2/2705/2705-2021_03_20_") + QString::fromUtf8(stem) + QStringLiteral(".txt"); }

    void open() const {
        QSignalSpy marks(m_page.get(), &Page::headChanged);
        m_session->openDataset(m_root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->subtitle().contains(QStringLiteral("finding")), 20000);
    }

    void start() {
        m_session = std::make_unique<Session>();
        m_page = std::make_unique<DataPage>(*m_session);
        m_page->resize(1352, 764);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        m_root = m_dir.filePath(QStringLiteral("frames"));
        tests::writeTimedFrames(m_root, QStringLiteral("Q1"), QStringLiteral("2708"), 5);
        tests::writeTimedFrames(m_root, QStringLiteral("Q2"), QStringLiteral("2703"), 8);
        tests::writeTimedFrames(m_root, QStringLiteral("Q2"), QStringLiteral("2705"), 4);
        QVERIFY(QFile::remove(labelPath("070000")));
        QFile bad(labelPath("070300"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write("2 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.2 0.2 9\n");
        bad.close();
        // A picture that is none.
        QFile broken(m_root + QStringLiteral("/Q1/2708/2708-2021_03_20_080000.jpg"));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("words");
    }
    void init() {
        settings().remove(QStringLiteral("dataFilter"));
        QDir(m_root + QStringLiteral("-workspace/selections")).removeRecursively();
        start();
    }
    void cleanup() {
        m_page.reset();
        m_session.reset();
    }
    void emptyAtFirst() {
        auto* empty = m_page->findChild<EmptyState*>();
        QVERIFY(empty != nullptr);
        QVERIFY(find<QPushButton>("addFolderButton")->isVisible());
        QVERIFY(!grid()->isVisible());
        QVERIFY(m_page->command().isEmpty());
        QVERIFY(!find<QPushButton>("checkLabelsButton")->isEnabled());
    }

    void countsAndFilters() {
        open();
        QVERIFY2(m_page->subtitle().startsWith(QStringLiteral("All pools · 18 frames · 31 boxes")), qPrintable(m_page->subtitle()));
        QCOMPARE(m_page->command().at(0), QStringLiteral("scan"));
        QCOMPARE(shown(), 18);
        QVERIFY(find<QLabel>("totalLabel")->text().startsWith(QStringLiteral("18 frames")));
        choose(2);
        QCOMPARE(shown(), 12);
        QVERIFY(m_page->subtitle().startsWith(QStringLiteral("Q2 · 12 frames")));
        choose(2, 1);
        QCOMPARE(shown(), 4);
        choose(0);
        find<QLineEdit>("frameFilterEdit")->setText(QStringLiteral("2703-"));
        QCOMPARE(shown(), 8);
        find<QLineEdit>("frameFilterEdit")->clear();
        find<QAbstractButton>("withoutLabelsChip")->click();
        QCOMPARE(shown(), 2); // one label removed, one picture never had any
        find<QAbstractButton>("withoutLabelsChip")->click();
        find<QSpinBox>("boxesToSpin")->setValue(1);
        QCOMPARE(shown(), 3);
        find<QSpinBox>("boxesFromSpin")->setValue(1);
        QCOMPARE(shown(), 1);
        QCOMPARE(currentFile(), QStringLiteral("2705-2021_03_20_070300.jpg"));
        // Boxes of the chosen classes count: without the cars 15 frames have one.
        find<QAbstractButton>("classChip2")->click();
        QCOMPARE(shown(), 15);
        find<QSpinBox>("boxesToSpin")->setValue(2);
        find<QSpinBox>("boxesFromSpin")->setValue(2);
        QVERIFY(find<QPushButton>("clearFiltersButton")->isVisible());
        QVERIFY(!grid()->isVisible());
        find<QPushButton>("clearFiltersButton")->click();
        QCOMPARE(shown(), 18);
        QVERIFY(grid()->isVisible());
    }

    void aFrameIsExplained() {
        open();
        find<QAbstractButton>("withFindingsChip")->click();
        QTRY_VERIFY(shown() >= 2);
        choose(2, 1);
        QCOMPARE(currentFile(), QStringLiteral("2705-2021_03_20_070300.jpg"));
        auto* findings = find<QListWidget>("findingsList");
        QCOMPARE(findings->count(), 1);
        QVERIFY2(findings->item(0)->text().startsWith(QStringLiteral("Line 2: ")), qPrintable(findings->item(0)->text()));
        QStringList words;
        for (const QLabel* label : find<QWidget>("frameDetails")->findChildren<QLabel*>())
            words << label->text();
        // The one box that could be read, of the 96x64 picture.
        const auto* table = find<QTableView>("labelTable")->model();
        QCOMPARE(table->rowCount(), 1);
        QCOMPARE(table->index(0, 0).data().toString(), QStringLiteral("1"));
        QCOMPARE(table->index(0, 2).data().toString(), QStringLiteral("19 × 13"));
        QCOMPARE(table->index(0, 3).data().toString(), QStringLiteral("small"));
        QVERIFY(words.contains(QStringLiteral("2 of 4 in 2705")));
        QVERIFY(words.contains(QStringLiteral("2705 in Q2")));
        QVERIFY(words.contains(QStringLiteral("20 Mar 2021, 07:03:00")));
        QVERIFY(!words.filter(QStringLiteral("96 × 64 px")).isEmpty());
    }

    void unreadablePicturesAreSaidAndShown() {
        open();
        auto* button = find<QPushButton>("showUnreadableButton");
        QVERIFY(button->isVisible());
        button->click();
        QVERIFY(find<QAbstractButton>("withFindingsChip")->isChecked());
        choose(1);
        QCOMPARE(shown(), 1);
        QCOMPARE(currentFile(), QStringLiteral("2708-2021_03_20_080000.jpg"));
    }

    void keysGoThroughFramesFromAnywhereOnThePage() {
        open();
        grid()->goTo(0);
        auto* tree = find<CameraTree>("poolTree");
        tree->setFocus();
        QTest::keyClick(grid(), Qt::Key_J);
        QTest::keyClick(m_page.get(), Qt::Key_J);
        QCOMPARE(grid()->currentIndex().row(), 2);
        QTest::keyClick(m_page.get(), Qt::Key_End);
        QCOMPARE(grid()->currentIndex().row(), 17);
        QTest::keyClick(m_page.get(), Qt::Key_B);
        QVERIFY(!find<QCheckBox>("boxesCheck")->isChecked());
        find<QCheckBox>("boxesCheck")->click();
        QVERIFY(grid()->boxesShown());
    }

    void theSelectionColoursTreeAndDetails() {
        open();
        const auto& frames = m_session->dataset()->frames;
        // 2703 is the second camera: frames 6 to 13; two for training, one to validate.
        const QString folder = qs(m_session->workspace()->selections()) + QStringLiteral("/prop");
        QVERIFY(QDir().mkpath(folder));
        const auto write = [&](const char* name, std::initializer_list<std::size_t> list) {
            QFile file(folder + QLatin1Char('/') + QString::fromUtf8(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            for (const std::size_t i : list)
                file.write(QByteArray::fromStdString(frames[i].path.string()) + "\n");
        };
        write("train.txt", {6, 9});
        write("val.txt", {7});
        write("test.txt", {0});
        m_session->noteSelectionsChanged();
        m_session->setCurrentSelection(QStringLiteral("prop"));
        auto* model = find<CameraTree>("poolTree")->model();
        QTRY_COMPARE(model->index(2, 0).data(CameraTreeModel::UseRole).value<UseCounts>().train, std::int64_t(2));
        QVERIFY(find<QLabel>("totalLabel")->text().endsWith(QStringLiteral("4 used")));
        grid()->goTo(7);
        QStringList words;
        for (const QLabel* label : find<QWidget>("frameDetails")->findChildren<QLabel*>())
            words << label->text();
        QVERIFY(words.contains(QStringLiteral("val, selection prop")));
        QVERIFY(words.contains(QStringLiteral("07:00:00, 3 min 0 s before")));
    }

    void countsStandBesideTheChoices() {
        open();
        const auto count = [this](const char* name) { return find<ChipButton>(name)->count(); };
        QTRY_COMPARE(count("withFindingsChip"), 2);
        QCOMPARE(count("classChip2"), 16);
        QCOMPARE(count("classChip7"), 15);
        QCOMPARE(count("withoutLabelsChip"), 2);
        // 96x64: the car 19x13 px, the truck 29x19 px: all small.
        QCOMPARE(count("smallChip"), 16);
        QCOMPARE(count("largeChip"), 0);
        QCOMPARE(count("unusedChip"), 18);
        choose(2);
        QCOMPARE(count("classChip7"), 10);
        // A chip shows as many as it says.
        QTest::mouseDClick(find<ChipButton>("classChip7"), Qt::LeftButton);
        QCOMPARE(shown(), 10);
        QVERIFY(!find<ChipButton>("classChip2")->isChecked());
        QTest::mouseClick(find<ChipButton>("largeChip"), Qt::LeftButton);
        QCOMPARE(shown(), 0);
        QVERIFY(find<QPushButton>("clearAllButton")->isVisible());
        QTest::mouseClick(find<QPushButton>("clearAllButton"), Qt::LeftButton);
        QCOMPARE(shown(), 12);
        QVERIFY(!find<QPushButton>("clearAllButton")->isVisible());
        QVERIFY(find<ChipButton>("classChip2")->isChecked());
        QVERIFY(!find<ChipButton>("largeChip")->isChecked());
    }

    void hoursAndOrder() {
        open();
        // Frames every three minutes from seven o'clock, one at eight.
        find<QSpinBox>("hourFromSpin")->setValue(8);
        QCOMPARE(shown(), 1);
        QCOMPARE(currentFile(), QStringLiteral("2708-2021_03_20_080000.jpg"));
        find<QSpinBox>("hourToSpin")->setValue(8); // 8 to 8: none
        QCOMPARE(shown(), 0);
        find<QSpinBox>("hourFromSpin")->setValue(20); // 20 to 8: the night and the morning
        QCOMPARE(shown(), 17);
        find<QPushButton>("clearAllButton")->click();
        find<QComboBox>("sortCombo")->setCurrentIndex(3); // fewest boxes
        const QModelIndex first = grid()->model()->index(0, 0), last = grid()->model()->index(17, 0);
        QCOMPARE(first.data().toString(), QStringLiteral("2708-2021_03_20_080000.jpg"));
        QVERIFY(!first.data(FrameListModel::FrameIndexRole).isNull());
        QCOMPARE(currentFile(), QStringLiteral("2708-2021_03_20_080000.jpg")); // another order begins at its top
        find<QComboBox>("sortCombo")->setCurrentIndex(2);
        QCOMPARE(last.data().toString(), QStringLiteral("2705-2021_03_20_070000.jpg"));
        find<QComboBox>("sortCombo")->setCurrentIndex(0);
    }

    void filtersAreRememberedByWorkspace() {
        open();
        find<QSpinBox>("boxesToSpin")->setValue(1);
        QCOMPARE(shown(), 3);
        cleanup();
        start();
        open();
        QCOMPARE(shown(), 3);
        QCOMPARE(find<QSpinBox>("boxesToSpin")->value(), 1);
        find<QPushButton>("clearAllButton")->click();
        QCOMPARE(shown(), 18);
    }

    void healthGroupsByKindAndLeadsToFrames() {
        open();
        QTest::mouseClick(find<QPushButton>("healthViewButton"), Qt::LeftButton);
        QVERIFY(find<QWidget>("healthView")->isVisible());
        QVERIFY(!grid()->isVisible());
        QTRY_VERIFY(find<QWidget>("health-label-columns") != nullptr);
        QVERIFY(find<QWidget>("health-image-unreadable") != nullptr);
        auto* summary = find<QLabel>("healthSummary");
        QVERIFY2(summary->text().contains(QStringLiteral("in 2 frames")), qPrintable(summary->text()));
        auto* show = find<QPushButton>("show-label-columns");
        QCOMPARE(show->text(), QStringLiteral("Show 1 frame"));
        QTest::mouseClick(find<QPushButton>("list-label-columns"), Qt::LeftButton);
        auto* list = find<QListWidget>("findings-label-columns");
        QVERIFY(list->isVisible());
        QVERIFY2(list->item(0)->text().contains(QStringLiteral("2705-2021_03_20_070300.txt, line 2")), qPrintable(list->item(0)->text()));
        QTest::mouseClick(show, Qt::LeftButton);
        QVERIFY(grid()->isVisible());
        QCOMPARE(shown(), 1);
        QCOMPARE(currentFile(), QStringLiteral("2705-2021_03_20_070300.jpg"));
        find<QPushButton>("clearAllButton")->click();
        // A finding of the list leads to its frame among all.
        QTest::mouseClick(find<QPushButton>("healthViewButton"), Qt::LeftButton);
        Q_EMIT list->itemActivated(list->item(0));
        QVERIFY(grid()->isVisible());
        QCOMPARE(shown(), 18);
        QCOMPARE(currentFile(), QStringLiteral("2705-2021_03_20_070300.jpg"));
    }

    void aDeepLookIsKeptAndCanBeStopped() {
        open();
        // A worker that finds a pair of frames alike.
        const QString worker = m_dir.filePath(QStringLiteral("worker"));
        QFile script(worker);
        QVERIFY(script.open(QIODevice::WriteOnly));
        const QString frame = qs(m_session->dataset()->frames[8].path);
        script.write("#!/bin/sh\necho 'Comparing: 3 of 18' >&2\n[ -e \"$0.slow\" ] && exec sleep 60\n"
                     "cat <<'END'\n{\"root\":\"" + m_root.toUtf8() + "\",\"findings\":[{\"code\":\"some-new-kind\",\"severity\":\"warning\",\"path\":\"" + frame.toUtf8() +
                     "\",\"line\":null,\"message\":\"Like another.\",\"advice\":\"Keep one.\"},{\"code\":\"x\",\"severity\":\"error\",\"path\":\"/gone\",\"message\":\"m\"}]}\nEND\nexit 1\n");
        script.close();
        QVERIFY(script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("INTERSECT_CLI", worker.toUtf8());
        QFile slow(worker + QStringLiteral(".slow"));
        QVERIFY(slow.open(QIODevice::WriteOnly));
        QTest::mouseClick(find<QPushButton>("healthViewButton"), Qt::LeftButton);
        auto* look = find<QPushButton>("lookDeeperButton");
        QTest::mouseClick(look, Qt::LeftButton);
        QTRY_VERIFY(find<QLabel>("deepText")->text().contains(QStringLiteral("3 of 18")));
        QVERIFY(!look->isVisible());
        QTest::mouseClick(find<QPushButton>("stopDeeperButton"), Qt::LeftButton);
        QTRY_VERIFY(look->isVisible());
        QVERIFY(find<QWidget>("health-some-new-kind") == nullptr);
        QVERIFY(slow.remove());
        QTest::mouseClick(look, Qt::LeftButton);
        QTRY_VERIFY(find<QWidget>("health-some-new-kind") != nullptr);
        QVERIFY(find<QWidget>("health-x") == nullptr); // about a file that is not there
        QVERIFY(find<QLabel>("deepText")->text().contains(QStringLiteral("compared on")));
        // It is there again the next time, until its file changes.
        cleanup();
        start();
        open();
        QTRY_COMPARE(find<ChipButton>("withFindingsChip")->count(), 3);
        QFile touched(frame);
        QVERIFY(touched.open(QIODevice::ReadWrite));
        QVERIFY(touched.setFileTime(QDateTime::currentDateTime().addSecs(60), QFileDevice::FileModificationTime));
        m_session->refresh();
        QTRY_COMPARE(find<ChipButton>("withFindingsChip")->count(), 2);
        qunsetenv("INTERSECT_CLI");
    }

    void framesArePickedByKeyAndTakenBack() {
        open();
        grid()->goTo(6);
        QTest::keyClick(grid(), Qt::Key_J, Qt::ShiftModifier);
        QTest::keyClick(grid(), Qt::Key_S);
        QTRY_COMPARE(m_session->currentSelection(), QStringLiteral("by-hand"));
        QTRY_COMPARE(find<ChipButton>("chosenChip")->count(), 2);
        QCOMPARE(grid()->chosenRows(), (std::vector<int>{6, 7})); // still marked
        auto* pick = find<QPushButton>("pickButton");
        QTRY_COMPARE(pick->text(), QStringLiteral("Remove from selection"));
        grid()->goTo(6);
        QTest::mouseClick(pick, Qt::LeftButton);
        QTRY_COMPARE(find<ChipButton>("chosenChip")->count(), 1);
        grid()->window()->activateWindow(); // shortcuts want an active window, and a bare X server has no window manager that would make one so
        QVERIFY(QTest::qWaitForWindowActive(grid()->window()));
        QTest::keyClick(grid(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(find<ChipButton>("chosenChip")->count(), 2);
        QTest::keyClick(grid(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(find<ChipButton>("chosenChip")->count(), 1);
        const auto kept = runs::readSelection(m_session->workspace()->selections() / "by-hand" / "selection.yaml");
        QVERIFY(kept.has_value());
        QCOMPARE(kept->images, std::vector<std::filesystem::path>{m_session->dataset()->frames[7].path});
    }

    void theMenuActsOnTheMarkedFrames() {
        open();
        grid()->goTo(2);
        QTest::keyClick(grid(), Qt::Key_J, Qt::ShiftModifier);
        const QPoint at = grid()->visualRect(grid()->model()->index(3, 0)).center();
        const auto open = [&] {
            QContextMenuEvent event(QContextMenuEvent::Mouse, at, grid()->viewport()->mapToGlobal(at));
            QCoreApplication::sendEvent(grid()->viewport(), &event);
            return m_page->findChild<QMenu*>(QStringLiteral("frameMenu"));
        };
        QMenu* menu = open();
        QVERIFY(menu != nullptr);
        const auto action = [&](const char* name) { return menu->findChild<QAction*>(QString::fromUtf8(name)); };
        QCOMPARE(action("copyPathAction")->text(), QStringLiteral("Copy 2 paths"));
        action("copyPathAction")->trigger();
        const auto& frames = m_session->dataset()->frames;
        QCOMPARE(QGuiApplication::clipboard()->text(), qs(frames[2].path) + QLatin1Char('\n') + qs(frames[3].path));
        QSignalSpy asked(m_session.get(), &Session::frameRequested);
        action("inspectAction")->trigger();
        QCOMPARE(asked.last().at(0).toString(), qs(frames[3].path));
        QVERIFY(action("addAction")->isEnabled());
        QVERIFY(!action("removeAction")->isEnabled());
        menu->close();
    }

    void whatChangesOnDiskIsSeen() {
        open();
        choose(2, 0);
        QCOMPARE(shown(), 8);
        grid()->goTo(5);
        const QString current = currentFile();
        const QString folder = m_root + QStringLiteral("/Q2/2703/");
        QVERIFY(QFile::copy(folder + QStringLiteral("2703-2021_03_20_070000.jpg"), folder + QStringLiteral("2703-2021_03_20_065900.jpg")));
        QTRY_COMPARE_WITH_TIMEOUT(shown(), 9, 20000);
        QCOMPARE(currentFile(), current); // the camera, the frame stay
        QVERIFY(QFile::remove(folder + QStringLiteral("2703-2021_03_20_065900.jpg")));
        QTRY_COMPARE_WITH_TIMEOUT(shown(), 8, 20000);
        QCOMPARE(currentFile(), current);
        // A new camera is seen too, and one that goes.
        tests::writeTimedFrames(m_root, QStringLiteral("Q3"), QStringLiteral("1"), 1);
        QTRY_COMPARE_WITH_TIMEOUT(m_session->dataset()->frames.size(), std::size_t(19), 20000);
        QVERIFY(QDir(m_root + QStringLiteral("/Q3")).removeRecursively());
        QTRY_COMPARE_WITH_TIMEOUT(m_session->dataset()->frames.size(), std::size_t(18), 20000);
        QSignalSpy changed(m_session.get(), &Session::datasetChanged);
        m_session->refresh();
        QTest::qWait(300);
        QCOMPARE(changed.size(), 0); // nothing is different
    }

    void foldersToWatchAreEachNamedOnce() {
        data::Dataset set;
        set.root = "/r";
        for (const char* id : {"Q1/a", "Q1/b", "deep/er/c"}) {
            data::Camera camera;
            camera.folder = set.root / id;
            set.cameras.push_back(camera);
        }
        QCOMPARE(watchedFolders(set).join(QLatin1Char(' ')), QStringLiteral("/r /r/Q1 /r/Q1/a /r/Q1/b /r/deep /r/deep/er /r/deep/er/c"));
    }

    void everythingKeepsItsPlaceWhenNarrow() {
        open();
        for (const QSize size : {QSize(1352, 764), QSize(1000, 620)}) {
            m_page->resize(size);
            QCoreApplication::processEvents();
            const auto* bar = find<QWidget>("filterBar");
            QVERIFY(bar->heightForWidth(bar->width()) <= bar->height());
            for (const QWidget* child : bar->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
                if (child->isVisible())
                    QVERIFY2(bar->rect().contains(child->geometry()), qPrintable(child->objectName()));
        }
    }
};

QTEST_MAIN(TestDataPage)
#include "tst_data_page.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/detect/detections_file.h"
#include "tests/support/scratch_files.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"

using namespace intersect;
using namespace intersect::ui;

/// Suspect labels on the Inspect page, over two frames of 100 x 100.
///
/// Frame a: labels car 10,10-30,30 and truck 50,50-90,90. Seen: car 0.95 where no label is; bus 0.80 on the truck; the
/// car 0.70. Frame b: labels car 10,10-30,30 and car 60,60-80,80. Seen: car 0.60 on the first; nothing near the second.
/// By rank: the car without a label 0.95, the bus 0.80, the label with nothing 20 / (20 + 32) = 0.38.
class TestInspectSuspects : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<InspectPage> m_page;
    QString m_folder;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    QStringList suspects() const {
        QStringList words;
        const QAbstractItemModel* model = find<QListView>("suspectList")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            words << model->index(row, 0).data().toString();
        return words;
    }
    QString counter() const { return find<QLabel>("suspectCounter")->text(); }
    QString path(const char* stem) const { return m_folder + QLatin1Char('/') + QString::fromUtf8(stem); }
    std::filesystem::path corrected(const char* below) const {
        return m_session->workspace()->folder / "labels" / "corrected" / below;
    }
    void click(const char* button) const { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }

    void writeFrame(const char* stem, const char* labels) {
        QImage image(100, 100, QImage::Format_RGB888);
        image.fill(QColor(90, 110, 130));
        QVERIFY(image.save(path(stem) + QStringLiteral(".png")));
        QFile file(path(stem) + QStringLiteral(".txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(labels);
    }
    void openPage() {
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 830);
        m_page->show();
        m_page->activateWindow(); // a bare X server has no window manager that would
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTRY_COMPARE(find<InspectList>("frameList")->model()->rowCount(), 2);
        QTest::mouseClick(find<SegmentedButtons>("listSwitch")->button(1), Qt::LeftButton);
        QVERIFY(find<QListView>("suspectList")->isVisible());
    }

    const QString m_missing = QStringLiteral("Label missing: car?"), m_wrong = QStringLiteral("bus, not truck?"),
                  m_nothing = QStringLiteral("Nothing there: car?");
    static constexpr const char *kA = "test/2703/2703-2021_03_20_070000.txt",
                                *kB = "test/2703/2703-2021_03_20_070300.txt";

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir->filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir->filePath(QStringLiteral("frames"));
        m_folder = root + QStringLiteral("/test/2703");
        QVERIFY(QDir().mkpath(m_folder));
        writeFrame("2703-2021_03_20_070000", "2 0.2 0.2 0.2 0.2\n7 0.7 0.7 0.4 0.4\n");
        writeFrame("2703-2021_03_20_070300", "2 0.2 0.2 0.2 0.2\n2 0.7 0.7 0.2 0.2\n");
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        detect::DetectionSet set;
        for (int i = 0; i < 80; ++i)
            set.names.push_back(m_session->className(i).toStdString());
        set.images = {{1, toPath(path("2703-2021_03_20_070000.png")), {100, 100}},
                      {2, toPath(path("2703-2021_03_20_070300.png")), {100, 100}}};
        set.begin = {0, 3, 4};
        set.detections = {{{60, 10, 80, 30}, 0.95F, 2},
                          {{50, 50, 90, 90}, 0.8F, 5},
                          {{10, 10, 30, 30}, 0.7F, 2},
                          {{10, 10, 30, 30}, 0.6F, 2}};
        QVERIFY(writeFileAtomically(m_session->runPaths(QStringLiteral("run")).detections("test"),
                                    detect::formatDetections(set))
                    .has_value());
        m_session->noteRunsChanged();
    }
    void cleanup() {
        m_page.reset();
        m_session.reset();
    }

    void rankedWithTheirBoxes() {
        openPage();
        QTRY_COMPARE(suspects(), (QStringList{m_missing, m_wrong, m_nothing}));
        QCOMPARE(counter(), QStringLiteral("0 accepted, 0 dismissed, 3 left"));
        auto* canvas = find<ImageCanvas>("canvas");
        QTRY_COMPARE(canvas->marks().size(), std::size_t(1));
        QCOMPARE(canvas->marks()[0].words, QStringLiteral("seen: car 0.95"));
        auto* list = find<QListView>("suspectList");
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(1, 0)).center());
        QTRY_COMPARE(canvas->marks().size(), std::size_t(2));
        QCOMPARE(canvas->marks()[0].words, QStringLiteral("label: truck"));
        QCOMPARE(canvas->marks()[1].words, QStringLiteral("seen: bus 0.80"));
        // J goes to the next one, on the other frame.
        QTest::keyClick(list, Qt::Key_J);
        QVERIFY(find<QLabel>("frameNameLabel")->text().endsWith(QStringLiteral("07:03:00")));
        QTRY_VERIFY(canvas->marks().size() == 1 && canvas->marks()[0].words == QStringLiteral("label: car"));
        // Back among the frames nothing is pointed out.
        QTest::mouseClick(find<SegmentedButtons>("listSwitch")->button(0), Qt::LeftButton);
        QVERIFY(canvas->marks().empty());
        QVERIFY(find<InspectList>("frameList")->isVisible());
    }

    void acceptDismissUndo() {
        openPage();
        QTRY_COMPARE(suspects().size(), 3);
        click("acceptSuspectButton");
        QCOMPARE(suspects(), (QStringList{m_wrong, m_nothing}));
        QCOMPARE(tests::bytesOf(corrected(kA)),
                 std::string("2 0.2 0.2 0.2 0.2\n7 0.7 0.7 0.4 0.4\n2 0.7 0.2 0.2 0.2\n"));
        QTest::keyClick(find<QListView>("suspectList"), Qt::Key_A);
        QCOMPARE(tests::bytesOf(corrected(kA)),
                 std::string("2 0.2 0.2 0.2 0.2\n5 0.7 0.7 0.4 0.4\n2 0.7 0.2 0.2 0.2\n"));
        click("dismissSuspectButton");
        QVERIFY(!std::filesystem::exists(corrected(kB)));
        QVERIFY(suspects().isEmpty());
        QVERIFY(!find<QPushButton>("acceptSuspectButton")->isEnabled());
        QCOMPARE(counter(), QStringLiteral("2 accepted, 1 dismissed, 0 left"));
        QCOMPARE(tests::bytesOf(toPath(path("2703-2021_03_20_070000.txt"))),
                 std::string("2 0.2 0.2 0.2 0.2\n7 0.7 0.7 0.4 0.4\n")); // never the original

        // Remembered by the next page that opens.
        openPage();
        QTRY_COMPARE(counter(), QStringLiteral("2 accepted, 1 dismissed, 0 left"));
        QTest::keyClick(find<QListView>("suspectList"), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(suspects(), QStringList{m_nothing});
        click("undoSuspectButton");
        QCOMPARE(suspects(), (QStringList{m_wrong, m_nothing}));
        QCOMPARE(find<QListView>("suspectList")->currentIndex().row(), 0);
        QCOMPARE(tests::bytesOf(corrected(kA)),
                 std::string("2 0.2 0.2 0.2 0.2\n7 0.7 0.7 0.4 0.4\n2 0.7 0.2 0.2 0.2\n"));
        click("undoSuspectButton");
        QVERIFY(!std::filesystem::exists(corrected(kA)));
        QCOMPARE(counter(), QStringLiteral("0 accepted, 0 dismissed, 3 left"));
        QVERIFY(!find<QPushButton>("undoSuspectButton")->isEnabled());
        // A removed row leaves the rest.
        QTest::keyClick(find<QListView>("suspectList"), Qt::Key_End);
        QTest::keyClick(find<QListView>("suspectList"), Qt::Key_A);
        QCOMPARE(tests::bytesOf(corrected(kB)), std::string("2 0.2 0.2 0.2 0.2\n"));
    }

    void againByKeyAndButton() {
        openPage();
        QTRY_COMPARE(suspects().size(), 3);
        auto* list = find<QListView>("suspectList");
        QVERIFY(!find<QPushButton>("redoSuspectButton")->isEnabled());
        click("dismissSuspectButton");
        click("acceptSuspectButton");
        const std::string both = tests::bytesOf(corrected(kA));
        QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(suspects(), (QStringList{m_missing, m_wrong, m_nothing}));
        QVERIFY(find<QPushButton>("redoSuspectButton")->isEnabled());
        QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(suspects(), (QStringList{m_wrong, m_nothing}));
        QVERIFY(!std::filesystem::exists(corrected(kA)));
        click("redoSuspectButton");
        QCOMPARE(suspects(), QStringList{m_nothing});
        QCOMPARE(tests::bytesOf(corrected(kA)), both);
        QVERIFY(!find<QPushButton>("redoSuspectButton")->isEnabled());
        QCOMPARE(counter(), QStringLiteral("1 accepted, 1 dismissed, 1 left"));
    }

    void nextAndPreviousByKey() {
        openPage();
        QTRY_COMPARE(suspects().size(), 3);
        auto* list = find<QListView>("suspectList");
        QCOMPARE(list->currentIndex().row(), 0);
        QString status;
        connect(m_session.get(), &Session::status, m_page.get(), [&](const QString& text) { status = text; });
        QTest::keyClick(list, Qt::Key_N);
        QTest::keyClick(list, Qt::Key_N);
        QVERIFY2(status.startsWith(QStringLiteral("3 of 3 suspect labels")), qPrintable(status));
        QCOMPARE(list->currentIndex().row(), 2);
        QVERIFY(find<QLabel>("frameNameLabel")->text().endsWith(QStringLiteral("07:03:00")));
        QTest::keyClick(list, Qt::Key_P);
        QCOMPARE(list->currentIndex().row(), 1);
        QTest::keyClick(list, Qt::Key_R); // dismissed, and on to the one behind it
        QCOMPARE(suspects(), (QStringList{m_missing, m_nothing}));
        QCOMPARE(list->currentIndex().row(), 1);
    }

    void onlyTheChosenFrames() {
        openPage();
        QTRY_COMPARE(suspects().size(), 3);
        Q_EMIT m_session->framesRequested(QStringLiteral("test"), {path("2703-2021_03_20_070300.png")}, QStringLiteral("one of them"));
        QTRY_COMPARE(suspects(), QStringList{m_nothing});
        QCOMPARE(counter(), QStringLiteral("0 accepted, 0 dismissed, 1 left here, 3 in all"));
        auto* cameras = find<QComboBox>("cameraCombo");
        cameras->setFocus();
        QTest::keyClick(cameras, Qt::Key_Home); // all cameras
        QTRY_COMPARE(suspects().size(), 3);
        QCOMPARE(counter(), QStringLiteral("0 accepted, 0 dismissed, 3 left"));
        QTest::keyClick(cameras, Qt::Key_End);
        QTRY_COMPARE(suspects(), QStringList{m_nothing});
        QTest::mouseClick(find<QPushButton>("acceptSuspectButton"), Qt::LeftButton);
        QVERIFY(suspects().isEmpty());
        QCOMPARE(counter(), QStringLiteral("1 accepted, 0 dismissed, 0 left here, 2 in all"));
        QVERIFY(find<QLabel>("suspectHint")->text().contains(QStringLiteral("others have some")));
    }

    void whatAnotherWindowDecidedStays() {
        openPage();
        QTRY_COMPARE(suspects().size(), 3);
        std::unique_ptr<InspectPage> first = std::move(m_page);
        openPage();
        QTRY_COMPARE(suspects().size(), 3);
        click("acceptSuspectButton"); // in the second window
        QCOMPARE(suspects(), (QStringList{m_wrong, m_nothing}));
        m_page.swap(first);
        QCOMPARE(suspects().size(), 3); // the first does not know yet
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTRY_COMPARE(suspects(), (QStringList{m_wrong, m_nothing}));
        QCOMPARE(counter(), QStringLiteral("1 accepted, 0 dismissed, 2 left"));
        QVERIFY(!find<QPushButton>("undoSuspectButton")->isEnabled()); // it is the other's to take back
        click("acceptSuspectButton");
        QCOMPARE(tests::bytesOf(corrected(kA)),
                 std::string("2 0.2 0.2 0.2 0.2\n5 0.7 0.7 0.4 0.4\n2 0.7 0.2 0.2 0.2\n"));
    }

    void aLabelThatIsGoneIsTold() {
        openPage();
        QTRY_COMPARE(suspects().size(), 3);
        QTest::keyClick(find<QListView>("suspectList"), Qt::Key_N);
        click("acceptSuspectButton"); // bus, not truck
        QVERIFY(!find<QLabel>("suspectLost")->isVisible());
        QFile labels(path("2703-2021_03_20_070000.txt"));
        QVERIFY(labels.open(QIODevice::WriteOnly) && labels.write("2 0.2 0.2 0.2 0.2\n") > 0);
        labels.close();
        openPage();
        QTRY_VERIFY(find<QLabel>("suspectLost")->isVisible());
        QVERIFY(find<QLabel>("suspectLost")->text().startsWith(QStringLiteral("1 accepted correction changes nothing")));
    }

    void listsForTraining() {
        const std::filesystem::path selections = m_session->workspace()->selections();
        runs::SplitLists lists;
        lists.train = {toPath(path("2703-2021_03_20_070000.png"))};
        lists.val = {toPath(path("2703-2021_03_20_070300.png"))};
        lists.names = {"person", "bicycle", "car"};
        QVERIFY(runs::writeSplitLists(selections / "mine", lists, false).has_value());
        m_session->noteSelectionsChanged();
        openPage();
        QTRY_COMPARE(suspects().size(), 3);
        auto* button = find<QPushButton>("correctedListsButton");
        QVERIFY(!button->isEnabled()); // nothing was accepted yet
        click("acceptSuspectButton");
        QVERIFY(button->isEnabled());
        Q_EMIT button->menu()->aboutToShow();
        QCOMPARE(button->menu()->actions().size(), 1);
        QCOMPARE(button->menu()->actions().first()->text(), QStringLiteral("Of mine"));
        QStringList status;
        connect(m_session.get(), &Session::status, m_page.get(), [&](const QString& text) { status << text; });
        button->menu()->actions().first()->trigger();
        QTRY_VERIFY(!status.isEmpty() && status.last().startsWith(QStringLiteral("Wrote mine-corrected: 1 frames of train, 0 of val")));
        QCOMPARE(tests::bytesOf(selections / "mine-corrected" / "train.txt"),
                 (corrected("test/2703/2703-2021_03_20_070000.png").string() + "\n"));
        QVERIFY(m_session->selectionNames().contains(QStringLiteral("mine-corrected")));
        // Offered for the split itself, not for what was made of it.
        Q_EMIT button->menu()->aboutToShow();
        QCOMPARE(button->menu()->actions().size(), 1);
    }

    void aBrokenReviewFileIsSaidAndKept() {
        QVERIFY(writeFileAtomically(corrected("review.jsonl"), "half a li").has_value());
        openPage();
        auto* message = m_page->findChild<InlineMessage*>();
        QTRY_VERIFY(message->isVisible());
        QVERIFY(message->sentence().contains(QStringLiteral("review.jsonl")));
        QVERIFY(!find<QPushButton>("acceptSuspectButton")->isEnabled());
        QTest::keyClick(find<QListView>("suspectList"), Qt::Key_A);
        QCOMPARE(suspects().size(), 3);
        QCOMPARE(tests::bytesOf(corrected("review.jsonl")), std::string("half a li"));
        QVERIFY(!std::filesystem::exists(corrected(kA)));
    }
};

QTEST_MAIN(TestInspectSuspects)
#include "tst_inspect_suspects.moc"

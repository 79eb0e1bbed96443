// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/drawn_cameras.h"
#include "tests/support/evaluated_run.h"
#include "ui/pages/inspect_page.h"
#include "ui/pages/inspect_patches.h"
#include "ui/text.h"

using namespace intersect;
using namespace intersect::ui;
using eval::ErrorType;
using eval::Verdict;

/// The patches of Inspect over ten drawn frames, six of camera a and four of camera b, with a car and a truck each. By candidatesOn every car is
/// found at 0.90, 0.89 and so on, the trucks of even frames at 0.70, 0.68 …, those of odd frames are missed (5), and each frame has one
/// invented bus near nothing at 0.40, 0.39 … 0.31.
class TestInspectPatches : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<InspectPage> m_page;
    QString m_status;

    template <class W> W* find(const char* name) const { return m_page->findChild<W*>(QString::fromUtf8(name)); }
    PatchGrid* grid() const { return find<PatchGrid>("patchGrid"); }
    int tiles() const { return grid()->model()->rowCount(); }
    QString sentence() const { return find<QLabel>("patchSentence")->text(); }
    QString tile(int row) const { return grid()->model()->index(row, 0).data().toString(); }
    const Patch& patch(int row) const { return qobject_cast<PatchListModel*>(grid()->model())->patchAt(row); }
    void clickTile(int row) const {
        grid()->scrollTo(grid()->model()->index(row, 0));
        QTest::mouseClick(grid()->viewport(), Qt::LeftButton, {}, grid()->visualRect(grid()->model()->index(row, 0)).center());
    }
    void clickChip(const char* name) const { QTest::mouseClick(find<ChipButton>(name), Qt::LeftButton); }
    void clickView(const QString& word) const {
        for (QPushButton* button : find<SegmentedButtons>("viewSwitch")->findChildren<QPushButton*>())
            if (button->text() == word)
                QTest::mouseClick(button, Qt::LeftButton);
    }
    QString view() const {
        const auto* views = find<SegmentedButtons>("viewSwitch");
        return views->button(views->current())->text();
    }
    /// Chooses in a combo as the keyboard does.
    void choose(const char* name, const QString& startsWith) const {
        auto* combo = find<QComboBox>(name);
        for (int i = 0; i < combo->count(); ++i)
            if (combo->itemText(i).startsWith(startsWith)) {
                combo->setCurrentIndex(i);
                Q_EMIT combo->activated(i);
                return;
            }
        QFAIL(qPrintable(startsWith));
    }
    /// Triggers an entry of the menu that opens next.
    void inTheMenu(const QString& words) {
        QTimer::singleShot(0, this, [words] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            QVERIFY(menu != nullptr);
            for (QAction* action : menu->actions())
                if (action->text() == words)
                    action->trigger();
            menu->close();
        });
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        tests::drawCamera(root, QStringLiteral("test"), QStringLiteral("a"), 6);
        tests::drawCamera(root, QStringLiteral("test"), QStringLiteral("b"), 4);
        m_session = std::make_unique<Session>();
        connect(m_session.get(), &Session::status, this, [this](const QString& text) { m_status = text; });
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        std::vector<std::filesystem::path> frames;
        for (const data::Frame& frame : m_session->dataset()->frames)
            frames.push_back(frame.path);
        QCOMPARE(frames.size(), std::size_t(10));
        QVERIFY(tests::writeEvaluatedRun(m_session->runPaths(QStringLiteral("run")), "test", tests::candidatesOn(frames), true));
        m_session->noteRunsChanged();
        m_session->setCurrentRun(QStringLiteral("run"));
    }
    void init() {
        m_session->setConfidence(0.25);
        m_session->setMatchIou(0.5);
        m_session->setNmsIou(0.6);
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 830);
        m_page->show();
        m_page->activateWindow(); // a bare X server has no window manager that would
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTRY_COMPARE(find<InspectList>("frameList")->model()->rowCount(), 10);
        QTRY_VERIFY(find<ErrorBars>("errorBars")->row(ErrorType::Background)->count().has_value());
        clickView(QStringLiteral("Patches"));
        QTRY_COMPARE(tiles(), 15);
    }
    void cleanup() { m_page.reset(); }

    void whatIsWrongStandsFirst() {
        QVERIFY(grid()->isVisible());
        QCOMPARE(sentence(), QStringLiteral("15 missed or invented boxes"));
        QCOMPARE(tile(0), QStringLiteral("FP bus 0.40"));
        QCOMPARE(tile(9), QStringLiteral("FP bus 0.31"));
        QCOMPARE(tile(10), QStringLiteral("FN truck"));
        QCOMPARE(find<ChipButton>("patchMissedChip")->count(), qint64(5));
        QCOMPARE(find<ChipButton>("patchInventedChip")->count(), qint64(10));
        QCOMPARE(find<ChipButton>("patchFoundChip")->count(), qint64(15));
        QVERIFY(find<ChipButton>("patchIgnoredChip")->isHidden());
        // Each of the ten frames is decoded once, also where two of its boxes are shown; small objects at full size.
        QTRY_VERIFY(!grid()->sheet({14}).isNull() && grid()->provider().cachedBytes() > 0);
        QTRY_COMPARE(grid()->provider().decodings(), 10);
    }

    void chipsClassesAndScoresNarrow() {
        clickChip("patchMissedChip");
        QTRY_COMPARE(sentence(), QStringLiteral("10 invented boxes"));
        auto* from = find<QDoubleSpinBox>("patchScoreFromSpin");
        from->setFocus();
        from->selectAll();
        QTest::keyClicks(from, QStringLiteral("0.36"));
        QTest::keyClick(from, Qt::Key_Return);
        QTRY_COMPARE(sentence(), QStringLiteral("5 invented boxes above 0.36"));
        QCOMPARE(tiles(), 5);
        choose("patchClassCombo", QStringLiteral("truck"));
        QTRY_COMPARE(sentence(), QStringLiteral("0 invented boxes of truck above 0.36"));
        auto* clear = find<QPushButton>("clearPatchFiltersButton");
        QTRY_VERIFY(clear->isVisible());
        QTest::mouseClick(clear, Qt::LeftButton);
        QTRY_COMPARE(tiles(), 15);
        // A double click leaves one verdict alone.
        QTest::mouseDClick(find<ChipButton>("patchFoundChip"), Qt::LeftButton);
        QTRY_COMPARE(sentence(), QStringLiteral("15 found boxes"));
        QCOMPARE(tile(0), QStringLiteral("TP car 0.90"));
    }

    void orderTurns() {
        choose("patchOrderCombo", QStringLiteral("Size"));
        // A bus of 8 x 8 is smaller than any truck.
        QTRY_COMPARE(tile(0), QStringLiteral("FN truck"));
        QTest::mouseClick(find<QPushButton>("patchDirectionButton"), Qt::LeftButton);
        QTRY_VERIFY(tile(0).startsWith(QStringLiteral("FP bus")));
        QCOMPARE(find<QPushButton>("patchDirectionButton")->text(), QStringLiteral("lowest first"));
        choose("patchOrderCombo", QStringLiteral("Camera"));
        QTRY_COMPARE(tile(0), QStringLiteral("FP bus 0.40")); // camera a at 07:00
        QCOMPARE(find<QPushButton>("patchDirectionButton")->text(), QStringLiteral("A to Z"));
        QTest::mouseClick(find<QPushButton>("patchDirectionButton"), Qt::LeftButton);
        QTRY_COMPARE(patch(0).frame, 9U);
    }

    void barsOfErrorsLeadToTheirBoxes() {
        auto* bars = find<ErrorBars>("errorBars");
        QTest::mouseClick(bars->row(ErrorType::Missed), Qt::LeftButton);
        QTRY_COMPARE(sentence(), QStringLiteral("5 missed or invented boxes with the error “Missed”"));
        QVERIFY(find<QComboBox>("patchErrorCombo")->currentText().startsWith(QStringLiteral("Missed")));
        choose("patchErrorCombo", QStringLiteral("Background"));
        QTRY_COMPARE(tiles(), 10);
        QVERIFY(bars->chosen() == ErrorType::Background);
        grid()->setFocus();
        QTest::keyClick(grid(), Qt::Key_Escape);
        QTRY_COMPARE(tiles(), 15);
        QVERIFY(!bars->chosen());
    }

    void camerasAndThresholdsAreFollowed() {
        auto* cameras = find<QComboBox>("cameraCombo");
        cameras->setCurrentIndex(cameras->findText(QStringLiteral("b")));
        Q_EMIT cameras->activated(cameras->currentIndex());
        QTRY_COMPARE(sentence(), QStringLiteral("6 missed or invented boxes")); // 4 buses, 2 trucks
        m_session->setConfidence(0.345);
        QTRY_COMPARE(sentence(), QStringLiteral("2 missed or invented boxes")); // buses of b score 0.34 and less
        m_session->setConfidence(0.25);
        cameras->setCurrentIndex(0);
        Q_EMIT cameras->activated(0);
        QTRY_COMPARE(tiles(), 15);
        // Another NMS keeps the second box of every object: 15 duplicates more.
        m_session->setNmsIou(0.8);
        QTRY_COMPARE(sentence(), QStringLiteral("30 missed or invented boxes"));
        clickView(QStringLiteral("One run"));
        m_session->setNmsIou(0.6);
        QTest::qWait(50);
        clickView(QStringLiteral("Patches"));
        QTRY_COMPARE(tiles(), 15);
    }

    void theChosenBoxStaysWhileThresholdsMove() {
        clickTile(10);
        const Patch before = patch(10);
        QCOMPARE(before.box.verdict, Verdict::FN);
        m_session->setConfidence(0.35); // five buses less stand before it
        QTRY_COMPARE(tiles(), 11);
        QVERIFY(grid()->currentIndex().isValid());
        QVERIFY(patch(grid()->currentIndex().row()).isSameBox(before));
        // Another NMS gives the detections of a frame other numbers.
        m_session->setConfidence(0.25);
        QTRY_COMPARE(tiles(), 15);
        clickTile(3);
        const Patch bus = patch(3);
        m_session->setNmsIou(0.8);
        QTRY_COMPARE(tiles(), 30);
        QVERIFY(grid()->currentIndex().isValid());
        const Patch& now = patch(grid()->currentIndex().row());
        QVERIFY(now.isSameBox(bus));
        QVERIFY(now.box.detection != bus.box.detection);
    }

    void aBoxIsOpenedInItsFrameAndEscLeadsBack() {
        clickTile(2);
        QCOMPARE(patch(2).frame, 2U);
        QTRY_VERIFY2(m_status.startsWith(QStringLiteral("Box selected: FP bus, score 0.38")), qPrintable(m_status));
        QTest::keyClick(grid(), Qt::Key_Right);
        QCOMPARE(grid()->currentIndex().row(), 3);
        QTest::keyClick(grid(), Qt::Key_Return);
        QCOMPARE(view(), QStringLiteral("One run"));
        auto* canvas = find<ImageCanvas>("canvas");
        QVERIFY(canvas->isVisible());
        auto* boxes = find<BoxTable>("boxTable");
        const auto rightBox = [&] {
            const auto* model = qobject_cast<BoxTableModel*>(boxes->model());
            const int row = boxes->currentIndex().row();
            return row >= 0 && model->box(row).verdict == Verdict::FP && model->box(row).classId == 5 && canvas->currentBox() == row;
        };
        QTRY_VERIFY(rightBox());
        QTRY_COMPARE(canvas->picture().size(), QSize(96, 64));
        QTRY_VERIFY(rightBox()); // still, now that the picture is there
        QVERIFY(find<QLabel>("frameNameLabel")->text().contains(QStringLiteral("07:09:00")));
        QTest::keyClick(m_page.get(), Qt::Key_Escape);
        QCOMPARE(view(), QStringLiteral("Patches"));
        QVERIFY(grid()->hasFocus());
        QCOMPARE(grid()->currentIndex().row(), 3);
        // A double click does the same; Home and End go to the ends.
        QTest::keyClick(grid(), Qt::Key_End);
        QCOMPARE(grid()->currentIndex().row(), 14);
        QTest::keyClick(grid(), Qt::Key_Home);
        QTest::mouseDClick(grid()->viewport(), Qt::LeftButton, {}, grid()->visualRect(grid()->model()->index(0, 0)).center());
        QCOMPARE(view(), QStringLiteral("One run"));
        QTRY_VERIFY(rightBox());
    }

    void tilesCanBeTakenAway() {
        clickTile(1);
        QTRY_VERIFY(grid()->provider().decodings() == 10);
        QTest::keyClick(grid(), Qt::Key_C, Qt::ControlModifier);
        const QImage copied = QGuiApplication::clipboard()->image();
        QVERIFY(copied.width() > grid()->tileWidth() / 2);
        QVERIFY(copied.width() < 2 * grid()->gridSize().width());
        inTheMenu(QStringLiteral("Copy the list as CSV"));
        QContextMenuEvent menu(QContextMenuEvent::Mouse, grid()->visualRect(grid()->currentIndex()).center(), QPoint(100, 100));
        QCoreApplication::sendEvent(grid()->viewport(), &menu);
        const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 16);
        QVERIFY(lines[1].endsWith(QStringLiteral(",a,FP,bus,0.4000,0.0000,background,1.00,1.00,9.00,9.00")));
        const QString file = m_dir.filePath(QStringLiteral("sheet.png"));
        auto* patches = find<InspectPatches>("patchView");
        QVERIFY(patches->saveSheet(file));
        const QImage sheet(file);
        QVERIFY(sheet.width() > copied.width());
        QVERIFY(sheet.height() > copied.height());
        QSignalSpy failed(patches, &InspectPatches::failed);
        QVERIFY(!patches->saveSheet(m_dir.filePath(QStringLiteral("no/such/folder/sheet.png"))));
        QCOMPARE(failed.size(), 1);
    }

    void tilesGrowByKeyAndSlider() {
        auto* slider = find<QSlider>("patchSizeSlider");
        const int before = grid()->tileWidth();
        grid()->setFocus();
        QTest::keyClick(grid(), Qt::Key_Plus);
        QVERIFY(grid()->tileWidth() > before);
        QCOMPARE(slider->value(), grid()->tileWidth());
        const int columns = grid()->columns();
        slider->setValue(PatchGrid::kLeastTile);
        QVERIFY(grid()->columns() > columns);
    }

    void theNextPageIsFetchedAhead() {
        find<QSlider>("patchSizeSlider")->setValue(PatchGrid::kMostTile);
        PatchProvider& provider = grid()->provider();
        QTRY_VERIFY(provider.isIdle());
        provider.clear();
        grid()->verticalScrollBar()->setValue(1);
        const auto [first, last] = grid()->visibleRows();
        QVERIFY(last - first + 1 < 8);
        // More bytes than whole tiles in sight could hold.
        const qsizetype tile = qsizetype(grid()->gridSize().width()) * (grid()->gridSize().width() * 3 / 4) * 4;
        QTRY_VERIFY(provider.cachedBytes() > (last - first + 1) * tile);
    }

    void picturesWithoutLabelsHaveNoVerdicts() {
        auto inspection = std::make_shared<Inspection>();
        inspection->detections.names = {"car"};
        inspection->detections.images = {{1, toPath(m_dir.filePath(QStringLiteral("none.jpg"))), {100, 100}}};
        inspection->detections.begin = {0, 2};
        inspection->detections.detections = {{{10, 10, 40, 30}, 0.9F, 0}, {{60, 60, 80, 80}, 0.3F, 0}};
        inspection->truth.begin = {0, 0};
        inspection->frames = {{0, {}, false}};
        inspection->cameras = {"mine"};
        InspectPatches patches(*m_session, [](int) { return QStringLiteral("car"); });
        patches.resize(700, 500);
        patches.show();
        patches.setSource(inspection, nullptr, {0});
        auto* tiles = patches.findChild<PatchGrid*>();
        QTRY_COMPARE(tiles->model()->rowCount(), 2);
        QCOMPARE(patches.findChild<PatchFilterBar*>()->sentence(), QStringLiteral("2 boxes"));
        QVERIFY(!patches.findChild<ChipButton*>(QStringLiteral("patchMissedChip"))->isVisible());
        QCOMPARE(tiles->model()->index(0, 0).data().toString(), QStringLiteral("car 0.90"));
        // A picture that cannot be read is said to be so, once.
        QTRY_VERIFY(tiles->provider().failed(inspection->detections.images[0].file));
        patches.setSource(nullptr, nullptr, {});
        QTRY_COMPARE(tiles->model()->rowCount(), 0);
    }
};

QTEST_MAIN(TestInspectPatches)
#include "tst_inspect_patches.moc"

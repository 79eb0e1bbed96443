// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QFile>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/runs/workspace.h"
#include "tests/support/timed_frames.h"
#include "ui/models/box_table_model.h"
#include "ui/models/camera_tree_model.h"
#include "ui/models/filter_memory.h"
#include "ui/models/frame_list_model.h"
#include "ui/models/inspect_list_model.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/camera_strip.h"
#include "ui/widgets/frame_grid.h"
#include "ui/widgets/hour_bars.h"
#include "ui/widgets/thumbnail_provider.h"

using namespace intersect;
using namespace intersect::ui;

/// Models over a scanned data set, the grid and its map, and the pictures that arrive by themselves.
class TestFrameGrid : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::shared_ptr<const data::Dataset> m_dataset;
    std::shared_ptr<const FrameMarks> m_marks;

    std::vector<std::uint32_t> rows(const data::FrameFilter& filter) const {
        return data::filterFrames(*m_dataset, m_marks->context(), std::vector<std::uint32_t>{0, 1, 2}, filter).frames;
    }
    void writeList(const char* name, const std::vector<std::filesystem::path>& images) const {
        QDir().mkpath(m_dir.filePath(QStringLiteral("sel")));
        QFile file(m_dir.filePath(QStringLiteral("sel/")) + QString::fromUtf8(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (const auto& image : images)
            file.write(QByteArray::fromStdString(image.string()) + "\n");
    }

private Q_SLOTS:
    void initTestCase() {
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        tests::writeTimedFrames(root, QStringLiteral("Q1"), QStringLiteral("2708"), 3);
        tests::writeTimedFrames(root, QStringLiteral("Q2"), QStringLiteral("2703"), 6);
        tests::writeTimedFrames(root, QStringLiteral("Q2"), QStringLiteral("2705"), 4);
        // 2705: the first without labels, the second with a row of six columns, the third with a motorcycle only.
        const QString folder = root + QStringLiteral("/Q2/2705/2705-2021_03_20_");
        QVERIFY(QFile::remove(folder + QStringLiteral("070000.txt")));
        const auto write = [](const QString& path, const char* text) {
            QFile file(path);
            return file.open(QIODevice::WriteOnly) && file.write(text) > 0;
        };
        QVERIFY(write(folder + QStringLiteral("070300.txt"), "2 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.2 0.2 9\n"));
        QVERIFY(write(folder + QStringLiteral("070600.txt"), "3 0.5 0.5 0.2 0.2\n"));
        auto scanned = data::scanDataset(toPath(root));
        QVERIFY(scanned.has_value());
        m_dataset = std::make_shared<const data::Dataset>(std::move(*scanned));
        QCOMPARE(m_dataset->frames.size(), std::size_t(13));
        writeList("train.txt", {m_dataset->frames[3].path, m_dataset->frames[5].path});
        writeList("val.txt", {m_dataset->frames[9].path});
        writeList("test.txt", {m_dataset->frames[0].path, m_dataset->frames[1].path});
        m_marks = std::make_shared<const FrameMarks>(marksOf(*m_dataset, toPath(m_dir.filePath(QStringLiteral("sel")))));
        QVERIFY2(m_marks->problem.empty(), m_marks->problem.c_str());
    }

    void marksFollowTheLists() {
        const auto use = [this](std::size_t i) { return m_marks->use[i]; };
        QCOMPARE(use(3), FrameUse::Train);
        QCOMPARE(use(5), FrameUse::Train);
        QCOMPARE(use(9), FrameUse::Val);
        QCOMPARE(use(0), FrameUse::Test);
        QCOMPARE(use(2), FrameUse::Unused);
        QCOMPARE(use(4), FrameUse::Unused);
        // The row of six columns is a finding of frame 10, by its label file.
        QVERIFY(m_marks->hasFindings(10));
        QVERIFY(!m_marks->hasFindings(11));
        QCOMPARE(m_dataset->findings[m_marks->findingOrder[m_marks->findingBegin[10]]].line, 2);
    }

    void aListThatCannotBeReadIsSaid() {
        QTemporaryDir other;
        QFile file(other.filePath(QStringLiteral("train.txt")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("/nowhere/at-all.jpg\n");
        file.close();
        const FrameMarks marks = marksOf(*m_dataset, toPath(other.path()));
        QVERIFY(QString::fromStdString(marks.problem).contains(QStringLiteral("at-all.jpg")));
        QCOMPARE(useCounts(marks, 0, 13).used(), std::int64_t(0));
    }

    void aSelectionWithoutListsIsChosen() {
        QTemporaryDir other;
        select::Selection selection;
        selection.strategy = "random";
        selection.count = 1;
        selection.images = {m_dataset->frames[4].path};
        QFile file(other.filePath(QStringLiteral("selection.yaml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(runs::formatSelection(selection)));
        file.close();
        const FrameMarks marks = marksOf(*m_dataset, toPath(other.path()));
        QCOMPARE(marks.use[4], FrameUse::Chosen);
        QCOMPARE(useCounts(marks, 0, 13).chosen, std::int64_t(1));
    }

    void marksLeadFromFindingsToFrames() {
        QCOMPARE(m_marks->frameOfFinding(m_marks->findingOrder[m_marks->findingBegin[10]]), std::int64_t(10));
        QCOMPARE(m_marks->frameOfFinding(999), std::int64_t(-1));
        data::FrameFilter findings;
        findings.withFindings = true;
        QCOMPARE(rows(findings), (std::vector<std::uint32_t>{10}));
    }

    void rowsMayStandInAnyOrder() {
        FrameListModel model;
        model.setFrames(m_dataset, m_marks, {7, 2, 11});
        QVERIFY(!model.isAscending());
        QCOMPARE(model.rowOf(2), 1);
        QCOMPARE(model.rowOf(11), 2);
        QCOMPARE(model.rowOf(3), -1);
        model.setFrames(m_dataset, m_marks, {2, 7, 11});
        QVERIFY(model.isAscending());
        QCOMPARE(model.rowOf(7), 1);
        QCOMPARE(model.rowOf(3), -1);
    }

    void filterIsRemembered() {
        data::FrameFilter filter;
        filter.text = "07";
        filter.allClasses = false;
        filter.classes = {2, 7};
        filter.sizes = {false, true, true};
        filter.boxesFrom = 2;
        filter.boxesTo = 9;
        filter.hourFrom = 20;
        filter.hourTo = 6;
        filter.withFindings = true;
        filter.findingCode = "label-range";
        filter.uses = {false, false, true, true, false};
        data::FrameFilter back;
        data::FrameSort sort = data::FrameSort::Time;
        readFilterText(filterText(filter, data::FrameSort::MostBoxes), back, sort);
        QVERIFY(back == filter);
        QCOMPARE(sort, data::FrameSort::MostBoxes);
        for (const QByteArray& damaged : {QByteArray(), QByteArray("[1]"), QByteArray("{\"hours\":[-5,99],\"sizes\":[1],\"sort\":77}")}) {
            data::FrameFilter fresh;
            readFilterText(damaged, fresh, sort);
            QVERIFY(fresh == data::FrameFilter() || (fresh.hourFrom == 0 && fresh.hourTo == 24));
            QCOMPARE(sort, data::FrameSort::CameraTime);
        }
    }

    void hoursAreDragged() {
        HourBars bars;
        bars.resize(bars.sizeHint());
        QSignalSpy chosen(&bars, &HourBars::rangeChosen);
        const int bar = bars.width() / 24, y = bars.height() / 2;
        QTest::mousePress(&bars, Qt::LeftButton, {}, QPoint(7 * bar + 2, y));
        QCOMPARE(chosen.last(), (QVariantList{7, 8}));
        const auto dragTo = [&](int hour) {
            QMouseEvent move(QEvent::MouseMove, QPointF(hour * bar + 2, y), bars.mapToGlobal(QPointF(hour * bar + 2, y)), Qt::NoButton, Qt::LeftButton, {});
            QCoreApplication::sendEvent(&bars, &move);
        };
        dragTo(11);
        QCOMPARE(chosen.last(), (QVariantList{7, 12}));
        dragTo(3);
        QCOMPARE(chosen.last(), (QVariantList{7, 4})); // over midnight
        dragTo(6);
        QCOMPARE(chosen.last(), (QVariantList{0, 24})); // once round
        QTest::mouseDClick(&bars, Qt::LeftButton, {}, QPoint(5, y));
        QCOMPARE(chosen.last(), (QVariantList{0, 24}));
    }

    void modelsKeepTheirPromises() {
        FrameListModel frames;
        QAbstractItemModelTester framesTester(&frames, QAbstractItemModelTester::FailureReportingMode::QtTest);
        frames.setFrames(m_dataset, m_marks, rows({}));
        QCOMPARE(frames.rowCount(), 13);
        QCOMPARE(frames.rowOf(7), 7);
        data::FrameFilter findings;
        findings.withFindings = true;
        frames.setFrames(m_dataset, m_marks, rows(findings));
        QCOMPARE(frames.rowOf(10), 0);
        QCOMPARE(frames.rowOf(11), -1);
        QCOMPARE(frameTimeText(m_dataset->frames[10]), QStringLiteral("07:03:00"));
        QCOMPARE(frameDateText(m_dataset->frames[10]), QStringLiteral("20 Mar 2021, 07:03:00"));

        CameraTreeModel tree;
        QAbstractItemModelTester treeTester(&tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
        tree.setDataset(m_dataset, {});
        tree.setMarks(m_marks);
        QCOMPARE(tree.rowCount(), 3);
        const QModelIndex all = tree.index(0, 0), q1 = tree.index(1, 0), q2 = tree.index(2, 0);
        QCOMPARE(all.data().toString(), QStringLiteral("All pools"));
        QCOMPARE(q2.data().toString(), QStringLiteral("Q2"));
        QCOMPARE(tree.rowCount(all), 0);
        QCOMPARE(tree.rowCount(q1), 1);
        QCOMPARE(tree.rowCount(q2), 2);
        QCOMPARE(q2.data(CameraTreeModel::FramesRole).toInt(), 10);
        QCOMPARE(tree.useOf(all).used(), std::int64_t(5));
        QCOMPARE(tree.useOf(q2).train, std::int64_t(2));
        QCOMPARE(tree.useOf(q2).val, std::int64_t(1));
        QCOMPARE(tree.useOf(q1).test, std::int64_t(2));
        QCOMPARE(tree.boxesOf(q1), std::int64_t(6));
        QCOMPARE(tree.boxesOf(all), std::int64_t(6 + 12 + 0 + 1 + 1 + 2));
        QCOMPARE(tree.camerasOf(q2), (std::vector<std::uint32_t>{1, 2}));
        QCOMPARE(tree.camerasOf(tree.index(1, 0, q2)), (std::vector<std::uint32_t>{2}));
        QCOMPARE(tree.indexOfCamera(2), tree.index(1, 0, q2));
        QCOMPARE(tree.parent(tree.index(1, 0, q2)), q2);
        tree.setDataset({}, {});
        QCOMPARE(tree.rowCount(), 0);

        auto inspection = std::make_shared<Inspection>();
        inspection->detections.images = {{1, "/a/one.jpg", {10, 10}}, {2, "/a/two.jpg", {10, 10}}, {3, "/b/three.jpg", {10, 10}}};
        inspection->frames = {{0, {}}, {0, {}}, {1, {}}};
        inspection->cameras = {"a", "b"};
        InspectListModel list;
        QAbstractItemModelTester listTester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
        list.setFrames(inspection, {{1, 0, 0}, {3, 0, 0}, {3, 2, 0}}, {2, 1, 0});
        QPersistentModelIndex kept(list.index(0, 0));
        list.setCounts({{5, 0, 0}, {3, 0, 0}, {0, 2, 0}}, {0, 1, 2});
        QCOMPARE(kept.row(), 2);
        QCOMPARE(kept.data(InspectListModel::FrameIndexRole).toUInt(), 2U);
        QCOMPARE(list.rowOf(0), 0);

        BoxTableModel boxes([](int id) { return QStringLiteral("class %1").arg(id); });
        QAbstractItemModelTester boxTester(&boxes, QAbstractItemModelTester::FailureReportingMode::QtTest);
        InspectedBox missed;
        missed.verdict = eval::Verdict::FN;
        missed.classId = 7;
        missed.truth = 0;
        InspectedBox found;
        found.verdict = eval::Verdict::TP;
        found.classId = 2;
        found.score = 0.856F;
        found.iou = 0.71F;
        found.detection = found.truth = 1;
        boxes.setBoxes({missed, found});
        QCOMPARE(boxes.index(0, BoxTableModel::VerdictColumn).data().toString(), QStringLiteral("FN"));
        QCOMPARE(boxes.index(0, BoxTableModel::ScoreColumn).data().toString(), QStringLiteral("–"));
        QCOMPARE(boxes.index(1, BoxTableModel::ClassColumn).data().toString(), QStringLiteral("class 2"));
        QCOMPARE(boxes.index(1, BoxTableModel::ScoreColumn).data().toString(), QStringLiteral("0.86"));
        QCOMPARE(boxes.index(1, BoxTableModel::IouColumn).data().toString(), QStringLiteral("0.71"));
    }

    void framesAreOrderedWorstFirst() {
        Inspection inspection;
        inspection.frames = {{0, {}}, {1, {}}, {0, {}}, {1, {}}};
        const std::vector<VerdictCounts> counts = {{1, 9, 4}, {3, 0, 1}, {3, 2, 7}, {0, 9, 7}};
        const auto order = [&](FrameOrder by, int camera = -1) { return orderedFrames(inspection, counts, by, camera); };
        QCOMPARE(order(FrameOrder::Missed), (std::vector<std::uint32_t>{2, 1, 0, 3}));
        QCOMPARE(order(FrameOrder::Invented), (std::vector<std::uint32_t>{0, 3, 2, 1}));
        QCOMPARE(order(FrameOrder::Found), (std::vector<std::uint32_t>{2, 3, 0, 1}));
        QCOMPARE(order(FrameOrder::Camera), (std::vector<std::uint32_t>{0, 2, 1, 3}));
        QCOMPARE(order(FrameOrder::Missed, 1), (std::vector<std::uint32_t>{1, 3}));
    }

    void gridMovesByKeysAndTilesFillTheWidth() {
        FrameListModel model;
        FrameGrid grid;
        grid.setModel(&model);
        grid.resize(640, 300);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        model.setFrames(m_dataset, m_marks, rows({}));
        grid.setTileWidth(140);
        const int columns = grid.columns();
        QCOMPARE(columns, 4);
        QVERIFY(grid.gridSize().width() * columns < grid.viewport()->width());
        QVERIFY(grid.gridSize().width() * (columns + 1) > grid.viewport()->width());
        grid.goTo(0);
        QTRY_COMPARE(grid.visualRect(model.index(3, 0)).top(), grid.visualRect(model.index(0, 0)).top());
        QVERIFY(grid.visualRect(model.index(4, 0)).top() > grid.visualRect(model.index(0, 0)).top());
        const auto row = [&] { return grid.currentIndex().row(); };
        QTest::keyClick(&grid, Qt::Key_J);
        QCOMPARE(row(), 1);
        QTest::keyClick(&grid, Qt::Key_Right);
        QCOMPARE(row(), 2);
        QTest::keyClick(&grid, Qt::Key_K);
        QCOMPARE(row(), 1);
        QTest::keyClick(&grid, Qt::Key_Down);
        QCOMPARE(row(), 5);
        QTest::keyClick(&grid, Qt::Key_Up);
        QCOMPARE(row(), 1);
        QTest::keyClick(&grid, Qt::Key_Up);
        QCOMPARE(row(), 1);
        QTest::keyClick(&grid, Qt::Key_End);
        QCOMPARE(row(), 12);
        QTest::keyClick(&grid, Qt::Key_J);
        QCOMPARE(row(), 12);
        QCOMPARE(grid.visibleRows().second, 12);
        QTest::keyClick(&grid, Qt::Key_Home);
        QCOMPARE(row(), 0);
        QCOMPARE(grid.visibleRows().first, 0);
        QSignalSpy boxes(&grid, &FrameGrid::boxesShownChanged);
        QTest::keyClick(&grid, Qt::Key_B);
        QVERIFY(!grid.boxesShown());
        QCOMPARE(boxes.size(), 1);
        QTest::keyClick(&grid, Qt::Key_B);
        QVERIFY(grid.boxesShown());
        // Shift marks from where it was pressed first.
        QTest::keyClick(&grid, Qt::Key_J, Qt::ShiftModifier);
        QTest::keyClick(&grid, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(grid.chosenRows(), (std::vector<int>{0, 1, 2, 3, 4, 5}));
        QTest::keyClick(&grid, Qt::Key_K, Qt::ShiftModifier);
        QCOMPARE(grid.chosenRows(), (std::vector<int>{0, 1, 2, 3, 4}));
        QCOMPARE(grid.selectedCount(), std::int64_t(5));
        QTest::mouseClick(grid.viewport(), Qt::LeftButton, Qt::ControlModifier, grid.visualRect(model.index(2, 0)).center());
        QCOMPARE(grid.chosenRows(), (std::vector<int>{0, 1, 3, 4}));
        QTest::keyClick(&grid, Qt::Key_J);
        QCOMPARE(grid.chosenRows(), std::vector<int>{3});
        QTest::keyClick(&grid, Qt::Key_Home);
        QSignalSpy picks(&grid, &FrameGrid::pickRequested);
        QTest::keyClick(&grid, Qt::Key_S);
        QCOMPARE(picks.size(), 1);
        // Ctrl and the wheel, and + and -, change the size.
        QSignalSpy widths(&grid, &FrameGrid::tileWidthChanged);
        QWheelEvent wheel(QPointF(50, 50), grid.mapToGlobal(QPointF(50, 50)), {}, QPoint(0, 120), Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(grid.viewport(), &wheel);
        QVERIFY(grid.tileWidth() > 140);
        QTest::keyClick(&grid, Qt::Key_Minus);
        QVERIFY(grid.tileWidth() < 140);
        QCOMPARE(widths.size(), 2);
        grid.setTileWidth(140);
        QTest::mouseClick(grid.viewport(), Qt::LeftButton, {}, grid.visualRect(model.index(2, 0)).center());
        QCOMPARE(row(), 2);
    }

    void thumbnailsArriveAndAreDrawn() {
        ThumbnailProvider::instance().clear();
        FrameListModel model;
        FrameGrid grid;
        grid.setModel(&model);
        grid.setBoxesShown(false);
        grid.setProportions(1.5);
        grid.resize(640, 300);
        model.setFrames(m_dataset, m_marks, rows({}));
        QSignalSpy ready(&ThumbnailProvider::instance(), &ThumbnailProvider::ready);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        // The drawn frame's ground is a grey of its own: it shows in the tile once the picture is there.
        const auto ground = [&] {
            const QRect tile = grid.visualRect(model.index(1, 0));
            return grid.viewport()->grab().toImage().pixelColor(tile.left() + 14, tile.top() + 12);
        };
        QTRY_VERIFY(std::abs(ground().red() - 120) < 8 && std::abs(ground().blue() - 128) < 8);
        QVERIFY(!ready.isEmpty());
        QVERIFY(ThumbnailProvider::instance().cachedBytes() > 0);
    }

    void thumbnailsStayInTheirBounds() {
        ThumbnailProvider provider;
        provider.setCacheLimit(3 * 96 * 64 * 4);
        for (const data::Frame& frame : m_dataset->frames) {
            QSignalSpy ready(&provider, &ThumbnailProvider::ready);
            if (provider.thumbnail(frame.path, 100).isNull())
                QVERIFY(ready.wait(10000));
            QVERIFY(provider.cachedBytes() <= 3 * 96 * 64 * 4);
            QCOMPARE(provider.thumbnail(frame.path, 100).size(), QSize(96, 64));
        }
        const std::filesystem::path gone = toPath(m_dir.filePath(QStringLiteral("gone.jpg")));
        QVERIFY(provider.thumbnail(gone, 100).isNull());
        QTRY_VERIFY(provider.failed(gone));
    }

    void stripMapsFramesToPlacesAndBack() {
        CameraStrip strip;
        strip.resize(600, 52);
        strip.setCameras(m_dataset, m_marks, {0, 1, 2});
        for (std::uint32_t frame = 0; frame < 13; ++frame)
            QCOMPARE(strip.frameAt(strip.xOf(frame) + 2), std::int64_t(frame));
        // Three segments with two gaps of 12 px: 576 px for 13 frames.
        QCOMPARE(strip.xOf(3), 576.0 * 3 / 13 + 12);
        QCOMPARE(strip.frameAt(strip.xOf(3) - 6), std::int64_t(-1));
        strip.setCameras(m_dataset, m_marks, {1});
        QCOMPARE(strip.xOf(0), -1.0);
        QCOMPARE(strip.xOf(6), 300.0);
        const QColor train = Theme::instance().palette().train, unused = Theme::instance().palette().unused;
        const QImage picture = strip.grab().toImage();
        QCOMPARE(picture.pixelColor(30, 20), train);
        QCOMPARE(picture.pixelColor(130, 20), unused);
        QSignalSpy chosen(&strip, &CameraStrip::frameChosen);
        QTest::mouseClick(&strip, Qt::LeftButton, {}, QPoint(350, 20));
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toUInt(), 6U);
    }

    void aHundredThousandFramesCostTheirIndices() {
        auto large = std::make_shared<data::Dataset>();
        large->cameras.push_back({"Q2", "1", "/x/Q2/1", 0, 100000});
        large->frames.resize(100000);
        for (std::size_t i = 0; i < large->frames.size(); ++i)
            large->frames[i].path = "/x/Q2/1/" + std::to_string(i) + ".jpg";
        auto marks = std::make_shared<const FrameMarks>(marksOf(*large, {}));
        FrameListModel model;
        FrameGrid grid;
        grid.setModel(&model);
        grid.resize(640, 300);
        grid.show();
        model.setFrames(large, marks, data::filterFrames(*large, marks->context(), std::vector<std::uint32_t>{0}, {}).frames);
        grid.goTo(99999);
        QCOMPARE(grid.visibleRows().second, 99999);
        QVERIFY(grid.visibleRows().first > 99900);
        QCOMPARE(grid.children().size() < 20, true);
    }
};

QTEST_MAIN(TestFrameGrid)
#include "tst_frame_grid.moc"

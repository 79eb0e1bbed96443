// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/numbers.h"
#include "core/eval/bootstrap.h"
#include "tests/support/drawn_cameras.h"
#include "tests/support/evaluated_run.h"
#include "ui/pages/evaluate_charts.h"
#include "ui/pages/evaluate_groups_job.h"
#include "ui/pages/evaluate_page.h"
#include "ui/pages/evaluate_reasons.h"
#include "ui/pages/evaluate_splits_job.h"
#include "ui/pages/inspect_page.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/segmented_buttons.h"

using namespace intersect;
using namespace intersect::ui;

/// The right pane of Evaluate: definitions and their reasons, groups that lead to their frames, fractions, and the gaps between the splits.
class TestEvaluateTables : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<EvaluatePage> m_page;
    std::vector<std::filesystem::path> m_frames;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    void openPage() {
        m_page = std::make_unique<EvaluatePage>(*m_session);
        m_page->resize(1350, 900);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
    }
    bool settled() const { return m_page->isSettled() && !m_page->figures().runs().empty(); }
    const ShownRun& shown() const { return m_page->figures().runs().front(); }
    static QString cell(const QTableView* view, int row, int column) { return view->model()->index(row, column).data().toString(); }
    static void clickHeading(const QTableView* view, int column) {
        QHeaderView* header = view->horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          QPoint(header->sectionViewportPosition(column) + header->sectionSize(column) / 2, header->height() / 2));
    }
    static SplitTable splitsOf(double train, double val, double test, double low, double high) {
        SplitTable table;
        const double maps[] = {train, val, test};
        for (std::size_t i = 0; i < 3; ++i) {
            table[i] = SplitFigures();
            table[i]->map50 = maps[i];
        }
        table[2]->interval = eval::Interval{low, high};
        return table;
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        for (const char* camera : {"a", "b"})
            tests::drawCamera(root, QStringLiteral("test"), QString::fromUtf8(camera), 25); // from seven to eight o'clock
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        for (const data::Frame& frame : m_session->dataset()->frames)
            m_frames.push_back(frame.path);
        // Camera b is found worse: its boxes are moved by a fifth.
        detect::DetectionSet set = tests::candidatesOn(m_frames);
        for (std::size_t image = 0; image < set.images.size(); ++image)
            if (set.images[image].file.parent_path().filename() == "b")
                for (std::uint32_t i = set.begin[image]; i < set.begin[image + 1]; ++i) {
                    set.detections[i].box.x1 += 9;
                    set.detections[i].box.x2 += 9;
                }
        QVERIFY(tests::writeEvaluatedRun(m_session->runPaths(QStringLiteral("one")), "test", set, true));
        m_session->noteRunsChanged();
        m_session->setCurrentRun(QStringLiteral("one"));
    }
    void init() {
        settings().remove(QStringLiteral("evaluate"));
        m_session->setConfidence(0.25);
        m_session->setMatchIou(0.5);
        m_session->setNmsIou(0.6);
        openPage();
    }
    void cleanup() { m_page.reset(); }

    void theSelectedDefinitionIsUsedForTheClasses() {
        auto* view = find<CellView>("definitionTable");
        const DefinitionTables& tables = *shown().run->tables;
        QCOMPARE(view->model()->rowCount(), 6);
        for (std::size_t i = 0; i < kDefinitions.size(); ++i)
            QCOMPARE(cell(view, static_cast<int>(i), 1), qs(formatFixed(map50Of(tables, kDefinitions[i]), 3)));
        QVERIFY(find<QLabel>("definitionReason")->text().startsWith(QStringLiteral("YOLOv5")));
        const QModelIndex coco = view->model()->index(2, 0);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(coco).center());
        QVERIFY2(find<QLabel>("definitionReason")->text().startsWith(QStringLiteral("COCO")),
                 qPrintable(find<QLabel>("definitionReason")->text()));
        auto* classes = find<CellView>("classTable");
        int car = -1;
        for (int row = 0; row < classes->model()->rowCount(); ++row)
            if (cell(classes, row, 0) == QStringLiteral("car"))
                car = row;
        QVERIFY(car >= 0);
        QCOMPARE(cell(classes, car, 2), qs(formatFixed(ap50Of(tables, Definition::Coco, 2), 3)));
        QVERIFY(ap50Of(tables, Definition::Coco, 2) != ap50Of(tables, Definition::Yolov5, 2));
        QCOMPARE(cell(view, 5, 0), QStringLiteral("mAP50-95, COCO"));
        // It is remembered.
        m_page.reset();
        openPage();
        QVERIFY(find<QLabel>("definitionReason")->text().startsWith(QStringLiteral("COCO")));
    }

    void reasonsAreWhatTheyAreWorth() {
        const DefinitionTables& tables = *shown().run->tables;
        // The dashed part is the triangle from the last recall to 1 below each class' last precision, by 101 points.
        double area = 0;
        for (const eval::ClassResult& one : tables.yolov5.classes) {
            const double last = one.curve.recall.back();
            area += one.curve.precision.back() * (1 - last) / 2;
        }
        area /= static_cast<double>(tables.yolov5.classes.size());
        QVERIFY2(std::abs(area - tables.extrapolated) < 0.01, qPrintable(QStringLiteral("%1 %2").arg(area).arg(tables.extrapolated)));
        QVERIFY(reasonOf(tables, Definition::Yolov5).contains(qs(formatFixed(tables.extrapolated, 3))));
        QVERIFY(reasonOf(tables, Definition::Coco).contains(QStringLiteral("none had to be cut")));
        // 100 of a class on an image are COCO's: of 130 it cuts 30.
        detect::DetectionSet many;
        many.names = {"car"};
        many.images = {{1, m_frames.front(), {96, 64}}};
        for (int i = 0; i < 130; ++i)
            many.detections.push_back({{1, 1, 9, 9}, 0.5F, 0});
        many.begin = {0, 130};
        eval::Truth truth;
        truth.begin = {0, 2};
        truth.boxes = {{{1, 1, 9, 9}, 0, false, 64}, {{20, 20, 40, 40}, 0, true, 400}};
        const auto cut = definitionTables(std::make_shared<const eval::Suppressed>(eval::alreadySuppressed(many, truth)), truth);
        QCOMPARE(cut->cutByCoco, std::int64_t(30));
        QCOMPARE(cut->crowds, std::int64_t(1));
        QVERIFY(reasonOf(*cut, Definition::Coco).contains(QStringLiteral("30 were cut")));
    }

    void groupsSortWorstFirstAndCarryIntervals() {
        auto* view = find<CellView>("cameraTable");
        QCOMPARE(view->model()->rowCount(), 3);
        QCOMPARE(cell(view, 0, 0), QStringLiteral("a"));
        QCOMPARE(cell(view, 1, 0), QStringLiteral("b new"));
        clickHeading(view, 1); // AP50
        QCOMPARE(cell(view, 0, 0), QStringLiteral("b new"));
        QCOMPARE(cell(view, 2, 0), QStringLiteral("All"));
        clickHeading(view, 1);
        QCOMPARE(cell(view, 0, 0), QStringLiteral("a"));
        clickHeading(view, 8); // FP: most first
        QCOMPARE(cell(view, 0, 0), QStringLiteral("b new"));
        // The intervals are core's with 1,000 redraws and seed 0.
        const eval::FrameGroups groups = eval::groupFrames(shown().run->detections().images, eval::GroupBy::Camera);
        eval::BootstrapRequest request;
        const auto intervals = eval::bootstrapIntervals(shown().run->set->pairing, *shown().run->truth, groups, request);
        QCOMPARE(cell(view, 0, 2),
                 qs(formatFixed(intervals[1].map50.low, 3)) + QStringLiteral("–") + qs(formatFixed(intervals[1].map50.high, 3)));
        // Counts at the thresholds, and how far the boxes are from the labels.
        const auto core = eval::evaluateGroups(shown().run->set->pairing, *shown().run->truth, groups, 0.25, 0.5);
        QCOMPARE(cell(view, 0, 7), qs(formatGrouped(core[1].fn)));
        QCOMPARE(cell(view, 0, 9), qs(formatGrouped(core[1].tp)));
        QCOMPARE(cell(view, 0, 10), qs(formatFixed(core[1].countError, 2)));
        QVERIFY(find<QLabel>("countingLine")->text().contains(QStringLiteral("off by")));
    }

    void groupsByHourAndSize() {
        auto* view = find<CellView>("cameraTable");
        auto* kinds = find<SegmentedButtons>("groupPicker");
        QTest::mouseClick(kinds->button(2), Qt::LeftButton);
        QTRY_COMPARE(view->model()->rowCount(), 3);
        QTRY_COMPARE(cell(view, 1, 0), QStringLiteral("08 h"));
        QCOMPARE(cell(view, 1, 3), QStringLiteral("10")); // of 25 frames three minutes apart five begin after eight, on two cameras
        QTest::mouseClick(kinds->button(3), Qt::LeftButton);
        QTRY_COMPARE(cell(view, 0, 0), QStringLiteral("small boxes"));
        const std::int64_t labels = shown().run->set->pairing.labels;
        std::int64_t sum = 0;
        for (int row = 0; row < 3; ++row)
            sum += cell(view, row, 4).remove(QLatin1Char(',')).toLongLong();
        QCOMPARE(sum, labels);
        QCOMPARE(static_cast<std::int64_t>(imagesOfGroup(*shown().run, GroupKind::Size, "small").size()), cell(view, 0, 3).toLongLong());
    }

    void aGroupLeadsToItsFrames() {
        auto* view = find<CellView>("cameraTable");
        QSignalSpy pages(m_session.get(), &Session::pageRequested), frames(m_session.get(), &Session::framesRequested);
        const QPoint second = view->visualRect(view->model()->index(1, 0)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, second);
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, second);
        QCOMPARE(pages.count(), 1);
        QCOMPARE(pages.at(0).at(0).toString(), QStringLiteral("inspect"));
        QCOMPARE(frames.at(0).at(0).toString(), QStringLiteral("test"));
        QCOMPARE(frames.at(0).at(1).toStringList().size(), 25);
        // Enter does the same.
        view->setCurrentIndex(view->model()->index(0, 0));
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(frames.count(), 2);
        QVERIFY(frames.at(1).at(1).toStringList().first().contains(QStringLiteral("/a/")));
        // Inspect shows them: a camera in its own list, an hour as an entry of its own.
        InspectPage inspect(*m_session);
        inspect.resize(1350, 800);
        inspect.show();
        auto* list = inspect.findChild<InspectList*>(QStringLiteral("frameList"));
        QTRY_COMPARE(list->model()->rowCount(), 50);
        auto* cameras = inspect.findChild<QComboBox*>(QStringLiteral("cameraCombo"));
        Q_EMIT m_session->framesRequested(QStringLiteral("test"), frames.at(0).at(1).toStringList(), QStringLiteral("b"));
        QCOMPARE(list->model()->rowCount(), 25);
        QCOMPARE(cameras->currentText(), QStringLiteral("b"));
        QStringList hour;
        for (const std::size_t image : imagesOfGroup(*shown().run, GroupKind::Hour, "08"))
            hour << qs(shown().run->detections().images[image].file);
        Q_EMIT m_session->framesRequested(QStringLiteral("test"), hour, QStringLiteral("08 h"));
        QCOMPARE(list->model()->rowCount(), 10);
        QCOMPARE(cameras->currentText(), QStringLiteral("08 h (10 frames)"));
        // Moving NMS keeps the list to them.
        m_session->setNmsIou(0.9);
        QTest::qWait(50);
        QTRY_COMPARE(list->model()->rowCount(), 10);
    }

    void aConfusionCellLeadsToItsFrames() {
        QSignalSpy frames(m_session.get(), &Session::framesRequested);
        Q_EMIT m_page->findChild<EvaluateCharts*>()->confusionCellPicked(eval::kConfusionBackground, 7);
        QTRY_COMPARE(frames.count(), 1);
        const auto wanted =
            eval::imagesOfConfusion(shown().run->detections(), *shown().run->truth, 0.25, 0.5, eval::kConfusionBackground, 7);
        QVERIFY(!wanted.empty());
        QCOMPARE(frames.at(0).at(1).toStringList().size(), static_cast<int>(wanted.size()));
        QCOMPARE(frames.at(0).at(2).toString(), QStringLiteral("truck taken for background"));
    }

    void fractionsHoldTheCountsOfNow() {
        auto* fold = find<QPushButton>("formulasFold");
        QVERIFY(!find<QLabel>("formulaRatios")->isVisible());
        fold->click();
        const eval::ThresholdCounts all = shown().live->all;
        const auto number = [](std::int64_t value) { return qs(formatGrouped(value)); };
        const QString precision = QStringLiteral("precision = TP / (TP + FP) = %1 / (%1 + %2) = %3")
                                      .arg(number(all.tp), number(all.fp), qs(formatFixed(all.precision(), 2)));
        QVERIFY2(find<QLabel>("formulaRatios")->text().contains(precision), qPrintable(find<QLabel>("formulaRatios")->text()));
        QVERIFY(find<QLabel>("formulaNegatives")->text().contains(QStringLiteral("no true negatives")));
        // One class.
        auto* classes = find<QComboBox>("formulaClass");
        classes->setCurrentIndex(classes->findText(QStringLiteral("truck")));
        const auto truck = std::ranges::find_if(shown().live->classes, [](const eval::LiveClass& one) { return one.classId == 7; });
        const QString recall =
            QStringLiteral("recall = TP / (TP + FN) = %1 / (%1 + %2)").arg(number(truck->counts.tp), number(truck->counts.fn));
        QVERIFY2(find<QLabel>("formulaRatios")->text().contains(recall), qPrintable(find<QLabel>("formulaRatios")->text()));
        m_session->setConfidence(0.62);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        const auto fewer = std::ranges::find_if(shown().live->classes, [](const eval::LiveClass& one) { return one.classId == 7; });
        QVERIFY(find<QLabel>("formulaRatios")
                    ->text()
                    .contains(QStringLiteral("= %1 / (%1 + %2)").arg(number(fewer->counts.tp), number(fewer->counts.fn))));
    }

    void gapsAreJudgedByTheIntervalOfTest() {
        QCOMPARE(verdictOf(splitsOf(0.70, 0.66, 0.64, 0.60, 0.72)), SplitVerdict::Fine);
        QCOMPARE(verdictOf(splitsOf(0.40, 0.30, 0.64, 0.60, 0.72)), SplitVerdict::Fine);
        QCOMPARE(verdictOf(splitsOf(0.90, 0.66, 0.64, 0.60, 0.72)), SplitVerdict::OverFitted);
        QCOMPARE(verdictOf(splitsOf(0.90, 0.85, 0.64, 0.60, 0.72)), SplitVerdict::Leaking);
        SplitTable without = splitsOf(0.9, 0.8, 0.6, 0.5, 0.7);
        without[0].reset();
        QCOMPARE(verdictOf(without), SplitVerdict::Incomplete);
    }

    void trainValAndTestSideBySide() {
        auto* view = find<CellView>("splitTable");
        auto* button = find<QPushButton>("evaluateSplitsButton");
        QCOMPARE(button->text(), QStringLiteral("Evaluate on train and val"));
        QVERIFY(button->isEnabled());
        QCOMPARE(cell(view, 0, 1), QStringLiteral("not yet"));
        // Train and val found better than test: val lies above its interval.
        const runs::RunPaths paths = m_session->runPaths(QStringLiteral("one"));
        for (const char* split : {"train", "val"})
            QVERIFY(tests::writeEvaluatedRun(paths, split, tests::candidatesOn(m_frames), true));
        m_page.reset();
        openPage();
        view = find<CellView>("splitTable");
        QTRY_COMPARE(view->model()->rowCount(), 5);
        const detect::DetectionSet good = tests::candidatesOn(m_frames);
        const eval::Truth truth = *eval::truthOfImages(good.images);
        const double map =
            eval::evaluateYolov5(eval::suppress(good, truth, 0.6).pairing, static_cast<std::int64_t>(good.images.size()), good.names).map50;
        QCOMPARE(cell(view, 0, 2), qs(formatFixed(map, 3)));
        const double test = shown().run->tables->yolov5.map50;
        QCOMPARE(cell(view, 3, 2), QStringLiteral("+") + qs(formatFixed(map - test, 3)));
        const QString sentence = find<QLabel>("splitSentence")->text();
        QVERIFY2(sentence.startsWith(QStringLiteral("Leaking?")), qPrintable(sentence));
        QVERIFY2(sentence.contains(QStringLiteral("1 camera of test")), qPrintable(sentence));
        QVERIFY(!find<QPushButton>("evaluateSplitsButton")->isVisible());
        for (const char* split : {"train", "val"})
            QVERIFY(QFile::remove(qs(paths.detections(split))) && QFile::remove(qs(paths.candidates(split))));
    }

    void tablesAreCopiedAndSaved() {
        auto* view = find<CellView>("cameraTable");
        view->setFocus();
        QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 4);
        QVERIFY(lines[0].startsWith(QStringLiteral("Camera,AP50,")));
        const auto groups = eval::evaluateGroups(shown().run->set->pairing, *shown().run->truth,
                                                 eval::groupFrames(shown().run->detections().images, eval::GroupBy::Camera), 0.25);
        QCOMPARE(lines[1].section(QLatin1Char(','), 1, 1).toDouble(), groups[0].map50); // in full
        const QString file = m_dir.filePath(QStringLiteral("cameras.csv"));
        QVERIFY(view->saveCsv(file));
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(saved.readAll()), QGuiApplication::clipboard()->text());
        QVERIFY(!view->saveCsv(QStringLiteral("/nowhere/at/all.csv")));
    }

    void aListCutHighIsWarnedOf() {
        // The lowest score of these detections is far above 0.001.
        QVERIFY(find<QLabel>("cutListWarning")->isVisible());
        QVERIFY(find<QLabel>("cutListWarning")->text().startsWith(QStringLiteral("A: The lowest score is 0.")));
    }
};

QTEST_MAIN(TestEvaluateTables)
#include "tst_evaluate_tables.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include <QAbstractItemModelTester>
#include <QTest>

#include "ui/models/patch_list.h"
#include "ui/models/patch_list_model.h"

using namespace intersect;
using namespace intersect::ui;
using eval::ErrorType;
using eval::Verdict;

/// Patches of three frames of 200 x 100, all by hand.
///
/// Frame 0 (camera a, second 20): truth car 10,10-50,30 and truck 100,10-160,60.
///   car 0.90 on the car exactly: TP. truck 0.60 at 100,10-160,35 (half the truck, IoU 0.5): TP at 0.5.
///   bus 0.40 at 180,80-190,90, near nothing: FP, background.
/// Frame 1 (camera b, second 5): truth car 0,0-20,20; no detection: FN, missed.
/// Frame 2 (camera a, second 10): truth car 10,10-30,30; car 0.80 at 10,18-30,38: overlap 20*12 = 240 of 560, IoU 0.43: FP and FN,
///   localisation.
class TestPatchList : public QObject {
    Q_OBJECT
    std::shared_ptr<Inspection> m_inspection;
    std::shared_ptr<const FrameErrors> m_errors;
    const std::vector<std::uint32_t> m_frames = {0, 1, 2};

    std::vector<Patch> patches(double confidence = 0.25, double matchIou = 0.5) const {
        return gatherPatches(*m_inspection, m_errors.get(), m_frames, confidence, matchIou);
    }
    /// "0 TP 2" is a car found in frame 0.
    static QString words(const std::vector<Patch>& patches, const std::vector<std::uint32_t>& rows) {
        QStringList list;
        const char* verdicts[] = {"TP", "FP", "FN", "ignored"};
        for (const std::uint32_t row : rows)
            list << QStringLiteral("%1 %2 %3")
                        .arg(patches[row].frame)
                        .arg(QString::fromUtf8(verdicts[static_cast<int>(patches[row].box.verdict)]))
                        .arg(patches[row].box.classId);
        return list.join(QStringLiteral(", "));
    }
    QString chosen(const PatchChoice& choice) const {
        const std::vector<Patch> all = patches();
        return words(all, arrangePatches(*m_inspection, all, choice).rows);
    }
    static PatchChoice only(Verdict verdict) {
        PatchChoice choice;
        choice.verdicts[static_cast<std::size_t>(verdict)] = true;
        return choice;
    }

private Q_SLOTS:
    void initTestCase() {
        m_inspection = std::make_shared<Inspection>();
        detect::DetectionSet& found = m_inspection->detections;
        for (int i = 0; i < 8; ++i)
            found.names.push_back("class " + std::to_string(i));
        found.images = {{1, "/data/a/one, two.jpg", {200, 100}}, {2, "/data/b/three.jpg", {200, 100}}, {3, "/data/a/four.jpg", {200, 100}}};
        found.begin = {0, 3, 3, 4};
        found.detections = {{{10, 10, 50, 30}, 0.9F, 2}, {{100, 10, 160, 35}, 0.6F, 7}, {{180, 80, 190, 90}, 0.4F, 5}, {{10, 18, 30, 38}, 0.8F, 2}};
        eval::Truth& truth = m_inspection->truth;
        truth.begin = {0, 2, 3, 4};
        truth.boxes = {{{10, 10, 50, 30}, 2}, {{100, 10, 160, 60}, 7}, {{0, 0, 20, 20}, 2}, {{10, 10, 30, 30}, 2}};
        m_inspection->frames = {{0, 20}, {1, 5}, {0, 10}};
        m_inspection->cameras = {"a", "b"};
        m_errors = findFrameErrors(*m_inspection);
    }

    void everyBoxOfTheFramesIsThere() {
        const std::vector<Patch> all = patches();
        std::vector<std::uint32_t> rows(all.size());
        std::iota(rows.begin(), rows.end(), 0U);
        QCOMPARE(words(all, rows), (QStringLiteral("0 FP 5, 0 TP 2, 0 TP 7, 1 FN 2, 2 FN 2, 2 FP 2")));
        QVERIFY(all[0].box.errorKnown);
        QVERIFY(all[0].box.error == ErrorType::Background);
        QVERIFY(!all[1].box.error);
        QVERIFY(all[3].box.error == ErrorType::Missed);
        QVERIFY(all[5].box.error == ErrorType::Localisation);
        QCOMPARE(all[2].areaPx(), 60.0 * 25.0);

        // The confidence takes detections away, the match IoU turns a TP into an FN and an FP.
        QCOMPARE(patches(0.7).size(), std::size_t(5)); // car, its truck missed, the far miss, and the misplaced pair
        QCOMPARE(patches(0.25, 0.6).size(), std::size_t(7));
        // One camera only, and no errors yet.
        const std::vector<std::uint32_t> second = {1};
        const std::vector<Patch> part = gatherPatches(*m_inspection, nullptr, second, 0.25, 0.5);
        QCOMPARE(part.size(), std::size_t(1));
        QVERIFY(!part[0].box.errorKnown);
        QVERIFY(gatherPatches(*m_inspection, nullptr, m_frames, 0.25, 0.5, [] { return true; }).empty());
    }

    void choices_data() {
        QTest::addColumn<int>("verdict"); // -1: all
        QTest::addColumn<int>("classId");
        QTest::addColumn<int>("error");
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::addColumn<QString>("expected");
        const int all = -1, tp = static_cast<int>(Verdict::TP), fp = static_cast<int>(Verdict::FP), fn = static_cast<int>(Verdict::FN);
        QTest::newRow("all, surest first, missed last") << all << -1 << -1 << 0.0 << 1.0
            << QStringLiteral("0 TP 2, 2 FP 2, 0 TP 7, 0 FP 5, 1 FN 2, 2 FN 2");
        QTest::newRow("invented") << fp << -1 << -1 << 0.0 << 1.0 << QStringLiteral("2 FP 2, 0 FP 5");
        QTest::newRow("invented above 0.5") << fp << -1 << -1 << 0.5 << 1.0 << QStringLiteral("2 FP 2");
        QTest::newRow("both ends count, in float32") << all << -1 << -1 << 0.6 << 0.8
            << QStringLiteral("2 FP 2, 0 TP 7, 1 FN 2, 2 FN 2");
        QTest::newRow("missed cars") << fn << 2 << -1 << 0.0 << 1.0 << QStringLiteral("1 FN 2, 2 FN 2");
        QTest::newRow("missed trucks") << fn << 7 << -1 << 0.0 << 1.0 << QString();
        QTest::newRow("found trucks") << tp << 7 << -1 << 0.0 << 1.0 << QStringLiteral("0 TP 7");
        QTest::newRow("localisation") << all << -1 << static_cast<int>(ErrorType::Localisation) << 0.0 << 1.0
            << QStringLiteral("2 FP 2, 2 FN 2");
        QTest::newRow("invented by localisation") << fp << -1 << static_cast<int>(ErrorType::Localisation) << 0.0 << 1.0
            << QStringLiteral("2 FP 2");
    }
    void choices() {
        QFETCH(int, verdict);
        QFETCH(int, classId);
        QFETCH(int, error);
        QFETCH(double, from);
        QFETCH(double, to);
        QFETCH(QString, expected);
        PatchChoice choice = verdict < 0 ? PatchChoice{} : only(static_cast<Verdict>(verdict));
        choice.classId = classId;
        if (error >= 0)
            choice.error = static_cast<ErrorType>(error);
        choice.scoreFrom = from;
        choice.scoreTo = to;
        QCOMPARE(chosen(choice), expected);
    }

    void orders_data() {
        QTest::addColumn<int>("order");
        QTest::addColumn<bool>("ascending");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, PatchOrder order, bool ascending, const QString& expected) {
            QTest::newRow(name) << static_cast<int>(order) << ascending << expected;
        };
        row("least sure first, missed still last", PatchOrder::Score, true,
            QStringLiteral("0 FP 5, 0 TP 7, 2 FP 2, 0 TP 2, 1 FN 2, 2 FN 2"));
        // Areas 100, 800, 1500, 400, 400, 400.
        row("largest first", PatchOrder::Size, false, QStringLiteral("0 TP 7, 0 TP 2, 1 FN 2, 2 FN 2, 2 FP 2, 0 FP 5"));
        row("smallest first", PatchOrder::Size, true, QStringLiteral("0 FP 5, 1 FN 2, 2 FN 2, 2 FP 2, 0 TP 2, 0 TP 7"));
        // IoU 0, 1, 0.5 and 0.43; missed objects have none.
        row("best placed first", PatchOrder::Iou, false, QStringLiteral("0 TP 2, 0 TP 7, 2 FP 2, 0 FP 5, 1 FN 2, 2 FN 2"));
        row("worst placed first", PatchOrder::Iou, true, QStringLiteral("0 FP 5, 2 FP 2, 0 TP 7, 0 TP 2, 1 FN 2, 2 FN 2"));
        // Camera a at second 10 and 20, then b.
        row("by camera and time", PatchOrder::Camera, true, QStringLiteral("2 FN 2, 2 FP 2, 0 FP 5, 0 TP 2, 0 TP 7, 1 FN 2"));
        row("last camera first", PatchOrder::Camera, false, QStringLiteral("1 FN 2, 0 FP 5, 0 TP 2, 0 TP 7, 2 FN 2, 2 FP 2"));
    }
    void orders() {
        QFETCH(int, order);
        QFETCH(bool, ascending);
        QFETCH(QString, expected);
        PatchChoice choice;
        choice.order = static_cast<PatchOrder>(order);
        choice.ascending = ascending;
        QCOMPARE(chosen(choice), expected);
    }

    void countsSayWhatEachChoiceWouldShow() {
        const std::vector<Patch> all = patches();
        PatchChoice choice = only(Verdict::FP);
        choice.classId = 2;
        const PatchCounts counts = arrangePatches(*m_inspection, all, choice).counts;
        // Verdicts of cars; classes among the invented; types among invented cars.
        QCOMPARE(counts.verdicts, (std::array<std::int64_t, 4>{1, 1, 2, 0}));
        QCOMPARE(counts.classes, (std::map<int, std::int64_t>{{2, 1}, {5, 1}, {7, 0}}));
        ErrorCounts errors{};
        errors[static_cast<std::size_t>(ErrorType::Localisation)] = 1;
        QCOMPARE(counts.errors, errors);
        QVERIFY(arrangePatches(*m_inspection, all, choice, [] { return true; }).rows.empty());
    }

    void boxesWithoutVerdictAreShownByThemselves() {
        Inspection pictures = *m_inspection;
        for (Inspection::Frame& frame : pictures.frames)
            frame.judged = false;
        const std::vector<Patch> all = gatherPatches(pictures, nullptr, m_frames, 0.5, 0.5);
        QCOMPARE(all.size(), std::size_t(3));
        QCOMPARE(arrangePatches(pictures, all, {}).counts.verdicts, (std::array<std::int64_t, 4>{0, 0, 0, 3}));
        QCOMPARE(arrangePatches(pictures, all, {}).rows, (std::vector<std::uint32_t>{0, 2, 1})); // 0.9, 0.8, 0.6
        QVERIFY(arrangePatches(pictures, all, only(Verdict::FP)).rows.empty());
    }

    void windowsHaveContextAndStayInsideThePicture_data() {
        QTest::addColumn<QRectF>("box");
        QTest::addColumn<QRect>("window");
        // 10 x 10 and 32 px on each side: 74 x 74, widened to 4:3 (98.7) round (300, 200).
        QTest::newRow("small") << QRectF(295, 195, 10, 10) << QRect(251, 163, 99, 74);
        // 200 x 60: 80 on either side, 32 above and below: 360 x 124, heightened to 270, round (300, 200).
        QTest::newRow("wide") << QRectF(200, 170, 200, 60) << QRect(120, 65, 360, 270);
        QTest::newRow("in a corner") << QRectF(0, 0, 10, 10) << QRect(0, 0, 99, 74);
        QTest::newRow("at the far end") << QRectF(630, 350, 10, 10) << QRect(541, 286, 99, 74);
        QTest::newRow("larger than the picture") << QRectF(10, 10, 600, 340) << QRect(0, 0, 640, 360);
        QTest::newRow("beyond it") << QRectF(-50, 100, 30, 30) << QRect(0, 68, 125, 94);
    }
    void windowsHaveContextAndStayInsideThePicture() {
        QFETCH(QRectF, box);
        QFETCH(QRect, window);
        const BoxXyxy corners{static_cast<float>(box.left()), static_cast<float>(box.top()), static_cast<float>(box.right()),
                              static_cast<float>(box.bottom())};
        QCOMPARE(patchWindow(corners, {640, 360}, 4.0 / 3), window);
    }

    void csvHasOneLineABox() {
        const std::vector<Patch> all = patches();
        const QString text = patchesCsv(*m_inspection, all, std::vector<std::uint32_t>{5, 3, 0}, [](int id) { return QStringLiteral("class %1").arg(id); });
        QCOMPARE(text, QStringLiteral("file,camera,verdict,class,score,iou,error,x1,y1,x2,y2\n"
                                      "/data/a/four.jpg,a,FP,class 2,0.8000,0.4286,localisation,10.00,18.00,30.00,38.00\n"
                                      "/data/b/three.jpg,b,FN,class 2,,,missed,0.00,0.00,20.00,20.00\n"
                                      "\"/data/a/one, two.jpg\",a,FP,class 5,0.4000,0.0000,background,180.00,80.00,190.00,90.00\n"));
    }

    void modelKeepsItsPromises() {
        PatchListModel model([](int id) { return QStringLiteral("class %1").arg(id); });
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto all = std::make_shared<const std::vector<Patch>>(patches());
        model.setPatches(m_inspection, all, {5, 3, 0});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("FP class 2 0.80"));
        QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("FN class 2"));
        QVERIFY(model.index(0, 0).data(Qt::ToolTipRole).toString().startsWith(QStringLiteral("/data/a/four.jpg\nLocalisation")));
        QCOMPARE(patchFactsText(*m_inspection, model.patchAt(0)), QStringLiteral("IoU 0.43 · 20×20 px · a"));
        QCOMPARE(patchFactsText(*m_inspection, model.patchAt(1)), QStringLiteral("20×20 px · b"));
        // The same box at another confidence, where it stands elsewhere among all.
        const std::vector<Patch> later = patches(0.7);
        const auto same = std::ranges::find_if(later, [](const Patch& patch) { return patch.frame == 2 && patch.box.verdict == Verdict::FP; });
        QVERIFY(same != later.end());
        QCOMPARE(model.rowOf(*same), 0);
        QCOMPARE(model.rowOf((*all)[1]), -1);
        model.setPatches({}, {}, {});
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_MAIN(TestPatchList)
#include "tst_patch_list.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QtTest>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/eval/matching.h"
#include "tests/core/eval/golden_sets.h"

using namespace intersect;
using namespace intersect::eval;

namespace {

bool near(double got, double want, double tolerance = 1e-7) {
    if (std::fabs(got - want) <= tolerance)
        return true;
    qWarning("got %.12f, wanted %.12f", got, want);
    return false;
}

/// Verdicts of one image's detections at each threshold, from evaluate's own pairing.
FrameMatches matched(const tests::GoldenSet& set, std::size_t image, double confidence, double iou) {
    return matchFrame(set.detections.of(image), set.coco.truth.of(image), confidence, iou);
}

} // namespace

class TestEvaluation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void averagePrecisionOfGoldenLists() {
        NEED_SHARED("reference/metrics");
        int cases = 0;
        for (const auto& row : tests::goldenJson("golden_ap.json")) {
            const std::vector<std::uint8_t> flags = row["tp_flags"];
            QVERIFY2(near(averagePrecisionYolov5(flags, row["n_gt"]), row["yolov5"], 1e-9),
                     row["case"].get<std::string>().c_str());
            ++cases;
        }
        QCOMPARE(cases, 21);
    }
    void thresholdsAreTorchs() {
        NEED_SHARED("reference/metrics");
        const auto wanted = tests::goldenJson("thresholds.json")["float32_linspace_0.5_0.95_10_as_double"];
        for (std::size_t k = 0; k < 10; ++k)
            QCOMPARE(static_cast<double>(matchThreshold(k)), wanted[k].get<double>());
    }
    void pairsTheGoldenImages() {
        NEED_SHARED("reference/metrics");
        int cases = 0;
        for (const auto& row : tests::goldenJson("golden_matching.json")) {
            std::vector<TruthBox> truth;
            for (const auto& object : row["gt_class_xywh_crowd"])
                truth.push_back({{object[1][0], object[1][1], object[1][0].get<float>() + object[1][2].get<float>(),
                                  object[1][1].get<float>() + object[1][3].get<float>()},
                                 object[0],
                                 object[2] != 0,
                                 0});
            std::vector<detect::Detection> found;
            for (const auto& one : row["det_class_xywh_score"])
                found.push_back({{one[1][0], one[1][1], one[1][0].get<float>() + one[1][2].get<float>(),
                                  one[1][1].get<float>() + one[1][3].get<float>()},
                                 one[2],
                                 one[0]});
            for (std::size_t k = 0; k < 10; ++k) {
                const FrameMatches got = matchFrame(found, truth, 0, static_cast<double>(matchThreshold(k)));
                std::vector<int> flags(found.size(), 0);
                for (const Match& match : got.matches)
                    if (match.verdict == Verdict::TP)
                        flags[static_cast<std::size_t>(match.detection)] = 1;
                for (std::size_t d = 0; d < found.size(); ++d)
                    QVERIFY2(flags[d] == row["yolov5_float32"][d][k].get<int>(),
                             row["case"].get<std::string>().c_str());
                QCOMPARE(got.tp + got.fp, static_cast<int>(found.size()));
            }
            ++cases;
        }
        QCOMPARE(cases, 17);
    }
    void goldenSetsByYolov5_data() {
        QTest::addColumn<QString>("set");
        QTest::newRow("imbalanced") << "a_imbalanced";
        QTest::newRow("crowds") << "b_crowd_areas";
        QTest::newRow("real") << "c_real";
    }
    void goldenSetsByYolov5() {
        NEED_SHARED("reference/metrics");
        QFETCH(QString, set);
        const auto golden = tests::goldenSet(set.toStdString());
        const auto want = tests::goldenJson(set.toStdString() + "/expected_yolov5.json");
        const Evaluation got = evaluateYolov5(golden.detections, golden.coco.truth);
        QCOMPARE(got.images, want["images_counted"].get<std::int64_t>());
        QVERIFY(near(got.map50, want["mAP50"]));
        QVERIFY(near(got.map5095, want["mAP50_95"]));
        QVERIFY(near(got.precision, want["mP"]));
        QVERIFY(near(got.recall, want["mR"]));
        QVERIFY(near(got.bestConfidence, want["best_confidence"], 1e-15));
        QCOMPARE(got.classes.size(), want["per_class"].size());
        for (const ClassResult& mine : got.classes) {
            const auto& wanted = want["per_class"][std::to_string(mine.classId)];
            QCOMPARE(mine.labels, wanted["n_gt"].get<std::int64_t>());
            QCOMPARE(mine.curve.confidence.size(), wanted["n_det"].get<std::size_t>());
            QVERIFY(near(mine.precision, wanted["P"]));
            QVERIFY(near(mine.recall, wanted["R"]));
            QVERIFY(near(mine.f1, wanted["F1"]));
            QVERIFY(near(mine.ap50(), wanted["AP50"]));
            QVERIFY(near(mine.ap5095(), wanted["AP50_95"]));
            for (std::size_t k = 0; k < 10; ++k)
                QVERIFY(near(mine.apByIou[k], wanted["AP_by_iou"][k]));
            if (!mine.curve.recall.empty())
                QCOMPARE(std::lround(mine.curve.recall.back() * static_cast<double>(mine.labels)),
                         wanted["tp_by_iou"][0].get<long>());
        }
    }
    void countsAtEveryConfidence_data() { goldenSetsByYolov5_data(); }
    void countsAtEveryConfidence() {
        NEED_SHARED("reference/metrics");
        QFETCH(QString, set);
        const auto golden = tests::goldenSet(set.toStdString());
        std::map<std::string, std::map<int, std::pair<int, int>>> counts; // confidence -> class -> tp, fp
        int rows = 0;
        const auto text = readFile(tests::shared("reference/metrics/" + set.toStdString() + "/prf_vs_confidence.csv"));
        QVERIFY(text.has_value());
        for (const std::string_view line : splitAt(*text, '\n')) {
            const auto cells = splitAt(trimmed(line), ',');
            if (cells.size() < 4 || cells[0] == "class")
                continue;
            const std::string at(cells[1]);
            if (counts.count(at) == 0) {
                auto& mine = counts[at];
                for (std::size_t image = 0; image < golden.detections.images.size(); ++image) {
                    // 300 an image as the definition has it
                    const auto all = golden.detections.of(image);
                    const auto found = all.first(std::min<std::size_t>(all.size(), 300));
                    for (const Match& match :
                         matchFrame(found, golden.coco.truth.of(image), *parseDouble(at), 0.5).matches)
                        if (match.detection >= 0) {
                            auto& [tp, fp] = mine[found[static_cast<std::size_t>(match.detection)].classId];
                            ++(match.verdict == Verdict::TP ? tp : fp);
                        }
                }
            }
            const auto& [tp, fp] = counts[at][static_cast<int>(*parseInt(cells[0]))];
            QCOMPARE(tp, static_cast<int>(*parseInt(cells[2])));
            QCOMPARE(fp, static_cast<int>(*parseInt(cells[3])));
            ++rows;
        }
        QVERIFY(rows > 300);
    }
    void matchFrameTellsEveryVerdict() {
        const std::vector<TruthBox> truth{
            {{0, 0, 100, 100}, 2, false, 0}, {{200, 0, 300, 100}, 2, false, 0}, {{0, 0, 400, 400}, 2, true, 0}};
        const std::vector<detect::Detection> found{{{0, 0, 100, 90}, 0.9F, 2},
                                                   {{0, 0, 100, 100}, 0.8F, 2},
                                                   {{0, 0, 100, 80}, 0.7F, 7},
                                                   {{500, 0, 510, 10}, 0.6F, 2},
                                                   {{200, 0, 300, 100}, 0.1F, 2}};
        const FrameMatches got = matchFrame(found, truth, 0.25, 0.5);
        QCOMPARE(got.tp, 1);
        QCOMPARE(got.fp, 3);
        QCOMPARE(got.fn, 1); // the second object's detection is below the confidence; the crowd counts nowhere
        QCOMPARE(got.matches.size(), std::size_t(5));
        QCOMPARE(got.matches[0].verdict, Verdict::FN);
        QCOMPARE(got.matches[0].truth, 1);
        QCOMPARE(got.matches[1].detection, 1); // duplicate of a taken object
        QCOMPARE(got.matches[1].iou, 1.0F);
        QCOMPARE(got.matches[2].truth, 0); // other class, IoU told all the same
        QVERIFY(std::fabs(got.matches[2].iou - 0.8F) < 1e-6F);
        QCOMPARE(got.matches[3].truth, -1);
        QCOMPARE(got.matches[3].iou, 0.0F);
        QCOMPARE(got.matches[4].verdict, Verdict::TP);
        QCOMPARE(got.matches[4].truth, 0);
    }
    void nothingFoundAndNothingThere() {
        detect::DetectionSet none;
        none.images.resize(2);
        none.begin.assign(3, 0);
        Truth empty;
        empty.begin.assign(3, 0);
        const Evaluation nothing = evaluateYolov5(none, empty);
        QCOMPARE(nothing.labels, std::int64_t(0));
        QCOMPARE(nothing.map50, 0.0);
        QVERIFY(nothing.classes.empty());
        Truth one;
        one.boxes.push_back({{0, 0, 10, 10}, 3, false, 100});
        one.begin = {0, 0, 1};
        const Evaluation missed = evaluateYolov5(none, one);
        QCOMPARE(missed.labels, std::int64_t(1));
        QCOMPARE(missed.classes.size(), std::size_t(1));
        QCOMPARE(missed.classes[0].ap50(), 0.0);
        QCOMPARE(missed.recall, 0.0);
    }
    void perfectIs0995() {
        const auto golden = [] {
            tests::GoldenSet set;
            set.detections.images.resize(3);
            set.detections.begin = set.coco.truth.begin = {0, 1, 2, 3};
            for (int i = 0; i < 3; ++i) {
                set.coco.truth.boxes.push_back({{10, 10, 50, 40}, i % 2, false, 1200});
                set.detections.detections.push_back({{10, 10, 50, 40}, 0.5F + 0.1F * static_cast<float>(i), i % 2});
            }
            return set;
        }();
        const Evaluation got = evaluateYolov5(golden.detections, golden.coco.truth);
        QVERIFY(near(got.map50, 0.995, 1e-12));
        QVERIFY(near(got.map5095, 0.995, 1e-12));
        QCOMPARE(matched(golden, 0, 0.5, 0.95).tp, 1);
    }
    void keepsTheFirst300AnImage() {
        detect::DetectionSet found;
        found.images.resize(1);
        for (int i = 0; i < 400; ++i)
            found.detections.push_back({{500, 500, 510, 510}, 0.9F - 0.001F * static_cast<float>(i), 0});
        found.detections.back().box = {0, 0, 10, 10};
        found.begin = {0, 400};
        Truth truth;
        truth.begin = {0, 1};
        truth.boxes.push_back({{0, 0, 10, 10}, 0, false, 100});
        QCOMPARE(evaluateYolov5(found, truth).map50, 0.0);
        QCOMPARE(evaluateYolov5(found, truth).detections, std::int64_t(300));
        QVERIFY(evaluateYolov5(found, truth, 1000).map50 > 0);
    }
};

QTEST_APPLESS_MAIN(TestEvaluation)
#include "tst_evaluation.moc"

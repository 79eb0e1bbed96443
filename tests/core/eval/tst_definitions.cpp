// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QtTest>

#include "core/eval/definitions.h"
#include "tests/core/eval/golden_sets.h"

using namespace intersect;
using namespace intersect::eval;

namespace {

bool near(double got, double want, double tolerance = 1e-9) {
    if (std::fabs(got - want) <= tolerance)
        return true;
    qWarning("got %.15f, wanted %.15f", got, want);
    return false;
}

/// One golden image as a set by itself.
tests::GoldenSet imageOf(const nlohmann::json& row) {
    tests::GoldenSet set;
    set.detections.images.resize(1);
    const auto boxOf = [](const nlohmann::json& b) {
        return BoxXyxy{b[0], b[1], b[0].get<float>() + b[2].get<float>(), b[1].get<float>() + b[3].get<float>()};
    };
    for (const auto& object : row["gt_class_xywh_crowd"]) {
        const BoxXyxy box = boxOf(object[1]);
        set.coco.truth.boxes.push_back({box, object[0], object[2] != 0, static_cast<double>(box.area())});
    }
    for (const auto& one : row["det_class_xywh_score"])
        set.detections.detections.push_back({boxOf(one[1]), one[2], one[0]});
    std::stable_sort(set.detections.detections.begin(), set.detections.detections.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    set.coco.truth.begin = {0, static_cast<std::uint32_t>(set.coco.truth.boxes.size())};
    set.detections.begin = {0, static_cast<std::uint32_t>(set.detections.detections.size())};
    return set;
}

/// Flags of a class in descending score, from the golden columns (which stand in file order).
std::vector<std::uint8_t> flagsOf(const nlohmann::json& row, int classId,
                                  const std::function<bool(std::size_t)>& right) {
    std::vector<std::pair<double, std::uint8_t>> rows;
    for (std::size_t d = 0; d < row["det_class_xywh_score"].size(); ++d)
        if (row["det_class_xywh_score"][d][0] == classId)
            rows.emplace_back(row["det_class_xywh_score"][d][2], right(d) ? 1 : 0);
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::uint8_t> flags;
    for (const auto& one : rows)
        flags.push_back(one.second);
    return flags;
}

} // namespace

class TestDefinitions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void vocOfGoldenLists() {
        NEED_SHARED("reference/metrics");
        for (const auto& row : tests::goldenJson("golden_ap.json")) {
            const std::vector<std::uint8_t> flags = row["tp_flags"];
            QVERIFY2(near(averagePrecisionVoc(flags, row["n_gt"], VocArea::ElevenPoints), row["voc_11"]),
                     row["case"].get<std::string>().c_str());
            QVERIFY2(near(averagePrecisionVoc(flags, row["n_gt"], VocArea::AllPoints), row["all_point"]),
                     row["case"].get<std::string>().c_str());
        }
    }
    void cocoAndYolov7OfGoldenLists() {
        // a list of flags becomes one image: objects far apart, hits exactly on them, misses elsewhere
        NEED_SHARED("reference/metrics");
        for (const auto& row : tests::goldenJson("golden_ap.json")) {
            const std::vector<int> flags = row["tp_flags"];
            const int labels = row["n_gt"];
            tests::GoldenSet set;
            // one image per object: COCO takes 100 detections an image and class
            const int images = labels + 1;
            set.detections.images.resize(static_cast<std::size_t>(images));
            std::vector<std::vector<detect::Detection>> found(static_cast<std::size_t>(images));
            int next = 0;
            for (std::size_t i = 0; i < flags.size(); ++i) {
                const float score = 0.99F - 0.005F * static_cast<float>(i);
                if (flags[i] != 0)
                    found[static_cast<std::size_t>(next++)].push_back({{0, 0, 10, 10}, score, 0});
                else
                    found.back().push_back({{50, 50, 60, 60}, score, 0});
            }
            set.coco.truth.begin = set.detections.begin = {0};
            for (int i = 0; i < images; ++i) {
                if (i < labels)
                    set.coco.truth.boxes.push_back({{0, 0, 10, 10}, 0, false, 100});
                set.coco.truth.begin.push_back(static_cast<std::uint32_t>(set.coco.truth.boxes.size()));
                const auto& mine = found[static_cast<std::size_t>(i)];
                set.detections.detections.insert(set.detections.detections.end(), mine.begin(), mine.end());
                set.detections.begin.push_back(static_cast<std::uint32_t>(set.detections.detections.size()));
            }
            const char* name = row["case"].get_ref<const std::string&>().c_str();
            QVERIFY2(near(evaluateCoco(set.detections, set.coco.truth).map50, row["coco_101"]), name);
            QVERIFY2(near(evaluateYolov7(set.detections, set.coco.truth).map50, row["yolov7_from_description"]), name);
        }
    }
    void pairsTheGoldenImages() {
        NEED_SHARED("reference/metrics");
        for (const auto& row : tests::goldenJson("golden_matching.json")) {
            const tests::GoldenSet set = imageOf(row);
            const char* name = row["case"].get_ref<const std::string&>().c_str();
            const ApTable voc = evaluateVoc(set.detections, set.coco.truth, VocArea::AllPoints);
            const ApTable v7 = evaluateYolov7(set.detections, set.coco.truth);
            for (const ClassAp& mine : voc.classes) {
                const auto flags =
                    flagsOf(row, mine.classId, [&](std::size_t d) { return row["voc_iou_0.5"][d] == 1; });
                QVERIFY2(near(mine.ap50(), averagePrecisionVoc(flags, mine.labels, VocArea::AllPoints)), name);
            }
            for (const ClassAp& mine : v7.classes)
                for (std::size_t k = 0; k < 10; ++k) {
                    const auto flags = flagsOf(
                        row, mine.classId, [&](std::size_t d) { return row["yolov7_from_description"][d][k] == 1; });
                    const bool any = std::count(flags.begin(), flags.end(), 1) > 0;
                    QVERIFY2((mine.apByIou[k] > 0) == any, name);
                }
            for (const ClassAp& mine : evaluateCoco(set.detections, set.coco.truth).classes)
                for (std::size_t k = 0; k < 10; ++k) {
                    const auto flags =
                        flagsOf(row, mine.classId, [&](std::size_t d) { return row["coco_by_iou"][d][k] == "tp"; });
                    const bool any = std::count(flags.begin(), flags.end(), 1) > 0;
                    QVERIFY2((mine.apByIou[k] > 0) == any, name);
                }
        }
    }
    void goldenSets_data() {
        QTest::addColumn<QString>("set");
        QTest::newRow("imbalanced") << "a_imbalanced";
        QTest::newRow("crowds") << "b_crowd_areas";
        QTest::newRow("real") << "c_real";
    }
    void goldenSets() {
        NEED_SHARED("reference/metrics");
        QFETCH(QString, set);
        const std::string name = set.toStdString();
        const auto golden = tests::goldenSet(name);

        const auto coco = tests::goldenJson(name + "/expected_coco.json");
        const CocoTable mine = evaluateCoco(golden.detections, golden.coco.truth);
        const char* keys[] = {"AP",  "AP50", "AP75",  "AP_small", "AP_medium", "AP_large",
                              "AR1", "AR10", "AR100", "AR_small", "AR_medium", "AR_large"};
        for (std::size_t i = 0; i < 12; ++i)
            QVERIFY2(near(std::isnan(mine.stats[i]) ? -1.0 : mine.stats[i], coco["stats"][keys[i]]), keys[i]);
        for (const ClassAp& one : mine.classes) {
            const auto& want = coco["per_class"][std::to_string(one.classId)];
            for (std::size_t k = 0; k < 10; ++k)
                QVERIFY(near(one.apByIou[k], want["AP_by_iou"][k]));
        }

        const auto voc = tests::goldenJson(name + "/expected_voc.json");
        const ApTable eleven = evaluateVoc(golden.detections, golden.coco.truth, VocArea::ElevenPoints);
        const ApTable every = evaluateVoc(golden.detections, golden.coco.truth, VocArea::AllPoints);
        QVERIFY(near(eleven.map50, voc["map_11"]));
        QVERIFY(near(every.map50, voc["map_all"]));
        for (std::size_t i = 0; i < every.classes.size(); ++i) {
            const auto& want = voc["per_class"][std::to_string(every.classes[i].classId)];
            QVERIFY(near(eleven.classes[i].ap50(), want["ap_11"]));
            QVERIFY(near(every.classes[i].ap50(), want["ap_all"]));
        }

        const auto yolov7 = tests::goldenJson(name + "/expected_yolov7_from_description.json");
        const ApTable v7 = evaluateYolov7(golden.detections, golden.coco.truth);
        QVERIFY(near(v7.map50, yolov7["mAP50"], 1e-7));
        QVERIFY(near(v7.map5095, yolov7["mAP50_95"], 1e-7));
        for (const ClassAp& one : v7.classes) {
            QVERIFY(near(one.ap50(), yolov7["per_class"][std::to_string(one.classId)]["AP50"], 1e-7));
            QVERIFY(near(one.ap5095(), yolov7["per_class"][std::to_string(one.classId)]["AP50_95"], 1e-7));
        }
    }
    void padillasToySet() {
        NEED_SHARED("reference/metrics/d_padilla");
        const auto golden = tests::goldenSet("d_padilla");
        const auto want = tests::goldenJson("d_padilla/expected.json");
        const ApTable eleven = evaluateVoc(golden.detections, golden.coco.truth, VocArea::ElevenPoints);
        const ApTable every = evaluateVoc(golden.detections, golden.coco.truth, VocArea::AllPoints);
        QVERIFY(near(eleven.classes.at(0).apByIou[0], want["0.5"]["voc2007"], 6e-5));
        QVERIFY(near(every.classes.at(0).apByIou[0], want["0.5"]["voc2010"], 6e-5));
        QVERIFY(near(eleven.classes.at(0).apByIou[5], want["0.75"]["voc2007"], 6e-5));
        QVERIFY(near(every.classes.at(0).apByIou[5], want["0.75"]["voc2010"], 6e-5));
    }
    void cocoTakes100ADetectionsClassAndImage() {
        NEED_SHARED("reference/metrics");
        const auto want = tests::goldenJson("golden_traps.json")["120_objects_of_each_of_2_classes_all_found"];
        tests::GoldenSet set;
        set.detections.images.resize(1);
        for (int c = 0; c < 2; ++c)
            for (int i = 0; i < 120; ++i) {
                const float x = static_cast<float>(20 * i), y = static_cast<float>(20 * c);
                set.coco.truth.boxes.push_back({{x, y, x + 10, y + 10}, c, false, 100});
                set.detections.detections.push_back({{x, y, x + 10, y + 10}, 0.9F - 0.001F * static_cast<float>(i), c});
            }
        set.coco.truth.begin = set.detections.begin = {0, 240};
        const CocoTable got = evaluateCoco(set.detections, set.coco.truth);
        QVERIFY(near(got.stats[8], want["AR100"]));
        QVERIFY(near(got.map50, want["AP50"]));
    }
    void nothingThereIsNoNumber() {
        tests::GoldenSet set;
        set.detections.images.resize(1);
        set.coco.truth.begin = set.detections.begin = {0, 0};
        QVERIFY(std::isnan(evaluateCoco(set.detections, set.coco.truth).map50));
        QVERIFY(std::isnan(evaluateVoc(set.detections, set.coco.truth, VocArea::AllPoints).map50));
        QVERIFY(std::isnan(evaluateYolov7(set.detections, set.coco.truth).map50));
    }
};

QTEST_APPLESS_MAIN(TestDefinitions)
#include "tst_definitions.moc"

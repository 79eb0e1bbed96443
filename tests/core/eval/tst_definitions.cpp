// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/eval/definitions.h"
#include "core/eval/overlap.h"
#include "core/eval/precision_curve.h"
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

/// A list of verdicts in descending score as a set: objects far apart, hits exactly on them, misses elsewhere. One image
/// per object, as COCO takes 100 detections an image and class.
tests::GoldenSet setOfFlags(const std::vector<std::uint8_t>& flags, std::int64_t labels) {
    tests::GoldenSet set;
    const auto images = static_cast<std::size_t>(labels) + 1;
    set.detections.images.resize(images);
    std::vector<std::vector<detect::Detection>> found(images);
    std::size_t next = 0;
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const float score = 0.99F - 0.005F * static_cast<float>(i);
        if (flags[i] != 0)
            found[next++].push_back({{0, 0, 10, 10}, score, 0});
        else
            found.back().push_back({{50, 50, 60, 60}, score, 0});
    }
    set.coco.truth.begin = set.detections.begin = {0};
    for (std::size_t i = 0; i < images; ++i) {
        if (i + 1 < images)
            set.coco.truth.boxes.push_back({{0, 0, 10, 10}, 0, false, 100});
        set.coco.truth.begin.push_back(static_cast<std::uint32_t>(set.coco.truth.boxes.size()));
        set.detections.detections.insert(set.detections.detections.end(), found[i].begin(), found[i].end());
        set.detections.begin.push_back(static_cast<std::uint32_t>(set.detections.detections.size()));
    }
    return set;
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
        NEED_SHARED("reference/metrics");
        for (const auto& row : tests::goldenJson("golden_ap.json")) {
            const tests::GoldenSet set = setOfFlags(row["tp_flags"], row["n_gt"]);
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
            // AP of the golden verdicts, which golden_ap.json has held above
            for (const ClassAp& mine : v7.classes)
                for (std::size_t k = 0; k < 10; ++k) {
                    const auto flags = flagsOf(
                        row, mine.classId, [&](std::size_t d) { return row["yolov7_from_description"][d][k] == 1; });
                    const tests::GoldenSet wanted = setOfFlags(flags, mine.labels);
                    QVERIFY2(near(mine.apByIou[k], evaluateYolov7(wanted.detections, wanted.coco.truth).map50), name);
                }
            for (const ClassAp& mine : evaluateCoco(set.detections, set.coco.truth).classes)
                for (std::size_t k = 0; k < 10; ++k) {
                    auto counted = row;
                    for (std::size_t d = row["det_class_xywh_score"].size(); d-- > 0;)
                        if (row["coco_by_iou"][d][k] == "ignored")
                            for (const char* column : {"det_class_xywh_score", "coco_by_iou"})
                                counted[column].erase(d);
                    const auto flags =
                        flagsOf(counted, mine.classId, [&](std::size_t d) { return counted["coco_by_iou"][d][k] == "tp"; });
                    const tests::GoldenSet wanted = setOfFlags(flags, mine.labels);
                    QVERIFY2(near(mine.apByIou[k], evaluateCoco(wanted.detections, wanted.coco.truth).map50), name);
                }
            for (std::size_t d = 0; d < row["iou_det_x_gt_coco"].size(); ++d)
                for (std::size_t t = 0; t < row["iou_det_x_gt_coco"][d].size(); ++t) {
                    const auto boxOf = [](const nlohmann::json& b) { return detect::BoxXywh{b[0], b[1], b[2], b[3]}; };
                    const auto& object = row["gt_class_xywh_crowd"][t];
                    QVERIFY2(near(overlapOf(boxOf(row["det_class_xywh_score"][d][1]), boxOf(object[1]), object[2] != 0),
                                  row["iou_det_x_gt_coco"][d][t], 1e-15),
                             name);
                }
        }
    }
    void thresholdsAreNumpys() {
        NEED_SHARED("reference/metrics");
        const auto wanted = tests::goldenJson("thresholds.json");
        for (std::size_t i = 0; i <= 100; ++i)
            QCOMPARE(evenPoint(i, 101), wanted["linspace_0_1_101"][i].get<double>());
        // COCO's match IoUs are seen from outside only: overlaps of 0.50, 0.55 .. 0.95 are right at those not above
        for (int percent = 50; percent <= 95; percent += 5) {
            tests::GoldenSet set;
            set.detections.images.resize(1);
            set.detections.begin = set.coco.truth.begin = {0, 1};
            set.coco.truth.boxes.push_back({{0, 0, 100, 100}, 0, false, 10000});
            set.detections.detections.push_back({{0, 0, 100, static_cast<float>(percent)}, 0.5F, 0});
            const CocoTable got = evaluateCoco(set.detections, set.coco.truth);
            for (std::size_t k = 0; k < 10; ++k)
                QCOMPARE(got.classes.at(0).apByIou[k] > 0.5, percent / 100.0 >= wanted["linspace_0.5_0.95_10"][k].get<double>());
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

        const auto& curve = coco["precision_array"];
        for (std::size_t c = 0; c < mine.classes.size(); ++c)
            if (mine.classes[c].classId == curve["category_id"])
                for (std::size_t i = 0; i <= 100; ++i) {
                    QVERIFY(near(mine.curves[c].precision[i], curve["precision"][i]));
                    QVERIFY(near(mine.curves[c].score[i], curve["score"][i]));
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
    void idZeroIsAnIdAsAnyOther() { // pycocotools takes it for unmatched
        NEED_SHARED("reference/metrics");
        QTemporaryDir folder;
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "gt.json";
        std::string objects;
        tests::GoldenSet set;
        for (int i = 0; i < 4; ++i) {
            const std::string x = std::to_string(30 * i);
            objects += (i > 0 ? "," : "") + ("{\"id\":" + std::to_string(i)) + ",\"image_id\":1,\"category_id\":0,\"bbox\":[" + x + ",0,20,20],\"area\":400,\"iscrowd\":0}";
            set.detections.detections.push_back({{30.0F * static_cast<float>(i), 0, 30.0F * static_cast<float>(i) + 20, 20}, 0.9F - 0.1F * static_cast<float>(i), 0});
        }
        QVERIFY(writeFileAtomically(path, "{\"images\":[{\"id\":1}],\"categories\":[{\"id\":0,\"name\":\"car\"}],\"annotations\":[" + objects + "]}").has_value());
        const auto truth = truthFromCoco(path);
        QVERIFY(truth.has_value());
        set.detections.images = truth->images;
        set.detections.begin = {0, 4};
        const auto wanted = tests::goldenJson("golden_traps.json")["annotation_ids_from_1"];
        const CocoTable got = evaluateCoco(set.detections, truth->truth);
        QVERIFY(near(got.map50, wanted["AP50"]));
        QVERIFY(near(got.stats[8], wanted["AR100"]));
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

// SPDX-License-Identifier: GPL-3.0-or-later
// Two results side by side, and labels that a network doubts: each rule by hand, and sums that must agree with the counts of each result.
#include <QtTest>

#include <cmath>

#include "core/eval/comparison.h"
#include "core/eval/matching.h"
#include "core/eval/suspect_labels.h"
#include "tests/core/eval/golden_sets.h"

using namespace intersect;
using namespace intersect::eval;

namespace {

detect::Detection found(float x, int classId, float score, float side = 20) {
    return {{x, 0, x + side, side}, score, classId};
}
TruthBox object(float x, int classId, float side = 20) {
    return {{x, 0, x + side, side}, classId, false, static_cast<double>(side) * side};
}
detect::DetectionSet oneImage(std::vector<detect::Detection> detections) {
    detect::DetectionSet set;
    set.names = {"car", "bus"};
    set.images = {{1, "a.jpg", {1000, 100}}};
    set.begin = {0, static_cast<std::uint32_t>(detections.size())};
    set.detections = std::move(detections);
    return set;
}
Truth truthOf(std::vector<TruthBox> boxes) {
    Truth truth;
    truth.begin = {0, static_cast<std::uint32_t>(boxes.size())};
    truth.boxes = std::move(boxes);
    return truth;
}

} // namespace

class TestComparison : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyChangeByHand() {
        const Truth truth = truthOf({object(0, 0), object(100, 0), object(200, 0), object(300, 0)});
        const auto a = oneImage({found(0, 0, 0.9F), found(100, 0, 0.8F), found(500, 0, 0.7F), found(600, 0, 0.6F)});
        const auto b = oneImage({found(0, 0, 0.9F), found(200, 0, 0.8F), found(502, 0, 0.7F), found(700, 0, 0.6F)});
        const Comparison got = compareDetections(a, {}, b, {}, truth);
        const std::vector<std::tuple<Change, int, int, int>> want{{Change::BothRight, 0, 0, 0}, {Change::Broken, 1, 1, -1}, {Change::Fixed, 2, -1, 1}, {Change::BothWrong, 3, -1, -1},
                                                                  {Change::BothWrong, -1, 2, 2}, {Change::Fixed, -1, 3, -1}, {Change::Broken, -1, -1, 3}};
        QCOMPARE(got.boxes.size(), want.size());
        for (std::size_t i = 0; i < want.size(); ++i) {
            const BoxChange& box = got.boxes[i];
            QVERIFY2(std::tuple(box.change, int(box.truth), int(box.detectionA), int(box.detectionB)) == want[i], qPrintable(QString::number(i)));
        }
        QCOMPARE(got.frames[0].fixed, 2);
        QCOMPARE(got.frames[0].broken, 2);
        QCOMPARE(got.frames[0].bothWrong, 2);
        QCOMPARE(got.frames[0].bothRight, 1);
    }
    void twoThresholdsOfOneResult() {
        const Truth truth = truthOf({object(0, 0), object(100, 0)});
        const auto set = oneImage({found(0, 0, 0.9F), found(100, 0, 0.3F), found(500, 0, 0.28F)});
        const Comparison got = compareDetections(set, {0.5, 0.5}, set, {0.25, 0.5}, truth);
        QCOMPARE(got.frames[0].fixed, 1);  // the second car
        QCOMPARE(got.frames[0].broken, 1); // and a false one
    }
    void sumsAgreeWithEachResult() {
        NEED_SHARED("reference/metrics");
        const auto golden = tests::goldenSet("a_imbalanced");
        const Judgement strict{0.5, 0.5}, loose{0.2, 0.75};
        const Comparison got = compareDetections(golden.detections, strict, golden.detections, loose, golden.coco.truth);
        std::int64_t tpA = 0, fpA = 0, fnA = 0, tpB = 0, fpB = 0, fnB = 0;
        for (const BoxChange& box : got.boxes) {
            if (box.truth >= 0) {
                (box.detectionA >= 0 ? tpA : fnA) += 1;
                (box.detectionB >= 0 ? tpB : fnB) += 1;
            } else {
                fpA += box.detectionA >= 0 ? 1 : 0;
                fpB += box.detectionB >= 0 ? 1 : 0;
            }
        }
        FrameMatches a, b;
        for (std::size_t image = 0; image < golden.detections.images.size(); ++image) {
            const auto add = [](FrameMatches& sum, const FrameMatches& one) {
                sum.tp += one.tp;
                sum.fp += one.fp;
                sum.fn += one.fn;
            };
            add(a, matchFrame(golden.detections.of(image), golden.coco.truth.of(image), strict.confidence, strict.matchIou));
            add(b, matchFrame(golden.detections.of(image), golden.coco.truth.of(image), loose.confidence, loose.matchIou));
        }
        QCOMPARE(tpA, std::int64_t(a.tp));
        QCOMPARE(fpA, std::int64_t(a.fp));
        QCOMPARE(fnA, std::int64_t(a.fn));
        QCOMPARE(tpB, std::int64_t(b.tp));
        QCOMPARE(fpB, std::int64_t(b.fp));
        QCOMPARE(fnB, std::int64_t(b.fn));
    }
    void eachSuspicionByHand() {
        const Truth truth = truthOf({object(0, 0), object(100, 0), object(200, 0), object(300, 0, 96), object(500, 0, 8)});
        const auto set = oneImage({found(700, 1, 0.95F),               // nothing labelled there
                                   found(101, 1, 0.9F),                // a label says car, the network bus
                                   found(206, 0, 0.8F),                // the label lies beside it: 14 of 26, IoU 0.54
                                   found(701, 0, 0.7F),                // the bus once more, as a car
                                   found(0, 0, 0.6F),                  // fine
                                   found(101, 0, 0.2F)});              // the label's own class, unsure
        const auto suspects = findSuspects(set, truth);
        QCOMPARE(suspects.size(), std::size_t(5));
        const auto check = [&](std::size_t i, SuspectKind kind, int detection, int label, double rank) {
            const Suspect& one = suspects[i];
            return one.kind == kind && one.detection == detection && one.truth == label && std::fabs(one.rank - rank) < 1e-6;
        };
        QVERIFY(check(0, SuspectKind::MissingLabel, 0, -1, 0.95));
        QVERIFY(check(1, SuspectKind::NothingThere, -1, 3, 0.75)); // 96 / (96 + 32)
        QVERIFY(check(2, SuspectKind::WrongClass, 1, 1, 0.7));     // 0.9 - 0.2
        QVERIFY(check(3, SuspectKind::BadlyPlaced, 2, 2, 0.8 * (1 - 14.0 / 26)));
        QVERIFY(check(4, SuspectKind::NothingThere, -1, 4, 0.2)); // 8 / (8 + 32)
    }
    void labelsTheNetworkAgreesWithAreNotSuspect() {
        const Truth truth = truthOf({object(0, 0), object(100, 1)});
        QVERIFY(findSuspects(oneImage({found(0, 0, 0.9F), found(100, 1, 0.8F), found(100, 0, 0.7F), found(500, 0, 0.4F)}), truth).empty());
    }
};

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"

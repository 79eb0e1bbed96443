// SPDX-License-Identifier: GPL-3.0-or-later
// What sliders ask: pairs made once give the same verdicts as matching frame by frame, for every confidence and match IoU; groups, sizes and
// intervals by hand.
#include <QtTest>

#include <cmath>
#include <numeric>

#include "core/detect/nms.h"
#include "core/eval/bootstrap.h"
#include "core/eval/box_sizes.h"
#include "core/eval/frame_groups.h"
#include "core/eval/live_numbers.h"
#include "core/eval/matching.h"
#include "tests/core/eval/golden_sets.h"

using namespace intersect;
using namespace intersect::eval;

namespace {

/// Frames with one object each of class 0 at one place; `found[i]` says whether frame i has a detection on it.
struct Street {
    detect::DetectionSet detections;
    Truth truth;
    explicit Street(const std::vector<bool>& found, const std::string& folder = "/d/test/2703") {
        detections.names = {"car"};
        detections.begin = truth.begin = {0};
        for (std::size_t i = 0; i < found.size(); ++i) {
            detections.images.push_back({static_cast<int>(i) + 1, folder + "/" + std::to_string(i) + ".jpg", {640, 360}});
            truth.boxes.push_back({{10, 10, 50, 50}, 0, false, 1600});
            if (found[i])
                detections.detections.push_back({{10, 10, 50, 50}, 0.9F, 0});
            truth.begin.push_back(static_cast<std::uint32_t>(truth.boxes.size()));
            detections.begin.push_back(static_cast<std::uint32_t>(detections.detections.size()));
        }
    }
};

FrameGroups oneGroup(std::size_t images) {
    return {{"all"}, std::vector<std::uint32_t>(images, 0)};
}

bool same(const Interval& a, const Interval& b) {
    return a.low == b.low && a.high == b.high;
}

} // namespace

class TestLiveNumbers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithMatchingFrameByFrame_data() {
        QTest::addColumn<QString>("set");
        for (const char* set : {"a_imbalanced", "b_crowd_areas", "c_real"})
            QTest::newRow(set) << set;
    }
    void agreesWithMatchingFrameByFrame() {
        NEED_SHARED("reference/metrics");
        QFETCH(QString, set);
        const auto golden = tests::goldenSet(set.toStdString());
        const Truth& truth = golden.coco.truth;
        const Suppressed whole = alreadySuppressed(golden.detections, truth, 1000, 2);
        const Evaluation yolov5 = evaluateYolov5(golden.detections, truth, 1000);
        for (const auto& [confidence, matchIou] : {std::pair{0.25, 0.5}, std::pair{0.001, 0.75}, std::pair{0.6, 0.1}, std::pair{0.4, 0.95}}) {
            const LiveNumbers live = liveNumbers(whole, truth, confidence, matchIou, 2);
            std::int64_t tp = 0, fp = 0, fn = 0;
            for (std::size_t image = 0; image < golden.detections.images.size(); ++image) {
                const FrameMatches frame = matchFrame(golden.detections.of(image), truth.of(image), confidence, matchIou);
                tp += frame.tp;
                fp += frame.fp;
                fn += frame.fn;
            }
            QCOMPARE(live.all.tp, tp);
            QCOMPARE(live.all.fp, fp);
            QCOMPARE(live.all.fn, fn);
            const ConfusionMatrix confusion = confusionMatrix(golden.detections, truth, confidence, matchIou);
            QCOMPARE(live.confusion.counts, confusion.counts);
            // The curve that moves with the match IoU goes through the counts at it.
            std::int64_t fromCurve = 0;
            for (const ThresholdCounts& one : live.againstMatchIou)
                if (std::fabs(one.at - matchIou) < 1e-9)
                    fromCurve += one.tp;
            QCOMPARE(fromCurve, tp);
        }
        const LiveNumbers atHalf = liveNumbers(whole, truth, 0.25, 0.5);
        QVERIFY(std::fabs(atHalf.map - yolov5.map50) < 1e-12);
        const LiveNumbers at75 = liveNumbers(whole, truth, 0.25, 0.75, 2);
        QVERIFY(std::fabs(at75.map - yolov5.mapByIou[5]) < 1e-12);
    }
    void cellsLeadToTheirImages() {
        NEED_SHARED("reference/metrics");
        const auto golden = tests::goldenSet("a_imbalanced");
        const ConfusionMatrix matrix = confusionMatrix(golden.detections, golden.coco.truth, 0.25, 0.45);
        for (std::size_t row = 0; row <= matrix.classIds.size(); ++row)
            for (std::size_t column = 0; column <= matrix.classIds.size(); ++column) {
                const auto idAt = [&](std::size_t i) { return i < matrix.classIds.size() ? matrix.classIds[i] : kConfusionBackground; };
                const auto images = imagesOfConfusion(golden.detections, golden.coco.truth, 0.25, 0.45, idAt(row), idAt(column));
                std::int64_t there = 0;
                for (const std::size_t image : images) {
                    // One image by itself has that cell too.
                    detect::DetectionSet one;
                    one.names = golden.detections.names;
                    one.images = {golden.detections.images[image]};
                    one.detections.assign(golden.detections.of(image).begin(), golden.detections.of(image).end());
                    one.begin = {0, static_cast<std::uint32_t>(one.detections.size())};
                    Truth truth;
                    truth.boxes.assign(golden.coco.truth.of(image).begin(), golden.coco.truth.of(image).end());
                    truth.begin = {0, static_cast<std::uint32_t>(truth.boxes.size())};
                    const ConfusionMatrix mine = confusionMatrix(one, truth, 0.25, 0.45);
                    const auto place = [&](int id) {
                        const auto at = std::find(mine.classIds.begin(), mine.classIds.end(), id);
                        return id == kConfusionBackground ? mine.classIds.size() : static_cast<std::size_t>(at - mine.classIds.begin());
                    };
                    there += mine.counts[place(idAt(row))][place(idAt(column))];
                }
                QCOMPARE(there, matrix.counts[row][column]);
            }
    }
    void suppressionMovesWithItsIou() {
        detect::DetectionSet candidates;
        candidates.names = {"car"};
        candidates.images = {{1, "a.jpg", {100, 100}}};
        // Two boxes that share 60 of 100 columns each (IoU 60/140), one of them reaching out of the picture, and one below every confidence.
        candidates.detections = {{{0, 0, 50, 50}, 0.9F, 0}, {{20, 0, 70, 50}, 0.8F, 0}, {{80, 80, 120, 120}, 0.7F, 0}, {{0, 60, 10, 70}, 0.0005F, 0}};
        candidates.begin = {0, 4};
        Truth truth;
        truth.begin = {0, 1};
        truth.boxes = {{{20, 0, 70, 50}, 0, false, 2500}};
        const Suppressed strict = suppress(candidates, truth, 0.3), loose = suppress(candidates, truth, 0.6);
        QCOMPARE(strict.detections.detections.size(), std::size_t(2)); // 30/70 = 0.43 of the two is above 0.3
        QCOMPARE(loose.detections.detections.size(), std::size_t(3));
        QCOMPARE(loose.detections.detections.back().box, (BoxXyxy{80, 80, 100, 100})); // clipped to the picture
        QCOMPARE(loose.nmsIou, 0.6);
        // The object is the second box: a strict NMS takes it away, and what is left of the pair is too far off at 0.5.
        QCOMPARE(liveNumbers(strict, truth, 0.25, 0.5).all.tp, std::int64_t(0));
        QCOMPARE(liveNumbers(strict, truth, 0.25, 0.4).all.tp, std::int64_t(1));
        QCOMPARE(liveNumbers(loose, truth, 0.25, 0.5).all.tp, std::int64_t(1));
        QCOMPARE(liveNumbers(loose, truth, 0.85, 0.5).all.tp, std::int64_t(0));
    }
    void meansLeaveOutClassesThatHaveNoDetectionLeft() {
        // Class 0: 3 of 4 found, 1 wrong. Class 1: nothing found of 2. Class 2 has no labels.
        const std::vector<ThresholdCounts> counts{{0, 0.5, 3, 1, 1}, {1, 0.5, 0, 0, 2}, {2, 0.5, 0, 7, 0}};
        const auto means = meanRatios(counts);
        QCOMPARE(means.size(), std::size_t(1));
        QCOMPARE(means[0].precision, 0.75);
        QCOMPARE(means[0].recall, 0.375);
        QCOMPARE(means[0].f1, 0.375); // (6/8 + 0) / 2
        QVERIFY(meanRatios({{2, 0.5, 0, 7, 0}}).empty());
        QVERIFY(std::isnan(meanRatios({{1, 0.5, 0, 0, 2}})[0].precision));
    }
    void framesAreDealtByHourAndPool() {
        const std::vector<detect::ImageEntry> images{{1, "/d/Q1/398/398-2021_03_05_071500.jpg", {}}, {2, "/d/Q2/398/398-2021_03_05_235959.jpg", {}}, {3, "/d/Q2/410/410-2021_03_06_070000.jpg", {}}, {4, "/d/Q2/410/frame.jpg", {}}};
        const FrameGroups hours = groupFrames(images, GroupBy::Hour);
        QCOMPARE(hours.names, (std::vector<std::string>{"07", "23", "unknown"}));
        QCOMPARE(hours.groupOf, (std::vector<std::uint32_t>{0, 1, 0, 2}));
        const FrameGroups pools = groupFrames(images, GroupBy::Pool);
        QCOMPARE(pools.names, (std::vector<std::string>{"Q1", "Q2"}));
        QCOMPARE(pools.groupOf, (std::vector<std::uint32_t>{0, 1, 1, 1}));
        QCOMPARE(groupFrames(images, GroupBy::Camera).names, (std::vector<std::string>{"Q1/398", "Q2/398", "Q2/410"}));
    }
    void vehiclesAFrame() {
        Street street({true, true, false, true});
        // Two more boxes in the first frame, one of them below the confidence.
        street.detections.detections.insert(street.detections.detections.begin() + 1, {{{200, 10, 250, 50}, 0.5F, 0}, {{300, 10, 350, 50}, 0.1F, 0}});
        for (std::size_t i = 1; i < street.detections.begin.size(); ++i)
            street.detections.begin[i] += 2;
        const auto groups = evaluateGroups(pairDetections(street.detections, street.truth), street.truth, oneGroup(4), 0.25);
        QCOMPARE(groups[0].tp, std::int64_t(3));
        QCOMPARE(groups[0].fp, std::int64_t(1));
        QCOMPARE(groups[0].fn, std::int64_t(1));
        QCOMPARE(groups[0].countError, 0.5); // +1, 0, -1, 0
        QCOMPARE(groups[0].countBias, 0.0);
        QCOMPARE(evaluateGroups(pairDetections(street.detections, street.truth), street.truth, oneGroup(4), 0.6)[0].countBias, -0.25);
    }
    void boxSizesByHand() {
        detect::DetectionSet set;
        set.names = {"car"};
        set.images = {{1, "a.jpg", {640, 640}}};
        Truth truth;
        truth.boxes = {{{0, 0, 20, 20}, 0, false, 400}, {{100, 0, 150, 50}, 0, false, 2500}, {{200, 200, 400, 400}, 0, false, 40000}};
        truth.begin = {0, 3};
        set.detections = {{{0, 0, 20, 20}, 0.9F, 0}, {{200, 200, 400, 400}, 0.8F, 0}, {{500, 500, 510, 510}, 0.7F, 0}, {{500, 0, 550, 50}, 0.1F, 0}};
        set.begin = {0, 4};
        const auto sizes = evaluateBySize(pairDetections(set, truth), set, truth, evaluateCoco(set, truth), 0.25, 0.5);
        QCOMPARE(sizes[0].tp, std::int64_t(1));
        QCOMPARE(sizes[0].fp, std::int64_t(1));
        QCOMPARE(sizes[0].fn, std::int64_t(0));
        QCOMPARE(sizes[1].fn, std::int64_t(1));
        QCOMPARE(sizes[1].map50, 0.0);
        QCOMPARE(sizes[2].tp, std::int64_t(1));
        QVERIFY(std::fabs(sizes[2].map50 - 1) < 1e-12);
        QVERIFY(std::fabs(sizes[0].map50 - 1) < 1e-12); // the wrong small box is less sure than the right one
    }
    void intervalsOfACoin() {
        // 100 frames, half of them found: recall of redrawn frames is binomial, sd 0.05; the precision is always 1.
        std::vector<bool> found(100);
        for (std::size_t i = 0; i < found.size(); ++i)
            found[i] = i % 2 == 0;
        const Street street(found);
        const Pairing pairing = pairDetections(street.detections, street.truth);
        BootstrapRequest request;
        request.resamples = 2000;
        const auto one = bootstrapIntervals(pairing, street.truth, oneGroup(100), request);
        QCOMPARE(one.size(), std::size_t(1));
        QVERIFY2(std::fabs(one[0].recall.low - 0.40) <= 0.02 && std::fabs(one[0].recall.high - 0.60) <= 0.02, qPrintable(QString::number(one[0].recall.low)));
        QCOMPARE(one[0].precision.low, 1.0);
        QCOMPARE(one[0].precision.high, 1.0);
        request.threads = 3;
        const auto again = bootstrapIntervals(pairing, street.truth, oneGroup(100), request);
        QVERIFY(same(again[0].recall, one[0].recall) && same(again[0].map50, one[0].map50));
        request.seed = 5;
        request.resamples = 50;
        QVERIFY(!same(bootstrapIntervals(pairing, street.truth, oneGroup(100), request)[0].recall, one[0].recall));
        QVERIFY(bootstrapIntervals(pairing, street.truth, oneGroup(100), request, [] { return true; }).empty());
    }
    void intervalsOfFramesThatAreAllAlikeAreOnePoint() {
        const Street street(std::vector<bool>(30, true));
        const auto one = bootstrapIntervals(pairDetections(street.detections, street.truth), street.truth, oneGroup(30), {});
        QVERIFY(std::fabs(one[0].map50.low - 0.995) < 1e-9 && std::fabs(one[0].map50.high - 0.995) < 1e-9);
        QCOMPARE(one[0].recall.low, 1.0);
    }
    void theDifferenceOfTwoResultsIsOfTheSameFrames() {
        // B finds what A finds and ten frames more: on any draw of frames it is not worse, though each by itself moves by far more.
        std::vector<bool> a(100), b(100);
        for (std::size_t i = 0; i < 100; ++i) {
            a[i] = i % 2 == 0;
            b[i] = a[i] || i < 20;
        }
        const Street before(a), after(b);
        const Pairing pairsA = pairDetections(before.detections, before.truth), pairsB = pairDetections(after.detections, after.truth);
        const Interval same = bootstrapDifference(pairsA, pairsA, before.truth, 100, {});
        QCOMPARE(same.low, 0.0);
        QCOMPARE(same.high, 0.0);
        BootstrapRequest request;
        const Interval gain = bootstrapDifference(pairsA, pairsB, before.truth, 100, request);
        QVERIFY2(gain.low > 0.01 && gain.low < gain.high, qPrintable(QString::number(gain.low)));
        // The curve goes on straight to recall 1, so half the recall won is won in AP: 10 of 100 frames give about 0.05, binomial sd 0.015.
        QVERIFY2(std::fabs((gain.low + gain.high) / 2 - 0.05) < 0.01, qPrintable(QString::number((gain.low + gain.high) / 2)));
        const Interval loss = bootstrapDifference(pairsB, pairsA, before.truth, 100, request);
        QVERIFY(std::fabs(loss.low + gain.high) < 1e-12 && std::fabs(loss.high + gain.low) < 1e-12);
    }
    void weighedFramesGiveTheFiguresOfFramesRepeated() {
        NEED_SHARED("reference/metrics");
        // The interval of a set that consists of two frames lies between the values of its four possible draws.
        const auto golden = tests::goldenSet("a_imbalanced");
        std::vector<double> possible;
        const auto setOf = [&](const std::vector<std::size_t>& chosen) {
            std::pair<detect::DetectionSet, Truth> set;
            set.first.names = golden.detections.names;
            set.first.begin = set.second.begin = {0};
            for (const std::size_t image : chosen) {
                const auto found = golden.detections.of(image);
                const auto there = golden.coco.truth.of(image);
                set.first.images.push_back(golden.detections.images[image]);
                set.first.detections.insert(set.first.detections.end(), found.begin(), found.end());
                set.second.boxes.insert(set.second.boxes.end(), there.begin(), there.end());
                set.first.begin.push_back(static_cast<std::uint32_t>(set.first.detections.size()));
                set.second.begin.push_back(static_cast<std::uint32_t>(set.second.boxes.size()));
            }
            return set;
        };
        // A frame where all is found and one where little is.
        std::vector<std::size_t> frames(2, golden.detections.images.size());
        for (std::size_t image = 0; image < golden.detections.images.size(); ++image) {
            const FrameMatches frame = matchFrame(golden.detections.of(image), golden.coco.truth.of(image), 0, 0.5);
            std::size_t& place = frames[frame.fn == 0 ? 0 : 1];
            if (place == golden.detections.images.size() && frame.tp > 1 && (frame.fn == 0 || frame.fn > frame.tp))
                place = image;
        }
        QVERIFY(frames[0] < golden.detections.images.size() && frames[1] < golden.detections.images.size());
        for (const auto& draw : {std::vector<std::size_t>{frames[0], frames[0]}, frames, std::vector<std::size_t>{frames[1], frames[1]}}) {
            const auto set = setOf(draw);
            possible.push_back(evaluateYolov5(set.first, set.second).map50);
        }
        QVERIFY(*std::max_element(possible.begin(), possible.end()) - *std::min_element(possible.begin(), possible.end()) > 0.05);
        const auto both = setOf(frames);
        const auto interval = bootstrapIntervals(pairDetections(both.first, both.second), both.second, oneGroup(2), {})[0].map50;
        // A quarter of the draws each is one frame twice, so the ends are the least and the largest of the three values.
        QVERIFY2(std::fabs(interval.low - *std::min_element(possible.begin(), possible.end())) < 0.01, qPrintable(QString::number(interval.low)));
        QVERIFY2(std::fabs(interval.high - *std::max_element(possible.begin(), possible.end())) < 0.01, qPrintable(QString::number(interval.high)));
    }
};

QTEST_APPLESS_MAIN(TestLiveNumbers)
#include "tst_live_numbers.moc"

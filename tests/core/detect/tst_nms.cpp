// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include <QtTest>

#include "core/base/random.h"
#include "core/detect/nms.h"

using namespace intersect;
using namespace intersect::detect;

namespace {

Detection at(float x1, float y1, float x2, float y2, float score, int classId = 0) {
    return {{x1, y1, x2, y2}, score, classId};
}

std::vector<float> scores(const std::vector<Detection>& kept) {
    std::vector<float> list;
    for (const Detection& detection : kept)
        list.push_back(detection.score);
    return list;
}

/// The definition, written as plainly as can be: best first, drop what overlaps it.
std::vector<Detection> plainly(std::vector<Detection> rest, const NmsOptions& options) {
    std::stable_sort(rest.begin(), rest.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    std::erase_if(rest, [&](const auto& d) { return !(d.score > options.confidence); });
    std::vector<Detection> kept;
    while (!rest.empty() && kept.size() < static_cast<std::size_t>(options.maxDetections)) {
        const Detection best = rest.front();
        kept.push_back(best);
        rest.erase(rest.begin());
        std::erase_if(rest,
                      [&](const auto& d) { return d.classId == best.classId && iou(d.box, best.box) > options.iou; });
    }
    return kept;
}

} // namespace

class TestNms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand();
    void overlapEqualToTheThresholdStays();
    void thresholdsAreTheDecimalNumbersTheyWereMeantAs();
    void classesDoNotSuppressEachOther();
    void tiesKeepTheirOrder();
    void limits();
    void randomBoxesAgreeWithTheDefinition_data();
    void randomBoxesAgreeWithTheDefinition();
    void degenerateBoxesSuppressNothing();
};

void TestNms::byHand() {
    // A and B overlap by 8/12 = 0.667, A and C not at all, B and D by 9/11: D goes only if B stays.
    const std::vector<Detection> boxes = {at(0, 0, 10, 1, 0.8F), at(2, 0, 12, 1, 0.9F), at(20, 0, 30, 1, 0.3F),
                                          at(3, 0, 13, 1, 0.7F), at(50, 0, 60, 1, 0.25F)};
    QCOMPARE(scores(nonMaximumSuppression(boxes, {0.25F, 0.45F, 300, 30000})), (std::vector<float>{0.9F, 0.3F}));
    QCOMPARE(scores(nonMaximumSuppression(boxes, {0.25F, 0.7F, 300, 30000})), (std::vector<float>{0.9F, 0.8F, 0.3F}));
    QCOMPARE(scores(nonMaximumSuppression(boxes, {0.2F, 0.45F, 300, 30000})), (std::vector<float>{0.9F, 0.3F, 0.25F}));
    QVERIFY(nonMaximumSuppression({}, {}).empty());
}

void TestNms::overlapEqualToTheThresholdStays() {
    // 6/10 of the union: exactly 0.6 in float32 is above the decimal 0.6, and torchvision, which compares in double,
    // drops it.
    const std::vector<Detection> six = {at(0, 0, 8, 1, 0.9F), at(2, 0, 10, 1, 0.8F)};
    QCOMPARE(iou(six[0].box, six[1].box), 0.6F);
    QCOMPARE(nonMaximumSuppression(six, {0.25F, 0.6F, 300, 30000}).size(), std::size_t(1));
    // 0.5 is the same number in both: equal is not above.
    const std::vector<Detection> half = {at(0, 0, 6, 1, 0.9F), at(2, 0, 8, 1, 0.8F)};
    QCOMPARE(iou(half[0].box, half[1].box), 0.5F);
    QCOMPARE(nonMaximumSuppression(half, {0.25F, 0.5F, 300, 30000}).size(), std::size_t(2));
}

void TestNms::thresholdsAreTheDecimalNumbersTheyWereMeantAs() {
    // The second box lies in the first and covers k/20 of it; the reference compares that float with the double the
    // user wrote.
    int dropped = 0;
    for (int k = 1; k < 20; ++k) {
        const std::vector<Detection> boxes = {at(0, 0, 20, 1, 0.9F), at(0, 0, static_cast<float>(k), 1, 0.8F)};
        const float overlap = iou(boxes[0].box, boxes[1].box);
        const bool above = static_cast<double>(overlap) > k / 20.0;
        dropped += above;
        const auto kept = nonMaximumSuppression(boxes, {0.25F, static_cast<float>(k) / 20.0F, 300, 30000});
        QCOMPARE(kept.size(), std::size_t(above ? 1 : 2));
    }
    QVERIFY(dropped > 3 && dropped < 16); // both happen
}

void TestNms::classesDoNotSuppressEachOther() {
    const std::vector<Detection> boxes = {at(0, 0, 10, 10, 0.9F, 2), at(0, 0, 10, 10, 0.8F, 7),
                                          at(0, 0, 10, 10, 0.7F, 2)};
    QCOMPARE(scores(nonMaximumSuppression(boxes, {})), (std::vector<float>{0.9F, 0.8F}));
}

void TestNms::tiesKeepTheirOrder() {
    const std::vector<Detection> boxes = {at(0, 0, 10, 10, 0.5F), at(1, 0, 11, 10, 0.5F), at(40, 0, 50, 10, 0.5F)};
    const auto kept = nonMaximumSuppression(boxes, {});
    QCOMPARE(kept.size(), std::size_t(2));
    QCOMPARE(kept[0].box, boxes[0].box);
    QCOMPARE(kept[1].box, boxes[2].box);
}

void TestNms::limits() {
    std::vector<Detection> boxes;
    for (int i = 0; i < 50; ++i)
        boxes.push_back(at(static_cast<float>(20 * i), 0, static_cast<float>(20 * i + 10), 10,
                           0.3F + 0.01F * static_cast<float>(i)));
    const auto five = nonMaximumSuppression(boxes, {0.25F, 0.45F, 5, 30000});
    QCOMPARE(five.size(), std::size_t(5));
    QCOMPARE(five[0].score, boxes[49].score);
    QCOMPARE(nonMaximumSuppression(boxes, {0.25F, 0.45F, 300, 7}).size(), std::size_t(7));
    QVERIFY(nonMaximumSuppression(boxes, {0.25F, 0.45F, 0, 30000}).empty());
}

void TestNms::randomBoxesAgreeWithTheDefinition_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("most");
    QTest::addColumn<int>("rounds");
    QTest::newRow("few, the best 60") << 300 << 60 << 40;
    QTest::newRow("few, all") << 300 << 30000 << 40;
    QTest::newRow("many") << 4000 << 30000 << 3; // sorted and compared in another way than few are
    QTest::newRow("just one block of kept boxes") << 16 << 30000 << 40;
}

void TestNms::randomBoxesAgreeWithTheDefinition() {
    QFETCH(const int, count);
    QFETCH(const int, most);
    QFETCH(const int, rounds);
    for (std::uint64_t seed = 0; seed < static_cast<std::uint64_t>(rounds); ++seed) {
        RandomStream random{seed};
        std::vector<Detection> boxes;
        for (int i = 0; i < count; ++i) {
            // Whole pixels: the class shift of the reference rounds nothing then. Few scores: many ties.
            const auto x = static_cast<float>(random.below(200)), y = static_cast<float>(random.below(120));
            const auto w = static_cast<float>(1 + random.below(40)), h = static_cast<float>(1 + random.below(40));
            boxes.push_back(at(x, y, x + w, y + h, static_cast<float>(random.below(50)) / 50.0F,
                               static_cast<int>(random.below(3))));
        }
        const NmsOptions options{0.1F, 0.5F, most, 30000};
        const auto got = nonMaximumSuppression(boxes, options), want = plainly(boxes, options);
        QCOMPARE(got.size(), want.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            QVERIFY(got[i].box == want[i].box && got[i].score == want[i].score && got[i].classId == want[i].classId);
    }
}

void TestNms::degenerateBoxesSuppressNothing() {
    // Without area, inside out, and outside the picture: intersections of 0, and 0 / 0 between points.
    const std::vector<Detection> boxes = {at(5, 5, 5, 5, 0.9F), at(5, 5, 5, 5, 0.8F), at(0, 0, 10, 10, 0.7F),
                                          at(9, 9, 1, 1, 0.6F), at(-20, -20, -10, -10, 0.5F)};
    QCOMPARE(scores(nonMaximumSuppression(boxes, {0.25F, 0.0F, 300, 30000})),
             (std::vector<float>{0.9F, 0.8F, 0.7F, 0.6F, 0.5F}));
}

QTEST_APPLESS_MAIN(TestNms)
#include "tst_nms.moc"

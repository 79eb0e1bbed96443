// SPDX-License-Identifier: GPL-3.0-or-later
// k-center, scores of frames, usefulness of cameras: by hand and against brute force.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <QtTest>

#include "core/select/apportion.h"
#include "core/select/camera_usefulness.h"
#include "core/select/frame_scores.h"
#include "core/select/diverse_rows.h"
#include "core/select/python_random.h"
#include "tests/support/made_dataset.h"
#include "tests/support/scratch_files.h"

using namespace intersect;

namespace {

/// The greatest distance of a row to its nearest chosen one.
double radiusOf(const select::FeatureRows& rows, std::size_t count, const std::vector<std::uint32_t>& chosen) {
    double radius = 0;
    for (std::size_t i = 0; i < count; ++i) {
        double nearest = 1e300;
        for (const std::uint32_t center : chosen) {
            double sum = 0;
            for (std::size_t k = 0; k < rows.width; ++k)
                sum += std::pow(static_cast<double>(rows.row(i)[k]) - static_cast<double>(rows.row(center)[k]), 2);
            nearest = std::min(nearest, std::sqrt(sum));
        }
        radius = std::max(radius, nearest);
    }
    return radius;
}

select::DiverseRequest over(std::uint32_t count, std::int64_t wanted, std::uint32_t first) {
    select::DiverseRequest request;
    request.rows.resize(count);
    std::iota(request.rows.begin(), request.rows.end(), 0U);
    request.cameras.assign(count, 0);
    request.room = {count};
    request.count = wanted;
    request.first = first;
    return request;
}

} // namespace

class TestFrameRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void kCenterIsWithinTwiceTheBest() {
        constexpr std::uint32_t kRows = 12;
        select::PythonRandom random(5);
        for (int round = 0; round < 20; ++round) {
            std::vector<float> values;
            for (std::uint32_t i = 0; i < kRows * 19; ++i) // 19: a width that is no multiple of the sixteen sums
                values.push_back(static_cast<float>(random.uniform()));
            const select::FeatureRows rows{values, 19};
            const auto chosen = select::kCenter(rows, over(kRows, 3, random.below(kRows)));
            QCOMPARE(std::set<std::uint32_t>(chosen.begin(), chosen.end()).size(), std::size_t{3});
            double best = 1e300;
            for (std::uint32_t a = 0; a < kRows; ++a)
                for (std::uint32_t b = a + 1; b < kRows; ++b)
                    for (std::uint32_t c = b + 1; c < kRows; ++c)
                        best = std::min(best, radiusOf(rows, kRows, {a, b, c}));
            QVERIFY(radiusOf(rows, kRows, chosen) <= 2 * best + 1e-6);
        }
    }

    void facilityLocationIsNearTheBestAndTypical() {
        constexpr std::uint32_t kRows = 12;
        select::PythonRandom random(9);
        const auto sumOf = [](const select::FeatureRows& rows, const std::vector<std::uint32_t>& chosen) {
            double sum = 0;
            for (std::size_t i = 0; i < kRows; ++i) {
                double best = 0;
                for (const std::uint32_t center : chosen) {
                    double product = 0;
                    for (std::size_t k = 0; k < rows.width; ++k)
                        product += static_cast<double>(rows.row(i)[k]) * static_cast<double>(rows.row(center)[k]);
                    best = std::max(best, product);
                }
                sum += best;
            }
            return sum;
        };
        for (int round = 0; round < 20; ++round) {
            std::vector<float> values;
            for (std::uint32_t i = 0; i < kRows * 19; ++i)
                values.push_back(static_cast<float>(random.uniform() - 0.5));
            const select::FeatureRows rows{values, 19};
            const auto chosen = select::facilityLocation(rows, over(kRows, 3, 0));
            QCOMPARE(std::set<std::uint32_t>(chosen.begin(), chosen.end()).size(), std::size_t{3});
            double best = 0;
            for (std::uint32_t a = 0; a < kRows; ++a)
                for (std::uint32_t b = a + 1; b < kRows; ++b)
                    for (std::uint32_t c = b + 1; c < kRows; ++c)
                        best = std::max(best, sumOf(rows, {a, b, c}));
            QVERIFY(sumOf(rows, chosen) >= (1 - std::exp(-1.0)) * best);
            // The first is exactly the best single one: greedy, and looked at again only where it may win, is greedy all the same.
            std::vector<std::uint32_t> greedy;
            for (int step = 0; step < 3; ++step) {
                std::uint32_t next = 0;
                double most = -1;
                for (std::uint32_t i = 0; i < kRows; ++i) {
                    auto with = greedy;
                    with.push_back(i);
                    if (std::find(greedy.begin(), greedy.end(), i) == greedy.end() && sumOf(rows, with) > most + 1e-5) {
                        most = sumOf(rows, with);
                        next = i;
                    }
                }
                greedy.push_back(next);
            }
            QVERIFY(chosen == greedy);
        }
        // Directions on a circle: a heap at 0..10 degrees, a smaller one at 80..88, one outlier at 170. The typical come before the outlier.
        std::vector<float> circle;
        for (const double degrees : {0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 80.0, 82.0, 84.0, 86.0, 88.0, 170.0}) {
            circle.push_back(static_cast<float>(std::cos(degrees * 3.14159265358979 / 180)));
            circle.push_back(static_cast<float>(std::sin(degrees * 3.14159265358979 / 180)));
        }
        const auto typical = select::facilityLocation({circle, 2}, over(12, 2, 0));
        QVERIFY(std::min(typical[0], typical[1]) < 6 && std::max(typical[0], typical[1]) >= 6 && std::max(typical[0], typical[1]) < 11);
    }

    void kCenterKeepsToTheRoomOfCameras() {
        std::vector<float> values = {0, 1, 2, 50, 51, 100};
        const select::FeatureRows rows{values, 1};
        auto request = over(6, 4, 0);
        request.cameras = {0, 0, 0, 1, 1, 1};
        request.room = {3, 1};
        // From 0 the farthest is 100; camera 1 has no room after that, so the rest comes from camera 0: 2 before 1.
        QVERIFY((select::kCenter(rows, request) == std::vector<std::uint32_t>{0, 5, 2, 1}));
        request.room = {1, 1};
        QCOMPARE(select::kCenter(rows, request).size(), std::size_t{2});
        request.centers = {5};
        request.room = {3, 3};
        request.count = 2;
        QVERIFY((select::kCenter(rows, request) == std::vector<std::uint32_t>{0, 3}));
    }

    void uncertaintyIsASumOfEntropies() {
        QCOMPARE(select::uncertaintyOf({}), 0.0);
        const std::vector<float> sure = {0, 1}, half = {0.5F}, both = {0.5F, 0.25F};
        QCOMPARE(select::uncertaintyOf(sure), 0.0);
        QCOMPARE(select::uncertaintyOf(half), std::log(2.0));
        QCOMPARE(select::uncertaintyOf(both), std::log(2.0) - 0.25 * std::log(0.25) - 0.75 * std::log(0.75));
    }

    void disagreementCountsWhatLacksAPartner() {
        const select::ScoredBox car{{0, 0, 10, 10}, 2, 0.8F}, half{{0, 0, 10, 5}, 2, 0.5F}, truck{{0, 0, 10, 10}, 7, 0.6F}, far{{50, 50, 60, 60}, 2, 0.4F};
        using Boxes = std::vector<select::ScoredBox>;
        const auto disagreement = [](const Boxes& a, const Boxes& b) {
            const double one = select::disagreementOf(a, b);
            return one == select::disagreementOf(b, a) ? one : -1.0; // symmetric
        };
        const auto near = [](double a, double b) { return std::abs(a - b) < 1e-6; };
        QVERIFY(near(disagreement({}, {}), 0));
        QVERIFY(near(disagreement({car}, {car}), 0));
        QVERIFY(near(disagreement({car}, {}), 0.8));
        QVERIFY(near(disagreement({car}, {truck}), 1.4));        // another class is no partner
        QVERIFY(near(disagreement({car}, {half}), 0.5 * (0.8 + 0.5))); // IoU 0.5
        QVERIFY(near(disagreement({car, half}, {car}), 0.5));     // the partner is given out once, to the better one
        QVERIFY(near(disagreement({car, far}, {car}), 0.4));
    }

    void noveltyIsTheDistanceToOtherCameras() {
        const data::Dataset dataset = tests::datasetOf({{"Q2", "a", 2}, {"Q2", "b", 2}, {"Q2", "c", 1}});
        const std::vector<float> values = {0, 1, 3, 4, 14};
        std::vector<const data::Camera*> cameras;
        for (const data::Camera& camera : dataset.cameras)
            cameras.push_back(&camera);
        const auto novelty = select::noveltyByCamera(cameras, {values, 1});
        QCOMPARE(novelty.at("Q2/a"), 2.5); // 0 -> 3, 1 -> 3
        QCOMPARE(novelty.at("Q2/b"), 2.5); // 3 -> 1, 4 -> 1
        QCOMPARE(novelty.at("Q2/c"), 10.0);
        const auto sums = select::sumByCamera(cameras, [&](std::uint32_t frame) { return static_cast<double>(values[frame]); });
        QCOMPARE(sums.at("Q2/b"), 7.0);
    }

    void readsATableOfResults() {
        tests::Scratch scratch;
        const auto values = select::readCameraResults(scratch.write("ok.csv", "camera,mAP50\r\n398, 0.52\n\"173\",0.4 # weak\n\nQ2/410,0\n"));
        QVERIFY(values.has_value());
        QVERIFY((*values == select::Usefulness{{"398", 0.52}, {"173", 0.4}, {"Q2/410", 0}}));
    }

    void refusesWrongTables_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::newRow("empty") << QByteArray() << 0;
        QTest::newRow("header only") << QByteArray("camera,value\n") << 0;
        QTest::newRow("one column") << QByteArray("398,1\n173\n") << 2;
        QTest::newRow("three columns") << QByteArray("398,1,2\n") << 1;
        QTest::newRow("word") << QByteArray("398,1\n173,good\n") << 2;
        QTest::newRow("comma of a locale") << QByteArray("398,0,5\n") << 1;
        QTest::newRow("negative") << QByteArray("398,-1\n") << 1;
        QTest::newRow("nan") << QByteArray("398,nan\n") << 1;
        QTest::newRow("twice") << QByteArray("398,1\n398,2\n") << 2;
        QTest::newRow("no camera") << QByteArray("a,1\n,2\n") << 2;
    }
    void refusesWrongTables() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        tests::Scratch scratch;
        const auto refused = select::readCameraResults(scratch.write("wrong.csv", text.toStdString()));
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::BadInput);
        QCOMPARE(refused.error().line, line);
        QVERIFY(refused.error().message.find("wrong.csv") != std::string::npos);
    }

    void apportionsBetweenLeastAndMost() {
        using Counts = std::vector<std::int64_t>;
        QVERIFY((select::apportionBetween(12, {1, 1, 1}, {6, 0, 0}, {20, 20, 20}) == Counts{6, 3, 3}));
        QVERIFY((select::apportionBetween(12, {1, 1, 1}, {0, 0, 5}, {20, 2, 20}) == Counts{5, 2, 5}));
        QVERIFY((select::apportionBetween(3, {1, 1}, {3, 2}, {9, 9}) == Counts{3, 2})); // more pinned than asked: all of them
        select::PythonRandom random(1);
        for (int round = 0; round < 500; ++round) {
            const std::uint32_t places = 1 + random.below(6);
            std::vector<double> weights;
            Counts least, capacity;
            for (std::uint32_t i = 0; i < places; ++i) {
                weights.push_back(random.uniform());
                capacity.push_back(random.below(30));
                least.push_back(random.below(static_cast<std::uint32_t>(capacity.back()) + 1));
            }
            const std::int64_t total = random.below(100);
            const Counts shares = select::apportionBetween(total, weights, least, capacity);
            const auto sum = [](const Counts& counts) { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); };
            QCOMPARE(sum(shares), std::max(sum(least), std::min(total, sum(capacity))));
            for (std::uint32_t i = 0; i < places; ++i)
                QVERIFY(shares[i] >= least[i] && shares[i] <= capacity[i]);
        }
    }
};

QTEST_APPLESS_MAIN(TestFrameRules)
#include "tst_frame_rules.moc"

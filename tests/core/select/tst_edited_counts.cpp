// SPDX-License-Identifier: GPL-3.0-or-later
// Counts that a person types: the rest follows by its shares, locked cameras keep still.
#include <cmath>

#include <QtTest>

#include "core/select/edited_counts.h"

using namespace intersect;
using select::EditedCount;

namespace {

using Counts = std::vector<std::int64_t>;

/// 200 frames by the powers of 0.9: 43, 38, 35, 31, 28, 25 of 230 each.
std::vector<EditedCount> sixCameras() {
    std::vector<EditedCount> places;
    double sum = 0;
    for (int rank = 0; rank < 6; ++rank)
        sum += std::pow(0.9, rank);
    const Counts counts{43, 38, 35, 31, 28, 25};
    for (int rank = 0; rank < 6; ++rank)
        places.push_back({counts[static_cast<std::size_t>(rank)], 200 * std::pow(0.9, rank) / sum, 0, 230, false});
    return places;
}

Counts countsOf(const std::vector<EditedCount>& places) {
    Counts counts;
    for (const EditedCount& place : places)
        counts.push_back(place.count);
    return counts;
}

} // namespace

class TestEditedCounts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRestFollowsByItsShares() {
        // 140 left by .9 .81 .729 .6561 .59049: 34.19 30.77 27.69 24.92 22.43.
        const auto edited = select::withCount(sixCameras(), 0, 60);
        QCOMPARE(countsOf(edited), (Counts{60, 34, 31, 28, 25, 22}));
        QCOMPARE(edited[0].exact, 60.0);
        QVERIFY(std::abs(edited[1].exact - 34.187) < 1e-3);
    }
    void thereAndBackIsWhereItBegan() {
        auto places = select::withCount(sixCameras(), 0, 60);
        places = select::withCount(places, 0, 199);
        QCOMPARE(countsOf(select::withCount(places, 0, 43)), (Counts{43, 38, 35, 31, 28, 25}));
        // Even from where the others had nothing left.
        places = select::withCount(places, 0, 200);
        QCOMPARE(countsOf(places), (Counts{200, 0, 0, 0, 0, 0}));
        QCOMPARE(countsOf(select::withCount(places, 0, 43)), (Counts{43, 38, 35, 31, 28, 25}));
    }
    void lockedCamerasKeepStill() {
        auto places = sixCameras();
        places[1].locked = true;
        // 102 left by .81 .729 .6561 .59049: 29.66 26.69 24.02 21.62.
        QCOMPARE(countsOf(select::withCount(places, 0, 60)), (Counts{60, 38, 30, 27, 24, 21}));
        // The lock does not hold the one that is typed into.
        QCOMPARE(select::withCount(places, 1, 40)[1].count, std::int64_t(40));
    }
    void withAllOthersLockedTheSumFollows() {
        auto places = sixCameras();
        for (std::size_t i = 1; i < places.size(); ++i)
            places[i].locked = true;
        QCOMPARE(countsOf(select::withCount(places, 0, 50)), (Counts{50, 38, 35, 31, 28, 25}));
    }
    void heldByWhatTheOthersCanTake_data() {
        QTest::addColumn<int>("least");
        QTest::addColumn<int>("wanted");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("second");
        QTest::newRow("more than it has") << 0 << 15 << 12 << 8;
        QTest::newRow("the other is full") << 0 << 2 << 8 << 12;
        QTest::newRow("the other has pins") << 9 << 12 << 11 << 9;
        QTest::newRow("below nothing") << 0 << -3 << 8 << 12;
    }
    void heldByWhatTheOthersCanTake() {
        QFETCH(int, least);
        QFETCH(int, wanted);
        QFETCH(int, first);
        QFETCH(int, second);
        const std::vector<EditedCount> places{{10, 10, 0, 12, false}, {10, 10, least, 12, false}};
        QCOMPARE(countsOf(select::withCount(places, 0, wanted)), (Counts{first, second}));
    }
    void itsOwnPinsHoldIt() {
        const std::vector<EditedCount> places{{10, 10, 7, 100, false}, {10, 10, 0, 100, false}};
        QCOMPARE(countsOf(select::withCount(places, 0, 3)), (Counts{7, 13}));
    }
    void anotherSum() {
        auto places = sixCameras();
        QCOMPARE(countsOf(select::withSum(select::withSum(places, 50), 200)), (Counts{43, 38, 35, 31, 28, 25}));
        places[0].locked = true;
        // 57 left by .9 .81 .729 .6561 .59049: 13.92 12.53 11.27 10.15 9.13.
        QCOMPARE(countsOf(select::withSum(places, 100)), (Counts{43, 14, 13, 11, 10, 9}));
        QCOMPARE(countsOf(select::withSum(places, 10)), (Counts{43, 0, 0, 0, 0, 0}));
        QCOMPARE(countsOf(select::withSum(places, 10'000)), (Counts{43, 230, 230, 230, 230, 230}));
    }
};

QTEST_APPLESS_MAIN(TestEditedCounts)
#include "tst_edited_counts.moc"

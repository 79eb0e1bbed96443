// SPDX-License-Identifier: GPL-3.0-or-later
// AP of single classes by epoch from a run's events, and how soon a class was good.
#include <QtTest>

#include "core/runs/class_ap.h"

using namespace intersect;
using namespace intersect::runs;

namespace {

Json epoch(int number, const Json& classes) {
    return {{"type", "epoch"}, {"epoch", number}, {"classes", classes}};
}

Json ap(int id, const Json& value) {
    return {{"id", id}, {"ap50", value}};
}

} // namespace

class TestClassAp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEpochDoneAgainCountsAsDoneLast() {
        const std::vector<Json> events{{{"type", "hello"}},
                                       epoch(1, Json::array({ap(2, 0.1), ap(7, nullptr)})),
                                       epoch(2, Json::array({ap(2, 0.2)})),
                                       epoch(3, Json::array({ap(2, 0.9)})),
                                       {{"type", "stopped"}},
                                       epoch(2, Json::array({ap(2, 0.3), ap(5, 0.05)})),
                                       {{"type", "progress"}, {"epoch", 3}, {"classes", Json::array({ap(2, 1)})}}};
        const auto got = classApByEpoch(events);
        QCOMPARE(got.size(), std::size_t(2));
        QVERIFY(got[0] == (ClassApEpoch{1, {{2, 0.1}}}));
        QVERIFY(got[1] == (ClassApEpoch{2, {{2, 0.3}, {5, 0.05}}}));
    }
    void eventsWithoutClassesGiveNothing() {
        QVERIFY(classApByEpoch({{{"type", "epoch"}, {"epoch", 1}, {"map50", 0.5}}, {{"type", "epoch"}, {"epoch", "one"}}}).empty());
    }
    void epochsToNinetyPerCentOfTheBest() {
        const std::vector<ClassApEpoch> epochs{
            {1, {{2, 0.1}}}, {2, {{2, 0.45}, {5, 0}}}, {3, {{2, 0.44}}}, {4, {{2, 0.5}}}, {5, {{2, 0.5}}}};
        const auto speed = speedOf(epochs, 2);
        QVERIFY(speed);
        QCOMPARE(speed->best, 0.5);
        QCOMPARE(speed->bestEpoch, 4);
        QCOMPARE(speed->epochs, 2);
        QVERIFY(!speedOf(epochs, 5)); // never above 0
        QVERIFY(!speedOf(epochs, 9));
    }
};

QTEST_APPLESS_MAIN(TestClassAp)
#include "tst_class_ap.moc"

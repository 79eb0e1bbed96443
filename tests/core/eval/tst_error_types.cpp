// SPDX-License-Identifier: GPL-3.0-or-later
// Types of error against tidecv on the golden sets, and each rule by hand.
#include <QtTest>

#include <cmath>

#include "core/eval/error_types.h"
#include "tests/core/eval/golden_sets.h"

using namespace intersect;
using namespace intersect::eval;

namespace {

constexpr std::array<const char*, kErrorTypes> kTidesNames{"Cls", "Loc", "Both", "Dupe", "Bkg", "Miss"};

/// One image of 100 x 100 with these objects and detections (descending score).
struct OneImage {
    detect::DetectionSet detections;
    Truth truth;
    OneImage(std::vector<TruthBox> objects, std::vector<detect::Detection> found) {
        detections.names = {"car", "bus"};
        detections.images = {{1, "a.jpg", {100, 100}}};
        detections.begin = {0, static_cast<std::uint32_t>(found.size())};
        detections.detections = std::move(found);
        truth.begin = {0, static_cast<std::uint32_t>(objects.size())};
        truth.boxes = std::move(objects);
    }
    ErrorReport report() const { return findErrors(detections, truth); }
};

TruthBox object(float x, int classId, bool crowd = false) {
    return {{x, 0, x + 20, 20}, classId, crowd, 400};
}
detect::Detection found(float x, int classId, float score) {
    return {{x, 0, x + 20, 20}, score, classId};
}

} // namespace

class TestErrorTypes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithTidecv_data() {
        QTest::addColumn<QString>("set");
        for (const char* set : {"a_imbalanced", "b_crowd_areas", "c_real"})
            QTest::newRow(set) << set;
    }
    void agreesWithTidecv() {
        NEED_SHARED("reference/metrics");
        QFETCH(QString, set);
        const auto golden = tests::goldenSet(set.toStdString());
        const auto want = tests::goldenJson(set.toStdString() + "/expected_tide.json");
        const ErrorReport got = findErrors(golden.detections, golden.coco.truth);
        const auto near = [](double mine, double theirs) { return std::fabs(100 * mine - theirs) < 1e-9; };
        QVERIFY2(near(got.ap50, want["AP50"]), qPrintable(QString::number(got.ap50, 'g', 17)));
        for (std::size_t t = 0; t < kErrorTypes; ++t) {
            QCOMPARE(got.types[t].count, want["counts"][kTidesNames[t]].get<std::int64_t>());
            QVERIFY2(near(got.types[t].dap, want["main_dAP"][kTidesNames[t]]), kTidesNames[t]);
        }
        QVERIFY(near(got.falsePositives, want["special_dAP"]["FalsePos"]));
        QVERIFY(near(got.falseNegatives, want["special_dAP"]["FalseNeg"]));
        std::int64_t listed = 0;
        for (const ErrorShare& share : got.types)
            listed += share.count;
        QCOMPARE(static_cast<std::int64_t>(got.errors.size()), listed);
    }
    void eachRuleByHand() {
        // Objects at 0 (car) and 60 (bus). Boxes of 20: moved by 10 they share a third.
        const OneImage image({object(0, 0), object(60, 1)}, {found(0, 0, 0.9F),    // right
                                                            found(1, 0, 0.8F),    // 0.9 of an object that is taken
                                                            found(10, 0, 0.7F),   // a third of it
                                                            found(60, 0, 0.6F),   // the bus, called a car
                                                            found(70, 0, 0.5F),   // a third of the bus, called a car
                                                            found(30, 0, 0.4F)}); // nothing
        const ErrorReport report = image.report();
        const std::vector<FoundError> want{{ErrorType::Duplicate, 0, 1, 0}, {ErrorType::Localisation, 0, 2, 0}, {ErrorType::Classification, 0, 3, 1}, {ErrorType::Both, 0, 4, -1}, {ErrorType::Background, 0, 5, -1}};
        QCOMPARE(report.errors.size(), want.size());
        for (std::size_t i = 0; i < want.size(); ++i) {
            QCOMPARE(static_cast<int>(report.errors[i].type), static_cast<int>(want[i].type));
            QCOMPARE(report.errors[i].detection, want[i].detection);
            QCOMPARE(report.errors[i].truth, want[i].truth);
        }
        QCOMPARE(report.of(ErrorType::Missed).count, std::int64_t(0)); // the bus would be found with the right class
        // The car is found before any mistake, the bus not at all; the right class would give the bus a whole AP too.
        QVERIFY(std::fabs(report.ap50 - 0.5) < 1e-12);
        QVERIFY(std::fabs(report.of(ErrorType::Classification).dap - 0.5) < 1e-12);
        QVERIFY(std::fabs(report.falseNegatives - 0.5) < 1e-12); // no bus at all: a class that nobody asks for
        QVERIFY(std::fabs(report.of(ErrorType::Background).dap) < 1e-12);
    }
    void anObjectFarFromEverythingIsMissed() {
        const ErrorReport report = OneImage({object(0, 0), object(60, 0)}, {found(0, 0, 0.9F)}).report();
        QCOMPARE(report.errors.size(), std::size_t(1));
        QCOMPARE(static_cast<int>(report.errors[0].type), static_cast<int>(ErrorType::Missed));
        QCOMPARE(report.errors[0].truth, 1);
        QVERIFY(std::fabs(report.ap50 - 51.0 / 101) < 1e-12); // recall levels 0 .. 0.50 of 101
        QVERIFY(std::fabs(report.of(ErrorType::Missed).dap - 50.0 / 101) < 1e-12);
    }
    void onlyOneDetectionMendsAnObject() {
        // Two detections of a car that is a bus: with the right class one finds it, the other goes.
        const ErrorReport report = OneImage({object(0, 1)}, {found(0, 0, 0.9F), found(1, 0, 0.8F)}).report();
        QCOMPARE(report.of(ErrorType::Classification).count, std::int64_t(2));
        QVERIFY(std::fabs(report.of(ErrorType::Classification).dap - 1) < 1e-12);
    }
    void crowdsExcuse() {
        // The second car lies in a crowd of cars: it is counted, but costs nothing. The bus there is a mistake.
        const ErrorReport report = OneImage({object(0, 0), object(60, 0, true)}, {found(62, 0, 0.9F), found(62, 1, 0.8F), found(0, 0, 0.7F)}).report();
        QCOMPARE(report.of(ErrorType::Background).count, std::int64_t(2));
        QVERIFY(std::fabs(report.ap50 - 0.5) < 1e-12); // car 1, bus 0
        const ErrorReport without = OneImage({object(0, 0)}, {found(62, 0, 0.9F), found(62, 1, 0.8F), found(0, 0, 0.7F)}).report();
        QVERIFY(std::fabs(without.ap50 - 0.25) < 1e-12); // car 1/2 now
    }
    void nothingIsWrongWithAPerfectResult() {
        const ErrorReport report = OneImage({object(0, 0), object(60, 1)}, {found(60, 1, 0.9F), found(0, 0, 0.3F)}).report();
        QVERIFY(report.errors.empty());
        QVERIFY(std::fabs(report.ap50 - 1) < 1e-12);
        for (const ErrorShare& share : report.types)
            QCOMPARE(share.dap, 0.0);
        QCOMPARE(report.falsePositives, 0.0);
        QCOMPARE(report.falseNegatives, 0.0);
    }
    void nothingAtAll() {
        const ErrorReport report = OneImage({}, {}).report();
        QVERIFY(report.errors.empty());
        QCOMPARE(report.ap50, 0.0);
        const ErrorReport onlyWrong = OneImage({}, {found(0, 0, 0.9F)}).report();
        QCOMPARE(static_cast<int>(onlyWrong.errors.at(0).type), static_cast<int>(ErrorType::Background));
    }
};

QTEST_APPLESS_MAIN(TestErrorTypes)
#include "tst_error_types.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <limits>
#include <vector>

#include <QtTest>

#include "core/base/geometry.h"
#include "core/base/json_text.h"
#include "core/base/threads.h"

using namespace intersect;

class TestJsonAndErrors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bytesThatAreNotUtf8AreReplaced() {
        const Json json = {{"path", std::string("caf\xe9.jpg")}};
        const std::string text = toText(json);
        QVERIFY(text.find("caf\xEF\xBF\xBD.jpg") != std::string::npos);
        QVERIFY(pathText("plain.jpg") == "plain.jpg");
    }
    void aSyntaxErrorNamesItsLine() {
        const auto parsed = parseJson("{\n\"a\": 1,\n\"b\" 2}", "x.json");
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().line, 3);
        QVERIFY(parsed.error().message.find("x.json") != std::string::npos);
    }
    void onlyFiniteNumbers() {
        QVERIFY(numberOrNull(std::numeric_limits<double>::infinity()).is_null());
        QVERIFY(numberOrNull(std::numeric_limits<double>::quiet_NaN()).is_null());
        QCOMPARE(numberOrNull(0.5).get<double>(), 0.5);
    }
    void describesOnce() {
        const Error error{ErrorCode::BadInput, "row has 6 columns.", "/d/a.txt", 2, "Remove the last."};
        QCOMPARE(QString::fromStdString(describe(error)), QStringLiteral("/d/a.txt:2: row has 6 columns. Remove the last."));
        const Error named{ErrorCode::Failed, "/d/a.txt cannot be written.", "/d/a.txt", 0, {}};
        QCOMPARE(QString::fromStdString(describe(named)), QStringLiteral("/d/a.txt cannot be written."));
        QCOMPARE(exitCodeOf(ErrorCode::Usage), 2);
        QCOMPARE(exitCodeOf(ErrorCode::BadInput), 3);
        QCOMPARE(exitCodeOf(ErrorCode::Failed), 4);
        QCOMPARE(exitCodeOf(ErrorCode::Interrupted), 130);
    }
    void iouByHand() {
        const BoxXyxy a{0, 0, 10, 10};
        QCOMPARE(iou(a, a), 1.0F);
        QCOMPARE(iou(a, BoxXyxy{5, 0, 15, 10}), 50.0F / 150.0F);
        QCOMPARE(iou(a, BoxXyxy{10, 0, 20, 10}), 0.0F); // touching is not overlapping
        QCOMPARE(iou(a, BoxXyxy{2, 2, 4, 4}), 0.04F);
    }
    void boxesGoThereAndBack() {
        const BoxCxcywhn box{0.4, 0.6, 0.2, 0.1};
        const Size size{640, 360};
        const BoxCxcywhn back = toCxcywhn(toXyxy(box, size), size);
        QVERIFY(std::abs(back.cx - box.cx) < 1e-7 && std::abs(back.cy - box.cy) < 1e-7);
        QVERIFY(std::abs(back.w - box.w) < 1e-7 && std::abs(back.h - box.h) < 1e-7);
    }
    void parallelForVisitsEachOnce() {
        std::vector<std::atomic<int>> visits(1000);
        parallelFor(visits.size(), 4, [&](std::size_t i) { ++visits[i]; });
        for (const auto& count : visits)
            QCOMPARE(count.load(), 1);
        parallelFor(0, 4, [&](std::size_t) { QFAIL("called for nothing"); });
    }
};

QTEST_APPLESS_MAIN(TestJsonAndErrors)
#include "tst_json_and_errors.moc"

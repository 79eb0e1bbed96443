// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>
#include <numeric>

#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/base/numbers.h"
#include "core/select/python_random.h"
#include "core/select/leak_meter.h"
#include "core/select/split.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using nlohmann::json;
using Indices = std::vector<std::size_t>;
namespace fs = std::filesystem;

namespace {

select::SplitRequest requestOf(select::SplitRule rule, double trainRatio, std::uint32_t seed = 777) {
    select::SplitRequest request;
    request.rule = rule;
    request.trainRatio = trainRatio;
    request.seed = seed;
    return request;
}

} // namespace

class TestSplit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void splitsAsScikitLearn() {
        NEED_SHARED("reference/sampling/train_test_split.json");
        const json all = json::parse(tests::bytesOf(tests::shared("reference/sampling/train_test_split.json")));
        QCOMPARE(all.size(), std::size_t{16});
        for (const auto& [key, wanted] : all.items()) {
            const auto count = wanted["train"].size() + wanted["test"].size();
            auto request = requestOf(select::SplitRule::Sklearn, 0.8);
            if (key.ends_with("test_size_1-0.7"))
                request.testRatio = 1 - 0.7;
            else
                request.trainRatio = *parseDouble(key.substr(key.rfind('_') + 1));
            const auto split = select::splitIndices(count, request);
            QVERIFY2(split.has_value(), key.c_str());
            QVERIFY2(split->train == wanted["train"].get<Indices>(), key.c_str());
            QVERIFY2(split->val == wanted["test"].get<Indices>(), key.c_str());
        }
    }

    void roundsAsScikitLearnAtEverySize() {
        NEED_SHARED("reference/sampling/train_test_split_sizes.csv");
        const std::string text = tests::bytesOf(tests::shared("reference/sampling/train_test_split_sizes.csv"));
        const auto lines = splitAt(text, '\n');
        const auto ways = splitAt(lines[0], ',');
        int compared = 0;
        for (std::size_t i = 1; i < lines.size(); ++i) {
            const auto fields = splitAt(trimmed(lines[i]), ',');
            if (fields.size() != ways.size())
                continue;
            const auto count = static_cast<std::size_t>(*parseInt(fields[0]));
            for (std::size_t way = 1; way < ways.size(); ++way) {
                const std::string_view value = trimmed(ways[way].substr(ways[way].find('=') + 1));
                const double share = value.starts_with("1-") ? 1 - *parseDouble(value.substr(2)) : *parseDouble(value);
                auto request = requestOf(select::SplitRule::Sklearn, share);
                if (ways[way].starts_with("test_size"))
                    request.testRatio = share;
                const auto split = select::splitIndices(count, request);
                QCOMPARE(split ? static_cast<std::int64_t>(split->train.size()) : -1, *parseInt(fields[way]));
                ++compared;
            }
        }
        QCOMPARE(compared, 999 * 9);
    }

    void splitsAtRandom() {
        const auto split = select::splitIndices(200, requestOf(select::SplitRule::Random, 0.8));
        QVERIFY(split.has_value());
        QCOMPARE(split->train.size(), std::size_t{160});
        // Python's shuffle, the first part to train.
        Indices order(200);
        std::iota(order.begin(), order.end(), std::size_t{0});
        select::PythonRandom(777).shuffle(order);
        Indices joined = split->train;
        joined.insert(joined.end(), split->val.begin(), split->val.end());
        QVERIFY(joined == order);
        QVERIFY(select::splitIndices(200, requestOf(select::SplitRule::Random, 0.8, 778))->train != split->train);
    }

    void refusesImpossibleShares_data() {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<QString>("word");
        QTest::newRow("0") << 0.0 << "0";
        QTest::newRow("1") << 1.0 << "1";
        QTest::newRow("1.5") << 1.5 << "1.5";
        QTest::newRow("-0.2") << -0.2 << "-0.2";
        QTest::newRow("nan") << std::numeric_limits<double>::quiet_NaN() << "nan";
    }
    void refusesImpossibleShares() {
        QFETCH(double, ratio);
        QFETCH(QString, word);
        for (const auto rule : {select::SplitRule::Random, select::SplitRule::Sklearn}) {
            auto request = requestOf(rule, ratio);
            const auto byTrain = select::splitIndices(100, request);
            QVERIFY(!byTrain);
            QVERIFY(byTrain.error().code == ErrorCode::Usage);
            QVERIFY(byTrain.error().message.find(" " + word.toStdString() + ",") != std::string::npos);
            request.trainRatio = 0.8;
            request.testRatio = ratio;
            QVERIFY(!select::splitIndices(100, request));
        }
    }

    void refusesAnEmptySide_data() {
        QTest::addColumn<int>("count");
        QTest::addColumn<double>("ratio");
        QTest::newRow("none") << 0 << 0.8;
        QTest::newRow("one") << 1 << 0.8;
        QTest::newRow("no train") << 3 << 0.1;
    }
    void refusesAnEmptySide() {
        QFETCH(int, count);
        QFETCH(double, ratio);
        const auto split = select::splitIndices(static_cast<std::size_t>(count), requestOf(select::SplitRule::Random, ratio));
        QVERIFY(!split);
        QVERIFY(split.error().code == ErrorCode::BadInput);
        QVERIFY(split.error().message.find(std::to_string(count)) != std::string::npos);
    }

    void measuresTheLeakByHand() {
        // Camera a: train at 0, 600, 1000 s; val at 300 (gap 300), 940 (60) and 2000 (1000). Camera b: val without train.
        const auto frame = [](const std::string& camera, int minute, int second) {
            char name[64];
            std::snprintf(name, sizeof name, "x-2021_03_20_%02d%02d%02d.jpg", 7 + minute / 60, minute % 60, second);
            return fs::path("/d") / camera / name;
        };
        const std::vector<fs::path> train = {frame("a", 10, 0), frame("a", 0, 0), frame("a", 16, 40)};
        const std::vector<fs::path> val = {frame("a", 5, 0), frame("a", 33, 20), frame("a", 15, 40), frame("b", 0, 0)};
        const select::LeakMeter leak = select::measureLeak(train, val);
        QCOMPARE(leak.valFrames, 4);
        QCOMPARE(leak.leakWithinSeconds, 360.0);
        QCOMPARE(leak.within, 2);
        QCOMPARE(leak.gapSeconds.size(), std::size_t{4});
        QCOMPARE(leak.gapSeconds[0], std::optional<double>(300));
        QCOMPARE(leak.gapSeconds[1], std::optional<double>(1000));
        QCOMPARE(leak.gapSeconds[2], std::optional<double>(60));
        QVERIFY(!leak.gapSeconds[3].has_value());
        QCOMPARE(leak.medianGapSeconds, std::optional<double>(300));
        QCOMPARE(leak.medianGapFrames, std::optional<double>(1)); // each of the three stands right beside a train frame
        QCOMPARE(select::measureLeak(train, val, 60).within, 1);   // the border belongs to it
        QCOMPARE(select::measureLeak(train, val, 59.5).within, 0);
    }

    void countsFramesWhereTimesAreUnknown() {
        std::vector<fs::path> train, val;
        for (const char* name : {"a", "b"})
            train.emplace_back(std::string("/d/c/") + name + ".jpg");
        for (const char* name : {"c", "d", "e", "f"}) // 1, 2, 3 and 4 frames behind b
            val.emplace_back(std::string("/d/c/") + name + ".jpg");
        const select::LeakMeter leak = select::measureLeak(train, val);
        QVERIFY(!leak.medianGapSeconds.has_value());
        QCOMPARE(leak.within, 0);
        QCOMPARE(leak.medianGapFrames, std::optional<double>(2.5));
        const select::LeakMeter none = select::measureLeak({}, {});
        QCOMPARE(none.valFrames, 0);
        QVERIFY(!none.medianGapFrames.has_value());
    }

    void knowsItsRules() {
        for (const char* name : {"random", "sklearn", "stratified", "camera", "time-block"})
            QCOMPARE(select::splitRuleName(*select::splitRuleFromName(name)), name);
        const auto unknown = select::splitRuleFromName("hours");
        QVERIFY(!unknown && unknown.error().code == ErrorCode::Usage);
    }
};

QTEST_APPLESS_MAIN(TestSplit)
#include "tst_split.moc"

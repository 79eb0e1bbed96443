// SPDX-License-Identifier: GPL-3.0-or-later
// Class weights, hard examples and measures of distributions against the reference's numbers.
#include <cmath>
#include <fstream>
#include <limits>
#include <numbers>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/hard_examples.h"
#include "core/loss/information.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::loss;
using Json = nlohmann::json;
using Numbers = std::vector<double>;

namespace {

bool relative(double got, double want, double tolerance) {
    return std::fabs(got - want) <= tolerance * std::fabs(want);
}

Json document(const char* name) {
    return Json::parse(std::ifstream(tests::shared(std::string("reference/losses/") + name)));
}

} // namespace

class TestClassWeights : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithTheGoldenEffectiveNumbers() {
        NEED_SHARED("reference/losses");
        int compared = 0;
        for (const Json& example : document("class_balanced.json")) {
            if (!example["beta"].is_number())
                continue;
            const Numbers counts = example["counts"];
            const double beta = example["beta"];
            const Numbers weights = classWeights(ClassWeightRule::ClassBalanced, counts, beta);
            for (std::size_t i = 0; i < counts.size(); ++i) {
                QVERIFY(relative(effectiveNumber(counts[i], beta), example["effective_number"][i], 1e-11));
                QVERIFY(relative(1 / effectiveNumber(counts[i], beta), example["weight_raw"][i], 1e-11));
                QVERIFY(relative(weights[i], example["weight_sum_to_C"][i], 1e-11));
                ++compared;
            }
        }
        QVERIFY(compared > 50);
    }
    void betaAtItsEnds() {
        QCOMPARE(effectiveNumber(500, 0), 1.0);
        QCOMPARE(effectiveNumber(500, 1), 500.0);
        const Numbers counts{4, 1};
        QCOMPARE(classWeights(ClassWeightRule::ClassBalanced, counts, 1),
                 classWeights(ClassWeightRule::Inverse, counts, 0));
    }
    void absentClassesTakeTheMeanOutsideTheSum() {
        const Numbers counts{4, 0, 1};
        const Numbers inverse = classWeights(ClassWeightRule::Inverse, counts, 0.999);
        QVERIFY(relative(inverse[0], 0.4, 1e-14) && relative(inverse[2], 1.6, 1e-14));
        QVERIFY(relative(inverse[1], 1, 1e-14));
        const Numbers one = classWeights(ClassWeightRule::SumToOne, counts, 0.999);
        QVERIFY(relative(one[0], 0.2, 1e-14) && relative(one[2], 0.8, 1e-14));
        QVERIFY(relative(one[1], 0.5, 1e-14));
        for (const auto rule : {ClassWeightRule::None, ClassWeightRule::Inverse, ClassWeightRule::SumToOne,
                                ClassWeightRule::ClassBalanced}) {
            QCOMPARE(classWeights(rule, Numbers{0, 0}, 0.9), (Numbers{1, 1}));
            QVERIFY(classWeights(rule, Numbers{}, 0.9).empty());
        }
        QCOMPARE(classWeights(ClassWeightRule::None, counts, 0.9), (Numbers{1, 1, 1}));
    }
    void rulesHaveNames() {
        for (const char* name : {"none", "inverse", "sum-to-one", "class-balanced"})
            QCOMPARE(classWeightRuleName(*classWeightRuleFromName(name)), name);
        QVERIFY(!classWeightRuleFromName("equal"));
    }
    void balancedAlphaIsTheShareOfNegatives() {
        QVERIFY(relative(balancedAlpha(10, 10000), 10000.0 / 10010, 1e-15));
        QCOMPARE(formatFixed(balancedAlpha(10, 10000), 3), std::string("0.999"));
        QCOMPARE(balancedAlpha(0, 0), 0.5);
        const Numbers alphas = balancedAlphas(Numbers{3, 0, 1});
        QCOMPARE(alphas, (Numbers{0.25, 0.5, 0.75}));
    }

    void keepsTheHardestExamples_data() {
        QTest::addColumn<int>("column");
        QTest::newRow("case_distinct") << 2;
        QTest::newRow("case_distinct_ratio_1") << 2;
        QTest::newRow("case_ratio_200_takes_all") << 2;
        QTest::newRow("case_ties") << 3;
    }
    void keepsTheHardestExamples() {
        NEED_SHARED("reference/losses");
        QFETCH(int, column);
        const Json wanted = document("ohem.json")[QTest::currentDataTag()];
        const auto text = readFile(tests::shared("reference/losses/ohem_losses.csv"));
        QVERIFY(text.has_value());
        Numbers losses;
        std::vector<std::uint8_t> positive;
        for (const std::string_view line : splitAt(*text, '\n')) {
            const auto cells = splitAt(trimmed(line), ',');
            if (cells.size() < 4 || cells[0] == "index")
                continue;
            positive.push_back(cells[1] == "1" ? 1 : 0);
            losses.push_back(*parseDouble(cells[static_cast<std::size_t>(column)]));
        }
        QCOMPARE(losses.size(), std::size_t(1000));
        const auto kept = hardExamples(losses, positive, wanted["ratio"].get<double>());
        QCOMPARE(kept.size(), wanted["n_kept"].get<std::size_t>());
        std::vector<std::int64_t> negatives;
        double sum = 0;
        for (const std::int64_t i : kept) {
            sum += losses[static_cast<std::size_t>(i)];
            if (positive[static_cast<std::size_t>(i)] == 0)
                negatives.push_back(i);
        }
        QCOMPARE(kept.size() - negatives.size(), std::size_t(10));
        if (wanted["negatives_kept"].is_array())
            QCOMPARE(negatives, wanted["negatives_kept"].get<std::vector<std::int64_t>>());
        QVERIFY(std::fabs(sum / static_cast<double>(kept.size()) - wanted["mean_over_kept"].get<double>()) < 1e-12);
        QVERIFY(std::fabs(sum / 10 - wanted["sum_over_positives"].get<double>()) < 1e-12);
    }
    void withoutPositivesTheHardest64() {
        std::vector<float> losses(100);
        for (std::size_t i = 0; i < losses.size(); ++i)
            losses[i] = static_cast<float>(i);
        const std::vector<std::uint8_t> none(100, 0);
        const auto kept = hardExamples(losses, none, 3);
        QCOMPARE(kept.size(), std::size_t(64));
        QCOMPARE(kept.front(), std::int64_t(36));
        QVERIFY(hardExamples(std::span<const float>(), {}, 3).empty());
        QCOMPARE(hardExamples(std::span<const float>(losses).first(5), std::span(none).first(5), 3).size(),
                 std::size_t(5));
    }
    void noNumbersAreTheHardest() {
        std::vector<float> losses(200, 1.0F);
        losses[150] = std::numeric_limits<float>::quiet_NaN();
        std::vector<std::uint8_t> positive(200, 0);
        positive[7] = 1;
        QCOMPARE(hardExamples(losses, positive, 1), (std::vector<std::int64_t>{7, 150}));
    }

    void agreesWithTheGoldenEntropies() {
        NEED_SHARED("reference/losses");
        const Json golden = document("entropy.json");
        const auto close = [](double got, const Json& want) {
            return want.is_null() ? std::isinf(got) : std::fabs(got - want.get<double>()) <= 1e-14;
        };
        std::map<std::string, Numbers> values;
        for (const auto& [name, entry] : golden["entropy"].items()) {
            values[name] = entry["p"].get<Numbers>();
            QVERIFY(close(entropy(values[name]), entry["nats"]));
        }
        QCOMPARE(golden["pairs"].size(), std::size_t(25));
        for (const Json& pair : golden["pairs"]) {
            const Numbers &p = values[pair["p"]], &q = values[pair["q"]];
            QVERIFY(close(crossEntropy(p, q), pair["cross_entropy_nats"]));
            QVERIFY(close(kullbackLeibler(p, q), pair["kl_nats"]));
            QVERIFY(close(jensenShannon(p, q), pair["js_nats"]));
        }
        for (const Json& binary : golden["binary_entropy"]) {
            const double p = binary["p"];
            QVERIFY(close(entropy(Numbers{p, 1 - p}), binary["nats"]));
        }
    }
    void refusesWhatIsNoDistribution() {
        QVERIFY(checkDistribution(Numbers{0.5, 0.5}, "--p").has_value());
        QVERIFY(!checkDistribution(Numbers{0.5, 0.4}, "--p"));
        QVERIFY(!checkDistribution(Numbers{1.5, -0.5}, "--p"));
        QVERIFY(!checkDistribution(Numbers{std::nan(""), 1}, "--p"));
        QVERIFY(!checkDistribution(Numbers{}, "--p"));
    }
};

QTEST_APPLESS_MAIN(TestClassWeights)
#include "tst_class_weights.moc"

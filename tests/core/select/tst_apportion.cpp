// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <numeric>

#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/base/numbers.h"
#include "core/base/random.h"
#include "core/select/apportion.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using nlohmann::json;
using Shares = std::vector<std::int64_t>;

namespace {

/// "9/10" as a double.
double fraction(const std::string& text) {
    const auto parts = splitAt(text, '/');
    return parts.size() == 2 ? *parseDouble(parts[0]) / *parseDouble(parts[1]) : *parseDouble(text);
}

} // namespace

class TestApportion : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsTheReference_data() {
        NEED_SHARED("reference/sampling/largest_remainder.json");
        QTest::addColumn<QString>("text");
        for (const json& row : json::parse(tests::bytesOf(tests::shared("reference/sampling/largest_remainder.json"))))
            QTest::newRow(row["name"].get<std::string>().c_str()) << QString::fromStdString(row.dump());
    }
    void followsTheReference() {
        QFETCH(QString, text);
        const json row = json::parse(text.toStdString());
        std::vector<double> weights;
        for (const json& weight : row["weights"])
            weights.push_back(fraction(weight));
        const auto total = row["total"].get<std::int64_t>();
        const std::vector<double> exact = select::exactShares(total, weights);
        for (std::size_t i = 0; i < weights.size(); ++i)
            QVERIFY(std::abs(exact[i] - row["quotas"][i].get<double>()) < 1e-9 * std::max(1.0, exact[i]));
        QVERIFY(select::largestRemainder(total, weights) == row["counts"].get<Shares>());
    }

    void neverExceedsAndAlwaysSums() {
        // Over many drawn cases: nobody gets more than there is, all is dealt, and without limits it is the plain rule.
        RandomStream random({20161});
        for (int round = 0; round < 2000; ++round) {
            const std::size_t places = 1 + random.below(9);
            std::vector<double> weights;
            Shares capacity;
            for (std::size_t i = 0; i < places; ++i) {
                weights.push_back(random.chance(0.2) ? 0.0 : random.uniform(0, 5));
                capacity.push_back(static_cast<std::int64_t>(random.below(60)));
            }
            const auto total = static_cast<std::int64_t>(random.below(400));
            const Shares shares = select::apportionWithin(total, weights, capacity);
            for (std::size_t i = 0; i < places; ++i)
                QVERIFY(shares[i] >= 0 && shares[i] <= capacity[i]);
            QCOMPARE(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}),
                     std::min(total, std::accumulate(capacity.begin(), capacity.end(), std::int64_t{0})));
            if (std::any_of(weights.begin(), weights.end(), [](double w) { return w > 0; })) {
                QVERIFY(select::apportionWithin(total, weights, Shares(places, 400)) == select::largestRemainder(total, weights));
                // The quota rule: nobody is more than one away from the exact share.
                const std::vector<double> exact = select::exactShares(total, weights);
                const Shares plain = select::largestRemainder(total, weights);
                for (std::size_t i = 0; i < places; ++i)
                    QVERIFY(std::abs(static_cast<double>(plain[i]) - exact[i]) < 1);
            }
        }
    }

    void dealsOnByHand() {
        // 12 over three equal places, the first holds 1: 4 4 4 becomes 1 and 3 more for the others, 2 for the lower index.
        QVERIFY((select::apportionWithin(12, {1, 1, 1}, {1, 9, 9}) == Shares{1, 6, 5}));
        // All weight lies on a full place: the rest goes equally.
        QVERIFY((select::apportionWithin(7, {1, 0, 0}, {3, 9, 9}) == Shares{3, 2, 2}));
        // More than there is.
        QVERIFY((select::apportionWithin(100, {1, 2}, {3, 4}) == Shares{3, 4}));
        QVERIFY(select::apportionWithin(5, {}, {}).empty());
    }
};

QTEST_APPLESS_MAIN(TestApportion)
#include "tst_apportion.moc"

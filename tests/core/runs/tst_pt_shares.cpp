// SPDX-License-Identifier: GPL-3.0-or-later
// What part of a loss each bar of p_t makes: from the bins of a record against the single predictions.
#include <cmath>
#include <limits>
#include <random>

#include <QtTest>

#include "core/runs/pt_shares.h"

using namespace intersect;
using namespace intersect::runs;
using loss::LossKind;
using loss::LossSpec;

namespace {

struct One {
    double logit = 0; ///< of the truth
    double target = 1, weight = 1;
    bool positive = true;
};

/// Sums the predictions up as a record has them: by bin and, where targets are soft, by tenths of the target.
PtHistogram histogramOf(const std::vector<One>& all, bool positives) {
    std::map<std::pair<int, int>, PtBin> bins;
    for (const One& one : all) {
        if (one.positive != positives)
            continue;
        const double soft = positives ? 1 - one.target : one.target;
        const int bin = ptBinOf(static_cast<float>(one.logit));
        PtBin& sum = bins[{bin, std::min(9, static_cast<int>(soft * 10))}];
        sum.bin = bin;
        ++sum.count;
        sum.weight += one.weight;
        sum.logit += one.weight * one.logit;
        sum.target += one.weight * one.target;
    }
    PtHistogram histogram;
    for (auto& [key, bin] : bins) {
        bin.logit /= bin.weight;
        bin.target /= bin.weight;
        histogram.bins.push_back(bin);
    }
    return histogram;
}

double lossOf(const One& one, const LossSpec& spec) {
    return loss::elementLoss(spec, one.positive ? one.logit : -one.logit, one.target);
}

PtShares singleShares(const std::vector<One>& all, const LossSpec& spec) {
    PtShares shares{};
    double whole = 0;
    for (const One& one : all) {
        const double pt = loss::sigmoid(one.logit), part = one.weight * lossOf(one, spec);
        shares[static_cast<std::size_t>(std::min(kPtBars - 1, static_cast<int>(pt * kPtBars)))] += part;
        whole += part;
    }
    for (double& share : shares)
        share /= whole;
    return shares;
}

/// A detector's cells: many easy negatives, few positives with an IoU as their target, three levels that weigh differently.
std::vector<One> cells(std::uint32_t seed, double negativeMean, double spread, double positiveMean) {
    std::mt19937 random(seed);
    std::normal_distribution<double> negative(negativeMean, spread), positive(positiveMean, 1.5);
    std::uniform_real_distribution<double> iou(0, 1);
    std::vector<One> all;
    for (int i = 0; i < 30'000; ++i)
        all.push_back({negative(random), 0, i % 21 == 0 ? 0.4 : 0.25, false});
    for (int i = 0; i < 100; ++i)
        all.push_back({positive(random), std::max(0.0, iou(random) * 1.2 - 0.2), i % 3 == 0 ? 0.4 : 0.25, true});
    return all;
}

} // namespace

class TestPtShares : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void binsLieInBars() {
        int before = -1;
        for (double x = -40; x <= 40; x += 0.001) {
            const int bin = ptBinOf(static_cast<float>(x));
            QVERIFY(bin >= before && bin < ptBinCount());
            QVERIFY(bin - before <= 1 || before < 0);
            const double at = loss::sigmoid(x) * kPtBars;
            if (std::fabs(at - std::round(at)) > 1e-5)
                QCOMPARE(ptBarOf(bin), std::min(kPtBars - 1, static_cast<int>(at)));
            before = bin;
        }
        QCOMPARE(ptBinOf(-1e30F), 0);
        QCOMPARE(ptBinOf(-std::numeric_limits<float>::infinity()), 0);
        QCOMPARE(ptBinOf(std::numeric_limits<float>::infinity()), ptBinCount() - 1);
        QCOMPARE(ptBinOf(std::numeric_limits<float>::quiet_NaN()), 0);
    }

    void sharesAreThoseOfTheSingleValues_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("gamma");
        for (const LossKind kind : {LossKind::Focal, LossKind::QFocal})
            for (const double gamma : {0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0})
                QTest::addRow("%s %g", loss::lossKindName(kind), gamma) << static_cast<int>(kind) << gamma;
    }
    void sharesAreThoseOfTheSingleValues() {
        QFETCH(int, kind);
        QFETCH(double, gamma);
        LossSpec spec;
        spec.kind = static_cast<LossKind>(kind);
        spec.gamma = gamma;
        double most = 0;
        std::uint32_t seed = 1;
        for (const double negativeMean : {2.0, 4.0, 7.0, 10.0})
            for (const double spread : {0.3, 1.5, 3.0})
                for (const double positiveMean : {-2.0, 1.0}) {
                    const std::vector<One> all = cells(++seed, negativeMean, spread, positiveMean);
                    PtRecord record;
                    record.objectPositives[2] = histogramOf(all, true);
                    record.objectNegatives = histogramOf(all, false);
                    const PtShares got = lossShares(record, {}, spec), want = singleShares(all, spec);
                    for (std::size_t bar = 0; bar < got.size(); ++bar)
                        most = std::max(most, std::fabs(got[bar] - want[bar]));
                }
        QVERIFY2(most < 0.003, QByteArray::number(most));
        qInfo() << "largest difference" << most;
    }

    void noBinIsFurtherOffThanTheBoundSays() {
        // The worst a bin can hold: half of it at either edge, in the tail, where the loss is e^(-(1 + gamma) x).
        for (const double gamma : {0.0, 0.5, 1.0, 2.0, 5.0}) {
            LossSpec spec;
            spec.kind = LossKind::Focal;
            spec.gamma = gamma;
            const One left{6.0, 0, 1, false}, right{6.125, 0, 1, false};
            const double single = lossOf(left, spec) + lossOf(right, spec);
            const double together = 2 * lossOf({6.0625, 0, 1, false}, spec);
            QVERIFY(single / together > 1 && single / together <= std::cosh((1 + gamma) / 16));
        }
    }

    void aRunsOwnBceIsWhatItPrinted() {
        // With one weight and hard targets the share of cross-entropy is the share of what was printed.
        PtRecord record;
        std::vector<One> all = cells(3, 6, 2, 0);
        PtHistogram* sides[] = {&record.classPositives[2], &record.classNegatives[2]};
        for (One& one : all)
            one.target = one.positive ? 1 : 0;
        *sides[0] = histogramOf(all, true);
        *sides[1] = histogramOf(all, false);
        for (PtHistogram* side : sides)
            for (PtBin& bin : side->bins)
                for (const One& one : all)
                    if (one.positive == (side == sides[0]) && ptBinOf(static_cast<float>(one.logit)) == bin.bin)
                        bin.loss += 0.5 * one.weight * lossOf(one, {});
        const PtShares printed = recordedShares(record, {PtTerm::Class, 2}), computed = lossShares(record, {PtTerm::Class, 2}, {});
        for (std::size_t bar = 0; bar < printed.size(); ++bar)
            QVERIFY(std::fabs(printed[bar] - computed[bar]) < 1e-3);
        QVERIFY(recordedShares(record, {PtTerm::Objectness, {}}) == PtShares{});
    }

    void aChoiceTakesItsPredictions() {
        PtRecord record;
        record.objectPositives[2].bins = {{ptBinOf(3), 5, 1, 3, 0.9, 0.1}};
        record.objectPositives[7].bins = {{ptBinOf(-3), 2, 1, -3, 0.5, 0.2}};
        record.objectNegatives.bins = {{ptBinOf(8), 1000, 1, 8, 0, 0.3}};
        record.classPositives[7].bins = {{ptBinOf(0.01F), 4, 1, 0.01, 1, 0.4}};
        record.classNegatives[kPtOtherClasses].bins = {{ptBinOf(9), 70, 1, 9, 0, 0.5}};
        record.classNegatives[2].bins = {{ptBinOf(1), 6, 1, 1, 0, 0.6}};
        const PtBars all = countBars(record, {});
        QCOMPARE(all.positives[19], 5);
        QCOMPARE(all.positives[0], 2);
        QCOMPARE(all.negatives[19], 1000);
        QCOMPARE(all.total(), 1007);
        QCOMPARE(countBars(record, {PtTerm::Objectness, 7}).total(), 1002);
        QCOMPARE(countBars(record, {PtTerm::Objectness, 7, true, false}).total(), 2);
        QCOMPARE(countBars(record, {PtTerm::Objectness, {}, false, true}).total(), 1000);
        QCOMPARE(countBars(record, {PtTerm::Class, {}}).total(), 80);
        QCOMPARE(countBars(record, {PtTerm::Class, 2}).total(), 6);
        QCOMPARE(countBars(record, {PtTerm::Class, 7}).positives[10], 4);
        const PtShares printed = recordedShares(record, {PtTerm::Class, {}});
        QVERIFY(std::fabs(printed[10] - 0.4 / 1.5) < 1e-12 && std::fabs(printed[19] - 0.5 / 1.5) < 1e-12);
    }

    void bothSidesAsExamples() {
        PtRecord record;
        record.objectPositives[2].bins = {{ptBinOf(3), 5, 1, 3, 0.9, 0.1}};
        record.objectPositives[7].bins = {{ptBinOf(-3), 2, 1, -3, 0.5, 0.2}};
        record.objectNegatives.bins = {{ptBinOf(8), 1000, 1, 8, 0, 0.3}};
        const loss::Examples examples =
            examplesOf(record, {PtTerm::Objectness, 7, false, true}); // the positives count though they are not shown
        QCOMPARE(examples.positives.size(), std::size_t(1));
        QCOMPARE(examples.positives[0].count, 2.0);
        QCOMPARE(examples.positives[0].logit, -3.0);
        QCOMPARE(examples.positives[0].target, 0.5);
        QCOMPARE(examples.negatives[0].count, 1000.0);
        QCOMPARE(examples.negatives[0].logit, 8.0);
    }

    void oneTermOnly() {
        PtRecord record;
        record.objectPositives[2].bins = record.classPositives[2].bins = {{ptBinOf(-2), 5, 1, -2, 1, 0.1}};
        record.objectNegatives.bins = record.classNegatives[2].bins = {{ptBinOf(4), 1000, 20, 4, 0, 0.3}};
        LossSpec spec;
        spec.kind = LossKind::Focal;
        spec.gamma = 2;
        const PtShares both = lossShares(record, {}, spec);
        spec.terms = loss::LossTerms::Class;
        QVERIFY(lossShares(record, {PtTerm::Class, {}}, spec) == both);
        QVERIFY(lossShares(record, {}, spec) == lossShares(record, {}, LossSpec{}));
    }

    void weightsOfTheTwoSidesCount() {
        PtRecord record;
        record.objectPositives[2].bins = {{ptBinOf(-2), 1, 1, -2, 1, 0}};
        record.objectNegatives.bins = {{ptBinOf(4), 100, 100, 4, 0, 0}};
        LossSpec spec;
        spec.kind = LossKind::Balanced;
        const double positive = 0.99 * std::log1p(std::exp(2.0)), negative = 0.01 * 100 * std::log1p(std::exp(-4.0));
        const PtShares shares = lossShares(record, {}, spec, {0.99, 0.01});
        QVERIFY(std::fabs(shares[2] - positive / (positive + negative)) < 1e-12); // p_t 0.119
        QVERIFY(std::fabs(shares[19] - negative / (positive + negative)) < 1e-12);
    }

    void ohemKeepsTheHardest() {
        PtRecord record;
        record.objectPositives[2].bins = {{ptBinOf(1), 10, 10, 1, 1, 0}};
        record.objectNegatives.bins = {{ptBinOf(-1), 20, 20, -1, 0, 0}, {ptBinOf(0.5), 40, 40, 0.5, 0, 0}, {ptBinOf(5), 900, 900, 5, 0, 0}};
        LossSpec spec;
        spec.kind = LossKind::Ohem;
        spec.ohemRatio = 3; // 30 negatives: all 20 of the hardest bin, 10 of the next
        const auto bce = [](double x) { return std::log1p(std::exp(-x)); };
        const double whole = 10 * bce(1) + 20 * bce(-1) + 10 * bce(0.5);
        const PtShares shares = lossShares(record, {}, spec);
        QVERIFY(std::fabs(shares[5] - 20 * bce(-1) / whole) < 1e-12);   // p_t 0.269
        QVERIFY(std::fabs(shares[12] - 10 * bce(0.5) / whole) < 1e-12); // p_t 0.622
        QCOMPARE(shares[19], 0.0);
        PtChoice negatives;
        negatives.positives = false; // the positives still say how many are kept
        QVERIFY(std::fabs(lossShares(record, negatives, spec)[5] - 20 * bce(-1) / (20 * bce(-1) + 10 * bce(0.5))) < 1e-12);
    }
};

QTEST_APPLESS_MAIN(TestPtShares)
#include "tst_pt_shares.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What losses make of few hard positives against many easy negatives, against sums done by hand.
#include <cmath>

#include <QtTest>

#include "core/loss/curves.h"
#include "core/loss/imbalance.h"
#include "core/loss/information.h"

using namespace intersect::loss;

namespace {

LossSpec specOf(LossKind kind, double gamma = 0) {
    LossSpec spec;
    spec.kind = kind;
    spec.gamma = gamma;
    spec.normalise = Normalise::Sum;
    return spec;
}

bool near(double got, double want, double tolerance = 1e-9) {
    return std::fabs(got - want) <= tolerance * std::max(1.0, std::fabs(want));
}

} // namespace

class TestImbalance : public QObject {
    Q_OBJECT
    const Examples m_ten = examplesOfMeans(10, 3.0, 10000, 0.1); // 10 x 3.0 = 30 against 10,000 x 0.1 = 1,000

private Q_SLOTS:
    void meansBecomeProbabilities() {
        QVERIFY(near(sigmoid(m_ten.positives[0].logit), std::exp(-3.0)));
        QVERIFY(near(sigmoid(m_ten.negatives[0].logit), std::exp(-0.1)));
        QVERIFY(near(meanEntropy(m_ten.positives, true), 3.0));
        QVERIFY(near(meanEntropy(m_ten.negatives, false), 0.1));
        const Examples none = examplesOfMeans(1, 0, 1, 0); // certain and right
        QVERIFY(std::isfinite(none.positives[0].logit));
        QVERIFY(sideSums(specOf(LossKind::Focal, 0.5), none).positives < 1e-11);
        const Examples hopeless = examplesOfMeans(1, 700, 1, 700);
        QVERIFY(near(sideSums(specOf(LossKind::Bce), hopeless).negatives, 700));
    }

    void crossEntropyDrownsThePositives() {
        const SideSums sums = sideSums(specOf(LossKind::Bce), m_ten);
        QVERIFY(near(sums.positives, 30));
        QVERIFY(near(sums.negatives, 1000));
        QVERIFY(near(sums.positiveShare(), 30.0 / 1030));
        QCOMPARE(sums.keptNegatives, 10000.0);
    }

    void balancedWeighsByTheOtherSide() {
        // alpha = 10,000 / 10,010 = 0.999001: 30 alpha = 29.970 and 1,000 (1 - alpha) = 0.99900.
        const SideSums sums = sideSums(specOf(LossKind::Balanced), m_ten);
        QVERIFY(near(sums.positives, 29.97, 1e-5));
        QVERIFY(near(sums.negatives, 0.999, 1e-5));
        const SideSums half = sideSums(specOf(LossKind::Balanced), m_ten, PairWeights<double>{0.25, 0.75});
        QVERIFY(near(half.positives, 7.5));
        QVERIFY(near(half.negatives, 750));
    }

    void focalFadesTheEasy() {
        // (1 - e^-3)^2 = 0.902907, (1 - e^-0.1)^2 = 0.00905592.
        const SideSums sums = sideSums(specOf(LossKind::Focal, 2), m_ten);
        QVERIFY(near(sums.positives, 27.0872, 1e-5));
        QVERIFY(near(sums.negatives, 9.05592, 1e-5));
        LossSpec weighed = specOf(LossKind::Focal, 2);
        weighed.alpha = 0.25;
        const SideSums quarter = sideSums(weighed, m_ten);
        QVERIFY(near(quarter.positives, 27.0872 / 4, 1e-5));
        QVERIFY(near(quarter.negatives, 9.05592 * 0.75, 1e-5));
    }

    void classBalancedByEffectiveNumbers() {
        // E = 1000 (1 - 0.999^n): 9.95512 for 10, 999.955 for 10,000; weights 2 E' / (E + E') = 1.980285 and 0.019715.
        const SideSums sums = sideSums(specOf(LossKind::ClassBalanced), m_ten);
        QVERIFY(near(sums.positives, 59.4086, 1e-4));
        QVERIFY(near(sums.negatives, 19.715, 1e-4));
    }

    void positiveWeightMultipliesThePositives() {
        LossSpec spec = specOf(LossKind::Bce);
        spec.positiveWeight = 10;
        const SideSums sums = sideSums(spec, m_ten);
        QVERIFY(near(sums.positives, 300));
        QVERIFY(near(sums.negatives, 1000));
    }

    void ohemKeepsThreeToOne() {
        const SideSums sums = sideSums(specOf(LossKind::Ohem), m_ten);
        QVERIFY(near(sums.positives, 30));
        QVERIFY(near(sums.negatives, 3)); // 30 of 0.1
        QCOMPARE(sums.keptNegatives, 30.0);
        // The hardest go first: 4 of loss 2, then 2 of the 5 of loss 1.
        Examples three = examplesOfMeans(2, 1, 0, 1);
        three.negatives = {examplesOfMeans(0, 1, 100, 0.1).negatives[0], examplesOfMeans(0, 1, 4, 2).negatives[0],
                           examplesOfMeans(0, 1, 5, 1).negatives[0]};
        QVERIFY(near(sideSums(specOf(LossKind::Ohem), three).negatives, 4 * 2 + 2 * 1));
        const auto cut = ohemCut(specOf(LossKind::Ohem), three);
        QVERIFY(cut.has_value());
        QVERIFY(near(cut->pt, std::exp(-1.0)));
        QVERIFY(near(cut->kept, 6));
        QVERIFY(near(cut->dropped, 103));
        QVERIFY(near(cut->keptAtCut, 0.4));
        QVERIFY(!ohemCut(specOf(LossKind::Ohem), examplesOfMeans(10, 3, 30, 0.1)));
        // Where nothing is positive the 64 hardest stay.
        QCOMPARE(sideSums(specOf(LossKind::Ohem), examplesOfMeans(0, 3, 1000, 0.1)).keptNegatives, 64.0);
    }

    void divisors() {
        LossSpec spec = specOf(LossKind::Bce);
        spec.normalise = Normalise::Elements;
        QVERIFY(near(sideSums(spec, m_ten).negatives, 1000.0 / 10010));
        spec.normalise = Normalise::Positives;
        QVERIFY(near(sideSums(spec, m_ten).negatives, 100));
        QVERIFY(near(sideSums(spec, m_ten).positives, 3));
        QCOMPARE(sideSums(spec, examplesOfMeans(0, 3, 5, 0.1)).divisor, 1.0);
        LossSpec mined = specOf(LossKind::Ohem);
        mined.normalise = Normalise::Elements;
        QCOMPARE(sideSums(mined, m_ten).divisor, 40.0); // what is dropped does not divide
    }

    void predictionsRestAtTheTargetOrBesideIt() {
        QVERIFY(near(restingPoint(specOf(LossKind::Bce), 0.3), 0.3, 1e-8));
        QVERIFY(near(restingPoint(specOf(LossKind::QFocal, 2), 0.7), 0.7, 1e-6));
        QCOMPARE(restingPoint(specOf(LossKind::Bce), 1), 1.0);
        QCOMPARE(restingPoint(specOf(LossKind::Focal, 2), 0), 0.0);
        // Minima of the focal loss found by looking at 4,000 probabilities: it goes past a soft target, away from one half.
        QVERIFY(near(restingPoint(specOf(LossKind::Focal, 2), 0.3), 0.122, 5e-4));
        QVERIFY(near(restingPoint(specOf(LossKind::Focal, 2), 0.7), 0.878, 5e-4));
        QVERIFY(near(restingPoint(specOf(LossKind::Focal, 1.5), 0.3), 0.154, 5e-4));
        QVERIFY(near(restingPoint(specOf(LossKind::Focal, 2), 0.5), 0.5, 1e-8));
    }

    void draggedBarsStayADistribution() {
        const std::vector<double> p{0.5, 0.3, 0.2};
        const std::vector<double> raised = withProbability(p, 0, 0.75);
        QVERIFY(near(raised[0], 0.75) && near(raised[1], 0.15) && near(raised[2], 0.1));
        const std::vector<double> whole = withProbability(p, 1, 1.4);
        QCOMPARE(whole, (std::vector<double>{0, 1, 0}));
        QCOMPARE(withProbability(whole, 1, 0.5), (std::vector<double>{0.25, 0.5, 0.25})); // no proportions are left to keep
        QCOMPARE(withProbability(std::vector<double>{1}, 0, 0.2), (std::vector<double>{1}));
        const std::vector<double> without = withProbability(p, 2, -1);
        QVERIFY(near(without[0], 0.625) && near(without[1], 0.375));
        QCOMPARE(without[2], 0.0);
    }

    void nothingIsNothing() {
        const SideSums sums = sideSums(specOf(LossKind::Focal, 0.5), {});
        QCOMPARE(sums.positives, 0.0);
        QCOMPARE(sums.positiveShare(), 0.0);
        QCOMPARE(meanEntropy({}, true), 0.0);
    }
};

QTEST_APPLESS_MAIN(TestImbalance)
#include "tst_imbalance.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <fstream>
#include <limits>
#include <numbers>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/loss/curves.h"
#include "core/loss/losses.h"
#include "tests/support/loss_grid.h"

using namespace intersect;
using namespace intersect::loss;

namespace {

/// 1e-12 absolute or 1e-11 relative, as the golden numbers' README says.
bool near(double got, double want) {
    return std::fabs(got - want) <= std::max(1e-12, 1e-11 * std::fabs(want));
}

/// How many rows of a golden grid double and dual numbers agree with; -1 with a warning at the first that they do not.
int compareGrid(const char* file, int& left) {
    int rows = 0;
    for (const auto& [name, x, t, value, slope] : tests::lossGrid(file)) {
        const auto spec = tests::specOfGridName(name);
        if (!spec) {
            ++left;
            continue;
        }
        const Dual dual = elementLoss(*spec, variable(x), Dual{t, 0});
        const double plain = elementLoss(*spec, x, t);
        if (!near(dual.value, value) || !near(dual.derivative, slope) || !near(plain, value)) {
            qWarning() << name.c_str() << x << t << "got" << plain << dual.value << dual.derivative;
            return -1;
        }
        ++rows;
    }
    return rows;
}

LossSpec focal(double gamma, std::optional<double> alpha = {}) {
    LossSpec spec;
    spec.kind = LossKind::Focal;
    spec.gamma = gamma;
    spec.alpha = alpha;
    return spec;
}

} // namespace

class TestLosses : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithTheGoldenGrid() {
        NEED_SHARED("reference/losses");
        int left = 0;
        QCOMPARE(compareGrid("bce_focal_grid.csv", left), 29 * 195);
        QCOMPARE(left, 5 * 195); // exp_focal: a form of other code, not ours
    }
    void agreesWithTheGeometricGrid() {
        NEED_SHARED("reference/losses");
        int left = 0;
        QCOMPARE(compareGrid("geometric_focal_grid.csv", left), 36 * 195);
        QCOMPARE(left, 0);
    }
    void smoothsLabels() {
        NEED_SHARED("reference/losses");
        const auto json = nlohmann::json::parse(std::ifstream(tests::shared("reference/losses/label_smoothing.json")));
        const auto& example = json["example"];
        const std::vector<double> logits = example["logits"];
        const std::size_t trueClass = example["true_class"];
        for (const auto& [name, epsilon] :
             std::map<std::string, double>{{"eps0", 0.0}, {"eps0.1", 0.1}, {"eps0.2", 0.2}}) {
            const SmoothTargets targets = smoothTargets(epsilon);
            QCOMPARE(targets.positive, json["pairs"][name]["positive_target"].get<double>());
            QCOMPARE(targets.negative, json["pairs"][name]["negative_target"].get<double>());
            const auto& want = example["by_eps"][name];
            double mean = 0;
            for (std::size_t i = 0; i < logits.size(); ++i) {
                const double target = i == trueClass ? targets.positive : targets.negative;
                const Dual got = elementLoss(LossSpec{}, variable(logits[i]), Dual{target, 0});
                QVERIFY(near(got.value, want["bce_per_class"][i]));
                QVERIFY(near(got.derivative / 4, want["bce_mean_grad"][i]));
                mean += got.value / 4;
            }
            QVERIFY(near(mean, want["bce_mean"]));
        }
    }
    void knownPointsOfBce() {
        for (const double target : {0.0, 0.3, 1.0}) {
            const Dual zero = elementLoss(LossSpec{}, variable(0), Dual{target, 0});
            QVERIFY(near(zero.value, std::numbers::ln2));
            QCOMPARE(zero.derivative, 0.5 - target);
        }
        QVERIFY(near(elementLoss(LossSpec{}, logitOf(0.3), 0.3), 0.6108643020548935)); // the binary entropy H(0.3)
    }
    void staysExactFarOut() {
        // 800 is beyond what exp can hold in a double
        for (const double x : {40.0, 800.0}) {
            const Dual right = elementLoss(LossSpec{}, variable(x), Dual{1, 0});
            QCOMPARE(right.value, std::exp(-x));
            QCOMPARE(right.derivative, -std::exp(-x));
            const Dual wrong = elementLoss(LossSpec{}, variable(x), Dual{0, 0});
            QCOMPARE(wrong.value, x);
            QCOMPARE(wrong.derivative, 1.0);
            for (const LossKind kind : {LossKind::Focal, LossKind::QFocal})
                for (const double gamma : {0.5, 1.5, 5.0})
                    for (const Modulator modulator : {Modulator::Standard, Modulator::Geometric})
                        for (const double target : {0.0, 0.3, 1.0})
                            for (const double side : {-x, x}) {
                                LossSpec spec = focal(gamma, 0.25);
                                spec.kind = kind;
                                spec.modulator = modulator;
                                const Dual got = elementLoss(spec, variable(side), Dual{target, 0});
                                QVERIFY(std::isfinite(got.value) && got.value >= 0);
                                QVERIFY(std::isfinite(got.derivative));
                            }
        }
    }
    void rightLimitsFarOut() {
        for (const tests::FarLoss& far : tests::farLosses()) {
            const Dual dual = elementLoss(far.spec, variable(far.logit), Dual{far.target, 0});
            const double plain = elementLoss(far.spec, far.logit, far.target);
            const auto right = [](double got, double want) { return std::fabs(got - want) <= 1e-13 + 1e-12 * std::fabs(want); };
            QVERIFY2(right(plain, far.value) && right(dual.value, far.value) && right(dual.derivative, far.slope), far.name.c_str());
        }
    }
    void gammaZeroIsBce() {
        for (double x = -30; x <= 30; x += 0.7) {
            QCOMPARE(elementLoss(focal(0), x, 0.3), elementLoss(LossSpec{}, x, 0.3));
            QVERIFY(near(elementLoss(focal(0, 0.25), x, 1.0), elementLoss(LossSpec{}, x, 1.0) / 4));
        }
    }
    void curveGivesTheThreeAcceptedPoints() {
        const std::vector<double> logits{logitOf(0.1), logitOf(0.5), logitOf(0.9)};
        const auto points = lossCurve(focal(2, 1), 1, logits);
        QCOMPARE(points.size(), std::size_t(3));
        const double wanted[3][2] = {{1.865094, 1.102019}, {0.173287, 0.298287}, {0.001054, 0.002896}};
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(std::fabs(points[i].loss - wanted[i][0]) < 1e-6);
            QVERIFY(std::fabs(points[i].gradient + wanted[i][1]) < 1e-6); // a positive pulls its logit up
        }
        QVERIFY(near(points[0].p, 0.1));
    }
    void gradientIsTheSlope() {
        LossSpec spec = focal(1.5, 0.25);
        spec.positiveWeight = 2;
        spec.termWeight = 3;
        const double h = 1e-6;
        for (double x = -6; x < 6; x += 0.37) {
            const double slope = (elementLoss(spec, x + h, 0.3) - elementLoss(spec, x - h, 0.3)) / (2 * h);
            QVERIFY(std::fabs(lossCurve(spec, 0.3, std::vector<double>{x})[0].gradient - slope) < 1e-7);
        }
    }
    void balancedWeighsPositivesByTheShareOfNegatives() {
        LossSpec spec;
        spec.kind = LossKind::Balanced;
        const double alpha = 10000.0 / 10010;
        const auto at = [&](double target) {
            return lossCurve(spec, target, std::vector<double>{0.7}, alpha, 1 - alpha).front();
        };
        const double p = 1 / (1 + std::exp(-0.7));
        QVERIFY(near(at(1).loss, -alpha * std::log(p)));
        QVERIFY(near(at(0).loss, -(1 - alpha) * std::log(1 - p)));
        QVERIFY(near(at(1).gradient, alpha * (p - 1)));
        QVERIFY(near(at(0).gradient, (1 - alpha) * p));
        // What an element belongs to decides, not how soft its target is.
        const auto factors = factorsOf(spec, PairWeights<double>{alpha, 1 - alpha});
        QVERIFY(near(elementLoss(spec, 0.7, 0.3, 1.0, factors), alpha * elementLoss(LossSpec{}, 0.7, 0.3)));
    }
    void classBalancedIsFocalTimesTheWeight() {
        LossSpec spec = focal(2);
        const double plain = elementLoss(spec, -0.4, 1.0);
        spec.kind = LossKind::ClassBalanced;
        QVERIFY(near(lossCurve(spec, 1, std::vector<double>{-0.4}, 3.5, 0.5).front().loss, 3.5 * plain));
        QVERIFY(near(elementLoss(spec, -0.4, 1.0), plain)); // nothing known of counts
        spec.kind = LossKind::Bce;                          // other losses know no weights of the two sides
        QVERIFY(near(lossCurve(spec, 1, std::vector<double>{0}, 3.5, 0.5).front().loss, std::numbers::ln2));
    }
    void namesGoBothWays() {
        for (const char* name : {"elements", "positives", "sum"})
            QCOMPARE(normaliseName(*normaliseFromName(name)), name);
        QVERIFY(!normaliseFromName("mean"));
        QCOMPARE(lossNames().size(), std::size_t(6));
        for (const char* name : {"bce", "balanced", "focal", "class-balanced", "qfocal", "ohem"})
            QCOMPARE(lossKindName(*lossKindFromName(name)), name);
        const auto none = lossKindFromName("hinge");
        QVERIFY(!none);
        QVERIFY(none.error().message.find("hinge") != std::string::npos);
        for (const std::string& name : lossNames()) {
            LossSpec spec;
            spec.kind = *lossKindFromName(name);
            QVERIFY(checkLossSpec(spec).has_value());
        }
    }
    void refusesSenselessNumbers() {
        const auto refused = [](auto change) {
            LossSpec spec;
            change(spec);
            return !checkLossSpec(spec);
        };
        QVERIFY(refused([](LossSpec& s) { s.gamma = -1; }));
        QVERIFY(refused([](LossSpec& s) { s.gamma = std::numeric_limits<double>::quiet_NaN(); }));
        QVERIFY(refused([](LossSpec& s) { s.alpha = 1.5; }));
        QVERIFY(refused([](LossSpec& s) { s.positiveWeight = -2; }));
        QVERIFY(refused([](LossSpec& s) { s.termWeight = std::numeric_limits<double>::infinity(); }));
        QVERIFY(refused([](LossSpec& s) { s.beta = 1.5; }));
        QVERIFY(refused([](LossSpec& s) { s.ohemRatio = -1; }));
        QVERIFY(refused([](LossSpec& s) { s.classAlpha = {0.5, 2}; }));
        QVERIFY(refused([](LossSpec& s) { s.classPositiveWeight = {1, -1}; }));
    }
};

QTEST_APPLESS_MAIN(TestLosses)
#include "tst_losses.moc"

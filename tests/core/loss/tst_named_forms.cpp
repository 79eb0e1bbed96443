// SPDX-License-Identifier: GPL-3.0-or-later
// The named choices of a loss, and how large they make a term beside BCE.
#include <cmath>
#include <set>

#include <QtTest>

#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/loss_size.h"
#include "core/loss/named_forms.h"

using namespace intersect;
using namespace intersect::loss;

namespace {

bool near(double got, double want, double relative) {
    return std::fabs(got - want) <= relative * std::fabs(want);
}

LossSpec bceWith(double termWeight, Normalise normalise) {
    LossSpec spec;
    spec.termWeight = termWeight;
    spec.normalise = normalise;
    return spec;
}

} // namespace

class TestNamedForms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theFormsAreThoseOfTheirSources() {
        const NamedForm yolo = namedFormFrom("yolov5-focal").value();
        QCOMPARE(yolo.spec.kind, LossKind::Focal);
        QCOMPARE(yolo.spec.gamma, 1.5);
        QCOMPARE(yolo.spec.alpha.value_or(0), 0.25);
        QCOMPARE(yolo.spec.normalise, Normalise::Elements);
        QVERIFY(!yolo.prior);

        const NamedForm paper = namedFormFrom("Paper").value();
        QCOMPARE(paper.spec.kind, LossKind::Focal);
        QCOMPARE(paper.spec.gamma, 2.0);
        QCOMPARE(paper.spec.alpha.value_or(0), 0.25);
        QCOMPARE(paper.spec.normalise, Normalise::Positives);
        QCOMPARE(paper.prior.value_or(0), 0.01);

        const NamedForm term = namedFormFrom("Class term").value();
        QCOMPARE(term.spec.gamma, 2.0);
        QVERIFY(!term.spec.alpha);
        QCOMPARE(term.spec.modulator, Modulator::Geometric);
        QCOMPARE(term.spec.normalise, Normalise::Elements);
        QCOMPARE(objectnessSpec(term.spec).kind, LossKind::Bce);
        QCOMPARE(classSpec(term.spec).kind, LossKind::Focal);

        QCOMPARE(namedFormFrom("CB-focal").value().spec.kind, LossKind::ClassBalanced);
        QCOMPARE(namedFormFrom("Report's class weights").value().classWeights, ClassWeightRule::SumToOne);
        QCOMPARE(namedFormFrom("Report's class weights").value().spec.kind, LossKind::Bce);
    }
    void eachIsFoundAgainAndExplained() {
        std::set<std::string> names;
        for (const NamedForm& form : namedForms()) {
            QCOMPARE(namedFormFrom(form.id).value().name, form.name);
            QCOMPARE(namedFormOf(form.spec, form.classWeights, form.prior), &form);
            QVERIFY(checkLossSpec(form.spec).has_value());
            const std::string sentence = form.description;
            QVERIFY(sentence.size() > 40 && sentence.ends_with("."));
            QCOMPARE(sentence.find(". "), std::string::npos); // one sentence
            names.insert(form.name);
            names.insert(form.id);
        }
        QCOMPARE(names.size(), 2 * namedForms().size());
        const auto unknown = namedFormFrom("focal-ish");
        QVERIFY(!unknown && unknown.error().advice.find("yolov5-focal") != std::string::npos);
    }
    void numbersThatTheLossDoesNotReadMakeNoDifference() {
        LossSpec spec = namedFormFrom("report").value().spec;
        spec.gamma = 4;
        spec.ohemRatio = 7;
        const NamedForm* form = namedFormOf(spec, ClassWeightRule::SumToOne, std::nullopt);
        QVERIFY(form != nullptr && std::string(form->id) == "report");
        spec.positiveWeight = 2;
        QVERIFY(namedFormOf(spec, ClassWeightRule::SumToOne, std::nullopt) == nullptr);
        QVERIFY(namedFormOf(LossSpec{}, ClassWeightRule::None, std::nullopt) == nullptr);
    }
    void aPriorIsABias() {
        QVERIFY(std::fabs(priorLogit(0.01) + 4.595120) < 5e-7);
        QCOMPARE(priorLogit(0.5), 0.0);
    }
    void describes() {
        QCOMPARE(describeLoss(LossSpec{}), std::string("BCE"));
        QCOMPARE(describeLoss(namedFormFrom("yolov5-focal")->spec), std::string("focal (gamma 1.5, alpha 0.25)"));
        QCOMPARE(describeLoss(namedFormFrom("paper")->spec), std::string("focal (gamma 2, alpha 0.25, divided by positives)"));
        QCOMPARE(describeLoss(bceWith(2, Normalise::Sum)), std::string("BCE (term weight 2, summed)"));
    }

    void sizesThatFollowFromTheDefinitions() {
        const auto bce = lossSizes(LossSpec{}, {}, {});
        for (const double ratio : {bce.objectness.loss, bce.objectness.gradient, bce.cls.loss, bce.cls.gradient})
            QVERIFY(near(ratio, 1, 1e-12));

        StandIn scene;
        scene.cells = 1000;
        scene.positiveShare = 0.02;
        const auto three = lossSizes(bceWith(3, Normalise::Elements), {}, {}, scene);
        QVERIFY(near(three.objectness.loss, 3, 1e-12) && near(three.cls.gradient, 3, 1e-12));
        const auto sum = lossSizes(bceWith(1, Normalise::Sum), {}, {}, scene);
        QVERIFY(near(sum.objectness.loss, 1000, 1e-9));
        QVERIFY(near(sum.cls.loss, 1000 * 0.02 * 4, 1e-9)); // twenty rows of four classes
        const auto positives = lossSizes(bceWith(1, Normalise::Positives), {}, {}, scene);
        QVERIFY(near(positives.objectness.loss, 50, 1e-9));
        QVERIFY(near(positives.cls.loss, 4, 1e-9)); // one positive in four elements

        // Weights that sum to one over equally frequent classes make the class term smaller by their number.
        const std::vector<double> counts{30, 30, 30, 30, 30};
        const auto weighted = lossSizes(LossSpec{}, counts, classWeights(ClassWeightRule::SumToOne, counts, 0));
        QVERIFY(near(weighted.cls.loss, 0.2, 1e-12));
        QVERIFY(near(weighted.objectness.loss, 1, 1e-12));
    }
    void focalAtSinglePoints() {
        // No spread: positives at p = 1/2, negatives at p = 1/4; half the cells each, hard targets.
        StandIn scene;
        scene.width = 0;
        scene.positiveShare = 0.5;
        scene.positiveTarget = 1;
        scene.positiveMean = 0;
        scene.negativeMean = -std::log(3);
        LossSpec focal;
        focal.kind = LossKind::Focal;
        focal.gamma = 2;
        const double positive = std::log(2), negative = -std::log(0.75);
        const auto got = lossSizes(focal, {}, {}, scene);
        QVERIFY(near(got.objectness.loss, (positive / 4 + negative / 16) / (positive + negative), 1e-9));
        // p_t = 1/2: |slope| = (1-p_t)^2 |2 p_t ln p_t + p_t - 1|; p_t = 3/4 likewise
        const double half = 0.25 * std::fabs(2 * 0.5 * std::log(0.5) - 0.5), quarter = 0.0625 * std::fabs(1.5 * std::log(0.75) - 0.25);
        QVERIFY(near(got.objectness.gradient, (half + quarter) / (0.5 + 0.25), 1e-9));
    }
    void miningKeepsPositivesAndTheHardest() {
        StandIn scene;
        scene.width = 0;
        scene.positiveShare = 0.1;
        scene.positiveTarget = 1;
        scene.positiveMean = 0;
        scene.negativeMean = -std::log(3);
        LossSpec ohem;
        ohem.kind = LossKind::Ohem;
        ohem.ohemRatio = 2;
        const double positive = std::log(2), negative = -std::log(0.75);
        const auto got = lossSizes(ohem, {}, {}, scene);
        QVERIFY(near(got.objectness.loss, (positive + 2 * negative) / 3 / (0.1 * positive + 0.9 * negative), 1e-9));
    }
    void yoloFocalShrinksBothTerms() {
        const auto got = lossSizes(namedFormFrom("yolov5-focal")->spec, {}, {});
        QVERIFY(got.objectness.loss < 0.5 && got.objectness.loss > 0.01);
        QVERIFY(got.cls.loss < 0.5 && got.cls.loss > 0.01);
        const auto term = lossSizes(namedFormFrom("class-term")->spec, {}, {});
        QCOMPARE(term.objectness.loss, 1.0);
        QVERIFY(term.cls.loss < 0.5);
    }
    void saysItInOneSentence() {
        QCOMPARE(sizeText(0.1234), std::string("0.123"));
        QCOMPARE(sizeText(8.333), std::string("8.33"));
        QCOMPARE(sizeText(2), std::string("2"));
        QCOMPARE(sizeText(120), std::string("120"));
        QCOMPARE(sizeText(134400), std::string("134,400"));
        QCOMPARE(sizeText(0.004567), std::string("0.00457"));
        QCOMPARE(sizeSentence("objectness", {0.12, 0.2}, "obj", 1, " on the first batch"),
                 std::string("The objectness term is 0.12 times as large as with BCE on the first batch, its gradient 0.2 times; "
                             "`obj: 8.33` in the hyp file would compensate."));
        QCOMPARE(sizeSentence("class", {0.00025, 0.00025}, "cls", 0.5, "").find("`cls: 2000`") != std::string::npos, true);
        QVERIFY(sizeSentence("class", {1.01, 1.1}, "cls", 0.5, "").empty());
    }
};

QTEST_APPLESS_MAIN(TestNamedForms)
#include "tst_named_forms.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// The training loss of every choice against the same formulas in doubles, element by element: values and gradients.
#include <array>
#include <cmath>
#include <set>

#include <ATen/ATen.h>
#include <QtTest>

#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/hard_examples.h"
#include "core/loss/losses.h"
#include "core/train/class_counts.h"
#include "core/train/detection_loss.h"

using namespace intersect;
using namespace intersect::loss;
using namespace intersect::train;

namespace {

constexpr std::int64_t kImages = 2, kAnchors = 3, kRows = 6, kColumns = 8, kClasses = 3;
constexpr double kBalance = 4; ///< of the only level

const std::vector<TargetRow> kTargets{{0, 0, 0.30F, 0.30F, 0.20F, 0.30F}, {1, 2, 0.70F, 0.60F, 0.25F, 0.30F}};

LevelShape shape() {
    LevelShape level;
    level.nx = kColumns;
    level.ny = kRows;
    level.anchors = {{1.5F, 2.0F}, {2.0F, 1.5F}, {3.0F, 3.0F}};
    return level;
}

float logit(float p) {
    return std::log(p / (1 - p));
}

/// An output whose boxes fit their objects exactly, so that every assigned cell's objectness target is 1.
at::Tensor output(const std::vector<Assignment>& rows) {
    at::Tensor raw = at::empty({kImages, kAnchors, kRows, kColumns, 5 + kClasses});
    float* value = raw.data_ptr<float>();
    for (std::int64_t i = 0; i < raw.numel(); ++i)
        value[i] = 2.5F * std::sin(0.7F * static_cast<float>(i)) - 1;
    const LevelShape level = shape();
    auto cells = raw.accessor<float, 5>();
    for (const Assignment& row : rows) {
        auto cell = cells[row.image][row.anchor][row.gj][row.gi];
        const auto& anchor = level.anchors[static_cast<std::size_t>(row.anchor)];
        cell[0] = logit((row.tx + 0.5F) / 2);
        cell[1] = logit((row.ty + 0.5F) / 2);
        cell[2] = logit(std::sqrt(row.tw / anchor[0]) / 2);
        cell[3] = logit(std::sqrt(row.th / anchor[1]) / 2);
    }
    return raw;
}

/// Unreduced losses of one term, in doubles.
struct Term {
    std::vector<double> losses, slopes;
    std::vector<std::uint8_t> positive;
    double positives = 0;

    void add(const LossSpec& spec, double x, bool isPositive, const ElementFactors<double>& factors, double weight) {
        const double target = isPositive ? 1 : 0;
        const Dual one = elementLoss(spec, variable(x), Dual{target, 0}, Dual{target, 0}, factors);
        losses.push_back(one.value * weight);
        slopes.push_back(one.derivative * weight);
        positive.push_back(isPositive ? 1 : 0);
    }
    /// The reduced loss; slopes become those of the reduced loss.
    double reduce(const LossSpec& spec) {
        std::vector<bool> counted(losses.size(), spec.kind != LossKind::Ohem);
        if (spec.kind == LossKind::Ohem)
            for (const std::int64_t i : hardExamples(losses, positive, spec.ohemRatio))
                counted[static_cast<std::size_t>(i)] = true;
        double sum = 0, number = 0;
        for (std::size_t i = 0; i < losses.size(); ++i) {
            sum += counted[i] ? losses[i] : 0;
            number += counted[i] ? 1 : 0;
        }
        const double divisor = spec.normalise == Normalise::Elements    ? number
                               : spec.normalise == Normalise::Positives ? std::max(1.0, positives)
                                                                        : 1;
        for (std::size_t i = 0; i < losses.size(); ++i)
            slopes[i] = counted[i] ? slopes[i] / divisor : 0;
        return sum / divisor;
    }
};

bool near(double got, double want) {
    return std::fabs(got - want) <= 1e-6 + 2e-5 * std::fabs(want);
}

} // namespace

class TestLossChoices : public QObject {
    Q_OBJECT

    static DetectionLossSpec plain() {
        DetectionLossSpec spec;
        spec.gains = {0.05, 0.7, 0.5};
        spec.anchorsInCells = at::empty({1, kAnchors, 2});
        const LevelShape level = shape();
        for (std::size_t i = 0; i < 6; ++i)
            spec.anchorsInCells.data_ptr<float>()[i] = level.anchors[i / 2][i % 2];
        spec.classCounts = {6, 3, 1};
        return spec;
    }

    /// One choice in both ways.
    static void compare(const DetectionLossSpec& spec, const std::vector<TargetRow>& targets) {
        const LossSpec& element = spec.element;
        const std::vector<Assignment> rows = assignTargets(targets, shape(), spec.anchorT);
        at::Tensor raw = output(rows);
        const auto value = raw.accessor<float, 5>();
        std::set<std::array<int, 4>> hit;
        for (const Assignment& row : rows)
            hit.insert({row.image, row.anchor, row.gj, row.gi});
        QCOMPARE(hit.size(), rows.size()); // the objects lie apart
        const double cells = kImages * kAnchors * kRows * kColumns, positives = static_cast<double>(hit.size());

        ElementFactors<double> factors = factorsOf(element);
        const std::vector<double> two =
            classWeights(ClassWeightRule::ClassBalanced, std::vector<double>{positives, cells - positives}, element.beta);
        if (element.kind == LossKind::Balanced)
            factors.pair = {(cells - positives) / cells, positives / cells};
        else if (element.kind == LossKind::ClassBalanced)
            factors.pair = {two[0], two[1]};
        Term objectness;
        objectness.positives = positives;
        for (int image = 0; image < kImages; ++image)
            for (int anchor = 0; anchor < kAnchors; ++anchor)
                for (int gj = 0; gj < kRows; ++gj)
                    for (int gi = 0; gi < kColumns; ++gi)
                        objectness.add(element, value[image][anchor][gj][gi][4],
                                       hit.contains({image, anchor, gj, gi}), factors, 1);
        Term classes;
        classes.positives = static_cast<double>(rows.size());
        for (const Assignment& row : rows)
            for (int c = 0; c < kClasses; ++c) {
                const auto at = static_cast<std::size_t>(c);
                ElementFactors<double> own = factorsOf(element);
                if (!element.classPositiveWeight.empty())
                    own.positiveWeight = element.classPositiveWeight[at];
                if (!element.classAlpha.empty())
                    own.alpha = element.classAlpha[at];
                const double boxes = spec.classCounts[at];
                if (element.kind == LossKind::Balanced)
                    own.pair = {(10 - boxes) / 10, boxes / 10};
                else if (element.kind == LossKind::ClassBalanced) {
                    const double weight =
                        classWeights(ClassWeightRule::ClassBalanced, spec.classCounts, element.beta)[at];
                    own.pair = {weight, weight};
                }
                classes.add(element, value[row.image][row.anchor][row.gj][row.gi][5 + c], c == row.classId, own,
                            spec.classWeights.empty() ? 1 : spec.classWeights[at]);
            }

        const DetectionLossValue got = detectionLoss({raw}, targets, spec, true);
        const double wantedObj = objectness.reduce(element) * spec.gains.obj * kBalance;
        const double wantedCls = rows.empty() ? 0 : classes.reduce(element) * spec.gains.cls;
        QVERIFY2(near(got.obj, wantedObj), (formatShortest(got.obj) + " " + formatShortest(wantedObj)).c_str());
        QVERIFY2(near(got.cls, wantedCls), (formatShortest(got.cls) + " " + formatShortest(wantedCls)).c_str());
        const at::Tensor slopes = got.gradients[0].select(4, 4).contiguous();
        for (std::size_t i = 0; i < objectness.slopes.size(); ++i)
            QVERIFY(near(slopes.data_ptr<float>()[i], objectness.slopes[i] * spec.gains.obj * kBalance * kImages));
        const auto gradient = got.gradients[0].accessor<float, 5>();
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (std::size_t c = 0; c < kClasses; ++c)
                QVERIFY(near(gradient[rows[i].image][rows[i].anchor][rows[i].gj][rows[i].gi][5 + static_cast<int>(c)],
                             classes.slopes[i * kClasses + c] * spec.gains.cls * kImages));
    }

private Q_SLOTS:
    void everyKind_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("normalise");
        QTest::addColumn<bool>("objects");
        for (const std::string& name : lossNames())
            for (const Normalise normalise : {Normalise::Elements, Normalise::Positives, Normalise::Sum})
                for (const bool objects : {true, false})
                    QTest::addRow("%s %s %s", name.c_str(), normaliseName(normalise), objects ? "objects" : "empty")
                        << static_cast<int>(*lossKindFromName(name)) << static_cast<int>(normalise) << objects;
    }
    void everyKind() {
        QFETCH(int, kind);
        QFETCH(int, normalise);
        QFETCH(bool, objects);
        DetectionLossSpec spec = plain();
        spec.element.kind = static_cast<LossKind>(kind);
        spec.element.normalise = static_cast<Normalise>(normalise);
        spec.element.beta = 0.9;
        compare(spec, objects ? kTargets : std::vector<TargetRow>{});
    }
    void numbersOfEachClass() {
        DetectionLossSpec spec = plain();
        spec.element.kind = LossKind::Focal;
        spec.element.positiveWeight = 2;
        spec.element.alpha = 0.25;
        spec.element.classPositiveWeight = {1, 5, 3};
        spec.element.classAlpha = {0.25, 0.5, 0.9};
        spec.classWeights = {0.5, 2, 1.5};
        compare(spec, kTargets);
    }
    void ohemKeepsTheRatio() {
        DetectionLossSpec spec = plain();
        spec.element.kind = LossKind::Ohem;
        spec.element.ohemRatio = 1;
        compare(spec, kTargets);
        const auto rows = assignTargets(kTargets, shape(), spec.anchorT);
        const auto got = detectionLoss({output(rows)}, kTargets, spec, true);
        QCOMPARE(got.gradients[0].select(4, 4).ne(0).sum().item<std::int64_t>(),
                 static_cast<std::int64_t>(2 * rows.size()));
    }
    void listsMustFitTheClasses() {
        runs::TrainConfig config;
        QVERIFY(checkLossClasses(config, 3).has_value());
        config.loss.classPositiveWeight = {1, 2};
        QVERIFY(!checkLossClasses(config, 3));
        QVERIFY(checkLossClasses(config, 2).has_value());
        config.loss.classAlpha = {0.1, 0.2, 0.3};
        const auto refused = checkLossClasses(config, 2);
        QVERIFY(!refused && refused.error().message.find("--alpha") != std::string::npos);
    }
    void countsTheBoxesOfTheTrainList() {
        TrainingData data;
        data.yaml.names = {"car", "bus", "van"};
        data.train.resize(2);
        for (const int id : {0, 2, 0}) {
            data::Label label;
            label.classId = id;
            data.train[id == 2 ? 1 : 0].labels.push_back(label);
        }
        QCOMPARE(classCounts(data), (std::vector<double>{2, 0, 1}));
    }
};

QTEST_APPLESS_MAIN(TestLossChoices)
#include "tst_loss_choices.moc"

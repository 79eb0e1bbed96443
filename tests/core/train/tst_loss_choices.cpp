// SPDX-License-Identifier: GPL-3.0-or-later
// The training loss of every choice against the same formulas in doubles, element by element: values and gradients.
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <ATen/ATen.h>
#include <QtTest>

#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/hard_examples.h"
#include "core/loss/losses.h"
#include "core/runs/pt_shares.h"
#include "core/train/class_counts.h"
#include "core/train/detection_loss.h"
#include "core/train/loss_report.h"
#include "core/train/pt_recorder.h"
#include "core/train/start_network.h"

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

    /// Where the record says the predictions lie, against a count of our own; the losses of its bins add up to the printed ones.
    static void compareRecord(const runs::PtRecord& record, const DetectionLossValue& got, const std::vector<Assignment>& rows,
                              const at::TensorAccessor<float, 5>& value, const DetectionLossSpec& spec) {
        std::map<std::array<int, 4>, int> owner;
        for (const Assignment& row : rows)
            owner[{row.image, row.anchor, row.gj, row.gi}] = row.classId;
        const auto barOf = [](float x, bool positive) {
            const double p = 1 / (1 + std::exp(-static_cast<double>(x)));
            return static_cast<std::size_t>(std::min(static_cast<int>((positive ? p : 1 - p) * runs::kPtBars), runs::kPtBars - 1));
        };
        const auto add = [](double& sum, const runs::PtHistogram& histogram) {
            runs::PtCounts counts{};
            for (const runs::PtBin& bin : histogram.bins) {
                counts[static_cast<std::size_t>(runs::ptBarOf(bin.bin))] += bin.count;
                sum += bin.loss;
            }
            return counts;
        };
        std::map<int, runs::PtCounts> cells; // by class, -1 for none
        for (int image = 0; image < kImages; ++image)
            for (int anchor = 0; anchor < kAnchors; ++anchor)
                for (int gj = 0; gj < kRows; ++gj)
                    for (int gi = 0; gi < kColumns; ++gi) {
                        const auto mine = owner.find({image, anchor, gj, gi});
                        const int id = mine == owner.end() ? -1 : mine->second;
                        ++cells[id][barOf(value[image][anchor][gj][gi][4], id >= 0)];
                    }
        QCOMPARE(record.epoch, 3);
        double obj = 0, cls = 0;
        QVERIFY(add(obj, record.objectNegatives) == cells[-1]);
        QCOMPARE(record.objectPositives.size(), cells.size() - 1);
        for (const auto& [id, histogram] : record.objectPositives)
            QVERIFY(add(obj, histogram) == cells[id]);
        std::map<int, runs::PtCounts> own, others;
        for (const Assignment& row : rows)
            ++own[row.classId][barOf(value[row.image][row.anchor][row.gj][row.gi][5 + row.classId], true)];
        for (const Assignment& row : rows)
            for (int c = 0; c < kClasses; ++c)
                if (c != row.classId)
                    ++others[own.contains(c) ? c : runs::kPtOtherClasses]
                            [barOf(value[row.image][row.anchor][row.gj][row.gi][5 + c], false)];
        QCOMPARE(record.classPositives.size(), own.size());
        QCOMPARE(record.classNegatives.size(), others.size());
        for (const auto& [id, histogram] : record.classPositives)
            QVERIFY(add(cls, histogram) == own[id]);
        for (const auto& [id, histogram] : record.classNegatives)
            QVERIFY(add(cls, histogram) == others[id]);
        // Weights, mean logits and targets of the bins give the printed loss again, as near as bins can.
        if (spec.element.kind == LossKind::Bce && spec.element.normalise == Normalise::Elements) {
            const auto again = [](const runs::PtHistogram& histogram, double sign) {
                double sum = 0;
                for (const runs::PtBin& bin : histogram.bins)
                    sum += bin.weight * elementLoss(LossSpec{}, sign * bin.logit, bin.target);
                return sum;
            };
            double objAgain = again(record.objectNegatives, -1), clsAgain = 0;
            for (const auto& [id, histogram] : record.objectPositives)
                objAgain += again(histogram, 1);
            for (const auto& [id, histogram] : record.classPositives)
                clsAgain += again(histogram, 1);
            for (const auto& [id, histogram] : record.classNegatives)
                clsAgain += again(histogram, -1);
            QVERIFY(std::fabs(objAgain * spec.gains.obj - got.obj) <= 1e-3 * got.obj);
            QVERIFY(std::fabs(clsAgain * spec.gains.cls - got.cls) <= 1e-3 * got.cls);
        }
        QVERIFY2(near(obj, got.obj), (formatShortest(obj) + " " + formatShortest(got.obj)).c_str());
        QVERIFY2(near(cls, got.cls), (formatShortest(cls) + " " + formatShortest(got.cls)).c_str());
        QVERIFY(spec.gains.obj > 0 && !record.positives); // no record before it
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

        PtRecorder recorder;
        const DetectionLossValue got = detectionLoss({raw}, targets, spec, true, [&recorder](const ElementsSeen& seen) { recorder.add(seen); });
        compareRecord(recorder.finish(3), got, rows, value, spec);
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
    void servesOneTermOnly() {
        DetectionLossSpec spec = plain();
        const at::Tensor raw = output(assignTargets(kTargets, shape(), spec.anchorT));
        const auto bce = detectionLoss({raw}, kTargets, spec, false);
        spec.element.kind = LossKind::Ohem;
        spec.element.normalise = Normalise::Sum;
        spec.element.termWeight = 2;
        const auto both = detectionLoss({raw}, kTargets, spec, false);
        QVERIFY(!near(both.obj, bce.obj) && !near(both.cls, bce.cls));
        spec.element.terms = LossTerms::Class;
        const auto cls = detectionLoss({raw}, kTargets, spec, false);
        QCOMPARE(cls.obj, bce.obj);
        QCOMPARE(cls.cls, both.cls);
        spec.element.terms = LossTerms::Objectness;
        const auto obj = detectionLoss({raw}, kTargets, spec, false);
        QCOMPARE(obj.obj, both.obj);
        QCOMPARE(obj.cls, bce.cls);
    }
    void reportsTheSizeOfTheTerms() {
        DetectionLossSpec spec = plain();
        spec.element.termWeight = 2;
        spec.classWeights = {3, 3, 3};
        const at::Tensor raw = output(assignTargets(kTargets, shape(), spec.anchorT));
        const auto value = detectionLoss({raw}, kTargets, spec, true);
        const auto sizes = measuredSizes({raw}, kTargets, spec, value);
        QVERIFY(near(sizes.objectness.loss, 2) && near(sizes.objectness.gradient, 2));
        QVERIFY(near(sizes.cls.loss, 6) && near(sizes.cls.gradient, 6));
        runs::HyperParameters hyp;
        hyp.obj = 1;
        hyp.cls = 0.6;
        const std::string text = lossSizeReport({raw}, kTargets, spec, value, hyp);
        QVERIFY2(text.starts_with("Trains with BCE (term weight 2), classes weighted."), text.c_str());
        QVERIFY2(text.find("`obj: 0.5`") != std::string::npos && text.find("`cls: 0.1`") != std::string::npos, text.c_str());
        const DetectionLossSpec bce = plain();
        QVERIFY(lossSizeReport({raw}, kTargets, bce, detectionLoss({raw}, kTargets, bce, true), hyp).empty());
    }
    void priorsSetTheStartBias_data() {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<bool>("scaled");
        QTest::newRow("yolov5n") << QByteArray("yolov5n") << false;
        QTest::newRow("yolov7-tiny") << QByteArray("yolov7-tiny") << true;
    }
    /// What the head says where nothing is seen (an input of its last convolution of 0) is the prior, on objectness only.
    void priorsSetTheStartBias() {
        QFETCH(QByteArray, model);
        QFETCH(bool, scaled);
        runs::TrainConfig config;
        config.model = model.toStdString();
        const auto before = startNetwork(config, {"car", "bus"});
        config.prior = 0.01;
        const auto after = startNetwork(config, {"car", "bus"});
        QVERIFY2(after->said.find("-4.595120") != std::string::npos, after->said.c_str());
        QCOMPARE(before->said.find("prior"), std::string::npos);
        std::map<std::string, at::Tensor> old;
        for (const auto& [name, tensor] : before->network.parameters())
            old[name] = tensor;
        const auto& graph = after->network.graph();
        int heads = 0, scales = 0;
        for (const model::Op& op : graph.ops) {
            if (op.kind != model::OpKind::Conv || op.bias < 0)
                continue;
            ++heads;
            const at::Tensor now = after->network.tensor(op.bias), then = old.at(graph.tensors[static_cast<std::size_t>(op.bias)].name);
            at::Tensor scale = at::ones({now.numel()});
            for (const model::Op& other : graph.ops)
                if (other.unit == op.unit && other.kind == model::OpKind::ChannelScale) {
                    scale = after->network.tensor(other.implicit).flatten();
                    ++scales;
                }
            for (std::int64_t c = 0; c < now.numel(); ++c) {
                const float value = now[c].item<float>();
                if (c % 7 == 4)
                    QVERIFY(std::fabs(value * scale[c].item<float>() + 4.595120F) < 1e-5F);
                else
                    QCOMPARE(value, then[c].item<float>());
            }
        }
        QCOMPARE(heads, 3);
        QCOMPARE(scales, scaled ? 3 : 0);
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

    void cellsThatCrossOneHalf() {
        // Four cells: an object's that rises, an object's that stays, and of the others one that becomes hard and one that becomes easy.
        const auto seen = [](const std::vector<float>& logits) {
            ElementsSeen one;
            one.objectness = at::tensor(logits).view({1, 1, 1, 4});
            one.owners = at::tensor(std::vector<int>{2, 2, -1, -1}, at::kInt).view({1, 1, 1, 4});
            one.objectnessTarget = at::zeros({1, 1, 1, 4});
            one.objectnessLoss = at::ones({1, 1, 1, 4});
            one.objectnessWeight = 0.25;
            return one;
        };
        PtRecorder recorder;
        recorder.add(seen({-1, 1, -2, 2}));
        QVERIFY(!recorder.finish(1).negatives);
        recorder.add(seen({1, 2, 1, -1}));
        const runs::PtRecord second = recorder.finish(2);
        QVERIFY(second.positives == (runs::PtCrossings{1, 0, 2}));
        QVERIFY(second.negatives == (runs::PtCrossings{1, 1, 2}));
        recorder.add(seen({1, 2, 1, -1}));
        QVERIFY(recorder.finish(3).positives == (runs::PtCrossings{0, 0, 2})); // nothing moved
    }
};

QTEST_APPLESS_MAIN(TestLossChoices)
#include "tst_loss_choices.moc"

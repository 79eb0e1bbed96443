// SPDX-License-Identifier: GPL-3.0-or-later
// One YOLOv5 training step after another against the reference's losses, gradients, parameters and averages.
#include <algorithm>
#include <cmath>
#include <map>

#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/train/detection_loss.h"
#include "core/train/freezing.h"
#include "core/train/optimizer.h"
#include "core/train/schedule.h"
#include "core/weights/checkpoint.h"
#include "tests/core/train/golden_tables.h"
#include "tests/support/npy.h"

using namespace intersect;
using namespace intersect::train;
using namespace intersect::tests;

namespace {

nn::Network startNetwork() {
    return nn::Network::fromArrays(weights::readWeights(shared("weights/yolov5n.pt")).value()).value();
}

/// The reference batch as the trainer feeds it: channels last, 0..1.
at::Tensor batchInput() {
    const auto pixels = readNpy<std::uint8_t>(trainingFile("batch_images.npy"));
    std::vector<std::int64_t> shape(pixels.shape.begin(), pixels.shape.end());
    return at::from_blob(const_cast<std::uint8_t*>(pixels.values.data()), shape, at::kByte)
        .to(at::kFloat)
        .div_(255)
        .contiguous(at::MemoryFormat::ChannelsLast);
}

DetectionLossSpec lossSpec(const nn::Network& network) {
    const runs::HyperParameters hyp;
    DetectionLossSpec spec;
    spec.gains = lossGains(hyp, 80, 640, 3);
    spec.anchorsInCells = network.anchorsInCells();
    return spec;
}

bool near(double got, double wanted, double relative) {
    return std::abs(got - wanted) <= relative * std::abs(wanted) + 1e-12;
}

double lengthOf(const at::Tensor& tensor) {
    return tensor.to(at::kDouble).norm().item<double>();
}

std::string withNumbers(const std::string& what, double got, double wanted) {
    return what + ": " + formatShortest(got) + ", wanted " + formatShortest(wanted);
}

#define VERIFY_NEAR(got, wanted, relative, what)                                                                       \
    QVERIFY2(near(got, wanted, relative), withNumbers(what, got, wanted).c_str())

} // namespace

class TestTrainingStep : public QObject {
    Q_OBJECT
    at::Tensor m_input;
    std::vector<TargetRow> m_targets;

    /// Batch statistics, or the running ones.
    static void addModes() {
        QTest::addColumn<bool>("batchStatistics");
        QTest::newRow("bn_train_float32") << true;
        QTest::newRow("bn_eval_float32") << false;
    }

private Q_SLOTS:
    void initTestCase() {
        NEED_SHARED("reference/yolov5_training");
        m_input = batchInput();
        m_targets = batchTargets();
    }

    void losses_data() { addModes(); }
    void losses() {
        QFETCH(bool, batchStatistics);
        nn::Network network = startNetwork();
        network.setTraining(batchStatistics);
        const at::NoGradGuard constant;
        const auto raw = network.forward(m_input);
        const Json golden = trainingJson("losses.json")[QTest::currentDataTag()];
        QCOMPARE(golden.size(), std::size_t(8));
        for (const auto& [name, wanted] : golden.items()) {
            DetectionLossSpec spec = lossSpec(network);
            std::vector<TargetRow> targets = m_targets;
            if (name == "fl_gamma_1.5") {
                spec.element.kind = loss::LossKind::Focal;
                spec.element.gamma = 1.5;
                spec.element.alpha = 0.25;
            } else if (name == "cls_pw_2") {
                spec.clsPositiveWeight = 2;
            } else if (name == "obj_pw_2") {
                spec.objPositiveWeight = 2;
            } else if (name == "label_smoothing_0.1") {
                spec.labelSmoothing = 0.1;
            } else if (name == "anchor_t_2") {
                spec.anchorT = 2;
            } else if (name == "base_no_targets_at_all") {
                targets.clear();
            } else if (name == "base_image2_without_targets") {
                std::erase_if(targets, [](const TargetRow& row) { return row.image == 2; });
            } else {
                QCOMPARE(name, std::string("base"));
            }
            const DetectionLossValue got = detectionLoss(raw, targets, spec, false);
            VERIFY_NEAR(got.box, wanted["box"].get<double>(), 2e-5, name + " box");
            VERIFY_NEAR(got.obj, wanted["obj"].get<double>(), 2e-5, name + " obj");
            VERIFY_NEAR(got.cls, wanted["cls"].get<double>(), 2e-5, name + " cls");
            VERIFY_NEAR(got.total, wanted["total_times_batch"].get<double>(), 2e-5, name + " total");
            QVERIFY(got.gradients.empty());
        }
    }

    void oneClassHasNoClassLoss() {
        const LevelShape level = levelsAt640x384()[0];
        DetectionLossSpec spec;
        spec.gains = {0.05, 1, 0.5};
        spec.anchorsInCells = at::empty({1, 3, 2});
        for (std::size_t i = 0; i < 6; ++i)
            spec.anchorsInCells.data_ptr<float>()[i] = level.anchors[i / 2][i % 2];
        const std::vector<TargetRow> one{{0, 0, 0.5F, 0.5F, 0.02F, 0.04F}};
        const auto got = detectionLoss({at::zeros({1, 3, 48, 80, 6})}, one, spec, true);
        QCOMPARE(got.cls, 0.0);
        QVERIFY(got.box > 0 && got.obj > 0);
        QVERIFY(at::isfinite(got.gradients[0]).all().item<bool>());
    }

    /// The gradient put together from the gathered values equals the quotient of small changes of the whole output.
    void gradientsAreThoseOfTheLoss() {
        nn::Network network = startNetwork();
        DetectionLossSpec spec = lossSpec(network);
        spec.element.kind = loss::LossKind::Focal;
        std::vector<at::Tensor> raw;
        {
            const at::NoGradGuard constant;
            for (const at::Tensor& level : network.forward(m_input))
                raw.push_back(level.clone());
        }
        const DetectionLossValue at0 = detectionLoss(raw, m_targets, spec, true);
        for (std::size_t level = 0; level < 3; ++level) {
            // Along the gradient itself the loss changes by its squared norm; the objectness targets move with the
            // boxes and are constant in the gradient, so that they are kept out of this check.
            at::Tensor along = at0.gradients[level].clone();
            along.narrow(4, 0, 4).zero_();
            const double slope = along.to(at::kDouble).pow(2).sum().item<double>();
            const double step = 1e-2 / std::sqrt(slope);
            std::vector<at::Tensor> up = raw, down = raw;
            up[level] = raw[level] + along * step;
            down[level] = raw[level] - along * step;
            const double quotient =
                (detectionLoss(up, m_targets, spec, false).total - detectionLoss(down, m_targets, spec, false).total) /
                (2 * step);
            VERIFY_NEAR(quotient, slope, 2e-2, "slope of level " + std::to_string(level));
        }
    }

    void groups() {
        nn::Network network = startNetwork();
        const Optimizer optimizer(network.parameters(), 0.0005);
        const Json golden = trainingJson("optimizer_groups.json");
        QCOMPARE(golden.size(), std::size_t(3));
        for (std::size_t group = 0; group < 3; ++group)
            QCOMPARE(toText(Json(optimizer.groups()[group])), toText(golden[group]["names"]));
    }

    /// YOLOv7: nothing but the weights of convolutions decays: no implicit values, no batch norms inside RepConv.
    void groupsOfYolov7() {
        const nn::Network network = nn::Network::build("yolov7", {"car"}, 0).value();
        const Optimizer optimizer(network.parameters(), 0.0005);
        std::map<std::string, at::Tensor> tensors;
        for (const auto& [name, tensor] : network.parameters())
            tensors[name] = tensor;
        for (const std::string& name : optimizer.groups()[1])
            QVERIFY2(tensors.at(name).size(0) > 1 && tensors.at(name).dim() == 4, name.c_str());
        const auto& still = optimizer.groups()[2];
        QCOMPARE(std::count_if(still.begin(), still.end(), [](const std::string& name) { return name.ends_with(".implicit"); }), 6);
        QCOMPARE(optimizer.groups()[0].size() + optimizer.groups()[1].size() + still.size(), tensors.size());
    }

    void freezing() {
        nn::Network network = startNetwork();
        const Json golden = trainingJson("freeze_10.json");
        intersect::runs::TrainConfig config;
        QVERIFY(intersect::runs::parseFreeze("10", config).has_value());
        const auto ten = frozenOf(config, network.graph());
        QVERIFY(ten.has_value());
        setLearning(network, ten->tensors);
        Json frozen = Json::array();
        for (const auto& [name, tensor] : network.parameters())
            if (!tensor.requires_grad())
                frozen.push_back(name);
        QCOMPARE(toText(frozen), toText(golden["frozen"]));

        // A step moves the batch statistics of the frozen part and nothing else of it.
        const nn::Network before = network.clone();
        network.setTraining(true);
        const auto raw = network.forward(m_input);
        Optimizer optimizer(network.parameters(), 0.0005);
        torch::autograd::backward(raw, detectionLoss(raw, m_targets, lossSpec(network), true).gradients);
        optimizer.step(0.01, 0.01, 0.937);
        const auto parametersBefore = before.parameters(), parametersNow = network.parameters();
        for (std::size_t i = 0; i < parametersNow.size(); ++i) {
            const auto& [name, tensor] = parametersNow[i];
            QCOMPARE(tensor.grad().defined(), tensor.requires_grad());
            QCOMPARE(at::equal(tensor.detach(), parametersBefore[i].second.detach()), !tensor.requires_grad());
        }
        const auto buffersBefore = before.buffers(), buffersNow = network.buffers();
        QVERIFY(!at::equal(buffersBefore[0].second, buffersNow[0].second));
    }

    void threeSteps_data() { addModes(); }
    void threeSteps() {
        QFETCH(bool, batchStatistics);
        const std::string mode = QTest::currentDataTag();
        const Json golden = trainingJson("sgd_steps.json")[mode];
        const auto parameterRows = trainingTable("sgd_parameters_" + mode + ".csv");
        nn::Network network = startNetwork();
        network.setTraining(batchStatistics);
        setLearning(network, {});
        const DetectionLossSpec spec = lossSpec(network);
        Optimizer optimizer(network.parameters(), 0.0005);
        MovingAverage average(network);
        std::vector<at::Tensor> start;
        for (const auto& [name, tensor] : network.parameters())
            start.push_back(tensor.detach().clone());
        QCOMPARE(parameterRows.size(), start.size());

        // torch's batch norm sums a channels-last batch less exactly (gradients differ by up to 6e-4): the numbers are
        // compared on the other order.
        const at::Tensor input = m_input.contiguous();
        const double lossTolerance = batchStatistics ? 1e-4 : 1e-3;
        for (int step = 1; step <= 3; ++step) {
            const Json& wanted = golden[static_cast<std::size_t>(step - 1)];
            const auto raw = network.forward(input);
            const DetectionLossValue loss = detectionLoss(raw, m_targets, spec, true);
            VERIFY_NEAR(loss.total, wanted["loss_before_step"].get<double>(), step == 1 ? 2e-5 : lossTolerance,
                        "loss " + std::to_string(step));
            torch::autograd::backward(raw, loss.gradients);
            if (step == 1)
                compareGradients(network, mode);
            const double gradientNorm = optimizer.clipGradients(10);
            VERIFY_NEAR(gradientNorm, wanted["grad_norm_before_clip"].get<double>(), step == 1 ? 1e-4 : 2e-3,
                        "norm " + std::to_string(step));
            optimizer.step(0.01, 0.01, 0.937);
            optimizer.clearGradients();
            average.update(network);
            VERIFY_NEAR(emaDecay(average.updates()), wanted["ema_decay"].get<double>(), 1e-12, "EMA decay");
            const auto now = network.parameters();
            for (std::size_t i = 0; i < now.size(); ++i) {
                const auto& row = parameterRows[i];
                QCOMPARE(now[i].first, row.at("name"));
                const std::string number = std::to_string(step);
                VERIFY_NEAR(lengthOf(now[i].second.detach()), numberIn(row, "l2_after_" + number),
                            1e-6 * (batchStatistics ? 1 : 10), now[i].first);
                VERIFY_NEAR(lengthOf(now[i].second.detach() - start[i]), numberIn(row, "update_l2_" + number),
                            batchStatistics ? 2e-3 : 4e-3, now[i].first + " moved in step " + number);
            }
        }
        {
            const at::NoGradGuard constant;
            const DetectionLossValue after = detectionLoss(network.forward(input), m_targets, spec, false);
            VERIFY_NEAR(after.total, golden[3]["loss"].get<double>(), lossTolerance, "loss after three steps");
        }
        const auto averaged = average.network().parameters();
        for (std::size_t i = 0; i < averaged.size(); ++i) {
            VERIFY_NEAR(lengthOf(averaged[i].second), numberIn(parameterRows[i], "ema_l2_after_3"),
                        1e-6 * (batchStatistics ? 1 : 10), averaged[i].first);
            VERIFY_NEAR(lengthOf(averaged[i].second - start[i]),
                        numberIn(parameterRows[i], "ema_minus_start_l2_after_3"), batchStatistics ? 2e-3 : 4e-3,
                        averaged[i].first + " averaged");
        }
        std::map<std::string, at::Tensor> buffers;
        for (const auto& [name, tensor] : average.network().buffers())
            buffers[name] = tensor;
        const auto bufferRows = trainingTable("ema_buffers.csv");
        QVERIFY(bufferRows.size() > 100);
        for (const auto& row : bufferRows)
            VERIFY_NEAR(lengthOf(buffers.at(row.at("name"))), numberIn(row, "ema_l2_after_3_" + mode), 2e-5,
                        row.at("name"));
    }

private:
    static void compareGradients(const nn::Network& network, const std::string& mode) {
        const auto rows = trainingTable("gradients_l2.csv");
        const auto parameters = network.parameters();
        QCOMPARE(rows.size(), parameters.size() + 1);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            QCOMPARE(parameters[i].first, rows[i].at("name"));
            VERIFY_NEAR(lengthOf(parameters[i].second.grad()), numberIn(rows[i], mode), 1e-4,
                        "gradient of " + parameters[i].first);
        }
    }
};

QTEST_APPLESS_MAIN(TestTrainingStep)
#include "tst_training_step.moc"

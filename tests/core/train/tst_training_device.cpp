// SPDX-License-Identifier: GPL-3.0-or-later
// Training on another device than the CPU, on one made up: everything is there that should be, and the numbers are the CPU's.
#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/loss/loss_spec.h"
#include "core/nn/device.h"
#include "core/nn/fast_forward.h"
#include "core/train/bfloat16_scope.h"
#include "core/train/detection_loss.h"
#include "core/train/freezing.h"
#include "core/train/frozen_prefix.h"
#include "core/train/loss_report.h"
#include "core/train/optimizer.h"
#include "tests/core/nn/far_device.h"
#include "tests/core/nn/lively_network.h"

using namespace intersect;
using namespace intersect::train;
using namespace intersect::tests;

namespace {

const std::vector<TargetRow> kTargets{{0, 0, 0.30F, 0.30F, 0.40F, 0.30F}, {1, 2, 0.70F, 0.60F, 0.25F, 0.50F}, {1, 1, 0.52F, 0.50F, 0.60F, 0.50F}};

/// In the order of memory that our own vector code leaves to LibTorch, so that both devices sum alike.
at::Tensor pictures() {
    return randomPictures(2, 64, 96).contiguous();
}

DetectionLossSpec lossSpec(const nn::Network& network) {
    DetectionLossSpec spec;
    spec.gains = {0.05, 1, 0.5};
    spec.anchorsInCells = network.anchorsInCells();
    spec.classCounts = {6, 3, 1, 2};
    spec.classWeights = {0.5, 2, 1.5, 1};
    spec.labelSmoothing = 0.1;
    return spec;
}

/// Largest difference by the largest number.
double gap(const at::Tensor& got, const at::Tensor& wanted) {
    const at::Tensor a = got.detach().cpu().to(at::kDouble), b = wanted.detach().cpu().to(at::kDouble);
    return (a - b).abs().max().item<double>() / std::max(1e-30, b.abs().max().item<double>());
}

double gap(const std::vector<std::byte>& got, const std::vector<std::byte>& wanted) {
    const auto floats = [](const std::vector<std::byte>& bytes) {
        return at::from_blob(const_cast<std::byte*>(bytes.data()), {static_cast<std::int64_t>(bytes.size() / sizeof(float))}, at::kFloat);
    };
    return gap(floats(got), floats(wanted));
}

#define VERIFY_SAME(got, wanted, what) QVERIFY2(gap(got, wanted) < 1e-6, qPrintable(QString::fromStdString(what) + QString::number(gap(got, wanted))))

} // namespace

class TestTrainingDevice : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { openFarDevice(); }

    void theDeviceIsFar() {
        const at::Tensor near = at::ones({3}), far = near.to(kFar);
        QVERIFY(canBeRead(near));
        QVERIFY(!canBeRead(far));
        QVERIFY(at::equal((far + far).cpu(), near + near));
        QVERIFY_EXCEPTION_THROWN(far + near, std::exception);
        const int before = farWaits();
        nn::finishWork(kFar);
        nn::finishWork(at::kCPU);
        QCOMPARE(farWaits(), before + 1);
        QCOMPARE(nn::freeDeviceMemory(kFar), std::int64_t(0)); // it does not tell
    }

    void stepsAreThoseOfTheCpu_data() {
        QTest::addColumn<QString>("optimizer");
        QTest::newRow("SGD") << "SGD";
        QTest::newRow("Adam") << "Adam";
        QTest::newRow("AdamW") << "AdamW";
    }
    void stepsAreThoseOfTheCpu() {
        QFETCH(QString, optimizer);
        nn::Network near = livelyNetwork("yolov5n"), far = near.clone();
        far.moveTo(kFar);
        QCOMPARE(near.device(), at::Device(at::kCPU));
        QCOMPARE(far.device(), kFar);
        for (const auto& [name, tensor] : far.state())
            QVERIFY2(!canBeRead(tensor), name.c_str());
        const OptimizerKind kind = optimizerKindFrom(optimizer.toStdString());
        Optimizer nearSteps(near.parameters(), 0.05, kind), farSteps(far.parameters(), 0.05, kind);
        MovingAverage nearAverage(near), farAverage(far);
        const DetectionLossSpec spec = lossSpec(near);
        const at::Tensor images = pictures();
        for (nn::Network* network : {&near, &far}) {
            network->setTraining(true);
            setLearning(*network, {});
        }
        for (int step = 0; step < 3; ++step) {
            const auto nearRaw = near.forward(images), farRaw = far.forward(images.to(kFar));
            for (std::size_t level = 0; level < nearRaw.size(); ++level)
                VERIFY_SAME(farRaw[level], nearRaw[level], "output ");
            // The same gradients for both, so that only the update rules may differ.
            const auto nearLoss = detectionLoss(nearRaw, kTargets, spec, true), farLoss = detectionLoss(farRaw, kTargets, spec, true);
            QVERIFY(std::fabs(farLoss.total - nearLoss.total) < 1e-6 * nearLoss.total);
            torch::autograd::backward(nearRaw, nearLoss.gradients);
            torch::autograd::backward(farRaw, farLoss.gradients);
            const auto nearParameters = near.parameters(), farParameters = far.parameters();
            for (std::size_t i = 0; i < nearParameters.size(); ++i)
                farParameters[i].second.mutable_grad().copy_(nearParameters[i].second.grad());
            const double norm = nearSteps.clipGradients(10);
            QVERIFY(norm > 10);
            QVERIFY(std::fabs(farSteps.clipGradients(10) - norm) < 1e-6 * norm);
            nearSteps.step(0.01, 0.001, 0.9);
            farSteps.step(0.01, 0.001, 0.9);
            nearSteps.clearGradients();
            farSteps.clearGradients();
            nearAverage.update(near);
            farAverage.update(far);
            for (std::size_t i = 0; i < nearParameters.size(); ++i)
                VERIFY_SAME(farParameters[i].second, nearParameters[i].second, nearParameters[i].first + " ");
            // Weights are read back for the next step: what differs may not add up.
            const at::NoGradGuard constant;
            for (std::size_t i = 0; i < nearParameters.size(); ++i)
                farParameters[i].second.copy_(nearParameters[i].second);
        }
        const auto nearState = near.state(), farState = far.state();
        for (std::size_t i = 0; i < nearState.size(); ++i)
            VERIFY_SAME(farState[i].second, nearState[i].second, nearState[i].first + " ");

        // What is saved is the same, and a training there goes on from it.
        const auto nearArrays = nearAverage.network().toArrays(weights::DType::F32, {}), farArrays = farAverage.network().toArrays(weights::DType::F32, {});
        QCOMPARE(farArrays.arrays.size(), nearArrays.arrays.size());
        QVERIFY(farArrays.metadata.contains("anchors"));
        for (std::size_t i = 0; i < nearArrays.arrays.size(); ++i)
            if (nearArrays.arrays[i].type == weights::DType::F32)
                VERIFY_SAME(farArrays.arrays[i].bytes, nearArrays.arrays[i].bytes, nearArrays.arrays[i].name + " averaged ");
        const OptimizerState nearSaved = nearSteps.state(), farSaved = farSteps.state();
        QCOMPARE(farSaved.momentum.size(), nearSaved.momentum.size());
        QCOMPARE(farSaved.squares.size(), nearSaved.squares.size());
        for (std::size_t i = 0; i < nearSaved.momentum.size(); ++i)
            VERIFY_SAME(farSaved.momentum[i].bytes, nearSaved.momentum[i].bytes, nearSaved.momentum[i].name + " momentum ");
        for (std::size_t i = 0; i < nearSaved.squares.size(); ++i)
            VERIFY_SAME(farSaved.squares[i].bytes, nearSaved.squares[i].bytes, nearSaved.squares[i].name + " square ");
        Optimizer again(far.parameters(), 0.05, kind);
        QVERIFY(again.restore(farSaved));
        const OptimizerState saved = again.state();
        for (std::size_t i = 0; i < saved.momentum.size(); ++i)
            QVERIFY(saved.momentum[i].bytes == farSaved.momentum[i].bytes);
        MovingAverage average(far);
        QVERIFY(average.restore(farArrays, farAverage.updates()));
        QCOMPARE(average.network().device(), kFar);
    }

    void lossesAreThoseOfTheCpu_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("byCost");
        QTest::addColumn<bool>("objects");
        for (const std::string& name : loss::lossNames())
            for (const bool byCost : {false, true})
                for (const bool objects : {true, false})
                    QTest::addRow("%s%s%s", name.c_str(), byCost ? ", by cost" : "", objects ? "" : ", no objects")
                        << static_cast<int>(*loss::lossKindFromName(name)) << byCost << objects;
    }
    void lossesAreThoseOfTheCpu() {
        QFETCH(int, kind);
        QFETCH(bool, byCost);
        QFETCH(bool, objects);
        at::manual_seed(4);
        std::vector<at::Tensor> near, far;
        for (const int side : {8, 4, 2}) {
            near.push_back(at::randn({2, 3, side, side, 9}));
            far.push_back(near.back().to(kFar));
        }
        nn::Network network = livelyNetwork("yolov5n");
        DetectionLossSpec spec = lossSpec(network);
        spec.element.kind = static_cast<loss::LossKind>(kind);
        spec.element.alpha = 0.25;
        spec.dealByCost = byCost;
        const std::vector<TargetRow> targets = objects ? kTargets : std::vector<TargetRow>{};
        const DetectionLossValue wanted = detectionLoss(near, targets, spec, true);
        network.moveTo(kFar);
        spec.anchorsInCells = network.anchorsInCells();
        const DetectionLossValue got = detectionLoss(far, targets, spec, true);
        // Balanced without a positive: the negatives weigh m / (m + n) = 0.
        const bool nothing = !objects && spec.element.kind == loss::LossKind::Balanced;
        QVERIFY(nothing ? wanted.total == 0 : wanted.total > 0);
        QVERIFY(std::fabs(got.box - wanted.box) <= 1e-6 * wanted.box);
        QVERIFY(std::fabs(got.obj - wanted.obj) <= 1e-6 * wanted.obj);
        QVERIFY(std::fabs(got.cls - wanted.cls) <= 1e-6 * wanted.cls);
        for (std::size_t level = 0; level < near.size(); ++level) {
            QCOMPARE(got.gradients[level].device(), kFar);
            VERIFY_SAME(got.gradients[level], wanted.gradients[level], "gradient ");
        }
        QVERIFY(std::fabs(measuredSizes(far, targets, spec, got).objectness.gradient - measuredSizes(near, targets, spec, wanted).objectness.gradient) < 1e-5);
    }

    /// A frozen beginning, and what validation runs: levels come back to where they are read.
    void runsThereToo_data() {
        QTest::addColumn<QByteArray>("model");
        QTest::newRow("yolov5n") << QByteArray("yolov5n");
        QTest::newRow("yolov7-tiny") << QByteArray("yolov7-tiny"); // implicit layers
    }
    void runsThereToo() {
        QFETCH(QByteArray, model);
        const at::NoGradGuard constant;
        nn::Network near = livelyNetwork(model.toStdString()), far = near.clone();
        far.moveTo(kFar);
        const at::Tensor images = pictures();
        nn::FastForward nearRun(near), farRun(far, false, far.device());
        const auto nearRaw = nearRun.forward(images, 2), farRaw = farRun.forward(images, 2);
        for (std::size_t level = 0; level < nearRaw.size(); ++level) {
            QVERIFY(canBeRead(farRaw[level]));
            QVERIFY2(gap(farRaw[level], nearRaw[level]) < 1e-5, qPrintable(QString::number(gap(farRaw[level], nearRaw[level])))); // other convolutions
        }
        QVERIFY(canBeRead(farRun.network().anchorsInCells()));
        for (const bool cached : {false, true}) {
            runs::TrainConfig config;
            QVERIFY(runs::parseFreeze("3", config).has_value());
            const Frozen frozen = frozenOf(config, near.graph()).value();
            FrozenPrefix nearPrefix(near, frozen.prefix, false, cached), farPrefix(far, frozen.prefix, false, cached);
            const std::vector<std::size_t> samples{7, 9};
            const auto wanted = nearPrefix.outputs(images, samples, 2), got = farPrefix.outputs(images.to(kFar), samples, 2);
            QVERIFY(!wanted.outputs.empty());
            for (std::size_t i = 0; i < wanted.outputs.size(); ++i) {
                QCOMPARE(got.outputs[i].second.device(), kFar);
                QVERIFY(gap(got.outputs[i].second, wanted.outputs[i].second) < 1e-5);
            }
        }
    }

    void bfloat16IsOfOneKindOfDevice() {
        {
            const Bfloat16Scope scope(true, kFar);
            QVERIFY(at::autocast::is_autocast_enabled(at::kPrivateUse1));
            QVERIFY(!at::autocast::is_autocast_enabled(at::kCPU));
        }
        QVERIFY(!at::autocast::is_autocast_enabled(at::kPrivateUse1));
    }
};

QTEST_APPLESS_MAIN(TestTrainingDevice)
#include "tst_training_device.moc"

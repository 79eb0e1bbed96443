// SPDX-License-Identifier: GPL-3.0-or-later
// What a training goes on from: written and read back exactly, refused when damaged, and enough for the same next step.
#include <cstring>
#include <limits>

#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/GradMode.h>

#include "core/train/batch_loader.h"
#include "core/train/optimizer.h"
#include "core/train/training_state.h"
#include "core/weights/safetensors.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using namespace intersect::train;
using namespace intersect::tests;

namespace {

weights::NamedArray arrayOf(const std::string& name, const std::vector<float>& values) {
    weights::NamedArray array{name, weights::DType::F32, {static_cast<std::int64_t>(values.size())}, {}};
    array.bytes.resize(values.size() * sizeof(float));
    std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
    return array;
}

TrainingState sampleState() {
    TrainingState state;
    state.epoch = 7;
    state.bestEpoch = 5;
    state.bestFitness = 0.1 + 0.2; // no short decimal
    state.bestMap50 = 1.0 / 3;
    state.bestMap5095 = std::numeric_limits<double>::min();
    state.lastStep = -1;
    state.averageUpdates = std::int64_t(1) << 40;
    state.batchesPerEpoch = 3;
    state.threads = 2;
    state.classAp = {0.1 + 0.2, 0, 1};
    state.network.arrays = {arrayOf("model.0.conv.weight", {1, -0.0F, 1e-45F})};
    state.network.metadata = {{"network", "yolov5n"}};
    state.average.arrays = {arrayOf("model.0.conv.weight", {4, 5, 6})};
    state.momentum.arrays = {arrayOf("model.0.conv.weight", {7, 8, 9})};
    state.squares.arrays = {arrayOf("model.0.conv.weight", {10, 11, 12})};
    state.steps.arrays = {{"model.0.conv.weight", weights::DType::I64, {1}, std::vector<std::byte>(8, std::byte(1))}};
    return state;
}

/// A parameter with a gradient that depends on its values, as a training's does.
void setGradient(const at::Tensor& parameter) {
    parameter.mutable_grad() = (parameter.detach() * 0.3 + 0.1).clone();
}

} // namespace

class TestTrainingState : public QObject {
    Q_OBJECT
    Scratch m_scratch;

private Q_SLOTS:
    void comesBackExactly() {
        const auto path = m_scratch.path("resume.safetensors");
        const TrainingState wanted = sampleState();
        QVERIFY(writeTrainingState(path, wanted));
        const TrainingState got = readTrainingState(path).value();
        QCOMPARE(got.epoch, wanted.epoch);
        QCOMPARE(got.bestEpoch, wanted.bestEpoch);
        QVERIFY(got.bestFitness == wanted.bestFitness);
        QVERIFY(got.bestMap50 == wanted.bestMap50);
        QVERIFY(got.bestMap5095 == wanted.bestMap5095);
        QCOMPARE(got.lastStep, wanted.lastStep);
        QCOMPARE(got.averageUpdates, wanted.averageUpdates);
        QCOMPARE(got.batchesPerEpoch, wanted.batchesPerEpoch);
        QCOMPARE(got.threads, wanted.threads);
        QVERIFY(got.classAp == wanted.classAp);
        QCOMPARE(got.network.metadata.at("network"), std::string("yolov5n"));
        for (const auto part : {&TrainingState::network, &TrainingState::average, &TrainingState::momentum, &TrainingState::squares, &TrainingState::steps}) {
            QCOMPARE((got.*part).arrays.size(), std::size_t(1));
            QCOMPARE((got.*part).arrays[0].name, std::string("model.0.conv.weight"));
            QVERIFY((got.*part).arrays[0].bytes == (wanted.*part).arrays[0].bytes);
        }
    }

    void aDamagedStateIsRefused_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("no epoch") << "epoch" << "";
        QTest::newRow("negative epoch") << "epoch" << "-1";
        QTest::newRow("epoch no int holds") << "epoch" << "3000000000";
        QTest::newRow("last step") << "last_step" << "-2";
        QTest::newRow("class AP") << "class_ap" << "0.5,good";
        QTest::newRow("class AP above 1") << "class_ap" << "0.5,1.5";
        QTest::newRow("fitness") << "best_fitness" << "good";
    }
    void aDamagedStateIsRefused() {
        QFETCH(QString, key);
        QFETCH(QString, value);
        const auto path = m_scratch.path("damaged.safetensors");
        QVERIFY(writeTrainingState(path, sampleState()));
        auto file = weights::readSafetensors(path).value();
        file.metadata[key.toStdString()] = value.toStdString();
        QVERIFY(weights::writeSafetensors(path, file));
        const auto read = readTrainingState(path);
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::BadInput);
        QVERIFY(read.error().message.find(key.toStdString()) != std::string::npos);
        QVERIFY(!read.error().advice.empty());
    }

    void theOptimiserGoesOnAsIfItHadNeverEnded_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"SGD", "Adam", "AdamW"})
            QTest::newRow(name) << name;
    }
    void theOptimiserGoesOnAsIfItHadNeverEnded() {
        QFETCH(QString, name);
        const OptimizerKind kind = optimizerKindFrom(name.toStdString());
        const auto parameters = [] {
            return NamedTensors{{"model.0.conv.weight", at::arange(24, at::kFloat).reshape({2, 3, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast)},
                                {"model.0.bn.weight", at::ones({2})},
                                {"model.1.bias", at::zeros({2})}};
        };
        const auto step = [](const NamedTensors& tensors, Optimizer& optimizer) {
            setGradient(tensors[0].second);
            setGradient(tensors[1].second); // the bias never learns: it has no momentum
            optimizer.step(0.1, 0.01, 0.9);
        };
        const NamedTensors whole = parameters();
        Optimizer uninterrupted(whole, 0.0005, kind);
        step(whole, uninterrupted);
        step(whole, uninterrupted);

        const NamedTensors first = parameters();
        Optimizer before(first, 0.0005, kind);
        step(first, before);
        const OptimizerState state = before.state();
        QCOMPARE(state.momentum.size(), std::size_t(2));
        Optimizer after(first, 0.0005, kind);
        QVERIFY(after.restore(state));
        step(first, after);
        for (std::size_t i = 0; i < whole.size(); ++i)
            QVERIFY2(at::equal(whole[i].second, first[i].second), whole[i].first.c_str());

        OptimizerState foreign = state;
        foreign.momentum[0].name = "model.9.conv.weight";
        QVERIFY(!after.restore(foreign));
        foreign = state;
        foreign.momentum[0].shape = {24};
        QVERIFY(!after.restore(foreign));
        Optimizer other(first, 0.0005, kind == OptimizerKind::Sgd ? OptimizerKind::Adam : OptimizerKind::Sgd);
        QVERIFY(!other.restore(state));
    }

    void theLoaderBeginsWhereItIsTold() {
        std::vector<Sample> samples;
        for (int i = 0; i < 5; ++i) {
            const auto path = m_scratch.write("frame" + std::to_string(i) + ".bmp", bmpBytes(64, 64, static_cast<unsigned char>(40 * i)));
            data::Label label;
            label.box = {0.5, 0.5, 0.4, 0.3};
            samples.push_back({path, {64, 64}, {label}});
        }
        runs::TrainConfig config;
        config.imgSize = 64;
        config.workers = 2;
        PictureStore pictures(samples, 64, true, std::size_t(1) << 20);
        BatchLoader whole(pictures, config, 2), late(pictures, config, 2, 2);
        for (int i = 0; i < 2 * whole.batchesPerEpoch(); ++i)
            QVERIFY(whole.next());
        for (int i = 0; i < 2 * whole.batchesPerEpoch(); ++i) {
            const auto wanted = whole.next(), got = late.next();
            QVERIFY(wanted && got);
            QVERIFY(got->pixels == wanted->pixels);
        }
    }
};

QTEST_APPLESS_MAIN(TestTrainingState)
#include "tst_training_state.moc"

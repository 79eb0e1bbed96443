// SPDX-License-Identifier: GPL-3.0-or-later
// Frozen means frozen: what it covers, that running the frozen beginning apart changes nothing but time, and that what is kept of it is found again.
#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/train/freezing.h"
#include "core/train/frozen_prefix.h"
#include "core/train/optimizer.h"
#include "tests/core/nn/lively_network.h"

using namespace intersect;
using namespace intersect::train;

namespace {

runs::TrainConfig freezing(const std::string& text) {
    runs::TrainConfig config;
    if (!runs::parseFreeze(text, config))
        qFatal("not understood: %s", text.c_str());
    return config;
}

std::vector<int> prefixOf(const Frozen& frozen) {
    std::vector<int> modules;
    for (std::size_t i = 0; i < frozen.prefix.size(); ++i)
        if (frozen.prefix[i])
            modules.push_back(static_cast<int>(i));
    return modules;
}

double difference(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>() / std::max(1e-9, b.abs().max().item<double>());
}

at::Tensor pictures(std::int64_t count) {
    at::manual_seed(3);
    return at::rand({count, 3, 64, 96}).contiguous(at::MemoryFormat::ChannelsLast);
}

} // namespace

class TestFreezing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void backboneIsTheNetworksOwn_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("modules");
        QTest::newRow("yolov5n") << "yolov5n" << 10;
        QTest::newRow("yolov5n6") << "yolov5n6" << 12;
        QTest::newRow("yolov7") << "yolov7" << 50; // as its own option says
    }
    void backboneIsTheNetworksOwn() {
        QFETCH(QString, model);
        QFETCH(int, modules);
        const auto graph = model::makeGraph(model::knownModel(model.toStdString()).value(), 4);
        QVERIFY(graph.has_value());
        runs::TrainConfig config = freezing("backbone");
        resolveBackbone(config, *graph);
        QVERIFY(config.freezeNames.empty());
        QCOMPARE(static_cast<int>(config.freeze.size()), modules);
        QCOMPARE(config.freeze.back(), modules - 1);
    }

    void partsByName() {
        const auto network = tests::livelyNetwork("yolov5n");
        const model::Graph& graph = network.graph();
        const auto frozen = frozenOf(freezing("0,model.2.m.0"), graph);
        QVERIFY(frozen.has_value());
        for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
            const std::string& name = graph.tensors[i].name;
            QCOMPARE(frozen->tensors[i], name.starts_with("model.0.") || name.starts_with("model.2.m.0."));
        }
        QCOMPARE(prefixOf(*frozen), std::vector<int>{0}); // module 2 is frozen in part only
        // 16x3x6x6 and two a channel; 16x16 and 16x16x3x3 with two a channel each
        QCOMPARE(frozen->weights, std::int64_t(1728 + 32 + 256 + 32 + 2304 + 32));
        const std::string text = describe(*frozen, freezing("0,model.2.m.0"), graph);
        QVERIFY2(text.starts_with("Frozen: module 0 (Conv), model.2.m.0; 0.00 of"), text.c_str());
    }

    void prefixEndsWhereSomethingLearns() {
        const auto graph = model::makeGraph(model::knownModel("yolov5n").value(), 4);
        QCOMPARE(prefixOf(frozenOf(freezing("3"), *graph).value()), (std::vector<int>{0, 1, 2}));
        QCOMPARE(prefixOf(frozenOf(freezing("0,1,3,4"), *graph).value()), (std::vector<int>{0, 1}));
        QVERIFY(prefixOf(frozenOf(freezing("1,2"), *graph).value()).empty());
    }

    void refusesWhatIsNotThere() {
        const auto graph = model::makeGraph(model::knownModel("yolov5n").value(), 4);
        for (const char* wrong : {"26", "30,", "model.2.cv9", "model.99"}) {
            const auto frozen = frozenOf(freezing(wrong), *graph);
            QVERIFY2(!frozen, wrong);
            QVERIFY(QString::fromStdString(frozen.error().message).startsWith(QLatin1String("--freeze names")));
        }
        const auto all = frozenOf(freezing("25"), *graph);
        QVERIFY(!all);
        QCOMPARE(QString::fromStdString(all.error().message), QStringLiteral("--freeze leaves nothing to train."));
    }

    /// The frozen beginning run apart gives the gradients that the whole network gives with its running statistics.
    void runApartItTrainsTheRestAlike() {
        auto network = tests::livelyNetwork("yolov5n");
        const auto frozen = frozenOf(freezing("10"), network.graph()).value();
        network.setTraining(true);
        network.setStillNorms(frozen.operations);
        setLearning(network, frozen.tensors);
        const nn::Network before = network.clone();
        const at::Tensor images = pictures(3);
        const auto gradients = [&](const std::vector<at::Tensor>& raw) {
            std::vector<at::Tensor> ones;
            for (const at::Tensor& level : raw)
                ones.push_back(at::ones_like(level));
            torch::autograd::backward(raw, ones);
            std::vector<at::Tensor> result;
            for (const auto& [name, tensor] : network.parameters()) {
                result.push_back(tensor.grad());
                tensor.mutable_grad().reset();
            }
            return result;
        };
        const auto whole = gradients(network.forward(images));
        FrozenPrefix prefix(network, frozen.prefix, false, false);
        const auto apart = gradients(network.forward(images, prefix.outputs(images, {}, 2)));
        int learning = 0;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            QCOMPARE(apart[i].defined(), whole[i].defined());
            if (!whole[i].defined())
                continue;
            ++learning;
            QVERIFY2(difference(apart[i], whole[i]) < 1e-3, qPrintable(QString::number(difference(apart[i], whole[i]))));
        }
        QVERIFY(learning > 50);
        // Not a statistic of the frozen part has moved, all others have.
        const model::Graph& graph = network.graph();
        for (std::size_t i = 0; i < graph.tensors.size(); ++i)
            if (graph.tensors[i].role == model::TensorRole::RunningMean)
                QCOMPARE(at::equal(network.tensor(static_cast<int>(i)), before.tensor(static_cast<int>(i))), graph.tensors[i].module < 10);
    }

    void keptValuesAreTheSameValues() {
        const auto network = tests::livelyNetwork("yolov5n");
        const auto frozen = frozenOf(freezing("10"), network.graph()).value();
        FrozenPrefix prefix(network, frozen.prefix, false, true);
        const at::Tensor images = pictures(4);
        const std::vector<std::size_t> samples{7, 2, 9, 4};
        const auto first = prefix.outputs(images, samples, 2);
        QCOMPARE(prefix.found(), std::size_t(0));
        // In another company and another order, given pictures that are none: they must not be looked at.
        const std::vector<std::size_t> two{9, 7};
        const auto again = prefix.outputs(at::zeros({2, 3, 64, 96}), two, 2);
        QCOMPARE(prefix.found(), std::size_t(2));
        for (std::size_t k = 0; k < first.outputs.size(); ++k) {
            QCOMPARE(again.outputs[k].first, first.outputs[k].first);
            QVERIFY(at::equal(again.outputs[k].second[0], first.outputs[k].second[2]));
            QVERIFY(at::equal(again.outputs[k].second[1], first.outputs[k].second[0]));
        }
        // The same sample in another size is another picture.
        prefix.outputs(at::zeros({1, 3, 32, 96}), std::vector<std::size_t>{9}, 2);
        QCOMPARE(prefix.found(), std::size_t(2));
    }
};

QTEST_APPLESS_MAIN(TestFreezing)
#include "tst_freezing.moc"

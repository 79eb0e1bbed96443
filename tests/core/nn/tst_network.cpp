// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <QtTest>

#include "core/nn/network.h"
#include "core/weights/checkpoint.h"
#include "core/weights/safetensors.h"
#include "tests/core/nn/golden.h"

using namespace intersect;
using namespace intersect::nn;
using namespace intersect::tests;

namespace {

weights::ArrayFile yolov5n(const std::string& name = "yolov5n.pt") {
    auto file = weights::readWeights(shared("weights/" + name));
    return file ? std::move(*file) : weights::ArrayFile{};
}

std::vector<std::string> fourClasses() {
    return {"car", "motorcycle", "bus", "truck"};
}

double l2(const at::Tensor& tensor) {
    return tensor.to(at::kDouble).norm().item<double>();
}

} // namespace

class TestNetwork : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rawOutputsAreThoseOfTheReference();
    void rawOutputsOfYolov7TinyToo();
    void decodedRowsAreThoseOfTheReference();
    void outputsOfABatchInBothModes();
    void runningStatisticsMove();
    void foldingChangesNothing();
    void transferTakesWhatFits();
    void newNetworkStartsAsYolov5Does();
    void parametersComeInTheReferencesOrder();
    void arraysHoldTheWholeNetwork();
    void cloneIsDeep();
    void sizesOfTheFamily();
    void repConvAndImplicitLayersFold();
    void aModelFileMakesANetwork();
    void levelsFollowTheDescription();
};

void TestNetwork::rawOutputsAreThoseOfTheReference() {
    NEED_SHARED("weights/reference/yolov5n");
    const at::NoGradGuard noGrad;
    auto network = Network::fromArrays(yolov5n());
    QVERIFY(network.has_value());
    QCOMPARE(network->name(), std::string("yolov5n"));
    const auto raw = network->forward(sharedTensor<float>("weights/reference/input_000000004134_rgb01.npy"));
    QCOMPARE(raw.size(), std::size_t(3));
    for (std::size_t level = 0; level < 3; ++level) {
        const at::Tensor golden = sharedTensor<float>("weights/reference/yolov5n/raw_p" + std::to_string(level + 3) + ".npy");
        QVERIFY(raw[level].sizes() == golden.sizes());
        const float off = (raw[level] - golden).abs().max().item<float>();
        qInfo("level %zu: off by at most %g of %g", level, static_cast<double>(off), raw[level].abs().max().item<double>());
        QVERIFY(off < 1e-3F);
    }
}

void TestNetwork::rawOutputsOfYolov7TinyToo() {
    NEED_SHARED("weights/reference/yolov7-tiny.standin-untrained");
    const at::NoGradGuard noGrad;
    auto network = Network::fromArrays(yolov5n("yolov7-tiny.standin-untrained.pt"));
    QVERIFY2(network.has_value(), network ? "" : network.error().message.c_str());
    QCOMPARE(network->name(), std::string("yolov7-tiny"));
    const auto raw = network->forward(sharedTensor<float>("weights/reference/input_000000004134_rgb01.npy"));
    const std::string base = "weights/reference/yolov7-tiny.standin-untrained/raw_";
    const at::Tensor golden[] = {sharedTensor<float>(base + "p3_rows0-39.npy"), sharedTensor<float>(base + "p4.npy"), sharedTensor<float>(base + "p5.npy")};
    for (std::size_t level = 0; level < 3; ++level) {
        const at::Tensor mine = raw[level].narrow(2, 0, golden[level].size(2));
        QVERIFY(mine.sizes() == golden[level].sizes());
        const float off = (mine - golden[level]).abs().max().item<float>();
        qInfo("level %zu: off by at most %g of %g", level, static_cast<double>(off), raw[level].abs().max().item<double>());
        QVERIFY(off < 1e-3F);
    }
}

void TestNetwork::decodedRowsAreThoseOfTheReference() {
    NEED_SHARED("weights/reference/yolov5n");
    const at::NoGradGuard noGrad;
    for (const char* name : {"yolov5n", "yolov5n-v6.0", "yolov5n-duckietown-4cls", "yolov7-tiny.standin-untrained"}) {
        auto network = Network::fromArrays(yolov5n(std::string(name) + ".pt"));
        QVERIFY(network.has_value());
        const at::Tensor rows = network->decode(network->forward(sharedTensor<float>("weights/reference/input_000000004134_rgb01.npy")))[0];
        QCOMPARE(rows.size(0), std::int64_t(25200));
        const auto golden = sharedJson(std::string("weights/reference/") + name + "/decoded_top50.json");
        QCOMPARE(golden.size(), std::size_t(50));
        for (const auto& row : golden) {
            const float* values = rows[row["index"].get<std::int64_t>()].data_ptr<float>();
            const char* keys[] = {"cx", "cy", "w", "h", "obj"};
            for (int i = 0; i < 5; ++i)
                QVERIFY(std::abs(values[i] - row[keys[i]].get<float>()) < (i < 4 ? 0.1F : 2e-3F));
            QVERIFY(std::abs(values[5 + row["cls"].get<int>()] - row["cls_prob"].get<float>()) < 2e-3F);
        }
    }
}

void TestNetwork::outputsOfABatchInBothModes() {
    NEED_SHARED("reference/yolov5_training");
    const at::NoGradGuard noGrad;
    const at::Tensor images = sharedTensor<std::uint8_t>("reference/yolov5_training/batch_images.npy").to(at::kFloat) / 255;
    const auto golden = sharedJson("reference/yolov5_training/outputs_summary.json");
    for (const bool training : {false, true}) {
        auto network = Network::fromArrays(yolov5n());
        network->setTraining(training);
        const auto raw = network->forward(images);
        const auto& levels = golden[training ? "bn_train_float32" : "bn_eval_float32"];
        for (std::size_t level = 0; level < 3; ++level) {
            const auto& want = levels[level];
            const at::Tensor values = raw[level].to(at::kDouble);
            QVERIFY(values.sizes() == at::IntArrayRef(want["shape"].get<std::vector<std::int64_t>>()));
            QVERIFY(std::abs(values.mean().item<double>() - want["mean"].get<double>()) < 1e-4);
            QVERIFY(std::abs(values.std(false).item<double>() - want["std_population"].get<double>()) < 1e-4);
            QVERIFY(std::abs(values.min().item<double>() - want["min"].get<double>()) < 1e-3);
            QVERIFY(std::abs(values.max().item<double>() - want["max"].get<double>()) < 1e-3);
            const at::Tensor first = values[0][0][0][0], last = values[3][2][values.size(2) - 1][values.size(3) - 1];
            for (int i = 0; i < 9; ++i) {
                QVERIFY(std::abs(first[i].item<double>() - want["first_image0_anchor0_y0_x0_0to8"][i].get<double>()) < 1e-4);
                QVERIFY(std::abs(last[i].item<double>() - want["image3_anchor2_last_y_last_x_0to8"][i].get<double>()) < 1e-4);
            }
        }
    }
}

void TestNetwork::runningStatisticsMove() {
    NEED_SHARED("reference/yolov5_training");
    const at::NoGradGuard noGrad;
    auto network = Network::fromArrays(yolov5n());
    network->setTraining(true);
    network->forward(sharedTensor<std::uint8_t>("reference/yolov5_training/batch_images.npy").to(at::kFloat) / 255);
    const auto golden = sharedJson("reference/yolov5_training/bn_running_after_1_forward.json")["bn_train_float32"]["per_layer"];
    int compared = 0;
    for (const auto& [name, tensor] : network->buffers()) {
        const auto dot = name.rfind('.');
        if (!golden.contains(name.substr(0, dot)))
            continue;
        const auto& want = golden[name.substr(0, dot)];
        const std::string what = name.substr(dot + 1);
        if (what == "num_batches_tracked")
            QCOMPARE(tensor.item<std::int64_t>(), want[what].get<std::int64_t>());
        else
            QVERIFY(std::abs(l2(tensor) / want[what + "_l2"].get<double>() - 1) < 1e-5);
        ++compared;
    }
    QCOMPARE(compared, static_cast<int>(3 * golden.size()));
}

void TestNetwork::foldingChangesNothing() {
    NEED_SHARED("weights/yolov5n.pt");
    const at::NoGradGuard noGrad;
    auto network = Network::fromArrays(yolov5n());
    auto folded = network->folded();
    const at::Tensor image = sharedTensor<float>("weights/reference/input_000000004134_rgb01.npy");
    const auto a = network->forward(image), b = folded.forward(image.contiguous(at::MemoryFormat::ChannelsLast));
    for (std::size_t level = 0; level < 3; ++level)
        QVERIFY((a[level] - b[level]).abs().max().item<float>() < 5e-4F);
}

void TestNetwork::transferTakesWhatFits() {
    NEED_SHARED("reference/yolov5_training/transfer_nc4.json");
    const auto golden = sharedJson("reference/yolov5_training/transfer_nc4.json");
    auto network = Network::build("yolov5n", fourClasses(), 1);
    QVERIFY(network.has_value());
    const weights::ArrayFile file = yolov5n();
    const at::Tensor head = network->parameters().back().second.clone();
    const auto transfer = network->loadMatching(file);
    QCOMPARE(transfer.loaded, golden["loaded"].get<int>());
    QCOMPARE(transfer.total, golden["model_items"].get<int>());
    QVERIFY(at::equal(head, network->parameters().back().second));
    const auto values = file.find("model.0.conv.weight")->toFloats();
    const at::Tensor first = network->parameters().front().second;
    QVERIFY(std::equal(values.begin(), values.end(), first.data_ptr<float>()));
}

void TestNetwork::newNetworkStartsAsYolov5Does() {
    auto a = Network::build("yolov5n", fourClasses(), 7), b = Network::build("yolov5n", fourClasses(), 7), c = Network::build("yolov5n", fourClasses(), 8);
    const auto pa = a->parameters(), pb = b->parameters(), pc = c->parameters();
    QVERIFY(at::equal(pa[0].second, pb[0].second));
    QVERIFY(!at::equal(pa[0].second, pc[0].second));
    const double bound = 1 / std::sqrt(3.0 * 36);
    QVERIFY(pa[0].second.abs().max().item<double>() <= bound);
    QVERIFY(pa[0].second.abs().max().item<double>() > 0.95 * bound);
    for (const auto& [name, tensor] : a->buffers()) {
        if (name.ends_with("running_var"))
            QVERIFY((tensor - 0.9).abs().max().item<double>() < 1e-7);
        if (name.ends_with("num_batches_tracked"))
            QCOMPARE(tensor.item<std::int64_t>(), std::int64_t(1));
    }
    NEED_SHARED("reference/yolov5_training/bias_init.json");
    const auto golden = sharedJson("reference/yolov5_training/bias_init.json")["nc4"];
    for (std::size_t level = 0; level < 3; ++level) {
        const at::Tensor bias = pa[pa.size() - 5 + 2 * level].second.view({3, 9});
        const double reach = golden[level]["default_init_bound"].get<double>() + 1e-6;
        QVERIFY(bias.narrow(1, 0, 4).abs().max().item<double>() <= reach);
        QVERIFY((bias.select(1, 4) - golden[level]["obj_added"].get<double>()).abs().max().item<double>() <= reach);
        QVERIFY((bias.narrow(1, 5, 4) - golden[level]["cls_added"].get<double>()).abs().max().item<double>() <= reach);
    }
}

void TestNetwork::parametersComeInTheReferencesOrder() {
    NEED_SHARED("reference/yolov5_training/gradients_l2.csv");
    auto network = Network::build("yolov5n", std::vector<std::string>(80, "x"), 0);
    std::int64_t count = 0;
    for (const auto& [name, tensor] : network->parameters())
        count += tensor.numel();
    QCOMPARE(count, std::int64_t(1872157));
    QCOMPARE(network->moduleCount(), 25);
    QCOMPARE(network->parameters().size(), std::size_t(177));
    // The state has the names and order of the file, shapes included.
    const weights::ArrayFile file = yolov5n();
    const auto state = network->state();
    QCOMPARE(state.size(), file.arrays.size());
    for (std::size_t i = 0; i < state.size(); ++i) {
        QCOMPARE(state[i].first, file.arrays[i].name);
        QVERIFY(state[i].second.sizes() == at::IntArrayRef(file.arrays[i].shape));
    }
}

void TestNetwork::arraysHoldTheWholeNetwork() {
    auto network = Network::build("yolov5n", fourClasses(), 3);
    const weights::ArrayFile file = network->toArrays(weights::DType::F32, {{"epoch", "4"}});
    QCOMPARE(file.metadata.at("epoch"), std::string("4"));
    QCOMPARE(file.metadata.at("network"), std::string("yolov5n"));
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("w.safetensors")).toStdString();
    QVERIFY(weights::writeSafetensors(path, file).has_value());
    const auto read = weights::readWeights(path);
    QVERIFY(read.has_value());
    auto again = Network::fromArrays(*read);
    QVERIFY(again.has_value());
    QCOMPARE(again->classNames(), fourClasses());
    const auto a = network->state(), b = again->state();
    for (std::size_t i = 0; i < a.size(); ++i)
        QVERIFY(at::equal(a[i].second, b[i].second));
    // Half precision halves the file and keeps values to 11 bits.
    const weights::ArrayFile half = network->toArrays(weights::DType::F16, {});
    QCOMPARE(half.arrays[0].bytes.size() * 2, file.arrays[0].bytes.size());
    auto rough = Network::fromArrays(half);
    QVERIFY((rough->parameters()[0].second - a[0].second).abs().max().item<double>() < 1e-4);
}

void TestNetwork::cloneIsDeep() {
    const at::NoGradGuard noGrad;
    auto network = Network::build("yolov5n", fourClasses(), 3);
    const Network copy = network->clone();
    network->parameters()[0].second.add_(1);
    network->buffers()[0].second.add_(1);
    QVERIFY(!at::equal(network->parameters()[0].second, copy.parameters()[0].second));
    QVERIFY(!at::equal(network->buffers()[0].second, copy.buffers()[0].second));
    QVERIFY(at::equal(network->parameters()[1].second, copy.parameters()[1].second));
}

void TestNetwork::sizesOfTheFamily() {
    // Parameter counts of YOLOv5 6.0's release notes: 1.9, 7.2, 21.2, 46.5, 86.7 million.
    const std::pair<const char*, std::int64_t> sizes[] = {
        {"yolov5n", 1872157}, {"yolov5s", 7235389}, {"yolov5m", 21190557}, {"yolov5l", 46563709}, {"yolov5x", 86749405}};
    for (const auto& [name, want] : sizes) {
        auto network = Network::build(name, std::vector<std::string>(80, "x"), 0);
        std::int64_t count = 0;
        for (const auto& [parameter, tensor] : network->parameters())
            count += tensor.numel();
        QCOMPARE(count, want);
    }
    const auto unknown = Network::build("yolov9q", fourClasses(), 0);
    QVERIFY(!unknown.has_value());
    QVERIFY(unknown.error().message.find("yolov9q") != std::string::npos);
}

void TestNetwork::repConvAndImplicitLayersFold() {
    const at::NoGradGuard noGrad;
    // A small network with every layer that folds: RepConv with and without its identity branch, implicit layers before and after the head.
    const char* text = "nc: 2\nanchors: [[10,13,16,30],[30,61,62,45]]\nbackbone:\n  [[-1, 1, Conv, [16, 3, 2]], [-1, 1, RepConv, [16, 3, 1]]]\n"
                       "head:\n  [[-1, 1, RepConv, [24, 3, 2]], [-1, 1, SPPCSPC, [16]], [-1, 1, nn.Upsample, [None, 2, nearest]],\n"
                       "   [[1, 3], 1, IDetect, [nc, anchors]]]\n";
    auto network = Network::build(*model::parseModelCfg(text, "small.yaml"), {"a", "b"}, 5);
    QVERIFY2(network.has_value(), network ? "" : network.error().message.c_str());
    QVERIFY(network->graph().form.implicit);
    // Statistics as after some training, so that every term of the folding matters.
    at::manual_seed(3);
    for (const auto& [name, tensor] : network->state()) {
        if (name.ends_with("running_var") || name.ends_with("bn.weight") || name.ends_with(".1.weight"))
            tensor.uniform_(0.5, 1.5);
        else if (name.ends_with("running_mean") || name.ends_with("bn.bias") || name.ends_with(".1.bias"))
            tensor.uniform_(-0.5, 0.5);
        else if (name.ends_with("implicit"))
            tensor.uniform_(0.3, 1.3);
    }
    Network folded = network->folded();
    QVERIFY(folded.graph().form == model::kFolded);
    QVERIFY(folded.graph().ops.size() < network->graph().ops.size());
    const at::Tensor images = at::rand({2, 3, 32, 64});
    const auto want = network->forward(images), got = folded.forward(images);
    QCOMPARE(got.size(), std::size_t(2));
    for (std::size_t level = 0; level < got.size(); ++level) {
        QVERIFY(want[level].sizes() == got[level].sizes());
        QVERIFY(want[level].abs().max().item<float>() > 0.1F);
        QVERIFY((want[level] - got[level]).abs().max().item<float>() < 1e-4F);
    }
    // What folding gives is a checkpoint of its own, in the form YOLOv7 deploys.
    auto again = Network::fromArrays(folded.toArrays(weights::DType::F32, {}));
    QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
    QVERIFY((again->forward(images)[0] - got[0]).abs().max().item<float>() < 1e-5F);
}

void TestNetwork::aModelFileMakesANetwork() {
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("mine.yaml")).toStdString();
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("nc: 80\ndepth_multiple: 0.33\nwidth_multiple: 0.125\nanchors: [[10,13,16,30,33,23]]\nactivation: nn.ReLU()\n"
               "backbone: [[-1, 1, Conv, [64, 6, 2, 2]], [-1, 3, C3, [64]]]\nhead: [[[-1], 1, Detect, [nc, anchors]]]\n");
    file.close();
    auto network = Network::build(path, fourClasses(), 1);
    QVERIFY2(network.has_value(), network ? "" : network.error().message.c_str());
    QCOMPARE(network->name(), std::string("mine"));
    QCOMPARE(network->parameters()[0].second.size(0), std::int64_t(8)); // 64 * 0.125
    QCOMPARE(network->forward(at::rand({1, 3, 64, 64}))[0].sizes(), at::IntArrayRef({1, 3, 32, 32, 9}));
    // It survives being saved: the description goes along.
    auto again = Network::fromArrays(network->toArrays(weights::DType::F32, {}));
    QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
    QCOMPARE(again->name(), std::string("mine"));
    QVERIFY(again->graph().ops.front().activation.kind == model::ActivationKind::ReLU);
    QVERIFY(!Network::build(folder.filePath(QStringLiteral("none.yaml")).toStdString(), fourClasses(), 1));
}

void TestNetwork::levelsFollowTheDescription() {
    const at::NoGradGuard noGrad;
    auto network = Network::build("yolov5n6", fourClasses(), 1);
    const auto raw = network->forward(at::rand({1, 3, 128, 192}));
    QCOMPARE(raw.size(), std::size_t(4));
    QCOMPARE(raw[3].sizes(), at::IntArrayRef({1, 3, 2, 3, 9}));
    QCOMPARE(network->decode(raw).sizes(), at::IntArrayRef({1, 3 * (16 * 24 + 8 * 12 + 4 * 6 + 2 * 3), 9}));
}

QTEST_APPLESS_MAIN(TestNetwork)
#include "tst_network.moc"

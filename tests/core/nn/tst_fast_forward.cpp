// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <mutex>
#include <set>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <QtTest>

#include "core/model/model_cfg.h"
#include "core/nn/fast_forward.h"
#include "core/weights/checkpoint.h"
#include "tests/core/nn/lively_network.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::nn;
using namespace intersect::tests;

namespace {

/// Pictures of noise in patches, so that neighbouring cells differ.
at::Tensor pictures(int count, int height, int width) {
    at::manual_seed(5);
    const at::Tensor patches = at::rand({count, 3, height / 8, width / 8}) * 0.8,
                     noise = at::rand({count, 3, height, width}) * 0.2;
    return (at::upsample_nearest2d(patches, {height, width}) + noise).contiguous(at::MemoryFormat::ChannelsLast);
}

/// Largest difference, as a part of the largest value where that is above 1.
double difference(const std::vector<at::Tensor>& got, const std::vector<at::Tensor>& want) {
    double most = got.size() == want.size() && !got.empty() ? 0 : 1e9;
    for (std::size_t level = 0; level < std::min(got.size(), want.size()); ++level) {
        if (got[level].sizes() != want[level].sizes())
            return 1e9;
        const double scale = std::max(1.0, want[level].abs().max().item<double>());
        most =
            std::max(most, (got[level].to(at::kFloat) - want[level].to(at::kFloat)).abs().max().item<double>() / scale);
    }
    return most;
}

double meanDifference(const std::vector<at::Tensor>& got, const std::vector<at::Tensor>& want) {
    double sum = 0;
    for (std::size_t level = 0; level < want.size(); ++level)
        sum += (got[level].to(at::kFloat) - want[level]).abs().mean().item<double>() / static_cast<double>(want.size());
    return sum;
}

} // namespace

class TestFastForward : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyKnownNetworkAsForward_data();
    void everyKnownNetworkAsForward();
    void theTrainedNetworkAsForward();
    void shapesMayChange();
    void bfloat16IsLittleFurtherOffThanItsWeights_data();
    void bfloat16IsLittleFurtherOffThanItsWeights();
    void everyPictureIsUsedOnce();
    void afterAnErrorItGoesOn();
    void theFusedOperatorsAreThere();
};

void TestFastForward::everyKnownNetworkAsForward_data() {
    QTest::addColumn<QString>("model");
    for (const std::string& model : model::knownModels())
        QTest::newRow(model.c_str()) << QString::fromStdString(model);
}

void TestFastForward::everyKnownNetworkAsForward() {
    QFETCH(const QString, model);
    const at::NoGradGuard noGrad;
    Network network = livelyNetwork(model.toStdString());
    FastForward fast(network);
    const int side = network.graph().largestStride();
    for (const auto& [count, height, width] : {std::tuple{1, side, 3 * side}, {3, 2 * side, side}}) {
        const at::Tensor images = pictures(count, height, width);
        const double off = difference(fast.forward(images, 2), network.forward(images));
        QVERIFY2(off < 1e-4, qPrintable(QStringLiteral("off by %1").arg(off)));
    }
}

void TestFastForward::theTrainedNetworkAsForward() {
    NEED_SHARED("weights/yolov5n.pt");
    const at::NoGradGuard noGrad;
    Network network = *Network::fromArrays(*weights::readWeights(shared("weights/yolov5n.pt")));
    FastForward fast(network);
    const at::Tensor images = pictures(5, 384, 672);
    const std::vector<at::Tensor> want = network.forward(images);
    for (const int threads : {1, 2, 3})
        for (std::size_t level = 0; level < want.size(); ++level)
            QVERIFY((fast.forward(images, threads)[level] - want[level]).abs().max().item<double>() < 1e-4);
}

void TestFastForward::shapesMayChange() {
    const at::NoGradGuard noGrad;
    for (const char* model : {"yolov5n", "yolov7-tiny"}) {
        Network network = livelyNetwork(model);
        FastForward fast(network);
        for (const auto& [count, height, width] :
             {std::tuple{1, 32, 32}, {2, 96, 160}, {9, 160, 96}, {1, 96, 160}, {1, 32, 32}, {1, 480, 32}}) {
            const at::Tensor images = pictures(count, height, width);
            QVERIFY(difference(fast.forward(images, 2), network.forward(images)) < 1e-4);
        }
    }
}

void TestFastForward::bfloat16IsLittleFurtherOffThanItsWeights_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("count");
    for (const char* model : {"yolov5n", "yolov5n6", "yolov7-tiny"})
        for (const int count : {1, 3})
            QTest::addRow("%s, batch %d", model, count) << QString::fromLatin1(model) << count;
}

void TestFastForward::bfloat16IsLittleFurtherOffThanItsWeights() {
    QFETCH(const QString, model);
    QFETCH(const int, count);
    const at::NoGradGuard noGrad;
    Network network = livelyNetwork(model.toStdString());
    const at::Tensor images = pictures(count, 128, 192);
    const std::vector<at::Tensor> exact = network.forward(images);
    Network rounded = network.folded(); // weights as bf16 has them, all else exact: the least that bf16 can be off by
    for (const auto& [name, tensor] : rounded.parameters())
        if (tensor.dim() == 4)
            tensor.copy_(tensor.to(at::kBFloat16));
    const std::vector<at::Tensor> rough = rounded.forward(images);
    const std::vector<at::Tensor> fast = FastForward(network, true).forward(images, 2);
    QCOMPARE(fast.front().scalar_type(), at::kBFloat16);
    const double ofWeights = meanDifference(rough, exact), ofFast = meanDifference(fast, exact);
    QVERIFY2(ofFast > 0 && ofFast < 3 * ofWeights, qPrintable(QStringLiteral("off by %1, by its weights alone %2").arg(ofFast).arg(ofWeights)));
}

void TestFastForward::everyPictureIsUsedOnce() {
    const at::NoGradGuard noGrad;
    Network network = livelyNetwork("yolov5n");
    FastForward fast(network);
    for (const auto& [count, threads] : {std::pair{0, 2}, {1, 1}, {1, 4}, {3, 2}, {5, 1}, {13, 2}, {16, 2}, {7, 5}}) {
        const at::Tensor images = at::zeros({count, 3, 32, 32});
        std::mutex mutex;
        std::multiset<std::size_t> used;
        fast.run(images, threads, [&](std::size_t first, const std::vector<at::Tensor>& levels) {
            const std::lock_guard lock(mutex);
            for (std::int64_t i = 0; i < levels.front().size(0); ++i)
                used.insert(first + static_cast<std::size_t>(i));
        });
        QCOMPARE(used.size(), static_cast<std::size_t>(count));
        std::size_t next = 0;
        for (const std::size_t picture : used)
            QCOMPARE(picture, next++);
    }
}

void TestFastForward::afterAnErrorItGoesOn() {
    const at::NoGradGuard noGrad;
    Network network = livelyNetwork("yolov5n");
    FastForward fast(network);
    const at::Tensor odd = at::zeros({4, 3, 40, 40}),
                     images = pictures(4, 64, 64); // 40 is no multiple of 32: levels do not meet
    for (const int threads : {1, 2})
        QVERIFY_EXCEPTION_THROWN(fast.forward(odd, threads), std::exception);
    QVERIFY(difference(fast.forward(images, 2), network.forward(images)) < 1e-4);
}

void TestFastForward::theFusedOperatorsAreThere() {
    // Without them everything above holds as well, only slower: this row notices a LibTorch that renamed them.
    QVERIFY(FusedConv::available());
}

QTEST_APPLESS_MAIN(TestFastForward)
#include "tst_fast_forward.moc"

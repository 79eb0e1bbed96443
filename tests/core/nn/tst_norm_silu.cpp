// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>
#include <QtTest>

#include "core/nn/kernels/norm_silu.h"

using namespace intersect::nn;

namespace {

double relative(const at::Tensor& got, const at::Tensor& want) {
    const double scale = want.abs().max().item<double>();
    return (got.to(at::kDouble) - want.to(at::kDouble)).abs().max().item<double>() / (scale > 0 ? scale : 1);
}

} // namespace

class TestNormSilu : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTorchInDouble_data() {
        QTest::addColumn<QList<int>>("shape");
        QTest::addColumn<bool>("half");
        QTest::addColumn<double>("mean");
        for (const bool half : {false, true}) {
            const char* type = half ? "bf16" : "fp32";
            QTest::addRow("%s, one pixel", type) << QList<int>{1, 8, 1, 1} << half << 0.0;
            QTest::addRow("%s, odd channels", type) << QList<int>{2, 17, 5, 7} << half << 0.0;
            QTest::addRow("%s, three channels", type) << QList<int>{3, 3, 9, 11} << half << 0.0;
            QTest::addRow("%s, many blocks", type) << QList<int>{4, 16, 96, 100} << half << 0.0;
            QTest::addRow("%s, wide", type) << QList<int>{2, 512, 6, 5} << half << 0.0;
            QTest::addRow("%s, far from zero", type) << QList<int>{4, 24, 40, 40} << half << (half ? 8.0 : 300.0);
        }
    }
    void equalsTorchInDouble() {
        QFETCH(QList<int>, shape);
        QFETCH(bool, half);
        QFETCH(double, mean);
        at::manual_seed(11);
        const std::vector<std::int64_t> sizes(shape.begin(), shape.end());
        const at::ScalarType type = half ? at::kBFloat16 : at::kFloat;
        at::Tensor x = (at::randn(sizes) * 2 + mean).to(type).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
        at::Tensor weight = (at::rand({sizes[1]}) + 0.5).requires_grad_(), bias = at::randn({sizes[1]}).requires_grad_();
        at::Tensor runningMean = at::randn({sizes[1]}), runningVar = at::rand({sizes[1]}) + 0.5;
        const at::Tensor gradient = at::randn(sizes).to(type).contiguous(at::MemoryFormat::ChannelsLast);
        // The same in double, by torch.
        const auto wide = [](const at::Tensor& tensor) { return tensor.detach().to(at::kDouble).clone(); };
        const at::Tensor x64 = wide(x).requires_grad_(), w64 = wide(weight).requires_grad_(), b64 = wide(bias).requires_grad_();
        const at::Tensor mean64 = wide(runningMean), var64 = wide(runningVar);
        const bool one = sizes[0] * sizes[2] * sizes[3] == 1; // torch refuses a single value a channel
        QVERIFY(normSiluTakes(x));
        const at::Tensor y = normSilu(x, {weight, bias, runningMean, runningVar}, 0.03, 1e-3);
        QCOMPARE(y.scalar_type(), type);
        QVERIFY(y.is_contiguous(at::MemoryFormat::ChannelsLast));
        if (one) {
            QVERIFY(relative(y, at::silu(b64).reshape({1, -1, 1, 1}).detach()) < (half ? 5e-3 : 1e-4)); // 1 / sqrt(eps) = 32 times the rounding of x
            return;
        }
        const at::Tensor y64 = at::silu(at::batch_norm(x64, w64, b64, mean64, var64, true, 0.03, 1e-3, false));
        y.backward(gradient);
        y64.backward(wide(gradient));
        const double values = half ? 5e-3 : mean > 0 ? 1e-4 : 2e-6; // bf16 keeps 8 bits; far from zero x itself holds fewer
        QVERIFY2(relative(y, y64.detach()) < values, qPrintable(QString::number(relative(y, y64.detach()))));
        QVERIFY2(relative(x.grad(), x64.grad()) < 2 * values, qPrintable(QString::number(relative(x.grad(), x64.grad()))));
        const double sums = mean > 0 ? 1e-4 : 5e-6; // sums are made in float32 and double from what x really holds
        QVERIFY2(relative(weight.grad(), w64.grad()) < sums, qPrintable(QString::number(relative(weight.grad(), w64.grad()))));
        QVERIFY2(relative(bias.grad(), b64.grad()) < sums, qPrintable(QString::number(relative(bias.grad(), b64.grad()))));
        QVERIFY(relative(runningMean, mean64) < 5e-6);
        QVERIFY(relative(runningVar, var64) < 5e-6);
    }

    void extremesStayNumbers() {
        at::Tensor x = at::zeros({2, 16, 4, 4}).contiguous(at::MemoryFormat::ChannelsLast);
        x.select(1, 0).fill_(1e30F);
        x.select(1, 1).copy_(at::linspace(-3e4, 3e4, 32).reshape({2, 4, 4}));
        x.requires_grad_();
        at::Tensor weight = at::full({16}, 50.0F).requires_grad_(), bias = at::full({16}, -20.0F).requires_grad_();
        const at::Tensor y = normSilu(x, {weight, bias, at::zeros({16}), at::ones({16})}, 0.03, 1e-3);
        y.sum().backward();
        QVERIFY(at::isfinite(y).all().item<bool>());
        QVERIFY(at::isfinite(x.grad()).all().item<bool>());
        QVERIFY(at::isfinite(weight.grad()).all().item<bool>());
    }

    void theSameEveryTime() {
        at::manual_seed(2);
        const at::Tensor x = at::randn({8, 32, 80, 80}).contiguous(at::MemoryFormat::ChannelsLast);
        const auto once = [&] {
            at::Tensor in = x.clone().requires_grad_(), weight = at::ones({32}).requires_grad_(), bias = at::zeros({32}).requires_grad_();
            const at::Tensor y = normSilu(in, {weight, bias, at::zeros({32}), at::ones({32})}, 0.03, 1e-3);
            y.backward(y.detach());
            return std::vector<at::Tensor>{y.detach(), in.grad(), weight.grad(), bias.grad()};
        };
        const auto first = once();
        for (int round = 0; round < 5; ++round) {
            const auto again = once();
            for (std::size_t i = 0; i < first.size(); ++i)
                QVERIFY(at::equal(first[i], again[i]));
        }
    }

    void otherValuesAreLeftToTorch() {
        QVERIFY(!normSiluTakes(at::zeros({2, 3, 4, 5})));                // rows of pictures, not of channels
        QVERIFY(!normSiluTakes(at::zeros({2, 3})));
        QVERIFY(!normSiluTakes(at::zeros({1, 8, 2, 2}, at::kDouble).contiguous(at::MemoryFormat::ChannelsLast)));
    }
};

QTEST_APPLESS_MAIN(TestNormSilu)
#include "tst_norm_silu.moc"

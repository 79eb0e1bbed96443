// SPDX-License-Identifier: GPL-3.0-or-later
// SGD, Adam and AdamW, clipping and the average against LibTorch's own, step by step.
#include <cmath>

#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/GradMode.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include "core/train/optimizer.h"
#include "core/train/tensor_updates.h"
#include "core/train/update_rules.h"

using namespace intersect;
using namespace intersect::train;

namespace {

constexpr double kDecay = 0.05, kBeta1 = 0.9;

/// Weights in channels-last order and in the usual one, of lengths that no vector divides; a batch norm's, a bias, and a frozen one.
NamedTensors madeParameters() {
    at::manual_seed(7);
    return {{"model.0.conv.weight", at::randn({5, 3, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast)},
            {"model.0.bn.weight", at::randn({37})},
            {"model.0.bn.bias", at::randn({1})},
            {"model.1.conv.weight", at::randn({7, 5, 1, 1})},
            {"model.2.bias", at::randn({129})},
            {"model.3.bias", at::randn({4})}};
}

/// What step `step` sees; large, small and exactly 0.
at::Tensor gradientOf(const at::Tensor& parameter, int step, std::size_t index) {
    at::manual_seed(100 * step + static_cast<int>(index));
    at::Tensor gradient = at::empty_like(parameter);
    gradient.copy_(at::randn(parameter.sizes()) * std::pow(10.0, (step + static_cast<int>(index)) % 5 - 3));
    gradient.masked_fill_(gradient.abs().lt(1e-4), 0);
    return gradient;
}

std::unique_ptr<torch::optim::Optimizer> torchs(const QString& name, const std::vector<torch::optim::OptimizerParamGroup>& groups) {
    if (name == QLatin1String("Adam"))
        return std::make_unique<torch::optim::Adam>(groups, torch::optim::AdamOptions(0.1));
    if (name == QLatin1String("AdamW"))
        return std::make_unique<torch::optim::AdamW>(groups, torch::optim::AdamWOptions(0.1));
    return std::make_unique<torch::optim::SGD>(groups, torch::optim::SGDOptions(0.1));
}

std::unique_ptr<torch::optim::OptimizerOptions> optionsOf(const QString& name, double lr, double momentum, double decay) {
    if (name == QLatin1String("Adam"))
        return std::make_unique<torch::optim::AdamOptions>(torch::optim::AdamOptions(lr).betas({kBeta1, 0.999}).weight_decay(decay));
    if (name == QLatin1String("AdamW"))
        return std::make_unique<torch::optim::AdamWOptions>(torch::optim::AdamWOptions(lr).betas({kBeta1, 0.999}).weight_decay(decay));
    return std::make_unique<torch::optim::SGDOptions>(torch::optim::SGDOptions(lr).momentum(momentum).nesterov(true).weight_decay(decay));
}

void setRates(torch::optim::Optimizer& optimizer, const QString& name, const std::array<double, 3>& rates, double momentum) {
    for (std::size_t group = 0; group < 3; ++group) {
        auto& options = optimizer.param_groups()[group].options();
        options.set_lr(rates[group]);
        if (name == QLatin1String("SGD"))
            static_cast<torch::optim::SGDOptions&>(options).momentum(momentum);
    }
}

} // namespace

class TestOptimizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stepsAsTorchDoes_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("kind");
        QTest::newRow("SGD") << "SGD" << static_cast<int>(OptimizerKind::Sgd);
        QTest::newRow("Adam") << "Adam" << static_cast<int>(OptimizerKind::Adam);
        QTest::newRow("AdamW") << "AdamW" << static_cast<int>(OptimizerKind::AdamW);
    }
    void stepsAsTorchDoes() {
        QFETCH(QString, name);
        QFETCH(int, kind);
        QCOMPARE(static_cast<int>(optimizerKindFrom(name.toStdString())), kind);
        const NamedTensors mine = madeParameters(), theirs = madeParameters();
        Optimizer optimizer(mine, kDecay, static_cast<OptimizerKind>(kind), kBeta1);
        std::vector<std::vector<at::Tensor>> members(3);
        for (std::size_t group = 0; group < 3; ++group)
            for (const auto& [tensorName, tensor] : theirs)
                for (const std::string& wanted : optimizer.groups()[group])
                    if (wanted == tensorName)
                        members[group].push_back(tensor);
        QCOMPARE(members[1].size(), std::size_t(2)); // only convolution weights decay
        std::vector<torch::optim::OptimizerParamGroup> groups;
        for (std::size_t group = 0; group < 3; ++group)
            groups.emplace_back(members[group], optionsOf(name, 0.1, 0.9, group == 1 ? kDecay : 0));
        const auto reference = torchs(name, groups);

        for (int step = 0; step < 9; ++step) {
            // the rates of a warm-up: the bias falls, the others rise, momentum too
            const double lrBias = 0.1 - 0.01 * step, lr = 0.002 * step, momentum = 0.8 + 0.01 * step;
            for (std::size_t i = 0; i < mine.size(); ++i) {
                const bool still = i + 1 == mine.size() || (i == 3 && step < 4); // frozen; learns from the fifth step on
                mine[i].second.mutable_grad() = still ? at::Tensor() : gradientOf(mine[i].second, step, i);
                theirs[i].second.mutable_grad() = still ? at::Tensor() : gradientOf(theirs[i].second, step, i);
            }
            optimizer.step(lrBias, lr, momentum);
            setRates(*reference, name, {lrBias, lr, lr}, momentum);
            reference->step();
            for (std::size_t i = 0; i < mine.size(); ++i)
                QVERIFY2(at::allclose(mine[i].second, theirs[i].second, 2e-6, 1e-7),
                         qPrintable(QString::fromStdString(mine[i].first) + QStringLiteral(" in step ") + QString::number(step)));
        }
        QVERIFY(at::equal(mine.back().second, madeParameters().back().second)); // no gradient, no move
        QVERIFY(!at::allclose(mine.front().second, madeParameters().front().second, 0.01, 0.01));
    }
    /// A gradient that lies in memory in another order than its parameter.
    void theOrderInMemoryMakesNoDifference() {
        const NamedTensors one = madeParameters(), other = madeParameters();
        Optimizer first(one, kDecay), second(other, kDecay);
        for (int step = 0; step < 3; ++step) {
            const at::Tensor gradient = gradientOf(one[0].second, step, 0);
            one[0].second.mutable_grad() = gradient;
            other[0].second.mutable_grad() = gradient.contiguous(at::MemoryFormat::Contiguous);
            first.step(0.1, 0.01, 0.9);
            second.step(0.1, 0.01, 0.9);
        }
        QVERIFY(at::equal(one[0].second, other[0].second));
        QVERIFY(one[0].second.is_contiguous(at::MemoryFormat::ChannelsLast));
    }
    void clipsTheCommonNorm() {
        const NamedTensors parameters = madeParameters();
        Optimizer optimizer(parameters, kDecay);
        double squared = 0;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            parameters[i].second.mutable_grad() = gradientOf(parameters[i].second, 2, i);
            squared += parameters[i].second.grad().to(at::kDouble).square().sum().item<double>();
        }
        const double norm = std::sqrt(squared);
        const at::Tensor before = parameters[0].second.grad().clone();
        QVERIFY(std::fabs(optimizer.clipGradients(2 * norm) - norm) < 1e-6 * norm);
        QVERIFY(at::equal(parameters[0].second.grad(), before)); // small enough
        QVERIFY(std::fabs(optimizer.clipGradients(norm / 4) - norm) < 1e-6 * norm);
        QVERIFY(at::allclose(parameters[0].second.grad(), before / 4, 1e-5, 0));
        QVERIFY(std::fabs(optimizer.clipGradients(norm) - norm / 4) < 1e-5 * norm);
    }
    void aNormOfManyNumbersIsExact() {
        at::manual_seed(1);
        const at::Tensor values = at::randn({100'003}) * 3;
        const double wanted = values.to(at::kDouble).square().sum().item<double>();
        QVERIFY(std::fabs(squaredNorm(values.const_data_ptr<float>(), values.numel()) - wanted) < 1e-6 * wanted);
        QCOMPARE(squaredNorm(values.const_data_ptr<float>(), 0), 0.0);
    }
    void averages() {
        at::manual_seed(3);
        const at::Tensor start = at::randn({1003}), now = at::randn({1003});
        at::Tensor average = start.clone();
        averageUpdate(average.data_ptr<float>(), now.const_data_ptr<float>(), average.numel(), 0.9);
        QVERIFY(at::allclose(average, start * 0.9 + now * 0.1, 1e-6, 1e-7));
    }

    void torchsOperationsDoTheSame_data() {
        QTest::addColumn<bool>("adam");
        QTest::addColumn<bool>("decoupled");
        QTest::addColumn<double>("decay");
        for (const double decay : {0.0, kDecay}) {
            QTest::addRow("SGD %g", decay) << false << false << decay;
            QTest::addRow("Adam %g", decay) << true << false << decay;
            QTest::addRow("AdamW %g", decay) << true << true << decay;
        }
    }
    /// The rules for a GPU against our own loops, on the CPU.
    void torchsOperationsDoTheSame() {
        QFETCH(bool, adam);
        QFETCH(bool, decoupled);
        QFETCH(double, decay);
        at::manual_seed(5);
        const at::Tensor start = at::randn({1003});
        const at::Tensor p = start.clone(), p2 = start.clone();
        const at::Tensor m = at::zeros({1003}), m2 = at::zeros({1003}), v = at::zeros({1003}), v2 = at::zeros({1003});
        const at::Tensor average = at::ones({1003}), average2 = at::ones({1003});
        for (int step = 1; step <= 5; ++step) {
            const at::Tensor gradient = at::randn({1003});
            const double lr = 0.02 - 0.003 * step, momentum = 0.8 + 0.02 * step;
            const AdamStep how{lr, kBeta1, 0.999, decay, decoupled, step};
            if (adam) {
                adamUpdate(p.data_ptr<float>(), gradient.const_data_ptr<float>(), m.data_ptr<float>(), v.data_ptr<float>(), p.numel(), how);
                adamUpdateByTorch(p2, gradient, m2, v2, how);
            } else {
                sgdUpdate(p.data_ptr<float>(), gradient.const_data_ptr<float>(), m.data_ptr<float>(), p.numel(), static_cast<float>(lr),
                          static_cast<float>(momentum), static_cast<float>(decay), step == 1);
                sgdUpdateByTorch(p2, gradient, m2, lr, momentum, decay, step == 1);
            }
            averageUpdate(average.data_ptr<float>(), p.const_data_ptr<float>(), p.numel(), 1 - 0.1 * step);
            averageUpdateByTorch(average2, p2, 1 - 0.1 * step);
            for (const auto& [got, wanted] : {std::pair{p2, p}, {m2, m}, {v2, v}, {average2, average}})
                QVERIFY(at::allclose(got, wanted, 1e-6, 1e-6));
        }
        QVERIFY(!at::allclose(p, start, 0.01, 0.01));
    }
};

QTEST_APPLESS_MAIN(TestOptimizers)
#include "tst_optimizers.moc"

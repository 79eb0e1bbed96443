// SPDX-License-Identifier: GPL-3.0-or-later
// The formulas over tensors, as training uses them: values and autograd's derivatives against the golden grids, and far out.
#include <cmath>

#include <ATen/ATen.h>
#include <QtTest>

#include "core/loss/losses.h"
#include "tests/support/loss_grid.h"

using namespace intersect;
using namespace intersect::loss;

namespace {

/// Values and derivatives of a loss at many points at once.
struct Computed {
    std::vector<double> values, slopes;
};

Computed computed(const LossSpec& spec, const std::vector<double>& logits, const std::vector<double>& targets, at::ScalarType type) {
    const auto tensor = [type](const std::vector<double>& from) { return at::tensor(from, at::kDouble).to(type); };
    const at::Tensor x = tensor(logits).set_requires_grad(true), t = tensor(targets);
    const at::Tensor losses = elementLoss(spec, x, t);
    losses.sum().backward();
    const auto list = [](const at::Tensor& from) {
        const at::Tensor doubles = from.detach().to(at::kDouble).contiguous();
        return std::vector<double>(doubles.const_data_ptr<double>(), doubles.const_data_ptr<double>() + doubles.numel());
    };
    return {list(losses), list(x.grad())};
}

/// Rows that agree; -1 with a warning at the first that does not.
int compareGrid(const char* file, at::ScalarType type, double absolute, double relative) {
    const auto near = [&](double got, double want) { return std::fabs(got - want) <= absolute + relative * std::fabs(want); };
    const auto rows = tests::lossGrid(file);
    int agreed = 0;
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        std::vector<double> logits, targets;
        for (end = begin; end < rows.size() && rows[end].name == rows[begin].name; ++end) {
            logits.push_back(rows[end].logit);
            targets.push_back(rows[end].target);
        }
        const auto spec = tests::specOfGridName(rows[begin].name);
        if (!spec)
            continue;
        const Computed got = computed(*spec, logits, targets, type);
        for (std::size_t i = begin; i < end; ++i) {
            if (!near(got.values[i - begin], rows[i].value) || !near(got.slopes[i - begin], rows[i].slope)) {
                qWarning() << rows[i].name.c_str() << rows[i].logit << rows[i].target << "got" << got.values[i - begin]
                           << got.slopes[i - begin];
                return -1;
            }
            ++agreed;
        }
    }
    return agreed;
}

} // namespace

class TestLossTensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheGoldenGrids_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("rows");
        QTest::newRow("bce and focal") << QByteArray("bce_focal_grid.csv") << 29 * 195;
        QTest::newRow("geometric") << QByteArray("geometric_focal_grid.csv") << 36 * 195;
    }
    void agreesWithTheGoldenGrids() {
        NEED_SHARED("reference/losses");
        QFETCH(QByteArray, file);
        QFETCH(int, rows);
        QCOMPARE(compareGrid(file.constData(), at::kFloat, 1e-6, 1e-6), rows);
        QCOMPARE(compareGrid(file.constData(), at::kDouble, 1e-12, 1e-11), rows);
    }

    void rightLimitsFarOut_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<double>("relative");
        QTest::newRow("float") << int(at::kFloat) << 1e-5; // e^-1050 of the geometric modulator has as much from its exponent
        QTest::newRow("double") << int(at::kDouble) << 1e-12;
    }
    void rightLimitsFarOut() {
        QFETCH(int, type);
        QFETCH(double, relative);
        for (const tests::FarLoss& far : tests::farLosses()) {
            const Computed got = computed(far.spec, {far.logit}, {far.target}, static_cast<at::ScalarType>(type));
            const auto right = [relative](double value, double want) {
                return std::fabs(value - want) <= 1e-12 + relative * std::fabs(want);
            };
            QVERIFY2(right(got.values[0], far.value) && right(got.slopes[0], far.slope),
                     (far.name + " got " + formatShortest(got.values[0]) + " " + formatShortest(got.slopes[0])).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestLossTensors)
#include "tst_loss_tensors.moc"

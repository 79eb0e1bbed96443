// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/train/memory_need.h"

using namespace intersect;
using namespace intersect::train;

class TestMemoryNeed : public QObject {
    Q_OBJECT
    model::Graph m_graph;
    runs::TrainConfig m_config;
    Frozen m_nothing;

    double gigabytes(int images) const { return static_cast<double>(trainingBytes(m_config, m_graph, m_nothing, images)) / 1e9; }

private Q_SLOTS:
    void initTestCase() {
        m_graph = model::makeGraph(model::knownModel("yolov5n").value(), 80).value();
        m_nothing = frozenOf(m_config, m_graph).value();
        m_config.precision = "fp32";
    }

    /// Peaks of the process as measured on the training of tests/bench/train_vs_yolov5.py's frames, GB.
    void isNearWhatWasMeasured_data() {
        QTest::addColumn<QString>("precision");
        QTest::addColumn<QString>("freeze");
        QTest::addColumn<double>("measured");
        QTest::newRow("bf16") << "bf16" << "0" << 1.96;
        QTest::newRow("fp32") << "fp32" << "0" << 3.02;
    }
    void isNearWhatWasMeasured() {
        QFETCH(QString, precision);
        QFETCH(QString, freeze);
        QFETCH(double, measured);
        runs::TrainConfig config = m_config;
        config.precision = precision.toStdString();
        QVERIFY(runs::parseFreeze(freeze.toStdString(), config).has_value());
        const double told = static_cast<double>(trainingBytes(config, m_graph, frozenOf(config, m_graph).value(), 16)) / 1e9;
        QVERIFY2(told > measured / 1.33 && told < measured * 1.33, qPrintable(QString::number(told)));
    }

    void growsWithPicturesAndTheirArea() {
        const double each = gigabytes(2) - gigabytes(1);
        QVERIFY(each > 0.05);
        QVERIFY(qAbs(gigabytes(33) - gigabytes(1) - 32 * each) < 1e-6);
        runs::TrainConfig half = m_config;
        half.imgSize = 320;
        const double small = static_cast<double>(trainingBytes(half, m_graph, m_nothing, 2) - trainingBytes(half, m_graph, m_nothing, 1)) / 1e9;
        QVERIFY(qAbs(small - each / 4) < 1e-6);
    }

    void aFrozenBeginningKeepsNothing() {
        runs::TrainConfig config = m_config;
        QVERIFY(runs::parseFreeze("10", config).has_value());
        const Frozen frozen = frozenOf(config, m_graph).value();
        const auto part = static_cast<double>(trainingBytes(config, m_graph, frozen, 16));
        QVERIFY(part < 0.6 * static_cast<double>(trainingBytes(m_config, m_graph, m_nothing, 16)));
    }

    void refusesWhatWouldSurelyDie() {
        const std::int64_t little = 2'500'000'000;
        QVERIFY(checkMemory(m_config, m_graph, m_nothing, 16, 0).has_value()); // not known
        QVERIFY(checkMemory(m_config, m_graph, m_nothing, 16, little).has_value()); // tight: it may go
        const auto refused = checkMemory(m_config, m_graph, m_nothing, 64, little);
        QVERIFY(!refused);
        QVERIFY2(QString::fromStdString(refused.error().message).startsWith(QLatin1String("Batches of 64 pictures of 640 px need about ")), refused.error().message.c_str());
        QVERIFY(QString::fromStdString(refused.error().message).contains(QLatin1String("memory, and 2.5 GB are free")));
        QCOMPARE(QString::fromStdString(refused.error().advice), QStringLiteral("Take --batch 8."));
        const auto hopeless = checkMemory(m_config, m_graph, m_nothing, 64, 100'000'000);
        QVERIFY(!hopeless);
        QCOMPARE(QString::fromStdString(hopeless.error().advice), QStringLiteral("Take a smaller --img-size."));
    }

    void thisMachineHasMemory() {
        const std::int64_t free = freeMemory();
        QVERIFY(free == 0 || free > 50'000'000);
    }
};

QTEST_APPLESS_MAIN(TestMemoryNeed)
#include "tst_memory_need.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// How anchors fit boxes, and anchors made of boxes, against YOLOv5's numbers for the 275 frames of Q2.
#include <cmath>

#include <ATen/ATen.h>
#include <QtTest>

#include "core/base/numbers.h"
#include "core/data/data_yaml.h"
#include "core/train/anchors.h"
#include "core/train/start_network.h"
#include "tests/core/train/golden_tables.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using namespace intersect::train;
using namespace intersect::tests;
namespace fs = std::filesystem;

namespace {

Sample sampleOf(int width, int height, const std::vector<std::array<double, 2>>& sizes) {
    Sample sample{{}, {width, height}, {}};
    for (const auto& [w, h] : sizes) {
        data::Label label;
        label.box = {0.5, 0.5, w, h};
        sample.labels.push_back(label);
    }
    return sample;
}

bool near(double got, double want, double tolerance) {
    return std::fabs(got - want) <= tolerance;
}

} // namespace

class TestAnchors : public QObject {
    Q_OBJECT
    Scratch m_scratch;
    std::vector<Sample> m_samples;

private Q_SLOTS:
    void initTestCase() {
        if (!fs::exists(shared("reference/yolov5_training")) || !fs::exists(shared("data/citycam-mini")))
            return;
        std::string train;
        for (const auto& entry : fs::recursive_directory_iterator(shared("data/citycam-mini/Q2")))
            if (entry.path().extension() == ".jpg")
                train += fs::canonical(entry.path()).string() + "\n";
        std::string val;
        for (const auto& entry : fs::directory_iterator(shared("data/citycam-mini/Q1/2708")))
            if (entry.path().extension() == ".jpg" && val.empty())
                val = fs::canonical(entry.path()).string() + "\n";
        data::DataYaml yaml;
        yaml.train = m_scratch.write("train.txt", train);
        yaml.val = m_scratch.write("val.txt", val);
        yaml.names = data::cocoNames();
        const auto data = loadTrainingData(m_scratch.write("data.yaml", data::formatDataYaml(yaml)));
        QVERIFY2(data.has_value(), data ? "" : data.error().message.c_str());
        m_samples = data->train;
        QCOMPARE(m_samples.size(), std::size_t(275));
    }

    void theDefaultAnchorsFitAsTheReferenceSays_data() {
        QTest::addColumn<int>("imgSize");
        QTest::addColumn<int>("threshold");
        for (const int size : {320, 416, 640})
            for (const int threshold : {2, 3, 4})
                QTest::addRow("img%d_thr%d_scale1", size, threshold) << size << threshold;
    }
    void theDefaultAnchorsFitAsTheReferenceSays() {
        NEED_SHARED("reference/yolov5_training");
        NEED_SHARED("data/citycam-mini");
        QFETCH(int, imgSize);
        QFETCH(int, threshold);
        const Json golden = trainingJson("anchors_q2.json");
        const std::vector<BoxSize> anchors = golden["anchors_default"];
        const auto boxes = boxSizes(m_samples, imgSize);
        const AnchorFit fit = anchorFit(boxes, anchors, threshold);
        const Json& wanted = golden[QTest::currentDataTag()];
        QCOMPARE(fit.boxes, golden["n_labels"].get<std::size_t>());
        QCOMPARE(fit.reached, wanted["n_best_above"].get<std::size_t>());
        QCOMPARE(std::llround(fit.anchorsPerBox * static_cast<double>(fit.boxes)), wanted["n_above"].get<long long>());
        QVERIFY(near(fit.recall, wanted["bpr"].get<double>(), 1e-6));
        QVERIFY(near(fit.anchorsPerBox, wanted["aat"].get<double>(), 1e-5));
        QVERIFY(near(fit.meanBest, wanted["mean_best"].get<double>(), 1e-5));
        QVERIFY(near(fit.fitness, wanted["fitness"].get<double>(), 1e-5));
    }
    void madeAnchorsAreAsGoodAsTheReferences() {
        NEED_SHARED("reference/yolov5_training");
        NEED_SHARED("data/citycam-mini");
        const Json golden = trainingJson("anchors_q2.json");
        const BoxSize deviation = golden["wh_std_640"];
        const auto boxes = boxSizes(m_samples, 640);
        for (const std::uint64_t seed : {0, 1, 2}) {
            const auto clusters = clusterAnchors(boxes, 9, seed);
            QCOMPARE(clusters.size(), std::size_t(9));
            double distances = 0;
            for (const BoxSize& box : boxes) {
                double least = 1e9;
                for (const BoxSize& centre : clusters)
                    least = std::min(least, std::hypot((box[0] - centre[0]) / deviation[0], (box[1] - centre[1]) / deviation[1]));
                distances += least;
            }
            QVERIFY2(distances / static_cast<double>(boxes.size()) <= 0.32, formatShortest(distances / 2320).c_str());
            QCOMPARE(clusterAnchors(boxes, 9, seed), clusters); // seeded
            const auto evolved = evolveAnchors(boxes, clusters, 4, 1000, seed);
            const AnchorFit fit = anchorFit(boxes, evolved, 4);
            QVERIFY2(fit.fitness >= 0.82, formatShortest(fit.fitness).c_str());
            QVERIFY(fit.recall > 0.98);
            for (std::size_t i = 1; i < evolved.size(); ++i)
                QVERIFY(evolved[i - 1][0] * evolved[i - 1][1] <= evolved[i][0] * evolved[i][1]);
        }
    }

    void sizesAreThoseInTheNetwork() {
        const auto boxes = boxSizes({sampleOf(1280, 720, {{0.5, 0.5}}), sampleOf(100, 200, {{0.1, 0.2}})}, 640);
        QCOMPARE(boxes.size(), std::size_t(2));
        QVERIFY(near(boxes[0][0], 320, 1e-9) && near(boxes[0][1], 180, 1e-9));
        QVERIFY(near(boxes[1][0], 32, 1e-9) && near(boxes[1][1], 128, 1e-9));
    }
    void fitsByHand() {
        const std::vector<BoxSize> anchors{{10, 10}, {40, 40}};
        // exact; half as wide (1/2 with the first); 4 times as large as the first and exact; too long for both
        const std::vector<BoxSize> boxes{{10, 10}, {5, 10}, {40, 40}, {10, 200}};
        const AnchorFit fit = anchorFit(boxes, anchors, 4);
        QCOMPARE(fit.reached, std::size_t(3));
        QVERIFY(near(fit.recall, 0.75, 1e-12));
        QVERIFY(near(fit.anchorsPerBox, 0.75, 1e-12)); // a factor of exactly 4 does not count
        QVERIFY(near(fit.meanBest, (1 + 0.5 + 1 + 0.2) / 4, 1e-12));
        QVERIFY(near(fit.fitness, (1 + 0.5 + 1) / 4, 1e-12));
        const std::string poor = anchorSentence(fit);
        QVERIFY2(poor.find("3 of 4 boxes") != std::string::npos && poor.find("--autoanchor") != std::string::npos, poor.c_str());
        QCOMPARE(anchorSentence(anchorFit(std::vector<BoxSize>{boxes[0]}, anchors, 4)).find("--autoanchor"), std::string::npos);
    }
    void findsClearClusters() {
        std::vector<BoxSize> boxes;
        for (int i = 0; i < 30; ++i) {
            const double shift = 0.01 * (i % 3 - 1);
            boxes.push_back({10 + shift, 20});
            boxes.push_back({50 + shift, 30});
            boxes.push_back({100 + shift, 200});
            boxes.push_back({1, 1}); // too small to count
        }
        const auto anchors = clusterAnchors(boxes, 3, 5);
        QCOMPARE(anchors.size(), std::size_t(3));
        const BoxSize wanted[] = {{10, 20}, {50, 30}, {100, 200}};
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(near(anchors[i][0], wanted[i][0], 1e-9) && near(anchors[i][1], wanted[i][1], 1e-9));
        QVERIFY(clusterAnchors(std::vector<BoxSize>(5, BoxSize{10, 10}), 3, 0).empty()); // all alike
        QVERIFY(clusterAnchors(std::vector<BoxSize>{{10, 10}, {20, 20}}, 3, 0).empty()); // too few
    }

    /// Boxes far longer than any anchor: new ones are made, and come back with the weights.
    void aNetworkTakesThemAndKeepsThem() {
        TrainingData data;
        for (int i = 0; i < 40; ++i)
            data.train.push_back(sampleOf(640, 640, {{0.02 + 0.0004 * i, 0.5 + 0.005 * i}, {0.4 + 0.005 * i, 0.01 + 0.0005 * i}}));
        runs::TrainConfig config;
        auto start = startNetwork(config, {"car"}).value();
        const at::Tensor before = start.network.anchorsInCells().clone();
        fitAnchors(config, data, start);
        QVERIFY2(start.said.find("--autoanchor") != std::string::npos, start.said.c_str());
        QVERIFY(at::equal(start.network.anchorsInCells(), before));

        config.autoanchor = true;
        fitAnchors(config, data, start);
        const at::Tensor now = start.network.anchorsInCells();
        QVERIFY(!at::equal(now, before));
        QVERIFY2(start.said.find("80 of 80 boxes fit one") != std::string::npos, start.said.c_str());
        // ascending over all levels, in pixels
        double last = 0;
        for (std::int64_t level = 0; level < 3; ++level)
            for (std::int64_t i = 0; i < 3; ++i) {
                const double stride = start.network.strides()[static_cast<std::size_t>(level)];
                const double area = now[level][i][0].item<double>() * now[level][i][1].item<double>() * stride * stride;
                QVERIFY(area >= last);
                last = area;
            }
        const auto again = nn::Network::fromArrays(start.network.toArrays(weights::DType::F32, {})).value();
        QVERIFY(at::equal(again.anchorsInCells(), now));
        TrainingData few;
        few.train.push_back(sampleOf(640, 640, {{0.5, 0.01}}));
        auto other = startNetwork(config, {"car"}).value();
        fitAnchors(config, few, other);
        QVERIFY(at::equal(other.network.anchorsInCells(), before));
    }
};

QTEST_APPLESS_MAIN(TestAnchors)
#include "tst_anchors.moc"

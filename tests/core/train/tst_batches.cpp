// SPDX-License-Identifier: GPL-3.0-or-later
// What an epoch shows: order, rectangles, image weights; the same batches from any number of threads; the preview of them.
#include <algorithm>
#include <numeric>
#include <set>

#include <QtTest>
#include <opencv2/imgcodecs.hpp>

#include "core/data/yolo_labels.h"
#include "core/train/batch_loader.h"
#include "core/train/batch_picture.h"
#include "core/train/image_weights.h"
#include "core/train/preview.h"
#include "tests/core/train/golden_tables.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using namespace intersect::train;
using namespace intersect::tests;

namespace {

data::Label labelOf(int classId, BoxCxcywhn box = {0.5, 0.5, 0.25, 0.25}) {
    data::Label label;
    label.classId = classId;
    label.box = box;
    return label;
}

std::vector<Sample> samplesOfSizes(const std::vector<Size>& sizes) {
    std::vector<Sample> samples;
    for (const Size size : sizes)
        samples.push_back({"picture" + std::to_string(samples.size()), size, {labelOf(0)}});
    return samples;
}

} // namespace

class TestBatches : public QObject {
    Q_OBJECT
    Scratch m_scratch;

    /// Six pictures of different shapes full of edges, one object each; object i is of class i.
    std::vector<Sample> pictures() const {
        std::vector<Sample> samples;
        for (int i = 0; i < 6; ++i) {
            const Size size{64 + 16 * i, 48 + 8 * i};
            cv::Mat picture(size.height, size.width, CV_8UC3);
            for (int y = 0; y < picture.rows; ++y)
                for (int x = 0; x < picture.cols; ++x)
                    picture.at<cv::Vec3b>(y, x) = cv::Vec3b(static_cast<uchar>(40 * i + x), static_cast<uchar>(3 * y), static_cast<uchar>(x * y + i));
            const auto path = m_scratch.path("edges" + std::to_string(i) + ".png");
            cv::imwrite(path.string(), picture);
            samples.push_back({path, size, {labelOf(i, {0.25 + 0.1 * i, 0.5, 0.3, 0.2 + 0.1 * i})}});
        }
        return samples;
    }
    static runs::TrainConfig config(int workers = 2) {
        runs::TrainConfig made;
        made.imgSize = 128;
        made.seed = 11;
        made.workers = workers;
        return made;
    }

private Q_SLOTS:
    void anEpochIsTheSameFromAnyNumberOfThreads_data() {
        QTest::addColumn<QString>("on");
        for (const char* on : {"mosaic", "single", "nine", "mixup", "paste", "perspective", "rect", "weights", "all", "rect weights"})
            QTest::newRow(on) << QString::fromLatin1(on);
    }
    void anEpochIsTheSameFromAnyNumberOfThreads() {
        QFETCH(QString, on);
        const auto samples = pictures();
        PictureStore store(samples, 128, true, std::size_t(1) << 24);
        const auto epochs = [&](int workers) {
            runs::TrainConfig made = config(workers);
            const bool all = on == QLatin1String("all");
            made.hyp.mosaic = on == QLatin1String("single") ? 0 : all ? 0.8 : 1;
            made.hyp.mosaic9 = on == QLatin1String("nine") ? 1 : all ? 0.5 : 0;
            made.hyp.mixup = on == QLatin1String("mixup") ? 1 : all ? 0.5 : 0;
            made.hyp.copyPaste = on == QLatin1String("paste") || all ? 1 : 0;
            made.hyp.perspective = on == QLatin1String("perspective") || all ? 0.0005 : 0;
            made.rect = on.contains(QLatin1String("rect"));
            made.imageWeights = on.contains(QLatin1String("weights")) || all;
            BatchLoader loader(store, made, 4);
            std::vector<Batch> batches;
            for (int epoch = 0; epoch < 2; ++epoch) {
                loader.beginEpoch(epoch, std::vector<double>(6, 0.1 * epoch));
                for (int i = 0; i < loader.batchesPerEpoch(); ++i) {
                    auto batch = loader.next();
                    if (!batch)
                        return batches;
                    batches.push_back(*batch);
                    loader.giveBack(std::move(*batch)); // used memory leaves no trace
                }
            }
            return batches;
        };
        const auto wanted = epochs(1);
        QCOMPARE(wanted.size(), std::size_t(4));
        for (const int workers : {2, 5}) {
            const auto got = epochs(workers);
            QCOMPARE(got.size(), wanted.size());
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                QVERIFY(got[i].pixels == wanted[i].pixels);
                QVERIFY(got[i].targets == wanted[i].targets);
            }
        }
        QVERIFY(wanted[0].pixels != wanted[2].pixels);
    }
    void aRecipeWithoutTheRarerAugmentationsDrawsAsEver() {
        // The first batch of this recipe, as the version made it that knew only mosaics of four.
        const std::vector<TargetRow> wanted{
            {0, 5, 0.0854183808F, 0.192933157F, 0.170836762F, 0.259829044F},  {0, 2, 0.501613736F, 0.17648828F, 0.180423796F, 0.161629647F},
            {0, 5, 0.0854183808F, 0.564117491F, 0.170836762F, 0.259829044F},  {0, 4, 0.621896267F, 0.566466808F, 0.180423796F, 0.225529745F},
            {1, 4, 0.166967094F, 0.0852378383F, 0.333934188F, 0.170475677F},  {1, 2, 0.955964923F, 0.703322589F, 0.088054575F, 0.310676843F},
            {2, 3, 0.733322442F, 0.0357852913F, 0.390195876F, 0.0715705827F}, {2, 0, 0.343126565F, 0.770163476F, 0.390195876F, 0.195097938F},
            {3, 5, 0.668515444F, 0.601200283F, 0.246344849F, 0.354762256F}};
        const auto samples = pictures();
        PictureStore store(samples, 128, true, std::size_t(1) << 24);
        BatchLoader loader(store, config(), 4);
        const auto batch = loader.next();
        QVERIFY(batch.has_value());
        QVERIFY(batch->targets == wanted);
    }
    void anEpochShowsEveryPictureOnce() {
        for (const bool rect : {false, true}) {
            runs::TrainConfig made = config();
            made.rect = rect;
            const auto samples = samplesOfSizes({{640, 360}, {640, 360}, {360, 640}, {480, 480}, {640, 360}, {640, 480}, {360, 640}});
            for (int epoch = 0; epoch < 3; ++epoch) {
                const EpochPlan plan = planEpoch(samples, made, 3, 32, epoch);
                QCOMPARE(plan.batches.size(), std::size_t(3));
                std::multiset<std::size_t> shown;
                for (const PlannedInputs& inputs : plan.batches)
                    for (const PlannedSample& sample : inputs.samples) {
                        shown.insert(sample.picture);
                        QCOMPARE(sample.stream, static_cast<std::uint64_t>(sample.picture));
                    }
                QVERIFY((shown == std::multiset<std::size_t>{0, 1, 2, 3, 4, 5, 6}));
                QVERIFY(plan.drawn.empty());
            }
        }
    }
    void rectanglesHoldTheirPictures() {
        runs::TrainConfig made = config();
        made.imgSize = 640;
        made.rect = true;
        // By ratio: three wide, then one wide with two square ones, then three tall.
        const auto samples = samplesOfSizes({{360, 640}, {640, 360}, {500, 500}, {640, 360}, {360, 640}, {1280, 720}, {320, 180}, {500, 500}, {180, 320}});
        std::set<std::pair<int, int>> shapes;
        for (const PlannedInputs& inputs : planEpoch(samples, made, 3, 32, 0).batches)
            shapes.insert({inputs.input.width, inputs.input.height});
        QVERIFY((shapes == std::set<std::pair<int, int>>{{640, 384}, {640, 640}, {384, 640}}));
        // 480 = 15 strides of 32 exactly, 7.5 of 64.
        const auto quarters = samplesOfSizes({{640, 480}});
        QVERIFY((planEpoch(quarters, made, 3, 32, 0).batches[0].input == Size{640, 480}));
        QVERIFY((planEpoch(quarters, made, 3, 64, 0).batches[0].input == Size{640, 512}));
    }
    void picturesOfLikeShapeMeetOthersEachEpoch() {
        runs::TrainConfig made = config();
        made.rect = true;
        const auto samples = samplesOfSizes(std::vector<Size>(20, Size{640, 360}));
        const auto first = planEpoch(samples, made, 4, 32, 0), second = planEpoch(samples, made, 4, 32, 1);
        QVERIFY(first.batches[0].samples != second.batches[0].samples);
        QVERIFY(planEpoch(samples, made, 4, 32, 0).batches[0].samples == first.batches[0].samples);
        // The batches come in an order of their own: with wide and tall ones, not always the wide ones first.
        std::vector<Size> sizes(16, Size{640, 360});
        sizes.resize(32, Size{360, 640});
        const auto mixed = samplesOfSizes(sizes);
        std::set<bool> firstIsWide;
        for (int epoch = 0; epoch < 10; ++epoch) {
            const Size input = planEpoch(mixed, made, 4, 32, epoch).batches[0].input;
            firstIsWide.insert(input.width > input.height);
        }
        QCOMPARE(firstIsWide.size(), std::size_t(2));
    }
    void aRectangleIsFilledAndItsBoxesFit() {
        runs::TrainConfig made = config();
        made.rect = true;
        made.hyp.scale = made.hyp.translate = made.hyp.fliplr = made.hyp.hsvH = made.hyp.hsvS = made.hyp.hsvV = 0;
        const auto path = m_scratch.write("wide.bmp", bmpBytes(256, 144, 200)); // 128x72 in the network, 12 rows of border above and below
        const std::vector<Sample> samples{{path, {256, 144}, {labelOf(0, {0.25, 0.5, 0.5, 1})}}};
        PictureStore store(samples, 128, true, std::size_t(1) << 24);
        BatchLoader loader(store, made, 1);
        const auto batch = loader.next();
        QVERIFY(batch.has_value());
        QCOMPARE(batch->width, 128);
        QCOMPARE(batch->height, 96);
        QCOMPARE(batch->pixels.size(), std::size_t(128 * 96 * 3));
        for (const int row : {0, 11, 12, 83, 84, 95})
            QCOMPARE(static_cast<int>(batch->pixels[static_cast<std::size_t>((row * 128 + 64) * 3)]), row >= 12 && row < 84 ? 200 : 114);
        QCOMPARE(batch->targets.size(), std::size_t(1));
        QCOMPARE(batch->targets[0].cx, 0.25F);
        QCOMPARE(batch->targets[0].cy, 0.5F);
        QCOMPARE(batch->targets[0].h, 0.75F);
    }

    void weighsPicturesAsTheReference_data() {
        QTest::addColumn<QString>("column");
        QTest::addColumn<int>("classes");
        QTest::newRow("nc 80") << QStringLiteral("weight_nc80_maps0") << 80;
        QTest::newRow("nc 4") << QStringLiteral("weight_nc4_maps0") << 4;
        QTest::newRow("nc 4, AP") << QStringLiteral("weight_nc4_maps_.5_.25_.75_.1") << 4;
    }
    void weighsPicturesAsTheReference() {
        NEED_SHARED("reference/yolov5_training");
        QFETCH(QString, column);
        QFETCH(int, classes);
        const std::vector<std::pair<const char*, int>> kinds = classes == 80
            ? std::vector<std::pair<const char*, int>>{{"n_car", 2}, {"n_motorcycle", 3}, {"n_bus", 5}, {"n_truck", 7}}
            : std::vector<std::pair<const char*, int>>{{"n_car", 0}, {"n_motorcycle", 1}, {"n_bus", 2}, {"n_truck", 3}};
        std::vector<double> ap(static_cast<std::size_t>(classes), 0.0);
        if (column.contains(QLatin1String(".5_.25")))
            ap = {0.5, 0.25, 0.75, 0.1};
        const auto rows = trainingTable("image_weights_q2.csv");
        QCOMPARE(rows.size(), std::size_t(275));
        std::vector<Sample> samples;
        std::vector<double> counts(ap.size(), 0.0);
        for (const auto& row : rows) {
            samples.emplace_back();
            for (const auto& [name, classId] : kinds)
                for (int i = 0; i < static_cast<int>(numberIn(row, name)); ++i) {
                    samples.back().labels.push_back(labelOf(classId));
                    counts[static_cast<std::size_t>(classId)] += 1;
                }
        }
        const auto got = imageWeights(samples, ap);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const double wanted = numberIn(rows[i], column.toStdString());
            QVERIFY2(std::abs(got[i] - wanted) <= 1e-6 * wanted, rows[i].at("image").c_str());
        }
        const Json golden = trainingJson("class_weights_q2.json")["class_weights_nc" + std::to_string(classes) + "_normalised_float32"];
        const auto weights = samplingClassWeights(counts);
        QCOMPARE(weights.size(), golden.size());
        for (std::size_t c = 0; c < weights.size(); ++c)
            QVERIFY(std::abs(weights[c] - golden[c].get<double>()) <= 1e-6 * golden[c].get<double>());
    }
    void drawsPicturesByTheirWeights() {
        std::vector<double> weights(4000, 1.0);
        std::fill(weights.begin() + 2000, weights.end(), 3.0);
        for (std::size_t i = 0; i < weights.size(); i += 10)
            weights[i] = 0;
        const auto order = weightedOrder(3, 5, weights);
        QCOMPARE(order.size(), weights.size());
        QVERIFY(weightedOrder(3, 5, weights) == order);
        QVERIFY(weightedOrder(3, 6, weights) != order);
        std::size_t light = 0;
        for (const std::size_t picture : order) {
            QVERIFY(weights.at(picture) > 0);
            light += picture < 2000 ? 1 : 0;
        }
        QVERIFY(light > 900 && light < 1100); // a quarter; the standard deviation is 27
        QVERIFY(weightedOrder(3, 5, std::vector<double>(50, 0.0)) == epochOrder(3, 5, 50));
    }
    void aPictureDrawnTwiceLooksDifferentAndMosaicsTakeDrawnOnes() {
        std::vector<Sample> samples;
        for (int i = 0; i < 4; ++i) { // the first has no object, so no weight; it is bright
            const auto path = m_scratch.write("weighted" + std::to_string(i) + ".bmp", bmpBytes(128, 128, i == 0 ? 230 : 20));
            samples.push_back({path, {128, 128}, i == 0 ? std::vector<data::Label>{} : std::vector<data::Label>{labelOf(0)}});
        }
        runs::TrainConfig made = config();
        made.imageWeights = true;
        made.hyp.hsvH = made.hyp.hsvS = made.hyp.hsvV = 0;
        const auto plan = planEpoch(samples, made, 4, 32, 0, imageWeights(samples, std::vector<double>{0}));
        QCOMPARE(plan.drawn.size(), std::size_t(4));
        QVERIFY(std::find(plan.drawn.begin(), plan.drawn.end(), std::size_t(0)) == plan.drawn.end());
        std::set<std::uint64_t> streams;
        for (const PlannedSample& sample : plan.batches[0].samples)
            streams.insert(sample.stream);
        QCOMPARE(streams.size(), std::size_t(4));
        PictureStore store(samples, 128, true, std::size_t(1) << 24);
        BatchLoader loader(store, made, 4);
        for (int epoch = 0; epoch < 5; ++epoch) {
            loader.beginEpoch(epoch, std::vector<double>{0.5});
            const auto batch = loader.next();
            QVERIFY(batch.has_value());
            QVERIFY(*std::max_element(batch->pixels.begin(), batch->pixels.end()) <= 114);
        }
    }
    void absentClassesTakeTheMeanAp() {
        eval::Evaluation evaluation;
        evaluation.map5095 = 0.4;
        eval::ClassResult result;
        result.classId = 2;
        result.apByIou.fill(0.7);
        evaluation.classes = {result};
        const auto ap = classApOf(evaluation, 4);
        QCOMPARE(ap.size(), std::size_t(4));
        for (const std::size_t c : {0U, 1U, 3U})
            QCOMPARE(ap[c], 0.4);
        QVERIFY(std::abs(ap[2] - 0.7) < 1e-12);
    }

    void drawsBoxesInTheColoursOfTheirClasses() {
        Batch batch;
        batch.count = 2;
        batch.width = 320;
        batch.height = 192;
        batch.pixels.resize(2 * 320 * 192 * 3);
        batch.targets = {{0, 0, 0.5F, 0.5F, 0.5F, 0.5F}, {1, 1, 0.5F, 0.5F, 0.5F, 0.5F}};
        const std::vector<std::string> names{"bus", "car"};
        const cv::Mat sheet = drawBatch(batch, names);
        QCOMPARE(sheet.cols, 640);
        QCOMPARE(sheet.rows, 192);
        QVERIFY((sheet.at<cv::Vec3b>(96, 80) == cv::Vec3b(0x2E, 0xB4, 0xF0)));        // yellow, BGR
        QVERIFY((sheet.at<cv::Vec3b>(96, 320 + 240) == cv::Vec3b(0xF5, 0xA8, 0x38))); // blue
        QVERIFY((sheet.at<cv::Vec3b>(96, 160) == cv::Vec3b(0, 0, 0)));
    }
    void previewsBatchesWithoutTraining() {
        std::string list;
        for (const Sample& sample : pictures()) {
            list += sample.path.string() + "\n";
            auto labels = sample.path;
            m_scratch.write(labels.replace_extension(".txt").filename().string(), data::formatYoloLabels(sample.labels));
        }
        const std::size_t half = list.find("edges4") - m_scratch.path().string().size() - 1;
        m_scratch.write("train.txt", list.substr(0, half));
        m_scratch.write("val.txt", list.substr(half));
        runs::TrainConfig made = config();
        made.data = m_scratch.write("data.yaml", "train: train.txt\nval: val.txt\nnc: 6\nnames: [a, b, c, d, e, f]\n");
        made.batch = 3;
        const auto folder = m_scratch.path("preview/made");
        const auto written = previewBatches(made, 5, folder);
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        QCOMPARE(written->size(), std::size_t(2)); // an epoch has no more
        QCOMPARE((*written)[0], folder / "train_batch0.jpg");
        const cv::Mat sheet = cv::imread((*written)[0].string());
        QCOMPARE(sheet.cols, 640);
        QCOMPARE(sheet.rows, 640);
        // They are what the loader gives.
        const auto all = loadTrainingData(made.data);
        PictureStore store(all->train, made.imgSize, true, std::size_t(1) << 24);
        BatchLoader loader(store, made, 3);
        QVERIFY(writeBatchPicture(m_scratch.path("again.jpg"), *loader.next(), all->yaml.names));
        QVERIFY(bytesOf(m_scratch.path("again.jpg")) == bytesOf((*written)[0]));
        made.data = m_scratch.path("absent.yaml");
        QVERIFY(!previewBatches(made, 1, m_scratch.path("nothing")).has_value());
        QVERIFY(!std::filesystem::exists(m_scratch.path("nothing")));
    }
};

QTEST_APPLESS_MAIN(TestBatches)
#include "tst_batches.moc"

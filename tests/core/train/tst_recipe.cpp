// SPDX-License-Identifier: GPL-3.0-or-later
// Schedule, target assignment and augmentation against YOLOv5's own numbers; no network.
#include <cmath>
#include <cstring>

#include <QtTest>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/train/augment.h"
#include "core/train/epoch_plan.h"
#include "core/train/mosaic.h"
#include "core/train/sample_maker.h"
#include "core/train/schedule.h"
#include "core/train/targets.h"
#include "tests/core/train/golden_tables.h"
#include "tests/support/npy.h"

using namespace intersect;
using namespace intersect::train;
using namespace intersect::tests;

namespace {

bool near(double got, double wanted, double relative) {
    return std::abs(got - wanted) <= relative * std::max(1e-300, std::abs(wanted));
}

cv::Mat pictureOf(NpyArray<std::uint8_t>& array) {
    return cv::Mat(static_cast<int>(array.shape[0]), static_cast<int>(array.shape[1]), CV_8UC3, array.values.data());
}

PixelBox boxOf(const Json& row) {
    return {static_cast<int>(row[0].get<double>()), row[1].get<double>(), row[2].get<double>(), row[3].get<double>(),
            row[4].get<double>()};
}

} // namespace

class TestRecipe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void schedule_data() {
        QTest::addColumn<int>("epochs");
        QTest::addColumn<int>("batches");
        QTest::addColumn<int>("batch");
        QTest::addColumn<bool>("cosine");
        QTest::newRow("schedule_20x10_b16") << 20 << 10 << 16 << false;
        QTest::newRow("schedule_20x10_b16_cos") << 20 << 10 << 16 << true;
        QTest::newRow("schedule_20x200_b16") << 20 << 200 << 16 << false;
        QTest::newRow("schedule_3x10_b128") << 3 << 10 << 128 << false;
        QTest::newRow("schedule_3x10_b24") << 3 << 10 << 24 << false;
        QTest::newRow("schedule_3x40_b2") << 3 << 40 << 2 << false;
    }
    void schedule() {
        NEED_SHARED("reference/yolov5_training");
        QFETCH(int, epochs);
        QFETCH(int, batches);
        QFETCH(int, batch);
        QFETCH(bool, cosine);
        const std::string name = QTest::currentDataTag();
        const Schedule made({}, epochs, batches, batch, 64, cosine);
        const auto rows = trainingTable(name + ".csv");
        QCOMPARE(rows.size(), static_cast<std::size_t>(epochs * batches));
        std::int64_t lastStep = -1;
        int inStep = 0, steps = 0;
        for (const auto& row : rows) {
            const auto iteration = static_cast<std::int64_t>(numberIn(row, "ni"));
            const auto epoch = static_cast<int>(numberIn(row, "epoch"));
            const Schedule::Step step = made.at(iteration, epoch);
            QCOMPARE(step.accumulate, static_cast<int>(numberIn(row, "accumulate")));
            if (iteration % batches == 0)
                inStep = 0;
            ++inStep;
            const bool stepped = iteration - lastStep >= step.accumulate;
            QCOMPARE(stepped, numberIn(row, "optimizer_step") == 1);
            if (stepped) {
                QCOMPARE(inStep, static_cast<int>(numberIn(row, "batches_in_step")));
                lastStep = iteration;
                inStep = 0;
                ++steps;
            }
            QCOMPARE(steps, static_cast<int>(numberIn(row, "ema_updates")));
            QVERIFY(near(step.lrBias, numberIn(row, "lr_bias"), 1e-12));
            QVERIFY(near(step.lr, numberIn(row, "lr_weight"), 1e-12));
            QVERIFY(near(step.lr, numberIn(row, "lr_bn"), 1e-12));
            QVERIFY(near(step.momentum, numberIn(row, "momentum"), 1e-12));
        }
        const Json summary = trainingJson("schedule_summary.json")[name + ".csv"];
        QCOMPARE(made.warmupIterations(), summary["warmup_iterations"].get<std::int64_t>());
        QCOMPARE(steps, summary["optimizer_steps"].get<int>());
        QVERIFY(near(scaledWeightDecay(0.0005, batch, 64), summary["scaled_weight_decay"].get<double>(), 1e-12));
    }
    void factorsAndDecays() {
        NEED_SHARED("reference/yolov5_training");
        const Json golden = trainingJson("lr_lambda.json");
        const Schedule linear({}, 20, 10, 16, 64, false), cosine({}, 20, 10, 16, 64, true), longer({}, 300, 10, 16, 64, false);
        for (std::size_t epoch = 0; epoch <= 20; ++epoch) {
            QVERIFY(near(linear.factor(static_cast<double>(epoch)), golden["linear_20"][epoch].get<double>(), 1e-12));
            QVERIFY(near(cosine.factor(static_cast<double>(epoch)), golden["cosine_20"][epoch].get<double>(), 1e-12));
        }
        for (std::size_t i = 0; i < golden["linear_300_every_10"].size(); ++i)
            QVERIFY(near(longer.factor(static_cast<double>(10 * i)), golden["linear_300_every_10"][i].get<double>(),
                         1e-12));
        for (const auto& [batch, accumulate] : golden["accumulate_by_batch"].items())
            QCOMPARE(fullAccumulate(static_cast<int>(*parseInt(batch)), 64), accumulate.get<int>());
        for (const auto& [batch, decay] : golden["scaled_weight_decay_by_batch"].items())
            QVERIFY(near(scaledWeightDecay(0.0005, static_cast<int>(*parseInt(batch)), 64), decay.get<double>(), 1e-12));
        for (const auto& [update, decay] : golden["ema_decay_by_update"].items())
            QVERIFY(near(emaDecay(*parseInt(update)), decay.get<double>(), 1e-12));
    }
    /// YOLOv7 warms up for 1000 iterations at least, and its straight line ends with the last epoch.
    void scheduleOfYolov7() {
        runs::HyperParameters hyp;
        hyp.lrf = 0.1;
        const Schedule line(hyp, 21, 10, 16, 64, false, Recipe::Yolov7), wave(hyp, 21, 400, 16, 64, true, Recipe::Yolov7);
        QCOMPARE(line.warmupIterations(), std::int64_t(1000));
        QCOMPARE(wave.warmupIterations(), std::int64_t(1200)); // three epochs
        QVERIFY(near(line.factor(0), 1, 1e-12));
        QVERIFY(near(line.factor(10), 0.55, 1e-12));
        QVERIFY(near(line.factor(20), 0.1, 1e-12));
        QVERIFY(near(wave.factor(10.5), 0.55, 1e-12)); // the wave is YOLOv5's
        QVERIFY(near(Schedule(hyp, 1, 10, 16, 64, false, Recipe::Yolov7).factor(0), 1, 1e-12));
        QVERIFY(near(line.at(500, 0).lr, 0.01 / 2, 1e-12)); // half of the warm-up
    }
    void gains() {
        NEED_SHARED("reference/yolov5_training");
        const Json golden = trainingJson("loss_gains.json");
        QVERIFY(golden.size() >= 7);
        for (const auto& [name, wanted] : golden.items()) {
            const auto number = [&name = name](const std::string& after) {
                const std::size_t begin = name.find(after) + after.size();
                return static_cast<int>(
                    *parseInt(name.substr(begin, name.find_first_not_of("0123456789", begin) - begin)));
            };
            const LossGains got = lossGains({}, number("nc"), number("img"), number("_nl"));
            QVERIFY(near(got.box, wanted["box"].get<double>(), 1e-12));
            QVERIFY(near(got.obj, wanted["obj"].get<double>(), 1e-12));
            QVERIFY(near(got.cls, wanted["cls"].get<double>(), 1e-12));
        }
    }
    void assignsTargets_data() {
        QTest::addColumn<float>("anchorT");
        QTest::newRow("build_targets_base.csv") << 4.0F;
        QTest::newRow("build_targets_anchor_t_2.csv") << 2.0F;
    }
    void assignsTargets() {
        NEED_SHARED("reference/yolov5_training");
        QFETCH(float, anchorT);
        const auto targets = batchTargets();
        QCOMPARE(targets.size(), std::size_t(37));
        const auto golden = trainingTable(QTest::currentDataTag());
        std::size_t at = 0;
        const auto levels = levelsAt640x384();
        for (std::size_t level = 0; level < 3; ++level) {
            for (const Assignment& row : assignTargets(targets, levels[level], anchorT)) {
                QVERIFY(at < golden.size());
                const auto& wanted = golden[at++];
                QCOMPARE(static_cast<double>(level), numberIn(wanted, "level"));
                QCOMPARE(row.image, static_cast<int>(numberIn(wanted, "image")));
                QCOMPARE(row.anchor, static_cast<int>(numberIn(wanted, "anchor")));
                QCOMPARE(row.gj, static_cast<int>(numberIn(wanted, "gj")));
                QCOMPARE(row.gi, static_cast<int>(numberIn(wanted, "gi")));
                QCOMPARE(row.classId, static_cast<int>(numberIn(wanted, "class")));
                QVERIFY(std::abs(static_cast<double>(row.tx) - numberIn(wanted, "tx")) < 1e-6);
                QVERIFY(std::abs(static_cast<double>(row.ty) - numberIn(wanted, "ty")) < 1e-6);
                QVERIFY(std::abs(static_cast<double>(row.tw) - numberIn(wanted, "tw")) < 1e-6);
                QVERIFY(std::abs(static_cast<double>(row.th) - numberIn(wanted, "th")) < 1e-6);
            }
        }
        QCOMPARE(at, golden.size());
    }
    void assignsNothingOutsideTheGrid() {
        // In the corners there is no neighbour beyond the border, and the far border's cell is the last one.
        const LevelShape level{4, 4, {{1, 1}, {50, 50}, {50, 50}}};
        const TargetRow nearCorner{0, 1, 0.05F, 0.05F, 0.25F, 0.25F}, farCorner{0, 1, 0.99999F, 0.99999F, 0.25F, 0.25F};
        for (const TargetRow& target : {nearCorner, farCorner}) {
            const auto rows = assignTargets(std::vector<TargetRow>{target}, level, 4);
            QCOMPARE(rows.size(), std::size_t(1));
            QCOMPARE(rows[0].gi, target.cx < 0.5F ? 0 : 3);
        }
        QVERIFY(assignTargets({}, level, 4).empty());
    }

    void laysOutMosaics() {
        NEED_SHARED("reference/yolov5_training");
        const Json golden = trainingJson("mosaic.json");
        const auto rect = [](const cv::Rect& r) { return Json{r.x, r.y, r.x + r.width, r.y + r.height}; };
        for (const Json& wanted : golden["cases"]) {
            std::array<Size, 4> sizes;
            for (std::size_t i = 0; i < 4; ++i)
                sizes[i] = {wanted["tiles"][i]["size_wh"][0].get<int>(), wanted["tiles"][i]["size_wh"][1].get<int>()};
            const int side = wanted["img_size"].get<int>();
            const auto tiles =
                mosaicLayout(sizes, {wanted["centre_xc_yc"][0].get<int>(), wanted["centre_xc_yc"][1].get<int>()}, side);
            cv::Mat canvas(2 * side, 2 * side, CV_8UC1, cv::Scalar(114));
            for (std::size_t i = 0; i < 4; ++i) {
                const Json& tile = wanted["tiles"][i];
                QCOMPARE(toText(rect(tiles[i].place)), toText(tile["place_x1y1x2y2"]));
                QCOMPARE(toText(rect(tiles[i].crop)), toText(tile["crop_x1y1x2y2"]));
                QCOMPARE(tiles[i].padX, tile["padw"].get<int>());
                QCOMPARE(tiles[i].padY, tile["padh"].get<int>());
                canvas(tiles[i].place).setTo(cv::Scalar(40.0 * static_cast<double>(i + 1)));
            }
            const std::array<int, 5> fills{114, 40, 80, 120, 160};
            for (std::size_t i = 0; i < 5; ++i) {
                const cv::Mat equal = canvas == fills[i];
                int count = 0;
                for (int y = 0; y < equal.rows; ++y)
                    count += static_cast<int>(
                        std::count(equal.ptr<std::uint8_t>(y), equal.ptr<std::uint8_t>(y) + equal.cols, 255));
                QCOMPARE(count, wanted["pixels_of_fill_114_and_tiles"][i].get<int>());
            }
        }
    }
    void movesBoxes() {
        NEED_SHARED("reference/yolov5_training");
        const Json golden = trainingJson("random_perspective.json");
        QCOMPARE(golden.size(), std::size_t(5));
        for (const Json& wanted : golden) {
            const Size input{wanted["input_wh"][0].get<int>(), wanted["input_wh"][1].get<int>()};
            const Size output{wanted["output_wh"][0].get<int>(), wanted["output_wh"][1].get<int>()};
            WarpSpec spec;
            spec.perspectiveX = wanted["perspective_x"].get<double>();
            spec.perspectiveY = wanted["perspective_y"].get<double>();
            spec.angleDegrees = wanted["angle_degrees"].get<double>();
            spec.scale = wanted["scale"].get<double>();
            spec.shearXDegrees = wanted["shear_x_degrees"].get<double>();
            spec.shearYDegrees = wanted["shear_y_degrees"].get<double>();
            spec.translateX = wanted["translate_x_fraction"].get<double>();
            spec.translateY = wanted["translate_y_fraction"].get<double>();
            const cv::Matx33d matrix = warpMatrix(spec, input, output);
            for (int y = 0; y < 3; ++y)
                for (int x = 0; x < 3; ++x)
                    QVERIFY(std::abs(matrix(y, x) -
                                     wanted["matrix"][static_cast<std::size_t>(y)][static_cast<std::size_t>(x)]
                                         .get<double>()) < 1e-9);
            int kept = 0;
            for (std::size_t i = 0; i < wanted["labels_in_cls_x1y1x2y2"].size(); ++i) {
                const PixelBox before = boxOf(wanted["labels_in_cls_x1y1x2y2"][i]);
                const PixelBox after = warpBox(before, matrix, output);
                const Json& box = wanted["boxes_out_before_filter"][i];
                QVERIFY(std::abs(after.x1 - box[0].get<double>()) < 1e-6);
                QVERIFY(std::abs(after.y1 - box[1].get<double>()) < 1e-6);
                QVERIFY(std::abs(after.x2 - box[2].get<double>()) < 1e-6);
                QVERIFY(std::abs(after.y2 - box[3].get<double>()) < 1e-6);
                QCOMPARE(worthKeeping(before, after, spec.scale), wanted["kept"][i].get<int>() == 1);
                kept += worthKeeping(before, after, spec.scale) ? 1 : 0;
            }
            QCOMPARE(kept, wanted["n_kept"].get<int>());
        }
    }
    void warpsPixels() {
        NEED_SHARED("reference/yolov5_training");
        auto input = readNpy<std::uint8_t>(trainingFile("warp_input_bgr.npy"));
        const cv::Mat from = pictureOf(input);
        for (const Json& wanted : trainingJson("warp.json")) {
            const Json& v = wanted["values"];
            const auto number = [&v](std::size_t i) { return v[i].get<double>(); };
            const WarpSpec spec{number(0), number(1), number(2), number(3), number(4), number(5), number(6), number(7)};
            const Size size{from.cols, from.rows};
            const cv::Mat got = warpPicture(from, warpMatrix(spec, size, size), size);
            auto output = readNpy<std::uint8_t>(trainingFile(wanted["file"].get<std::string>()));
            cv::Mat difference;
            cv::absdiff(got, pictureOf(output), difference);
            // This OpenCV moves positions in steps of 1/32 px, the reference's does not: edges differ, the mean hardly
            // does.
            QVERIFY2(cv::mean(difference)[0] < 1.5, qPrintable(QString::number(cv::mean(difference)[0])));
        }
    }
    void changesColours() {
        NEED_SHARED("reference/yolov5_training");
        auto input = readNpy<std::uint8_t>(trainingFile("hsv_input_bgr.npy"));
        for (const Json& wanted : trainingJson("hsv.json")) {
            const Json& gain = wanted["gains_h_s_v"];
            const HsvTables tables = hsvTables(gain[0].get<double>(), gain[1].get<double>(), gain[2].get<double>());
            for (std::size_t i = 0; i < 256; ++i) {
                QCOMPARE(static_cast<int>(tables.hue[i]), wanted["lut_hue"][i].get<int>());
                QCOMPARE(static_cast<int>(tables.saturation[i]), wanted["lut_sat"][i].get<int>());
                QCOMPARE(static_cast<int>(tables.value[i]), wanted["lut_val"][i].get<int>());
            }
            const cv::Mat before = pictureOf(input);
            cv::Mat picture(before.rows, before.cols, CV_8UC3);
            changeColours(before.data, before.total(), tables, false, picture.data);
            cv::cvtColor(picture, picture, cv::COLOR_RGB2BGR);
            auto output = readNpy<std::uint8_t>(trainingFile(wanted["file"].get<std::string>()));
            cv::Mat difference;
            cv::absdiff(picture, pictureOf(output), difference);
            double largest = 0;
            cv::minMaxLoc(difference.reshape(1), nullptr, &largest);
            QVERIFY(largest <= 3);
            QVERIFY(cv::mean(difference.reshape(1))[0] <= 1);
        }
    }
    void flipsBoxesWithThePicture() {
        runs::HyperParameters hyp;
        hyp.hsvH = hyp.hsvS = hyp.hsvV = 0;
        hyp.flipud = hyp.fliplr = 1;
        LabelledPicture picture;
        picture.bgr = cv::Mat(40, 60, CV_8UC3, cv::Scalar(0, 0, 0));
        picture.bgr(cv::Rect(10, 5, 4, 3)).setTo(cv::Scalar(255, 255, 255));
        picture.boxes = {{1, 10, 5, 14, 8}};
        RandomStream random{1};
        cv::Mat made(40, 60, CV_8UC3);
        finishInto(picture, drawFinish(hyp, random), made.data);
        const PixelBox& box = picture.boxes[0];
        QCOMPARE(box.x1, 46.0);
        QCOMPARE(box.y1, 32.0);
        QCOMPARE(box.x2, 50.0);
        QCOMPARE(box.y2, 35.0);
        const cv::Mat under = made(cv::Rect(46, 32, 4, 3));
        QCOMPARE(cv::mean(under)[0], 255.0);
        QCOMPARE(cv::sum(made)[0], 255.0 * 12);
    }
    void changesColoursBitForBitAsOpenCv_data() {
        QTest::addColumn<double>("hue");
        QTest::addColumn<double>("saturation");
        QTest::addColumn<double>("value");
        QTest::newRow("as they are") << 1.0 << 1.0 << 1.0;
        QTest::newRow("paler, brighter") << 0.99 << 0.4 << 1.4;
        QTest::newRow("richer, darker") << 1.2 << 1.6 << 0.7;
    }
    void changesColoursBitForBitAsOpenCv() {
        // Every colour there is.
        QFETCH(double, hue);
        QFETCH(double, saturation);
        QFETCH(double, value);
        const HsvTables tables = hsvTables(hue, saturation, value);
        cv::Mat colours(256, 256, CV_8UC3), got(256, 256, CV_8UC3), wanted;
        for (int blue = 0; blue < 256; ++blue) {
            for (int green = 0; green < 256; ++green)
                for (int red = 0; red < 256; ++red)
                    colours.at<cv::Vec3b>(green, red) = cv::Vec3b(static_cast<uchar>(blue), static_cast<uchar>(green), static_cast<uchar>(red));
            changeColours(colours.data, colours.total(), tables, false, got.data);
            cv::cvtColor(colours, wanted, cv::COLOR_BGR2HSV);
            for (auto pixel = wanted.begin<cv::Vec3b>(); pixel != wanted.end<cv::Vec3b>(); ++pixel)
                *pixel = cv::Vec3b(tables.hue[(*pixel)[0]], tables.saturation[(*pixel)[1]], tables.value[(*pixel)[2]]);
            cv::cvtColor(wanted, wanted, cv::COLOR_HSV2RGB);
            QVERIFY2(std::memcmp(got.data, wanted.data, 3 * 65536) == 0, qPrintable(QString::number(blue)));
        }
    }
    void warpsStraightBitForBitAsOpenCv() {
        // Pictures of any size, enlarged and shrunk, wholly, partly and not at all in sight.
        RandomStream random{5};
        const auto below = [&random](int most) { return 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(most))); };
        for (int i = 0; i < 200; ++i) {
            const cv::Size from(below(300), below(200)), to(below(160), below(160));
            cv::Mat picture(from, CV_8UC3);
            for (std::size_t k = 0; k < 3 * picture.total(); ++k)
                picture.data[k] = static_cast<uchar>(random.next());
            const double scaleX = random.uniform(0.1, 1.9), scaleY = i % 2 == 0 ? scaleX : random.uniform(0.1, 1.9);
            const double shiftX = random.uniform(-1.2 * scaleX * from.width, 1.2 * to.width), shiftY = random.uniform(-1.2 * scaleY * from.height, 1.2 * to.height);
            const cv::Matx33d matrix(scaleX, 0, shiftX, 0, scaleY, shiftY, 0, 0, 1);
            const cv::Mat got = warpPicture(picture, matrix, {to.width, to.height});
            cv::Mat wanted;
            cv::warpAffine(picture, wanted, matrix.get_minor<2, 3>(0, 0), to, cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar::all(kBorderGrey));
            QVERIFY(got.isContinuous() && wanted.isContinuous());
            QVERIFY2(std::memcmp(got.data, wanted.data, 3 * wanted.total()) == 0, qPrintable(QString::number(i)));
        }
    }
    void mirrorsARowOfAnyLength() {
        const HsvTables tables = hsvTables(1.1, 0.8, 0.9);
        for (const std::size_t count : {1U, 255U, 256U, 257U, 640U}) {
            std::vector<std::uint8_t> row(3 * count), straight(3 * count), mirrored(3 * count);
            for (std::size_t i = 0; i < row.size(); ++i)
                row[i] = static_cast<std::uint8_t>(i * 37 + i / 11);
            for (const bool colours : {true, false}) {
                const auto make = [&](bool mirror, std::uint8_t* to) { colours ? changeColours(row.data(), count, tables, mirror, to) : swapToRgb(row.data(), count, mirror, to); };
                make(false, straight.data());
                make(true, mirrored.data());
                for (std::size_t i = 0; i < count; ++i)
                    for (std::size_t channel = 0; channel < 3; ++channel)
                        QCOMPARE(mirrored[3 * i + channel], straight[3 * (count - 1 - i) + channel]);
            }
        }
    }
    void boxesFollowTheirObjectsThroughAMosaic() {
        // A bright block on each of four dark pictures: wherever the mosaic puts it, its box must lie on it.
        runs::HyperParameters hyp;
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            std::array<LabelledPicture, 4> four;
            for (LabelledPicture& picture : four) {
                picture.bgr = cv::Mat(180, 320, CV_8UC3, cv::Scalar(20, 20, 20));
                picture.bgr(cv::Rect(120, 60, 60, 40)).setTo(cv::Scalar(250, 250, 250));
                picture.boxes = {{2, 120, 60, 180, 100}};
            }
            RandomStream random{seed};
            const LabelledPicture made = makeMosaic(four, 320, hyp, random);
            QCOMPARE(made.bgr.cols, 320);
            QCOMPARE(made.bgr.rows, 320);
            for (const PixelBox& box : made.boxes) {
                const int x1 = static_cast<int>(std::ceil(box.x1)) + 1, y1 = static_cast<int>(std::ceil(box.y1)) + 1;
                const int x2 = static_cast<int>(box.x2) - 1, y2 = static_cast<int>(box.y2) - 1;
                if (x2 > x1 && y2 > y1)
                    QVERIFY(cv::mean(made.bgr(cv::Rect(x1, y1, x2 - x1, y2 - y1)))[0] > 245);
            }
            const cv::Mat bright = made.bgr.reshape(1) > 240;
            if (made.boxes.empty())
                QVERIFY(cv::countNonZero(bright) < 3 * 60 * 40);
        }
    }
    void keepsTargetsInsideThePicture() {
        LabelledPicture picture;
        picture.bgr = cv::Mat(100, 200, CV_8UC3);
        picture.boxes = {{3, -20, 10, 250, 100}};
        std::vector<TargetRow> rows;
        appendTargets(picture, 5, rows);
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].image, 5);
        QCOMPARE(rows[0].classId, 3);
        QVERIFY(rows[0].w < 1 && rows[0].w > 0.9999F);
        QVERIFY(std::abs(rows[0].cy - 0.55F) < 1e-4F);
    }
    void ordersAnEpochByItsSeed() {
        const auto order = epochOrder(7, 0, 50);
        QCOMPARE(epochOrder(7, 0, 50), order);
        QVERIFY(epochOrder(7, 1, 50) != order);
        QVERIFY(epochOrder(8, 0, 50) != order);
        auto sorted = order;
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t i = 0; i < 50; ++i)
            QCOMPARE(sorted[i], i);
    }
};

QTEST_APPLESS_MAIN(TestRecipe)
#include "tst_recipe.moc"

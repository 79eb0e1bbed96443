// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCryptographicHash>
#include <QtTest>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/image/decode.h"
#include "core/image/letterbox.h"
#include "tests/support/npy.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using nlohmann::json;

namespace {

cv::Mat pictureOf(const tests::NpyArray<std::uint8_t>& array) {
    return cv::Mat(static_cast<int>(array.shape[0]), static_cast<int>(array.shape[1]), CV_8UC3, const_cast<std::uint8_t*>(array.values.data())).clone();
}

cv::Mat golden(const std::string& name) {
    return pictureOf(tests::readNpy<std::uint8_t>(tests::shared("reference/yolov5_training/" + name)));
}

std::string sha256(const cv::Mat& picture) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (int y = 0; y < picture.rows; ++y)
        hash.addData(QByteArrayView(picture.ptr<char>(y), picture.cols * 3));
    return hash.result().toHex().toStdString();
}

} // namespace

class TestLetterbox : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsTheReference_data() {
        NEED_SHARED("reference/yolov5_training/letterbox.json");
        QTest::addColumn<QString>("text");
        const json all = json::parse(tests::bytesOf(tests::shared("reference/yolov5_training/letterbox.json")));
        for (const json& picture : all["images"]) {
            for (const auto& [way, wanted] : picture["to"].items()) {
                json row = {{"picture", picture}, {"way", way}, {"wanted", wanted}};
                QTest::addRow("%s %dx%d", way.c_str(), picture["size_wh"][0].get<int>(), picture["size_wh"][1].get<int>()) << QString::fromStdString(row.dump());
            }
        }
    }
    void followsTheReference() {
        NEED_SHARED("data/coco128");
        QFETCH(QString, text);
        const json row = json::parse(text.toStdString());
        const json& wanted = row["wanted"];
        const auto picture = image::decodeImage(tests::shared("data/" + row["picture"]["image"].get<std::string>()));
        QVERIFY(picture.has_value());
        const Size size{picture->cols, picture->rows};
        const std::string way = row["way"];
        const Size input = way == "640_auto32" ? image::smallestRectangle(size, 640, 32) : Size{640, way == "640x384" ? 384 : 640};
        QCOMPARE(input.width, wanted["output_wh"][0].get<int>());
        QCOMPARE(input.height, wanted["output_wh"][1].get<int>());
        const image::LetterboxTransform t = image::letterboxTransform(size, input, way != "640x640_no_scaleup");
        QCOMPARE(t.ratioX, wanted["ratio_w_h"][0].get<double>());
        QCOMPARE(t.ratioY, wanted["ratio_w_h"][1].get<double>());
        QCOMPARE(t.padX, wanted["pad_w_h_half"][0].get<double>());
        QCOMPARE(t.padY, wanted["pad_w_h_half"][1].get<double>());

        const cv::Mat out = image::letterbox(*picture, t);
        QCOMPARE(out.cols, input.width);
        QCOMPARE(out.rows, input.height);
        // The border is grey 114 just where it should be, and the picture begins right behind it.
        const json& border = wanted["border_top_bottom_left_right"];
        const cv::Rect inside(border[2].get<int>(), border[0].get<int>(), wanted["resized_wh"][0].get<int>(), wanted["resized_wh"][1].get<int>());
        QCOMPARE(inside.x + inside.width + border[3].get<int>(), input.width);
        QCOMPARE(inside.y + inside.height + border[1].get<int>(), input.height);
        cv::Mat expected(input.height, input.width, CV_8UC3, cv::Scalar::all(114));
        cv::Mat resized;
        cv::resize(*picture, resized, inside.size(), 0, 0, cv::INTER_LINEAR);
        resized.copyTo(expected(inside));
        QCOMPARE(cv::norm(out, expected, cv::NORM_INF), 0.0);
        for (int c = 0; c < 3; ++c)
            QVERIFY(std::abs(cv::mean(out)[c] - wanted["mean_bgr"][static_cast<std::size_t>(c)].get<double>()) < 0.05);
        // Without resizing the pixels are the reference's own, if the JPEG decoder is.
        if (sha256(*picture) == row["picture"]["sha256_decoded_bgr_hwc"] && resized.size() == picture->size())
            QCOMPARE(sha256(out), wanted["sha256_bgr_hwc"].get<std::string>());
    }

    void decodesAsTheReference() {
        NEED_SHARED("reference/yolov5_training/letterbox.json");
        const json all = json::parse(tests::bytesOf(tests::shared("reference/yolov5_training/letterbox.json")));
        for (const json& one : all["images"]) {
            const auto picture = image::decodeImage(tests::shared("data/" + one["image"].get<std::string>()));
            QVERIFY(picture.has_value());
            for (int c = 0; c < 3; ++c) // decoders may differ by a level here and there
                QVERIFY(std::abs(cv::mean(*picture)[c] - one["decoded_mean_bgr"][static_cast<std::size_t>(c)].get<double>()) < 0.02);
        }
    }

    void drawsThePixelsOfTheReference_data() {
        QTest::addColumn<QString>("input");
        QTest::addColumn<QString>("output");
        QTest::addColumn<bool>("area");
        QTest::newRow("enlarged by 1.6") << "letterbox_input_bgr.npy" << "letterbox_640x384_bgr.npy" << false;
        QTest::newRow("73x61 linear") << "letterbox_small_input_bgr.npy" << "letterbox_small_73x61_linear_bgr.npy" << false;
        QTest::newRow("37x31 linear") << "letterbox_small_input_bgr.npy" << "letterbox_small_37x31_linear_bgr.npy" << false;
        QTest::newRow("37x31 area") << "letterbox_small_input_bgr.npy" << "letterbox_small_37x31_area_bgr.npy" << true;
    }
    void drawsThePixelsOfTheReference() {
        NEED_SHARED("reference/yolov5_training/letterbox_input_bgr.npy");
        QFETCH(QString, input);
        QFETCH(QString, output);
        QFETCH(bool, area);
        const cv::Mat picture = golden(input.toStdString());
        const cv::Mat wanted = golden(output.toStdString());
        image::LetterboxTransform t = image::letterboxTransform({picture.cols, picture.rows}, {wanted.cols, wanted.rows});
        if (picture.cols == 100) { // these stretch the picture over the whole input
            t.ratioX = wanted.cols / 100.0;
            t.ratioY = wanted.rows / 100.0;
            t.padX = t.padY = 0;
        }
        const cv::Mat got = image::letterbox(picture, t, area);
        QCOMPARE(got.size(), wanted.size());
        const double most = cv::norm(got, wanted, cv::NORM_INF);
        QVERIFY2(most <= 1.0, std::to_string(most).c_str());
        if (area) // the two ways of shrinking are told apart by far more than that
            QVERIFY(cv::norm(image::letterbox(picture, t, false), wanted, cv::NORM_INF) > 5.0);
    }

    void takesBoxesThereAndBack_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("no resize") << 640 << 360;
        QTest::newRow("enlarged") << 320 << 240;
        QTest::newRow("half pixels") << 481 << 640;
        QTest::newRow("shrunk") << 1920 << 1080;
    }
    void takesBoxesThereAndBack() {
        QFETCH(int, width);
        QFETCH(int, height);
        const image::LetterboxTransform t = image::letterboxTransform({width, height}, {640, 384});
        const BoxXyxy box{3.25F, 10.5F, 200.0F, 150.75F};
        const BoxXyxy back = image::imageFromLetterbox(image::letterboxFromImage(box, t), t);
        for (const auto& [a, b] : {std::pair{box.x1, back.x1}, {box.y1, back.y1}, {box.x2, back.x2}, {box.y2, back.y2}})
            QVERIFY(std::abs(a - b) < 1e-3F);
    }

    void clipsToThePicture() {
        // By hand: 640x360 in 640x384 has 12 rows of border on top and ratio 1.
        const image::LetterboxTransform t = image::letterboxTransform({640, 360}, {640, 384});
        const BoxXyxy wide{-5, 2, 700, 400};
        const BoxXyxy clipped{0, 0, 640, 360};
        const BoxXyxy free{-5, -10, 700, 388};
        QVERIFY(image::imageFromLetterbox(wide, t) == clipped);
        QVERIFY(image::imageFromLetterbox(wide, t, false) == free);
    }

    void findsTheSmallestRectangle() {
        const auto is = [](Size image, Size wanted) { return image::smallestRectangle(image, 640, 32) == wanted; };
        QVERIFY(is({352, 240}, {640, 448}));   // 436.36 rows
        QVERIFY(is({1920, 1080}, {640, 384}));
        QVERIFY(is({360, 640}, {384, 640}));
        QVERIFY(is({5000, 3}, {640, 32}));     // never nothing
    }
};

QTEST_APPLESS_MAIN(TestLetterbox)
#include "tst_letterbox.moc"

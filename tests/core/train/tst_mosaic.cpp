// SPDX-License-Identifier: GPL-3.0-or-later
// What is made of several pictures: mosaics of nine, objects pasted once more, mixtures; pixels and boxes by hand.
#include <algorithm>
#include <cmath>

#include <QtTest>
#include <opencv2/core.hpp>

#include "core/train/mosaic.h"

using namespace intersect;
using namespace intersect::train;

namespace {

/// No warp and no colour change: what comes out is what was put together.
runs::HyperParameters still() {
    runs::HyperParameters hyp;
    hyp.scale = hyp.translate = 0;
    return hyp;
}

LabelledPicture darkWithBlock(Size size, const cv::Rect& block) {
    LabelledPicture picture;
    picture.bgr = cv::Mat(size.height, size.width, CV_8UC3, cv::Scalar::all(20));
    picture.bgr(block).setTo(cv::Scalar::all(250));
    picture.boxes = {{2, double(block.x), double(block.y), double(block.x + block.width), double(block.y + block.height)}};
    return picture;
}

} // namespace

class TestMosaic : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void laysOutNineAroundTheFirst() {
        // Corners in a field of 300x300 with the first at 100,100, by the rules of YOLOv5's load_mosaic9.
        const std::array<Size, 9> sizes{Size{60, 40}, {50, 30}, {20, 10}, {30, 70}, {10, 20}, {25, 35}, {15, 45}, {90, 55}, {33, 22}};
        const std::array<cv::Point, 9> corners{cv::Point{100, 100}, {100, 70}, {150, 90}, {160, 100}, {160, 170}, {135, 140}, {120, 140}, {10, 85}, {67, 63}};
        for (const cv::Point window : {cv::Point{0, 0}, {30, 90}, {100, 100}}) {
            const auto tiles = mosaicLayoutOfNine(sizes, window, 100);
            for (std::size_t i = 0; i < 9; ++i) {
                QCOMPARE(tiles[i].padX, corners[i].x - window.x);
                QCOMPARE(tiles[i].padY, corners[i].y - window.y);
            }
        }
        // The left picture at -20,-5: 20 columns and 5 rows of it are not seen.
        const MosaicTile cut = mosaicLayoutOfNine(sizes, {30, 90}, 100)[7];
        QVERIFY(cut.place == cv::Rect(0, 0, 70, 50));
        QVERIFY(cut.crop == cv::Rect(20, 5, 70, 50));
        // The top one ends where the window begins.
        const MosaicTile gone = mosaicLayoutOfNine(sizes, {100, 100}, 100)[1];
        QVERIFY(gone.place.empty() && gone.crop.empty());
    }
    void showsNinePictures() {
        // Nine pictures as large as they can be, window in the middle: every picture is seen, the first one whole.
        std::vector<LabelledPicture> nine;
        for (int i = 0; i < 9; ++i) {
            nine.push_back(darkWithBlock({64, 64}, {20, 20, 24, 24}));
            nine.back().bgr.setTo(cv::Scalar::all(10 * (i + 1)));
        }
        RandomStream random{4};
        const auto hyp = still();
        const LabelledPicture made = makeMosaic(nine, 64, hyp, random);
        QCOMPARE(made.bgr.cols, 64);
        // Without scale and translation the middle of the canvas of 128 is cut out: pixel 32 of the result is pixel 64 of the canvas.
        RandomStream same{4};
        const int x = static_cast<int>(same.uniform(0, 64)), y = static_cast<int>(same.uniform(0, 64));
        const std::array<int, 9> picturesInField{9, 2, 3, 8, 1, 4, 7, 6, 5}; // the field, row by row
        for (const int column : {0, 63})
            for (const int row : {0, 63}) {
                const int inField = (y + 32 + row) / 64 * 3 + (x + 32 + column) / 64;
                QCOMPARE(static_cast<int>(made.bgr.at<cv::Vec3b>(row, column)[0]), 10 * picturesInField[static_cast<std::size_t>(inField)]);
            }
    }
    void boxesFollowTheirObjectsThroughAMosaic_data() {
        QTest::addColumn<int>("pictures");
        QTest::addColumn<double>("pasted");
        QTest::newRow("nine") << 9 << 0.0;
        QTest::newRow("four, pasted") << 4 << 1.0;
        QTest::newRow("nine, pasted") << 9 << 1.0;
    }
    void boxesFollowTheirObjectsThroughAMosaic() {
        QFETCH(int, pictures);
        QFETCH(double, pasted);
        runs::HyperParameters hyp;
        hyp.copyPaste = pasted;
        std::size_t boxes = 0;
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            std::vector<LabelledPicture> parts;
            for (int i = 0; i < pictures; ++i) // nothing of equal size: what is mixed up would show
                parts.push_back(darkWithBlock({320 - 15 * i, 140 + 15 * i}, {80 + 5 * i, 50, 50, 40}));
            RandomStream random{seed};
            const LabelledPicture made = makeMosaic(parts, 320, hyp, random);
            boxes += made.boxes.size();
            for (const PixelBox& box : made.boxes) {
                const int x1 = static_cast<int>(std::ceil(box.x1)) + 1, y1 = static_cast<int>(std::ceil(box.y1)) + 1;
                const int x2 = static_cast<int>(box.x2) - 1, y2 = static_cast<int>(box.y2) - 1;
                if (x2 <= x1 || y2 <= y1)
                    continue;
                // Pictures of a mosaic of nine lie over one another, and so may their objects; the last one is whole.
                const double bright = cv::mean(made.bgr(cv::Rect(x1, y1, x2 - x1, y2 - y1)))[0];
                QVERIFY2(bright > (pictures == 4 && pasted == 0 ? 245 : 120), qPrintable(QString::number(bright)));
            }
        }
        QVERIFY(boxes > 60);
    }
    void pastesMirroredObjects() {
        LabelledPicture picture;
        picture.bgr = cv::Mat(50, 100, CV_8UC3, cv::Scalar::all(7));
        for (int x = 10; x < 20; ++x)
            picture.bgr(cv::Rect(x, 10, 1, 10)).setTo(cv::Scalar::all(100 + x));
        picture.boxes = {{3, 10, 10, 20, 20}};
        RandomStream random{1};
        pasteMirrored(picture, 1, random);
        QCOMPARE(picture.boxes.size(), std::size_t(2));
        const PixelBox& pasted = picture.boxes[1];
        QCOMPARE(pasted.classId, 3);
        QCOMPARE(pasted.x1, 80.0);
        QCOMPARE(pasted.y1, 10.0);
        QCOMPARE(pasted.x2, 90.0);
        QCOMPARE(pasted.y2, 20.0);
        for (int x = 0; x < 100; ++x) {
            const int wanted = x >= 10 && x < 20 ? 100 + x : x >= 80 && x < 90 ? 100 + (99 - x) : 7;
            QCOMPARE(static_cast<int>(picture.bgr.at<cv::Vec3b>(15, x)[1]), wanted);
            QCOMPARE(static_cast<int>(picture.bgr.at<cv::Vec3b>(9, x)[1]), 7);
            QCOMPARE(static_cast<int>(picture.bgr.at<cv::Vec3b>(20, x)[1]), 7);
        }
    }
    void coversLittleOfOthers_data() {
        QTest::addColumn<double>("otherLeft"); // of an object 10 wide, in the way of the one that would be pasted at 80..90
        QTest::addColumn<int>("boxes");
        QTest::newRow("half covered, each by the other") << 85.0 << 2;
        QTest::newRow("30 % covered") << 87.0 << 2;
        QTest::newRow("a quarter covered") << 87.5 << 4;
        QTest::newRow("beside") << 60.0 << 4;
    }
    void coversLittleOfOthers() {
        QFETCH(double, otherLeft);
        QFETCH(int, boxes);
        LabelledPicture picture;
        picture.bgr = cv::Mat(50, 100, CV_8UC3, cv::Scalar::all(7));
        picture.boxes = {{3, 10, 10, 20, 20}, {1, otherLeft, 10, otherLeft + 10, 20}};
        RandomStream random{1};
        pasteMirrored(picture, 1, random);
        QCOMPARE(static_cast<int>(picture.boxes.size()), boxes);
    }
    void pastesTheShareItIsTold_data() {
        QTest::addColumn<double>("share");
        QTest::addColumn<int>("pasted");
        QTest::newRow("none") << 0.1 << 0; // 0.4 of an object
        QTest::newRow("half rounds to even") << 0.125 << 0;
        QTest::newRow("one of four") << 0.25 << 1;
        QTest::newRow("half") << 0.5 << 2;
        QTest::newRow("all") << 1.0 << 4;
    }
    void pastesTheShareItIsTold() {
        QFETCH(double, share);
        QFETCH(int, pasted);
        LabelledPicture picture;
        picture.bgr = cv::Mat(100, 100, CV_8UC3, cv::Scalar::all(7));
        for (int i = 0; i < 4; ++i)
            picture.boxes.push_back({i, 10, 10.0 + 20 * i, 20, 20.0 + 20 * i});
        picture.boxes.push_back({9, 30, 30, 30, 40}); // cut to nothing by the canvas: no object
        RandomStream random{1};
        pasteMirrored(picture, share, random);
        QCOMPARE(static_cast<int>(picture.boxes.size()), 5 + pasted);
        std::vector<int> classes;
        for (std::size_t i = 5; i < picture.boxes.size(); ++i) {
            QCOMPARE(picture.boxes[i].x1, 80.0);
            classes.push_back(picture.boxes[i].classId);
        }
        std::sort(classes.begin(), classes.end());
        QVERIFY(std::adjacent_find(classes.begin(), classes.end()) == classes.end());
    }
    void drawsBeta_data() {
        QTest::addColumn<int>("b");
        QTest::newRow("uniform") << 1;
        QTest::newRow("YOLOv7") << 8;
        QTest::newRow("YOLOv5") << 32;
    }
    void drawsBeta() {
        // Mean 1/2 and variance 1 / (4 (2b + 1)) of Beta(b, b).
        QFETCH(int, b);
        RandomStream random{9};
        double sum = 0, squares = 0;
        constexpr int kDraws = 20'000;
        for (int i = 0; i < kDraws; ++i) {
            const double draw = drawBeta(b, random);
            QVERIFY(draw >= 0 && draw < 1);
            sum += draw;
            squares += (draw - 0.5) * (draw - 0.5);
        }
        const double variance = 1.0 / (4 * (2 * b + 1));
        QVERIFY(std::abs(sum / kDraws - 0.5) < 4 * std::sqrt(variance / kDraws));
        QVERIFY(std::abs(squares / kDraws / variance - 1) < 0.05);
    }
    void mixesPicturesAndKeepsAllObjects() {
        LabelledPicture first = darkWithBlock({40, 30}, {4, 4, 8, 8}), second = darkWithBlock({40, 30}, {20, 10, 8, 8});
        first.bgr.at<cv::Vec3b>(0, 0) = {3, 255, 0};
        second.bgr.at<cv::Vec3b>(0, 0) = {4, 255, 1};
        mixInto(first, second, 0.25);
        QCOMPARE(first.boxes.size(), std::size_t(2));
        QCOMPARE(first.boxes[0].x1, 4.0);
        QCOMPARE(first.boxes[1].x1, 20.0);
        QVERIFY((first.bgr.at<cv::Vec3b>(0, 0) == cv::Vec3b{3, 255, 0}));                              // 3.75, 255, 0.75
        QCOMPARE(static_cast<int>(first.bgr.at<cv::Vec3b>(5, 5)[2]), (250 + 3 * 20) / 4);              // 77.5
        QCOMPARE(static_cast<int>(first.bgr.at<cv::Vec3b>(12, 22)[2]), static_cast<int>(0.25 * 20 + 0.75 * 250)); // 192.5
        QCOMPARE(static_cast<int>(first.bgr.at<cv::Vec3b>(29, 39)[0]), 20);
    }
};

QTEST_APPLESS_MAIN(TestMosaic)
#include "tst_mosaic.moc"

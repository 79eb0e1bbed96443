// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <random>

#include <QtTest>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/image/decode.h"
#include "core/image/perceptual_hash.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using tests::Scratch;

namespace {

/// Smooth and of many frequencies, so that every coefficient has something to say.
cv::Mat blotches(int width, int height, unsigned seed) {
    std::mt19937 random(seed);
    cv::Mat coarse(12, 12, CV_8UC1);
    for (int i = 0; i < 144; ++i)
        coarse.data[i] = static_cast<std::uint8_t>(random() % 256);
    cv::Mat picture;
    cv::resize(coarse, picture, {width, height}, 0, 0, cv::INTER_CUBIC);
    return picture;
}

std::string jpegOf(const cv::Mat& picture, int quality) {
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
    return {bytes.begin(), bytes.end()};
}

} // namespace

/// The hash against OpenCV's own transform, what it may and may not see, and the fast way from a file.
class TestPerceptualHash : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTheFormulaDoneByOpenCv() {
        for (unsigned seed = 1; seed <= 20; ++seed) {
            const cv::Mat picture = blotches(320, 160, seed); // whole pixels in each of 32x32 cells
            cv::Mat small, transformed;
            picture.convertTo(small, CV_64F);
            cv::resize(small, small, {32, 32}, 0, 0, cv::INTER_AREA);
            cv::dct(small, transformed);
            cv::Mat low = transformed(cv::Rect(1, 1, 8, 8)).clone();
            std::vector<double> ordered(low.begin<double>(), low.end<double>());
            std::sort(ordered.begin(), ordered.end());
            const double median = (ordered[31] + ordered[32]) / 2;
            const std::uint64_t hash = image::perceptualHash(picture);
            QVERIFY(std::popcount(hash) == 32);
            for (int i = 0; i < 64; ++i) {
                const double value = low.at<double>(i / 8, i % 8);
                if (std::abs(value - median) > 0.1) // nearer ones may fall either way by the quantisation
                    QCOMPARE((hash >> i & 1) != 0, value > median);
            }
        }
    }

    void takesEverySize_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("one pixel") << 1 << 1;
        QTest::newRow("one row") << 1000 << 1;
        QTest::newRow("smaller than the cells") << 17 << 5;
        QTest::newRow("odd") << 353 << 241;
    }
    void takesEverySize() {
        QFETCH(int, width);
        QFETCH(int, height);
        const image::PictureSignature flat = image::signatureOf(cv::Mat(height, width, CV_8UC1, cv::Scalar(77)));
        QVERIFY(flat.known);
        QCOMPARE(flat.hash, std::uint64_t{0}); // a flat picture has no frequency above the median
        QVERIFY(std::all_of(flat.cells.begin(), flat.cells.end(), [](std::uint8_t cell) { return cell == 77; }));
        QVERIFY(!image::signatureOf(cv::Mat()).known);
    }

    void countsBorderPixelsByTheirPart() {
        // 48 columns in 32 cells: a cell takes one and a half columns.
        cv::Mat picture(18, 48, CV_8UC1, cv::Scalar(0));
        picture.col(1).setTo(200);
        const image::PictureSignature signature = image::signatureOf(picture);
        QCOMPARE(int(signature.cells[0]), 67); // half of column 1 in 1.5 columns
        QCOMPARE(int(signature.cells[1]), 67);
        QCOMPARE(int(signature.cells[2]), 0);
    }

    void cellsSeeAVehicleTheHashDoesNot() {
        NEED_SHARED("data/citycam-mini/Q1/8704");
        // Two frames of one road half an hour apart: the hash takes them for one, the cells see other vehicles.
        const auto first = image::readSignature(tests::shared("data/citycam-mini/Q1/8704/8704-2021_03_20_182451.jpg"));
        const auto second = image::readSignature(tests::shared("data/citycam-mini/Q1/8704/8704-2021_03_20_185453.jpg"));
        QVERIFY(first && second);
        QVERIFY(image::hammingDistance(first->hash, second->hash) <= 2);
        QVERIFY(!image::cellsAgree(*first, *second, 10));
    }

    void survivesCodingAgainAndHalving() {
        NEED_SHARED("data/citycam-mini/Q2");
        Scratch scratch;
        int seen = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(tests::shared("data/citycam-mini/Q2"))) {
            if (entry.path().extension() != ".jpg" || ++seen % 10 != 0)
                continue;
            const auto before = image::readSignature(entry.path());
            const auto picture = image::decodeImage(entry.path());
            QVERIFY(before && picture);
            cv::Mat half;
            cv::resize(*picture, half, {}, 0.5, 0.5, cv::INTER_AREA);
            const auto again = image::readSignature(scratch.write("again.jpg", jpegOf(*picture, 40)));
            const auto smaller = image::readSignature(scratch.write("half.jpg", jpegOf(half, 90)));
            QVERIFY(again && smaller);
            QVERIFY(image::hammingDistance(before->hash, again->hash) <= 4);
            QVERIFY(image::cellsAgree(*before, *again, 4));
            QVERIFY(image::hammingDistance(before->hash, smaller->hash) <= 6);
            QVERIFY(image::cellsAgree(*before, *smaller, 7));
            QVERIFY(before->content != again->content);
        }
        QVERIFY(seen > 200);
    }

    void toleratesOneShiftOfAllGreysButNoLargeOne() {
        const cv::Mat picture = blotches(640, 360, 3) / 2;
        const image::PictureSignature before = image::signatureOf(picture);
        const image::PictureSignature brighter = image::signatureOf(picture + 12), white = image::signatureOf(picture + 60);
        QVERIFY(image::cellsAgree(before, brighter, 10));
        QVERIFY(!image::cellsAgree(before, white, 10));
        cv::Mat vehicle = picture.clone();
        vehicle(cv::Rect(300, 200, 20, 20)) += cv::Scalar(60);
        QVERIFY(!image::cellsAgree(before, image::signatureOf(vehicle), 10));
    }

    void readsTheSameFromAReducedDecode() {
        // Flat squares of 8 pixels: the reduced decode has nothing to lose.
        Scratch scratch;
        cv::Mat picture;
        cv::resize(blotches(80, 45, 8), picture, {640, 360}, 0, 0, cv::INTER_NEAREST);
        const auto fast = image::readSignature(scratch.write("a.jpg", jpegOf(picture, 95)));
        QVERIFY(fast.has_value());
        QVERIFY(image::hammingDistance(fast->hash, image::perceptualHash(picture)) <= 2);
        QVERIFY(image::cellsAgree(*fast, image::signatureOf(picture), 1));
        QCOMPARE(fast->fileBytes, std::uint64_t(std::filesystem::file_size(scratch.path("a.jpg"))));
    }

    void namesWhatCannotBeRead() {
        Scratch scratch;
        const std::string whole = jpegOf(blotches(320, 240, 1), 80);
        for (const auto& [name, bytes] : {std::pair<const char*, std::string>{"words.jpg", "this is no picture"},
                                          {"cut.jpg", whole.substr(0, whole.size() / 2)},
                                          {"empty.jpg", ""}}) {
            const auto signature = image::readSignature(scratch.write(name, bytes));
            QVERIFY(!signature);
            QVERIFY(signature.error().message.find(name) != std::string::npos);
        }
        QVERIFY(!image::readSignature(scratch.path("gone.jpg")));
    }

    void contentDiffersByAnyByte() {
        std::string bytes(1000, 'a');
        const std::uint64_t before = image::contentHash(bytes);
        QCOMPARE(image::contentHash(std::string(bytes)), before);
        for (const std::size_t at : {0, 7, 8, 15, 16, 500, 992, 999}) {
            bytes[at] ^= 1;
            QVERIFY(image::contentHash(bytes) != before);
            bytes[at] ^= 1;
        }
        QVERIFY(image::contentHash(bytes + '\0') != before);
        QVERIFY(image::contentHash("") != image::contentHash(std::string(1, '\0')));
        std::swap(bytes[0], bytes[999] = 'b'); // the same bytes in another order
        QVERIFY(image::contentHash(bytes) != before);
    }
};

QTEST_APPLESS_MAIN(TestPerceptualHash)
#include "tst_perceptual_hash.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <opencv2/imgcodecs.hpp>

#include "core/image/decode.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using tests::Scratch;

namespace {

/// A 24x16 picture with one white corner: left top; everything else dark.
cv::Mat cornerPicture() {
    cv::Mat picture(16, 24, CV_8UC3, cv::Scalar(20, 20, 20));
    picture(cv::Rect(0, 0, 8, 8)).setTo(cv::Scalar(240, 240, 240));
    return picture;
}

std::string encoded(const std::string& extension, const cv::Mat& picture = cornerPicture()) {
    std::vector<unsigned char> bytes;
    cv::imencode(extension, picture, bytes);
    return {bytes.begin(), bytes.end()};
}

/// A JPEG with an EXIF block that says that orientation, in the byte order asked for.
std::string jpegWithOrientation(int orientation, bool littleEndian) {
    std::string tiff = littleEndian ? std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) : std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01", 18);
    const char value = static_cast<char>(orientation);
    tiff += littleEndian ? std::string{value, 0, 0, 0} : std::string{0, value, 0, 0};
    tiff += std::string(4, '\0');
    const std::string body = std::string("Exif\0\0", 6) + tiff;
    const auto length = static_cast<unsigned>(body.size() + 2);
    std::string jpeg = encoded(".jpg");
    jpeg.insert(2, std::string("\xFF\xE1", 2) + static_cast<char>(length >> 8) + static_cast<char>(length & 255) + body);
    return jpeg;
}

/// Where the white corner is: 0 left top, 1 right top, 2 left bottom, 3 right bottom.
int whiteCorner(const cv::Mat& picture) {
    const int right = picture.cols - 4;
    const int bottom = picture.rows - 4;
    const std::array<cv::Point, 4> places = {cv::Point(3, 3), cv::Point(right, 3), cv::Point(3, bottom), cv::Point(right, bottom)};
    for (int i = 0; i < 4; ++i) {
        if (picture.at<cv::Vec3b>(places[static_cast<std::size_t>(i)])[0] > 128)
            return i;
    }
    return -1;
}

} // namespace

class TestDecode : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsEveryKind_data() {
        QTest::addColumn<QString>("extension");
        for (const char* extension : {".jpg", ".png", ".bmp", ".webp", ".tiff"})
            QTest::newRow(extension) << QString::fromLatin1(extension);
    }
    void readsEveryKind() {
        QFETCH(QString, extension);
        Scratch scratch;
        // The name says nothing: the bytes do.
        const auto file = scratch.write("picture.jpg", encoded(extension.toStdString()));
        const auto probe = image::probeImage(file);
        QVERIFY2(probe.has_value(), probe ? "" : probe.error().message.c_str());
        QCOMPARE(probe->size.width, 24);
        QCOMPARE(probe->size.height, 16);
        QVERIFY(probe->complete);
        const auto picture = image::decodeImage(file);
        QVERIFY2(picture.has_value(), picture ? "" : picture.error().message.c_str());
        QCOMPARE(picture->cols, 24);
        QCOMPARE(picture->rows, 16);
        QCOMPARE(picture->type(), CV_8UC3);
        QCOMPARE(whiteCorner(*picture), 0);
    }

    void turnsUprightByExif_data() {
        QTest::addColumn<int>("orientation");
        QTest::addColumn<bool>("littleEndian");
        QTest::addColumn<bool>("turned");
        QTest::addColumn<int>("corner");
        // EXIF 2.3, tag 274: where row 0 and column 0 of the stored picture belong.
        const std::array<int, 9> corners = {-1, 0, 1, 3, 2, 0, 1, 3, 2};
        for (int orientation = 1; orientation <= 8; ++orientation) {
            for (const bool little : {true, false})
                QTest::addRow("%d %s", orientation, little ? "II" : "MM") << orientation << little << (orientation >= 5) << corners[static_cast<std::size_t>(orientation)];
        }
    }
    void turnsUprightByExif() {
        QFETCH(int, orientation);
        QFETCH(bool, littleEndian);
        QFETCH(bool, turned);
        QFETCH(int, corner);
        Scratch scratch;
        const auto file = scratch.write("turned.jpg", jpegWithOrientation(orientation, littleEndian));
        const auto picture = image::decodeImage(file);
        const auto probe = image::probeImage(file);
        QVERIFY(picture && probe);
        QCOMPARE(picture->cols, turned ? 16 : 24);
        QCOMPARE(picture->rows, turned ? 24 : 16);
        QCOMPARE(probe->size.width, picture->cols);
        QCOMPARE(probe->size.height, picture->rows);
        QCOMPARE(whiteCorner(*picture), corner);
        // OpenCV's own reading is what YOLOv5 sees.
        const cv::Mat reference = cv::imread(file.string(), cv::IMREAD_COLOR);
        QCOMPARE(reference.size(), picture->size());
        QCOMPARE(cv::norm(reference, *picture, cv::NORM_INF), 0.0);
    }

    void tellsCutOffFiles_data() {
        QTest::addColumn<QString>("extension");
        for (const char* extension : {".jpg", ".png", ".bmp", ".webp"})
            QTest::newRow(extension) << QString::fromLatin1(extension);
    }
    void tellsCutOffFiles() {
        QFETCH(QString, extension);
        Scratch scratch;
        cv::Mat noise(120, 160, CV_8UC3);
        cv::randu(noise, 0, 255);
        const std::string whole = encoded(extension.toStdString(), noise);
        const auto file = scratch.write("cut.jpg", std::string_view(whole).substr(0, whole.size() * 3 / 4));
        const auto probe = image::probeImage(file);
        QVERIFY(probe.has_value());
        QVERIFY(!probe->complete);
        QCOMPARE(probe->size.width, 160);
        const auto picture = image::decodeImage(file);
        QVERIFY(!picture.has_value());
        QVERIFY(picture.error().code == ErrorCode::BadInput);
        QVERIFY(picture.error().message.find("cut off") != std::string::npos);
        QVERIFY(picture.error().message.find("cut.jpg") != std::string::npos);
        // What stands behind the end of the picture does not make it cut off.
        const auto longer = scratch.write("longer.jpg", whole + std::string(9000, '\0'));
        QVERIFY(image::probeImage(longer)->complete);
        QVERIFY(image::decodeImage(longer).has_value());
    }

    void refusesWhatIsNoPicture_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("not a picture");
        QTest::newRow("one byte") << QByteArray("\xFF");
        QTest::newRow("jpeg start only") << QByteArray("\xFF\xD8\xFF\xE0");
        QTest::newRow("jpeg without sizes") << QByteArray("\xFF\xD8\xFF\xD9");
        QTest::newRow("png start only") << QByteArray("\x89PNG\r\n\x1A\n");
        QTest::newRow("bmp start only") << QByteArray("BM");
        QTest::newRow("webp start only") << QByteArray("RIFF\x04\0\0\0WEBP", 12);
        QTest::newRow("tiff start only") << QByteArray("II*\0", 4);
        QTest::newRow("tiff directory outside") << QByteArray("II*\0\xFF\xFF\xFF\xFF", 8);
        QTest::newRow("gif") << QByteArray("GIF89a\x01\0\x01\0", 10);
    }
    void refusesWhatIsNoPicture() {
        QFETCH(QByteArray, bytes);
        Scratch scratch;
        const auto file = scratch.write("broken.jpg", {bytes.constData(), static_cast<std::size_t>(bytes.size())});
        const auto probe = image::probeImage(file);
        const auto picture = image::decodeImage(file);
        QVERIFY(!probe && !picture);
        QVERIFY(probe.error().code == ErrorCode::BadInput);
        QVERIFY(probe.error().message.find("broken.jpg") != std::string::npos);
        QVERIFY(picture.error().message.find("broken.jpg") != std::string::npos);
    }

    void survivesDamageAnywhere() {
        // Every byte of the header turned once: an answer or an error, never a crash, and decode never contradicts a probe it accepts.
        Scratch scratch;
        const std::string whole = jpegWithOrientation(6, true);
        for (std::size_t at = 0; at < std::min<std::size_t>(whole.size(), 220); ++at) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(~damaged[at]);
            const auto file = scratch.write("damaged.jpg", damaged);
            const auto probe = image::probeImage(file);
            const auto picture = image::decodeImage(file);
            if (probe && picture)
                QVERIFY2(probe->size.width == picture->cols && probe->size.height == picture->rows, std::to_string(at).c_str());
        }
    }

    void refusesBombsBeforeDecoding() {
        Scratch scratch;
        std::string png = encoded(".png");
        png.replace(16, 8, std::string("\0\0\xFF\xFF\0\0\xFF\xFF", 8)); // 65535 x 65535 in a few hundred bytes
        const auto file = scratch.write("bomb.png", png);
        const auto probe = image::probeImage(file);
        QVERIFY(!probe);
        QVERIFY(probe.error().message.find("65535 x 65535") != std::string::npos);
        QVERIFY(!image::decodeImage(file));
    }

    void namesAMissingFileAndAFolder() {
        Scratch scratch;
        const auto missing = image::decodeImage(scratch.path("nowhere.jpg"));
        QVERIFY(!missing);
        QVERIFY(missing.error().message.find("nowhere.jpg") != std::string::npos);
        QVERIFY(!image::probeImage(scratch.path("nowhere.jpg")));
        QVERIFY(!image::probeImage(scratch.path()));
        QVERIFY(!image::decodeImage(scratch.path()));
    }

    void knowsExtensions() {
        for (const char* name : {"a.jpg", "a.JPG", "a.jpeg", "a.Png", "a.bmp", "a.webp", "a.tif", "a.TIFF"})
            QVERIFY2(image::hasImageExtension(name), name);
        for (const char* name : {"a.txt", "jpg", "a.jpg.txt", "a", ".jpg", "a.jp2"})
            QVERIFY2(!image::hasImageExtension(name), name);
    }

    void probesRealFramesAsTheyDecode() {
        NEED_SHARED("data/citycam-mini/test");
        int seen = 0;
        for (const char* folder : {"data/citycam-mini/test/2703", "data/coco128/images/train2017"}) {
            for (const auto& entry : std::filesystem::directory_iterator(tests::shared(folder))) {
                if (!image::hasImageExtension(entry.path()))
                    continue;
                const auto probe = image::probeImage(entry.path());
                const auto picture = image::decodeImage(entry.path());
                QVERIFY(probe && picture && probe->complete);
                QCOMPARE(probe->size.width, picture->cols);
                QCOMPARE(probe->size.height, picture->rows);
                ++seen;
            }
        }
        QCOMPARE(seen, 27 + 128);
    }
};

QTEST_APPLESS_MAIN(TestDecode)
#include "tst_decode.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/image/decode.h"
#include "core/image/thumbnail.h"

using namespace intersect;

/// Small pictures for lists: right size at every reduction, right content, clear errors.
class TestThumbnail : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::filesystem::path file(const char* name) const { return std::filesystem::path(m_dir.path().toStdString()) / name; }

private Q_SLOTS:
    void initTestCase() {
        // Left half red, right half blue.
        cv::Mat picture(360, 640, CV_8UC3, cv::Scalar(0, 0, 220));
        picture(cv::Rect(320, 0, 320, 360)).setTo(cv::Scalar(220, 0, 0));
        QVERIFY(cv::imwrite(file("wide.jpg").string(), picture));
        QVERIFY(cv::imwrite(file("wide.png").string(), picture));
        cv::Mat tall;
        cv::rotate(picture, tall, cv::ROTATE_90_CLOCKWISE);
        QVERIFY(cv::imwrite(file("tall.jpg").string(), tall));
    }

    void keepsProportionsAndContent_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("longSide");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("eighth") << QStringLiteral("wide.jpg") << 64 << 64 << 36;
        QTest::newRow("quarter") << QStringLiteral("wide.jpg") << 128 << 128 << 72;
        QTest::newRow("half") << QStringLiteral("wide.jpg") << 256 << 256 << 144;
        QTest::newRow("whole") << QStringLiteral("wide.jpg") << 500 << 500 << 281;
        QTest::newRow("never enlarged") << QStringLiteral("wide.jpg") << 4000 << 640 << 360;
        QTest::newRow("tall") << QStringLiteral("tall.jpg") << 128 << 72 << 128;
        QTest::newRow("no JPEG") << QStringLiteral("wide.png") << 128 << 128 << 72;
    }
    void keepsProportionsAndContent() {
        QFETCH(QString, name);
        QFETCH(int, longSide);
        QFETCH(int, width);
        QFETCH(int, height);
        const auto small = image::decodeThumbnail(file(name.toUtf8().constData()), longSide);
        QVERIFY(small.has_value());
        QCOMPARE(small->cols, width);
        QCOMPARE(small->rows, height);
        QCOMPARE(small->type(), CV_8UC3);
        const bool upright = width > height;
        const cv::Vec3b first = small->at<cv::Vec3b>(upright ? height / 2 : height / 8, upright ? width / 8 : width / 2);
        const cv::Vec3b last = small->at<cv::Vec3b>(upright ? height / 2 : height - height / 8, upright ? width - width / 8 : width / 2);
        QVERIFY(first[2] > 200 && first[0] < 20);
        QVERIFY(last[0] > 200 && last[2] < 20);
    }

    void namesWhatCannotBeRead() {
        const auto missing = image::decodeThumbnail(file("gone.jpg"), 100);
        QVERIFY(!missing.has_value());
        QVERIFY(QString::fromStdString(describe(missing.error())).contains(QStringLiteral("gone.jpg")));
        FILE* out = std::fopen(file("words.jpg").c_str(), "w");
        std::fputs("this is no picture", out);
        std::fclose(out);
        QVERIFY(!image::decodeThumbnail(file("words.jpg"), 100).has_value());
    }
};

QTEST_APPLESS_MAIN(TestThumbnail)
#include "tst_thumbnail.moc"

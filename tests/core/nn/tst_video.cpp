// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include "core/nn/video.h"
#include "tests/support/drawn_video.h"
#include "tests/support/scratch_files.h"
#include "tests/support/small_disk.h"

using namespace intersect;
using namespace intersect::nn;

/// Videos in and out, frame by frame.
class TestVideo : public QObject {
    Q_OBJECT
    tests::Scratch m_scratch;

    std::string at(const std::string& name) const { return m_scratch.path(name).string(); }

private Q_SLOTS:
    void readsEveryFrameInItsOrder_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"a.mp4", "b.avi", "c.mkv", "d.MOV"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void readsEveryFrameInItsOrder() {
        QFETCH(QString, name);
        const std::string file = at(name.toStdString());
        tests::drawVideo(file, 12, 12.5);
        auto reader = VideoReader::open(file);
        QVERIFY(reader.has_value());
        QCOMPARE(reader->size(), (Size{tests::kVideoWidth, tests::kVideoHeight}));
        QCOMPARE(reader->framesPerSecond(), 12.5);
        QCOMPARE(reader->announcedFrames(), std::int64_t(12));
        int read = 0;
        for (; reader->next(); ++read) {
            if (read % 3 == 1)
                continue; // frames may be passed over
            const auto frame = reader->frame();
            QVERIFY(frame.has_value());
            QCOMPARE(frame->type(), CV_8UC3);
            QCOMPARE(tests::numberOf(*frame), read);
        }
        QCOMPARE(read, 12);
        QVERIFY(!reader->next());
    }

    void refusesWhatIsNoVideo_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QStringLiteral("empty.mp4") << QByteArray("");
        QTest::newRow("words") << QStringLiteral("words.mp4") << QByteArray("no video at all\n");
        QTest::newRow("a playlist that names another file") << QStringLiteral("list.mp4") << QByteArray("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n");
        tests::drawVideo(at("whole.mp4"), 20);
        const std::string whole = tests::bytesOf(at("whole.mp4"));
        QTest::newRow("without its end") << QStringLiteral("cut.mp4") << QByteArray::fromStdString(whole.substr(0, whole.size() - 600));
    }
    void refusesWhatIsNoVideo() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        const auto reader = VideoReader::open(m_scratch.write(name.toStdString(), bytes.toStdString()));
        QVERIFY(!reader.has_value());
        QCOMPARE(reader.error().code, ErrorCode::BadInput);
        QVERIFY(reader.error().message.find(name.toStdString()) != std::string::npos);
        QVERIFY(!reader.error().advice.empty());
        QVERIFY(!VideoReader::open(m_scratch.path("nowhere.mp4")).has_value());
        QVERIFY(!VideoReader::open(m_scratch.path()).has_value());
    }

    void writesWhatReadsBack_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("codec");
        QTest::newRow("mp4") << QStringLiteral("out.mp4") << QStringLiteral("H.264");
        QTest::newRow("mov") << QStringLiteral("out.mov") << QStringLiteral("H.264");
        QTest::newRow("avi") << QStringLiteral("out.AVI") << QStringLiteral("Motion JPEG");
    }
    void writesWhatReadsBack() {
        QFETCH(QString, name);
        QFETCH(QString, codec);
        const std::string file = at(name.toStdString());
        auto writer = VideoWriter::create(file, 4);
        QVERIFY(writer.has_value());
        for (int i = 0; i < 9; ++i)
            QVERIFY(writer->add(tests::drawnFrame(i)).has_value());
        QVERIFY(writer->finish().has_value());
        QCOMPARE(QString::fromStdString(writer->codec()), codec);
        double rate = 0;
        const std::vector<cv::Mat> frames = tests::framesOf(file, &rate);
        QCOMPARE(frames.size(), std::size_t(9));
        QCOMPARE(rate, 4.0);
        for (int i = 0; i < 9; ++i)
            QCOMPARE(tests::numberOf(frames[static_cast<std::size_t>(i)]), i);
    }

    void picturesOfOtherSizesAreFittedIn() {
        const std::string file = at("sizes.avi");
        auto writer = VideoWriter::create(file, 5);
        QVERIFY(writer.has_value());
        QVERIFY(writer->add(cv::Mat(101, 201, CV_8UC3, cv::Scalar::all(200))).has_value()); // odd sides
        QVERIFY(writer->add(cv::Mat(400, 200, CV_8UC3, cv::Scalar::all(200))).has_value()); // upright: dark at both sides
        QVERIFY(writer->add(cv::Mat(30, 120, CV_8UC3, cv::Scalar::all(200))).has_value());  // flat: dark above and below
        QVERIFY(writer->finish().has_value());
        const std::vector<cv::Mat> frames = tests::framesOf(file);
        QCOMPARE(frames.size(), std::size_t(3));
        const auto light = [&](std::size_t frame, int x, int y) { return frames[frame].at<cv::Vec3b>(y, x)[1] > 150; };
        QCOMPARE(frames[0].size(), cv::Size(202, 102));
        QVERIFY(light(0, 2, 2) && light(0, 199, 99));
        QVERIFY(light(1, 101, 2) && light(1, 101, 99) && !light(1, 20, 51) && !light(1, 182, 51));
        QVERIFY(light(2, 4, 51) && light(2, 197, 51) && !light(2, 101, 8) && !light(2, 101, 94));
    }

    void whatCannotBeWrittenIsSaid() {
        QVERIFY(!VideoWriter::create(at("a.webm"), 5).has_value());
        QVERIFY(!VideoWriter::create(at("noending"), 5).has_value());
        QVERIFY(!VideoWriter::create(at("a.mp4"), 0).has_value());
        auto empty = VideoWriter::create(at("never.mp4"), 5);
        QVERIFY(!empty->finish().has_value());
        QVERIFY(!std::filesystem::exists(at("never.mp4")));
        auto nowhere = VideoWriter::create(at("no/such/folder/a.mp4"), 5);
        const auto added = nowhere->add(tests::drawnFrame(0));
        QVERIFY(!added.has_value());
        QVERIFY(added.error().message.find("a.mp4") != std::string::npos);
    }

    void aFullDiskIsSaid_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("mp4") << QStringLiteral("full.mp4");
        QTest::newRow("avi") << QStringLiteral("full.avi");
    }
    void aFullDiskIsSaid() {
        QFETCH(QString, name);
        const tests::SmallDisk full(3000);
        auto writer = VideoWriter::create(at(name.toStdString()), 5);
        QVERIFY(writer.has_value());
        cv::Mat noise(180, 320, CV_8UC3);
        for (int i = 0; i < 30; ++i) {
            cv::randu(noise, 0, 255);
            QVERIFY(writer->add(noise).has_value());
        }
        const auto finished = writer->finish();
        QVERIFY(!finished.has_value());
        QVERIFY(finished.error().message.find("full") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestVideo)
#include "tst_video.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <clocale>

#include <QtTest>

#include "core/data/yolo_labels.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using tests::Scratch;

namespace {

std::string codes(const data::LabelFile& file) {
    std::string text;
    for (const data::Finding& finding : file.findings)
        text += (text.empty() ? "" : " ") + finding.code + ":" + std::to_string(finding.line);
    return text;
}

} // namespace

class TestYoloLabels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsEveryFault_data() {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<QString>("code");
        QTest::newRow("six columns") << QByteArray("2 0.5 0.5 0.1 0.1 0.9") << "label-columns";
        QTest::newRow("three columns") << QByteArray("2 0.5 0.5") << "label-columns";
        QTest::newRow("one column") << QByteArray("2") << "label-columns";
        QTest::newRow("commas") << QByteArray("2,0.5,0.5,0.1,0.1") << "label-columns";
        QTest::newRow("word as class") << QByteArray("car 0.5 0.5 0.1 0.1") << "label-class";
        QTest::newRow("negative class") << QByteArray("-1 0.5 0.5 0.1 0.1") << "label-class";
        QTest::newRow("broken class") << QByteArray("2.5 0.5 0.5 0.1 0.1") << "label-class";
        QTest::newRow("huge class") << QByteArray("99999999999 0.5 0.5 0.1 0.1") << "label-class";
        QTest::newRow("class nan") << QByteArray("nan 0.5 0.5 0.1 0.1") << "label-class";
        QTest::newRow("nan") << QByteArray("2 nan 0.5 0.1 0.1") << "label-number";
        QTest::newRow("inf") << QByteArray("2 0.5 0.5 inf 0.1") << "label-number";
        QTest::newRow("word") << QByteArray("2 0.5 half 0.1 0.1") << "label-number";
        QTest::newRow("comma decimal") << QByteArray("2 0,5 0.5 0.1 0.1") << "label-number";
        QTest::newRow("hexadecimal") << QByteArray("2 0x1p-1 0.5 0.1 0.1") << "label-number";
        QTest::newRow("above one") << QByteArray("2 1.5 0.5 0.1 0.1") << "label-range";
        QTest::newRow("below zero") << QByteArray("2 0.5 -0.01 0.1 0.1") << "label-range";
        QTest::newRow("pixels") << QByteArray("2 320 180 40 30") << "label-range";
        QTest::newRow("no width") << QByteArray("2 0.5 0.5 0 0.1") << "label-size";
        QTest::newRow("no height") << QByteArray("2 0.5 0.5 0.1 0.0") << "label-size";
    }
    void findsEveryFault() {
        QFETCH(QByteArray, row);
        QFETCH(QString, code);
        const std::string text = "2 0.5 0.5 0.2 0.2\n" + row.toStdString() + "\n3 0.25 0.5 0.1 0.1\n";
        const data::LabelFile file = data::parseYoloLabels(text, "some/frame.txt");
        QCOMPARE(file.labels.size(), std::size_t{2}); // the rows around it are read all the same
        QCOMPARE(file.labels[1].line, 3);
        QCOMPARE(file.findings.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(file.findings[0].code), code);
        QCOMPARE(file.findings[0].line, 2);
        QVERIFY(file.findings[0].severity == data::Severity::Error);
        QCOMPARE(file.findings[0].path.string(), std::string("some/frame.txt"));
        QVERIFY(!file.findings[0].advice.empty());
    }

    void acceptsWhatOthersWrite_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("plain") << QByteArray("2 0.5 0.25 0.125 1\n");
        QTest::newRow("CRLF") << QByteArray("2 0.5 0.25 0.125 1\r\n");
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF" "2 0.5 0.25 0.125 1\n");
        QTest::newRow("no newline") << QByteArray("2 0.5 0.25 0.125 1");
        QTest::newRow("blanks and tabs") << QByteArray("  2\t0.5  0.25\t0.125 1 \n\n\n");
        QTest::newRow("class with a point") << QByteArray("2.0 0.5 0.25 0.125 1.000000\n");
        QTest::newRow("exponents") << QByteArray("2 5e-1 2.5E-1 1.25e-01 1\n");
    }
    void acceptsWhatOthersWrite() {
        QFETCH(QByteArray, text);
        const data::LabelFile file = data::parseYoloLabels(text.toStdString(), "frame.txt");
        QCOMPARE(codes(file), std::string());
        QCOMPARE(file.labels.size(), std::size_t{1});
        QCOMPARE(file.labels[0].classId, 2);
        QVERIFY((file.labels[0].box == BoxCxcywhn{0.5, 0.25, 0.125, 1}));
        QCOMPARE(file.labels[0].line, 1);
    }

    void ignoresACommaLocale() {
        const char* set = std::setlocale(LC_ALL, "de_DE.UTF-8");
        if (set == nullptr)
            QSKIP("The locale de_DE.UTF-8 is not installed here.");
        const data::LabelFile file = data::parseYoloLabels("2 0.5 0.25 0.125 1\n", "frame.txt");
        const std::string text = data::formatYoloLabels(file.labels);
        std::setlocale(LC_ALL, "C");
        QCOMPARE(file.labels.size(), std::size_t{1});
        QCOMPARE(file.labels[0].box.cx, 0.5);
        QCOMPARE(text, std::string("2 0.5 0.25 0.125 1\n"));
    }

    void countsARepeatedRowOnce() {
        const data::LabelFile file = data::parseYoloLabels("2 0.5 0.5 0.1 0.1\n3 0.5 0.5 0.1 0.1\n2 0.50 0.5 0.1 0.1\n2 0.5 0.5 0.1 0.1\n", "frame.txt");
        QCOMPARE(file.labels.size(), std::size_t{2});
        QCOMPARE(file.labels[0].line, 1);
        QCOMPARE(file.labels[1].line, 2);
        QCOMPARE(codes(file), std::string("label-duplicate:3 label-duplicate:4"));
        QVERIFY(file.findings[0].severity == data::Severity::Warning);
        QVERIFY(file.findings[1].message.find("line 1") != std::string::npos);
    }

    void notesAnEmptyFile() {
        for (const char* text : {"", "\n \r\n"}) {
            const data::LabelFile file = data::parseYoloLabels(text, "frame.txt");
            QVERIFY(file.exists && file.labels.empty());
            QCOMPARE(codes(file), std::string("label-empty:0"));
            QVERIFY(file.findings[0].severity == data::Severity::Note);
        }
    }

    void tellsOfMillionsOfFaultsInOneLine() {
        std::string text = "2 0.5 0.5 0.1 0.1\n";
        for (int i = 0; i < 50'000; ++i)
            text += "no label\n2 0.5 0.5 0.1 0.1\n";
        const data::LabelFile file = data::parseYoloLabels(text, "a.txt");
        QCOMPARE(file.labels.size(), std::size_t{1});
        QCOMPARE(file.findings.size(), std::size_t{2001}); // a thousand rows at fault, the rest of them in one, a thousand repeated ones
        QCOMPARE(QString::fromStdString(file.findings.back().message), QStringLiteral("49000 more rows of this file are no labels."));
    }

    void keepsMessagesShort() {
        const data::LabelFile file = data::parseYoloLabels(std::string(100000, 'x') + "\n\x1B[31m 1 1\n", "frame.txt");
        QCOMPARE(file.findings.size(), std::size_t{2});
        for (const data::Finding& finding : file.findings) {
            QVERIFY(finding.message.size() < 200);
            QVERIFY(finding.message.find('\x1B') == std::string::npos);
        }
    }

    void writesWhatItReads() {
        const std::vector<data::Label> labels = {{2, {0.1, 1.0 / 3, 0.7000000000000001, 5e-324}, 1}, {0, {0, 1, 1, 1}, 2}};
        const data::LabelFile file = data::parseYoloLabels(data::formatYoloLabels(labels), "frame.txt");
        QCOMPARE(file.labels.size(), labels.size());
        for (std::size_t i = 0; i < labels.size(); ++i) {
            QCOMPARE(file.labels[i].classId, labels[i].classId);
            QVERIFY(file.labels[i].box == labels[i].box);
        }
    }

    void findsTheLabelFile_data() {
        QTest::addColumn<QString>("image");
        QTest::addColumn<QString>("wanted");
        QTest::newRow("beside") << "/d/Q2/170/a.jpg" << "/d/Q2/170/a.txt";
        QTest::newRow("mirror") << "/d/images/train/a.jpg" << "/d/labels/train/a.txt";
        QTest::newRow("last mirror") << "/images/d/images/a.png" << "/images/d/labels/a.txt";
        QTest::newRow("part of a name") << "/d/myimages/a.jpg" << "/d/myimages/a.txt";
        QTest::newRow("part of a name after") << "/d/images2/a.jpg" << "/d/images2/a.txt";
        QTest::newRow("part, then whole") << "/images/myimages/a.jpg" << "/labels/myimages/a.txt";
        QTest::newRow("relative") << "images/a.jpg" << "labels/a.txt";
        QTest::newRow("file called images") << "/d/x/images.jpg" << "/d/x/images.txt";
        QTest::newRow("dots") << "/d/x/a.b.c.jpg" << "/d/x/a.b.c.txt";
    }
    void findsTheLabelFile() {
        QFETCH(QString, image);
        QFETCH(QString, wanted);
        QCOMPARE(QString::fromStdString(data::labelPathOf(image.toStdString()).string()), wanted);
    }

    void prefersTheFileBesideTheImage() {
        Scratch scratch;
        const auto image = scratch.write("images/a.jpg", "x");
        scratch.write("labels/a.txt", "1 0.5 0.5 0.1 0.1\n");
        QCOMPARE(data::readYoloLabels(image).labels.at(0).classId, 1);
        scratch.write("images/a.txt", "2 0.5 0.5 0.1 0.1\n");
        QCOMPARE(data::readYoloLabels(image).labels.at(0).classId, 2);
        QVERIFY(!data::readYoloLabels(scratch.path("images/b.jpg")).exists);
    }

    void reportsWhatCannotBeRead() {
        Scratch scratch;
        std::filesystem::create_directories(scratch.path("a.txt")); // a folder where the file should be
        const data::LabelFile folder = data::readYoloLabels(scratch.path("a.jpg"));
        QCOMPARE(codes(folder), std::string("label-unreadable:0"));
        scratch.write("b.txt", "");
        std::filesystem::resize_file(scratch.path("b.txt"), (16ULL << 20) + 1);
        const data::LabelFile large = data::readYoloLabels(scratch.path("b.jpg"));
        QCOMPARE(codes(large), std::string("label-unreadable:0"));
        QVERIFY(large.findings[0].message.find("too large") != std::string::npos);
    }

    void readsRealLabels() {
        NEED_SHARED("data/coco128/labels/train2017");
        std::size_t files = 0, boxes = 0;
        for (const auto& entry : std::filesystem::directory_iterator(tests::shared("data/coco128/images/train2017"))) {
            const data::LabelFile file = data::readYoloLabels(entry.path());
            files += file.exists ? 1 : 0;
            boxes += file.labels.size();
            QCOMPARE(codes(file), std::string());
        }
        QCOMPARE(files, std::size_t{126}); // as the data's README says
        QCOMPARE(boxes, std::size_t{929});
    }
};

QTEST_APPLESS_MAIN(TestYoloLabels)
#include "tst_yolo_labels.moc"

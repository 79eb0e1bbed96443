// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/detect/detections_txt.h"

using namespace intersect;
using namespace intersect::detect;

namespace {

/// Pictures of two cameras, two of them of one name, and one whose name differs in its ending only.
DetectionSet pictures() {
    DetectionSet set;
    set.names = {"car", "bus"};
    set.images = {{1, "/frames/test/a/1.jpg", {200, 100}}, {2, "/frames/test/b/1.jpg", {200, 100}}, {3, "/frames/test/b/2.jpg", {200, 100}},
                  {4, "/frames/test/b/3.jpg", {200, 100}}, {5, "/frames/test/b/3.bmp", {200, 100}}};
    return set;
}

} // namespace

class TestDetectionsTxt : public QObject {
    Q_OBJECT
    std::optional<QTemporaryDir> m_folder;

    std::filesystem::path at(const std::string& name) const { return std::filesystem::path(m_folder->path().toStdString()) / name; }
    void write(const std::string& name, const std::string& text) const {
        if (!writeFileAtomically(at(name), text))
            qFatal("cannot write the scratch file");
    }
    std::string refusal(int* line = nullptr) const {
        const auto read = readTextDetections(at(""), pictures());
        if (read)
            return "read";
        if (line != nullptr)
            *line = read.error().line;
        return read.error().code == ErrorCode::BadInput ? read.error().message + " " + read.error().advice : "another kind of error";
    }

private Q_SLOTS:
    void init() { m_folder.emplace(); }
    void readsFoldersLikeThoseOfThePictures() {
        write("a/1.txt", "0 0.5 0.5 0.2 0.4 0.25\n1 0.25 0.5 0.5 1 0.75\n");
        write("b/1.txt", "");                                  // nothing found
        write("b/2.txt", "\r\n1 0 0 1e-1 0.1 0.1234567\r\n\n"); // another system's line ends
        write("b/3.bmp.txt", "0 1.01 0.5 0.1 0.1 1");           // the ending tells it from 3.jpg; over the border a little
        const auto read = readTextDetections(at(""), pictures());
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->begin, (std::vector<std::uint32_t>{0, 2, 2, 3, 3, 4}));
        QCOMPARE(read->names, pictures().names);
        QCOMPARE(read->images[4].file, pictures().images[4].file);
        QCOMPARE(read->detections[0].classId, 1); // the surest first
        QCOMPARE(read->detections[0].score, 0.75F);
        QVERIFY(read->detections[0].box == (BoxXyxy{0, 0, 100, 100}));
        QVERIFY(read->detections[1].box == (BoxXyxy{80, 30, 120, 70}));
        QCOMPARE(read->exact[2].score, 0.1234567);
        QVERIFY(std::abs(read->exact[3].box.x - 192) < 1e-9 && std::abs(read->exact[3].box.w - 20) < 1e-9);
    }
    void oneFolderIsEnoughForNamesOfTheirOwn() {
        write("2.txt", "0 0.5 0.5 0.2 0.4 0.25\n");
        write("test/a/1.txt", "0 0.5 0.5 0.2 0.4 0.5\n"); // the structure may begin higher up
        const auto read = readTextDetections(at(""), pictures());
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->begin, (std::vector<std::uint32_t>{0, 1, 1, 2, 2, 2}));
        QCOMPARE(read->detections[0].score, 0.5F);
    }
    void tiesKeepTheOrderOfTheRows() {
        write("2.txt", "1 0.5 0.5 0.1 0.1 0.5\n0 0.5 0.5 0.2 0.2 0.5\n1 0.5 0.5 0.3 0.3 0.5\n");
        const auto read = readTextDetections(at(""), pictures());
        QVERIFY(read.has_value());
        QCOMPARE(read->detections[0].classId, 1);
        QCOMPARE(read->detections[1].classId, 0);
        QVERIFY(std::abs(read->detections[2].box.width() - 60) < 1e-4F);
    }
    void filesOrFolders() {
        const DetectionSet known = pictures();
        write("txt/2.txt", "0 0.5 0.5 0.2 0.4 0.25\n");
        write("list.json", R"([{"image_id":3,"category_id":0,"bbox":[80,30,40,40],"score":0.25}])");
        const auto folder = readDetectionsOf(at("txt"), known), file = readDetectionsOf(at("list.json"), known);
        QVERIFY(folder.has_value() && file.has_value());
        QCOMPARE(folder->begin, file->begin);
        QVERIFY(folder->detections[0].box == file->detections[0].box);
        QVERIFY(!readDetectionsOf(at("missing"), known));
    }
    void refusesRows_data() {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* text, const char* says) { QTest::newRow(name) << QByteArray(text) << QString::fromLatin1(says); };
        row("no confidence", "0 0.5 0.5 0.2 0.4", "--save-conf");
        row("four numbers", "0 0.5 0.5 0.2", "4 numbers");
        row("seven numbers", "0 0.5 0.5 0.2 0.4 0.5 7", "7 numbers");
        row("a word", "car 0.5 0.5 0.2 0.4 0.5", "\"car\"");
        row("a comma", "0 0,5 0.5 0.2 0.4 0.5", "\"0,5\"");
        row("NaN", "0 nan 0.5 0.2 0.4 0.5", "\"nan\"");
        row("infinite confidence", "0 0.5 0.5 0.2 0.4 inf", "\"inf\"");
        row("unknown class", "2 0.5 0.5 0.2 0.4 0.5", "unknown class 2: there are 2 classes");
        row("negative class", "-1 0.5 0.5 0.2 0.4 0.5", "unknown class -1");
        row("half a class", "0.5 0.5 0.5 0.2 0.4 0.5", "unknown class 0.5");
        row("negative size", "0 0.5 0.5 -0.2 0.4 0.5", "negative size");
        row("pixels", "0 320 240 20 40 0.5", "far outside");
        row("huge size", "0 0.5 0.5 20 0.4 0.5", "far outside");
        row("confidence above 1", "0 0.5 0.5 0.2 0.4 1.5", "confidence 1.5");
        row("confidence below 0", "0 0.5 0.5 0.2 0.4 -0.5", "confidence -0.5");
    }
    void refusesRows() {
        QFETCH(QByteArray, row);
        QFETCH(QString, says);
        write("2.txt", "0 0.5 0.5 0.2 0.4 0.25\n\n" + row.toStdString() + "\n");
        int line = 0;
        const std::string said = refusal(&line);
        QVERIFY2(said.find(says.toStdString()) != std::string::npos && said.find("2.txt") != std::string::npos, said.c_str());
        QCOMPARE(line, 3);
    }
    void refusesFiles_data() {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing") << QStringList{} << "no text file";
        QTest::newRow("no text") << QStringList{QStringLiteral("1.jpg")} << "no text file";
        QTest::newRow("another picture") << QStringList{QStringLiteral("a/1.txt"), QStringLiteral("77.txt")} << "77.txt is of none of the pictures";
        QTest::newRow("part of a name") << QStringList{QStringLiteral("st/a/1.txt")} << "is of none of the pictures";
        QTest::newRow("two cameras") << QStringList{QStringLiteral("1.txt")} << "1.txt may be of /frames/test/a/1.jpg or of /frames/test/b/1.jpg";
        QTest::newRow("two endings") << QStringList{QStringLiteral("b/3.txt")} << "3.jpg or of ";
        QTest::newRow("two files") << QStringList{QStringLiteral("2.txt"), QStringLiteral("b/2.txt")} << "may both be of /frames/test/b/2.jpg";
    }
    void refusesFiles() {
        QFETCH(QStringList, files);
        QFETCH(QString, says);
        for (const QString& file : files)
            write(file.toStdString(), "0 0.5 0.5 0.2 0.4 0.25\n");
        const std::string said = refusal();
        QVERIFY2(said.find(says.toStdString()) != std::string::npos, said.c_str());
    }
    void refusesPicturesOfUnknownSize() {
        DetectionSet known = pictures();
        known.images[2].size = {};
        write("2.txt", "0 0.5 0.5 0.2 0.4 0.25\n");
        const auto read = readTextDetections(at(""), known);
        QVERIFY(!read);
        QVERIFY(read.error().message.find("/frames/test/b/2.jpg") != std::string::npos);
        write("2.txt", ""); // nothing to place
        QVERIFY(readTextDetections(at(""), known).has_value());
    }
};

QTEST_APPLESS_MAIN(TestDetectionsTxt)
#include "tst_detections_txt.moc"

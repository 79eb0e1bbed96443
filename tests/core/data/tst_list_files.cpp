// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/data/list_files.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using tests::Scratch;

class TestListFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAbsoluteAndRelativePaths() {
        Scratch scratch;
        const auto a = scratch.write("frames/a.jpg", "x");
        const auto b = scratch.write("frames/with blank.jpg", "x");
        const auto list = scratch.write("lists/train.txt", "\xEF\xBB\xBF" + a.string() + "\r\n\r\n../frames/with blank.jpg\r\n./../frames/a.jpg");
        const auto images = data::readImageList(list);
        QVERIFY2(images.has_value(), images ? "" : images.error().message.c_str());
        QCOMPARE(images->size(), std::size_t{3});
        QCOMPARE(images->at(0).string(), a.string());
        QCOMPARE(images->at(1).string(), b.string());
        QCOMPARE(images->at(2).string(), a.string());
    }

    void namesTheFirstMissingFileAndHowMany() {
        Scratch scratch;
        scratch.write("a.jpg", "x");
        std::filesystem::create_directories(scratch.path("folder.jpg"));
        const auto list = scratch.write("list.txt", "a.jpg\n\nno-such.jpg\nfolder.jpg\n");
        const auto images = data::readImageList(list);
        QVERIFY(!images);
        QVERIFY(images.error().code == ErrorCode::BadInput);
        QCOMPARE(images.error().line, 3);
        QCOMPARE(images.error().path.string(), list.string());
        QVERIFY(images.error().message.find(scratch.path("no-such.jpg").string()) != std::string::npos);
        QVERIFY(images.error().message.find("2 files") != std::string::npos);
    }

    void refusesWhatIsNoList_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray("\n \n");
        QTest::newRow("binary") << QByteArray("PK\x03\x04\0\0\0\n", 8);
    }
    void refusesWhatIsNoList() {
        QFETCH(QByteArray, bytes);
        Scratch scratch;
        const auto list = scratch.write("list.txt", {bytes.constData(), static_cast<std::size_t>(bytes.size())});
        const auto images = data::readImageList(list);
        QVERIFY(!images);
        QVERIFY(images.error().message.find("list.txt") != std::string::npos);
        QVERIFY(!data::readImageList(scratch.path("nowhere.txt")));
    }

    void writesAbsolutePathsThatReadBack() {
        Scratch scratch;
        const auto a = scratch.write("x/a.jpg", "x");
        const auto b = scratch.write("y/\xE4 b.jpg", "x"); // a name that is not UTF-8
        const std::string text = data::formatImageList({scratch.path("x/../x/a.jpg"), b});
        QCOMPARE(text, a.string() + "\n" + b.string() + "\n");
        const auto images = data::readImageList(scratch.write("list.txt", text));
        QVERIFY(images.has_value());
        QCOMPARE(images->at(1).string(), b.string());
    }

    void findsTheImagesOfASource() {
        Scratch scratch;
        // In the order of path bytes '-' stands before '/', whatever the order of the folders is.
        for (const char* name : {"d/b/2.jpg", "d/b/10.PNG", "d/b-c/1.jpg", "d/a.jpg", "d/B.jpg", "d/b/2.txt", "d/.hidden/3.jpg", "d/b/._2.jpg"})
            scratch.write(name, "x");
        const auto images = data::imagesOfSource(scratch.path("d"));
        QVERIFY(images.has_value());
        std::vector<std::string> names;
        for (const auto& image : *images)
            names.push_back(image.lexically_relative(scratch.path("d")).string());
        QCOMPARE(names, (std::vector<std::string>{"B.jpg", "a.jpg", "b-c/1.jpg", "b/10.PNG", "b/2.jpg"}));
        QCOMPARE(data::imagesOfSource(scratch.path("d/a.jpg"))->size(), std::size_t{1});
        QCOMPARE(data::imagesOfSource(scratch.write("list", "d/a.jpg\nd/B.jpg\n"))->size(), std::size_t{2});
    }

    void followsLinksOnceAndEndsInALoop() {
        Scratch scratch;
        scratch.write("real/a.jpg", "x");
        std::filesystem::create_directory_symlink(scratch.path("real"), scratch.path("real/loop"));
        std::filesystem::create_directories(scratch.path("root"));
        std::filesystem::create_directory_symlink(scratch.path("real"), scratch.path("root/linked"));
        std::filesystem::create_symlink(scratch.path("nowhere.jpg"), scratch.path("root/dangling.jpg"));
        const auto images = data::imagesOfSource(scratch.path("root"));
        QVERIFY(images.has_value());
        QCOMPARE(images->size(), std::size_t{1});
        QCOMPARE(images->front().string(), scratch.path("root/linked/a.jpg").string());
    }

    void namesAnEmptyFolderAndAMissingSource() {
        Scratch scratch;
        std::filesystem::create_directories(scratch.path("empty"));
        const auto none = data::imagesOfSource(scratch.path("empty"));
        QVERIFY(!none);
        QVERIFY(none.error().message.find("empty") != std::string::npos);
        QVERIFY(none.error().code == ErrorCode::BadInput);
        const auto missing = data::imagesOfSource(scratch.path("nowhere"));
        QVERIFY(!missing);
        QVERIFY(missing.error().message.find("nowhere") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestListFiles)
#include "tst_list_files.moc"

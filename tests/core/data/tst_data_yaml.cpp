// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/data/data_yaml.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using tests::Scratch;

namespace {
using Names = std::vector<std::string>;
}

class TestDataYaml : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsEveryForm_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("list") << QByteArray("train: lists/train.txt\nval: lists/val.txt\nnc: 2\nnames: [car, bus]\n");
        QTest::newRow("map") << QByteArray("train: lists/train.txt\nval: lists/val.txt\nnames:\n  1: bus\n  0: car\n");
        QTest::newRow("path") << QByteArray("path: lists\ntrain: train.txt\nval: val.txt\ntest: # none\nnames: ['car', \"bus\"]\n");
        QTest::newRow("dots") << QByteArray("path: ./x/../lists\r\ntrain: ./train.txt\r\nval: [val.txt]\r\nnc: 2\r\nnames: [car, bus]\r\n");
    }
    void readsEveryForm() {
        QFETCH(QByteArray, text);
        Scratch scratch;
        scratch.write("lists/train.txt", "../a.jpg\n");
        scratch.write("lists/val.txt", "../a.jpg\n../b.jpg\n");
        scratch.write("a.jpg", "x");
        scratch.write("b.jpg", "x");
        const auto data = data::readDataYaml(scratch.write("data.yaml", text.toStdString()));
        QVERIFY2(data.has_value(), data ? "" : data.error().message.c_str());
        QCOMPARE(data->train.string(), scratch.path("lists/train.txt").string());
        QCOMPARE(data->val.string(), scratch.path("lists/val.txt").string());
        QVERIFY(data->test.empty());
        QCOMPARE(data->names, (Names{"car", "bus"}));
        QCOMPARE(data::imagesOfSplit(*data, "val")->size(), std::size_t{2});
        const auto test = data::imagesOfSplit(*data, "test");
        QVERIFY(!test);
        QVERIFY(test.error().message.find("test") != std::string::npos);
        QVERIFY(data::imagesOfSplit(*data, "holiday").error().code == ErrorCode::Usage);
    }

    void namesFileAndLine_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("word");
        QTest::newRow("no names") << QByteArray("nc: 2\n") << 0 << "names";
        QTest::newRow("names is a word") << QByteArray("nc: 2\nnames: car\n") << 2 << "names";
        QTest::newRow("no name in it") << QByteArray("names: []\n") << 1 << "empty";
        QTest::newRow("nc contradicts") << QByteArray("names: [a, b]\n\nnc: 3\n") << 3 << "nc: 3";
        QTest::newRow("nc is a word") << QByteArray("nc: two\nnames: [a, b]\n") << 1 << "two";
        QTest::newRow("gap in the map") << QByteArray("names:\n  0: a\n  2: c\n") << 2 << "class 1";
        QTest::newRow("id twice") << QByteArray("names:\n  0: a\n  0: c\n") << 3 << "id";
        QTest::newRow("nested name") << QByteArray("names:\n  - a\n  - [b]\n") << 3 << "name";
        QTest::newRow("missing list") << QByteArray("names: [a]\ntrain: a.jpg\nval: gone.txt\n") << 3 << "gone.txt";
        QTest::newRow("two lists") << QByteArray("names: [a]\ntrain: [a.jpg, a.jpg]\n") << 2 << "more than one";
        QTest::newRow("map as list") << QByteArray("names: [a]\ntrain: {a: b}\n") << 2 << "train";
        QTest::newRow("not YAML") << QByteArray("names: [a\ntrain: x\n") << 2 << "YAML";
        QTest::newRow("a list") << QByteArray("- a\n") << 1 << "keys";
        QTest::newRow("empty") << QByteArray() << 0 << "keys";
        QTest::newRow("deep") << QByteArray(100000, '[') << 1 << "YAML";
    }
    void namesFileAndLine() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(QString, word);
        Scratch scratch;
        scratch.write("a.jpg", "x");
        const auto file = scratch.write("data.yaml", text.toStdString());
        const auto data = data::readDataYaml(file);
        QVERIFY(!data);
        QVERIFY(data.error().code == ErrorCode::BadInput);
        QCOMPARE(data.error().path.string(), file.string());
        QVERIFY2(data.error().message.find(word.toStdString()) != std::string::npos, data.error().message.c_str());
        if (line > 0)
            QCOMPARE(data.error().line, line);
    }

    void writesWhatItReads() {
        Scratch scratch;
        data::DataYaml data;
        data.train = scratch.write("it's \"odd\": #1/train list.txt", "x");
        data.val = scratch.write("val.txt", "x");
        data.names = {"car", "yes", "1", "~", "a: b", "with, comma", "back\\slash", "tab\there", "Fu\xC3\x9Fg\xC3\xA4nger", "#5", "'quoted'", ""};
        const auto back = data::readDataYaml(scratch.write("data.yaml", data::formatDataYaml(data)));
        QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
        QCOMPARE(back->train.string(), data.train.string());
        QCOMPARE(back->val.string(), data.val.string());
        QVERIFY(back->test.empty());
        QCOMPARE(back->names, data.names);
    }

    void looksAsYoloReadsIt() {
        data::DataYaml data;
        data.train = "/d/train.txt";
        data.val = "/d/val.txt";
        data.test = "/d/test.txt";
        data.names = {"car", "bus"};
        QCOMPARE(data::formatDataYaml(data), std::string("train: /d/train.txt\nval: /d/val.txt\ntest: /d/test.txt\nnc: 2\nnames: [\"car\", \"bus\"]\n"));
    }

    void readsClassNames() {
        Scratch scratch;
        QCOMPARE(*data::readClassNames(scratch.write("a.names", "\xEF\xBB\xBF" "car\r\ntraffic light\r\n\r\n")), (Names{"car", "traffic light"}));
        QCOMPARE(*data::readClassNames(scratch.write("a.yaml", "train: nowhere.txt\nnames: {0: car}\n")), (Names{"car"}));
        const auto gap = data::readClassNames(scratch.write("gap.names", "car\n\nbus\n"));
        QVERIFY(!gap);
        QCOMPARE(gap.error().line, 2);
        QVERIFY(!data::readClassNames(scratch.write("empty.names", "\n")));
        QVERIFY(!data::readClassNames(scratch.write("list.yaml", "- a\n")));
        QVERIFY(!data::readClassNames(scratch.path("nowhere.names")));
    }

    void knowsCocosNames() {
        NEED_SHARED("data/coco128/coco.names");
        QCOMPARE(data::cocoNames(), *data::readClassNames(tests::shared("data/coco128/coco.names")));
        QCOMPARE(data::cocoNames().size(), std::size_t{80});
    }
};

QTEST_APPLESS_MAIN(TestDataYaml)
#include "tst_data_yaml.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/weights/checkpoint.h"
#include "core/weights/pickle_machine.h"
#include "core/weights/zip_end.h"
#include "tests/core/weights/made_checkpoint.h"

using namespace intersect;
using namespace intersect::weights;
using namespace intersect::tests;

namespace {

/// {"w": six floats of storage "0"}.
std::string program() {
    return Pickle().raw("}").text("w").tensor(6, 0, {6}, {1}).raw("s.").bytes;
}

std::string zip64(std::uint64_t entries) {
    const auto number = [](std::uint64_t value, std::size_t width) { return std::string(reinterpret_cast<const char*>(&value), width); };
    std::string file = rawZip({{"a/data.pkl", program()}});
    const std::string end = file.substr(file.size() - 22);
    file.resize(file.size() - 22);
    const std::uint64_t record = file.size();
    file += "PK\x06\x06" + number(44, 8) + number(0x2D002D, 4) + number(0, 8) + number(entries, 8) + number(entries, 8) + number(46, 8) +
            number(0, 8);
    return file + "PK\x06\x07" + number(0, 4) + number(record, 8) + number(1, 4) + end;
}

} // namespace

class TestHostileArchive : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plainOneIsRead();
    void archives_data();
    void archives();
    void smallFilesDescribingMuch_data();
    void smallFilesDescribingMuch();
    void pickles_data();
    void pickles();
    void endRecords();
};

void TestHostileArchive::plainOneIsRead() {
    // What the hostile ones are made from is fine.
    const auto file = readTorchBytes(rawZip({{"a/data.pkl", program()}, {"a/data/0", floatBytes(6)}}), "made.pt");
    QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
    QCOMPARE(file->arrays[0].toFloats(), (std::vector<float>{0, 1, 2, 3, 4, 5}));
}

void TestHostileArchive::archives_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& bytes, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromLatin1(says);
    };
    const RawEntry pickle{"a/data.pkl", program()}, values{"a/data/0", floatBytes(6)};
    const std::string plain = rawZip({pickle, values});
    row("cut off before the end record", plain.substr(0, plain.size() - 22), "made.pt is cut off");
    row("cut in the end record", plain.substr(0, plain.size() - 3), "made.pt is cut off");
    row("beginning missing", "PK\x03\x04" + plain.substr(60), "damaged or cut off");
    row("table of contents beyond the file", [&] {
        std::string bytes = plain;
        bytes[bytes.size() - 4] = '\x7F';
        return bytes;
    }(), "damaged or cut off");
    row("claims a huge size", rawZip({pickle, {"a/data/0", floatBytes(6), 8, 0, 3'000'000'000U}}), "many times its size (at a/data/0)");
    row("claims huge sizes together", rawZip({pickle, {"a/data/0", floatBytes(6), 8, 0, 3U << 20}, {"a/data/1", "", 8, 0, 3U << 20}}),
        "many times its size");
    row("entries on one another", [&] {
        std::vector<RawEntry> entries{pickle, {"a/data/0", std::string(100'000, 'x')}};
        for (int i = 1; i < 100; ++i)
            entries.push_back({"a/data/" + std::to_string(i), std::string(100'000, 'x'), 0, 0, {}, 200});
        return rawZip(entries);
    }(), "lie on one another");
    row("a name twice", rawZip({pickle, values, values}), "two entries called a/data/0");
    row("packed by another method", rawZip({pickle, {"a/data/0", floatBytes(6), 14}}), "packed in a way that is not read");
    row("encrypted", rawZip({pickle, {"a/data/0", floatBytes(6), 0, 1}}), "data/0 cannot be read");
    row("another checksum", rawZip({pickle, {"a/data/0", floatBytes(6), 0, 0, {}, {}, 7}}), "data/0 is damaged: its checksum");
    row("packed bytes that are none", rawZip({pickle, {"a/data/0", "no deflate", 8, 0, 24}}), "data/0 is damaged");
    row("storage shorter than its tensor", rawZip({pickle, {"a/data/0", floatBytes(5)}}), "the values of w are cut off (20 bytes of 24)");
    row("storage missing", rawZip({pickle}), "data/0 is missing");
    row("no pickle", rawZip({values}), "no data.pkl");
    row("pickle too deep in folders", rawZip({{"a/b/data.pkl", program()}, values}), "no data.pkl");
    row("announces 65,535 entries", rawZip({pickle, values}, 65'535), "more entries than a checkpoint has");
    row("announces more in zip64", zip64(100'000'000), "more entries than a checkpoint has");
    row("big-endian", rawZip({pickle, values, {"a/byteorder", "big"}}), "big-endian");
    row("long byte order", rawZip({pickle, values, {"a/byteorder", std::string(100, 'b')}}), "byteorder is larger");
    row("TorchScript", rawZip({pickle, values, {"a/constants.pkl", ")."}}), "TorchScript program: exported for use elsewhere");
    row("record of class names is no JSON", rawZip({pickle, values, {"a/extra/intersect.json", "{]"}}), "record of class names");
    row("record of class names too long", rawZip({pickle, values, {"a/extra/intersect.json", std::string(2U << 20, ' ')}}),
        "intersect.json is larger");
}

void TestHostileArchive::archives() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const CheckpointFolder folder;
    const std::filesystem::path path = folder.write("made.pt", bytes.toStdString());
    // From memory and from disk: the same words.
    const auto memory = readTorchBytes(bytes.toStdString(), path);
    const auto disk = readWeights(path);
    QVERIFY(!memory && !disk);
    QCOMPARE(disk.error().code, ErrorCode::BadInput);
    QVERIFY2(disk.error().message.find(says.toStdString()) != std::string::npos, disk.error().message.c_str());
    QVERIFY2(disk.error().message.find("made.pt") != std::string::npos, disk.error().message.c_str());
    QCOMPARE(memory.error().message, disk.error().message);
    QVERIFY(!disk.error().advice.empty());
}

void TestHostileArchive::smallFilesDescribingMuch_data() {
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<int>("zeros");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& pickle, int zeros, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(pickle) << zeros << QString::fromLatin1(says);
    };
    row("packed a thousand times", program(), 8 << 20, "unpack to many times its size");
    row("one element as a billion", Pickle().raw("}").text("w").tensor(6, 0, {1'000'000, 1000}, {0, 0}).raw("s.").bytes, 24,
        "many times its own size (at w)");
    std::string views = Pickle().raw("}(").bytes;
    for (int i = 0; i < 300; ++i) {
        Pickle one;
        one.text(std::to_string(i)).tensor(6, 0, {10'000}, {0});
        views += one.bytes.substr(2);
    }
    row("many views of one element", views + "u.", 24, "many times its own size");
    row("a long text as the name of many", [] {
        Pickle pickle;
        pickle.raw("}(").text(std::string(400, 'n')).raw("q\x01").raw("0");
        for (int i = 0; i < 3; ++i)
            pickle.raw("h\x01").tensor(6, 0, {6}, {1});
        return pickle.raw("u.").bytes;
    }(), 24, "two tensors called nnn");
}

void TestHostileArchive::smallFilesDescribingMuch() {
    QFETCH(QByteArray, pickle);
    QFETCH(int, zeros);
    QFETCH(QString, says);
    const CheckpointFolder folder;
    const auto path =
        folder.archive({{"data.pkl", pickle.toStdString()}, {"data/0", std::string(static_cast<std::size_t>(zeros), '\0')}}, true);
    const auto file = readWeights(path);
    QVERIFY(!file);
    QVERIFY2(file.error().message.find(says.toStdString()) != std::string::npos, file.error().message.c_str());
}

void TestHostileArchive::pickles_data() {
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& pickle, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString("\x80\x02" + pickle) << QString::fromLatin1(says);
    };
    row("marks in marks", std::string(2000, '('), "nested too deeply");
    row("memo far away", std::string("]r\xFF\xFF\xFF\x7F."), "memo is too large");
    row("memo that grows", [] {
        std::string program = "]";
        for (std::uint32_t i = 0; i < 40'000; ++i)
            program += "\x94";
        return program + std::string(200'000, '2') + ".";
    }(), "more values than a checkpoint of its size does");
    row("many values", [] {
        std::string program;
        for (int i = 0; i < 20'000; ++i)
            program += "]";
        return program + ".";
    }(), "more values than a checkpoint of its size does");
    row("one list in many sets", [] {
        std::string program = "](" + std::string(3000, 'N') + "eq\x01" "0c__builtin__\nset\nq\x02" "0";
        for (int i = 0; i < 3000; ++i)
            program += "h\x02h\x01\x85R0";
        return program + "N.";
    }(), "more values than a checkpoint of its size does");
    row("a class of endless name", "c" + std::string(2000, 'm') + "\nX\n.", "text that is too long");
    row("protocol 1", std::string("\x80\x01N."), "protocol 1");
    row("unknown opcode", "P.", "unknown opcode 80");
    row("ends within a text", std::string("X\xFF\x00\x00\x00") + "abc", "ends in the middle");
    row("text longer than any file", std::string("\x8d\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") + "abc", "ends in the middle");
    row("two values left", "NN.", "not one value");
    row("nothing left", ".", "not one value");
    row("a mark left", "(N.", "not one value");
    row("takes across a mark", "N(\x85.", "empty stack");
    row("memo never stored", "h\x09.", "never stored");
    row("key without value", "}(NNNu.", "key without a value");
    row("adds to a number", "K\x01(Ne.", "no container");
}

void TestHostileArchive::pickles() {
    QFETCH(QByteArray, pickle);
    QFETCH(QString, says);
    PickleLimits limits;
    limits.memory = 1'000'000;
    const auto document = readPickle(pickle.toStdString(), "made.pt", limits);
    QVERIFY(!document);
    QVERIFY2(document.error().message.find(says.toStdString()) != std::string::npos, document.error().message.c_str());
    QVERIFY(document.error().message.find("made.pt") != std::string::npos);
}

void TestHostileArchive::endRecords() {
    const std::string plain = rawZip({{"a/data.pkl", program()}});
    QVERIFY(zipEnd(plain, plain.size()) == ZipEnd::Fine);
    QVERIFY(zipEnd("", 0) == ZipEnd::Missing);
    QVERIFY(zipEnd(plain.substr(0, plain.size() - 1), plain.size() - 1) == ZipEnd::Missing);
    QVERIFY(zipEnd(plain + std::string(65'535, 'c'), plain.size() + 65'535) == ZipEnd::Fine);
    QVERIFY(zipEnd(plain + std::string(80'000, 'c'), plain.size() + 80'000) == ZipEnd::Missing);
    const std::string large = zip64(1);
    QVERIFY(zipEnd(large, large.size()) == ZipEnd::Fine);
    const std::string larger = zip64(kMostZipEntries + 1);
    QVERIFY(zipEnd(larger, larger.size()) == ZipEnd::TooLong);
    // The zip64 record is not where its locator says.
    std::string moved = large;
    moved[moved.size() - 22 - 20 + 8 + 6] = '\x01';
    QVERIFY(zipEnd(moved, moved.size()) == ZipEnd::TooLong);
    // One end record after another: each would be tried.
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += plain;
    QVERIFY(zipEnd(many, many.size()) == ZipEnd::TooLong);
}

QTEST_APPLESS_MAIN(TestHostileArchive)
#include "tst_hostile_archive.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>

#include <QCryptographicHash>
#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include "core/base/files.h"
#include "core/weights/checkpoint.h"
#include "core/weights/torch_writer.h"
#include "tests/core/weights/made_checkpoint.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::weights;
using namespace intersect::tests;

namespace {

/// An array whose bytes count up.
NamedArray counting(const std::string& name, DType type, std::vector<std::int64_t> shape) {
    NamedArray array{name, type, std::move(shape), {}};
    array.bytes.resize(static_cast<std::size_t>(array.elements()) * sizeOf(type));
    for (std::size_t i = 0; i < array.bytes.size(); ++i)
        array.bytes[i] = static_cast<std::byte>(i * 7 + name.size());
    return array;
}

ArrayFile everyKind() {
    ArrayFile file;
    file.arrays = {counting("model.0.conv.weight", DType::F16, {16, 3, 6, 6}), counting("model.0.bn.running_mean", DType::F32, {16}),
                   counting("model.0.bn.num_batches_tracked", DType::I64, {}), counting("bfloat", DType::BF16, {2, 300}),
                   counting("double", DType::F64, {3}), counting("int8", DType::I8, {5}), counting("uint8", DType::U8, {7}),
                   counting("int16", DType::I16, {1, 1, 3}), counting("int32", DType::I32, {70'000}), counting("bool", DType::Bool, {2}),
                   counting("none", DType::F32, {0, 4}), counting("model.1.Straße", DType::F32, {2, 3})};
    file.metadata = {{"names", "[\"car\",\"Straße\n\"]"}, {"network", "yolov5n"}, {"epoch", "12"}};
    return file;
}

void compare(const ArrayFile& got, const ArrayFile& want) {
    QCOMPARE(got.arrays.size(), want.arrays.size());
    for (std::size_t i = 0; i < want.arrays.size(); ++i) {
        QCOMPARE(got.arrays[i].name, want.arrays[i].name);
        QCOMPARE(got.arrays[i].shape, want.arrays[i].shape);
        QVERIFY2(got.arrays[i].type == want.arrays[i].type && got.arrays[i].bytes == want.arrays[i].bytes, want.arrays[i].name.c_str());
    }
}

} // namespace

class TestTorchWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip();
    void realCheckpoint();
    void pythonOpensIt();
    void entriesAreAligned();
    void sameBytesAgain();
    void refusals();
    void oldFileStaysWhenWritingFails();
};

void TestTorchWriter::roundTrip() {
    const CheckpointFolder folder;
    const ArrayFile file = everyKind();
    QVERIFY(writeTorch(folder / "new/w.pt", file).has_value());
    const auto read = readWeights(folder / "new/w.pt");
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    compare(*read, file);
    QCOMPARE(read->metadata, file.metadata);
    QCOMPARE(read->path, folder / "new/w.pt");
}

void TestTorchWriter::realCheckpoint() {
    NEED_SHARED("weights/yolov5n.pt");
    const CheckpointFolder folder;
    const auto file = readWeights(shared("weights/yolov5n.pt"));
    QVERIFY(file.has_value());
    QVERIFY(writeTorch(folder / "w.pt", *file).has_value());
    const auto read = readWeights(folder / "w.pt");
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    compare(*read, *file);
    QCOMPARE(read->metadata, file->metadata);
}

void TestTorchWriter::pythonOpensIt() {
    const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
    if (python.isEmpty())
        QSKIP("There is no python3 here to open the file with.");
    const CheckpointFolder folder;
    const ArrayFile file = everyKind();
    QVERIFY(writeTorch(folder / "w.pt", file).has_value());
    QProcess process;
    process.start(python, {QStringLiteral(INTERSECT_SOURCE_DIR "/tests/core/weights/open_state_dict.py"),
                           QString::fromStdString((folder / "w.pt").string())});
    QVERIFY(process.waitForFinished());
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
    const QByteArrayList lines = process.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(lines.size(), static_cast<qsizetype>(file.arrays.size()));
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const NamedArray& array = file.arrays[static_cast<std::size_t>(i)];
        const QByteArray bytes(reinterpret_cast<const char*>(array.bytes.data()), static_cast<qsizetype>(array.bytes.size()));
        const QByteArray sum = QCryptographicHash::hash(bytes, QCryptographicHash::Md5).toHex();
        QVERIFY2(lines[i].startsWith(array.name.c_str()) && lines[i].endsWith(sum), lines[i].constData());
    }
    QCOMPARE(lines[0].left(lines[0].lastIndexOf(' ')), QByteArray("model.0.conv.weight HalfStorage 16x3x6x6 108x36x6x1 1728"));
    QCOMPARE(lines[2].left(lines[2].lastIndexOf(' ')), QByteArray("model.0.bn.num_batches_tracked LongStorage - - 1"));
    QCOMPARE(lines[8].left(lines[8].lastIndexOf(' ')), QByteArray("int32 IntStorage 70000 1 70000"));
}

void TestTorchWriter::entriesAreAligned() {
    const CheckpointFolder folder;
    QVERIFY(writeTorch(folder / "w.pt", everyKind()).has_value());
    const std::string bytes = readFile(folder / "w.pt").value();
    const auto number = [&](std::size_t at, std::size_t width) {
        std::uint32_t value = 0;
        std::memcpy(&value, bytes.data() + at, width);
        return value;
    };
    int entries = 0;
    for (std::size_t at = bytes.find("PK\x01\x02"); at != std::string::npos; at = bytes.find("PK\x01\x02", at + 1), ++entries) {
        const std::uint32_t local = number(at + 42, 4);
        QCOMPARE(number(at + 10, 2), 0U); // stored
        QCOMPARE((local + 30 + number(local + 26, 2) + number(local + 28, 2)) % 64, 0U);
    }
    QCOMPARE(entries, 16);
}

void TestTorchWriter::sameBytesAgain() {
    const CheckpointFolder folder;
    QVERIFY(writeTorch(folder / "a.pt", everyKind()).has_value());
    QVERIFY(writeTorch(folder / "b.pt", everyKind()).has_value());
    QVERIFY(readFile(folder / "a.pt").value() == readFile(folder / "b.pt").value());
}

void TestTorchWriter::refusals() {
    const CheckpointFolder folder;
    ArrayFile file;
    file.arrays = {counting("w", DType::F32, {2}), counting("w", DType::F32, {2})};
    const auto written = writeTorch(folder / "w.pt", file);
    QVERIFY(!written);
    QVERIFY(written.error().message.find("two tensors are called w") != std::string::npos);
    QVERIFY(!std::filesystem::exists(folder / "w.pt"));
}

void TestTorchWriter::oldFileStaysWhenWritingFails() {
    const CheckpointFolder folder;
    std::filesystem::create_directory(folder / "w.pt"); // a folder in the way: renaming onto it fails
    QVERIFY(!writeTorch(folder / "w.pt", everyKind()));
    QVERIFY(std::filesystem::is_directory(folder / "w.pt"));
    QCOMPARE(std::distance(std::filesystem::directory_iterator((folder / "w.pt").parent_path()), {}), std::ptrdiff_t(1));
}

QTEST_APPLESS_MAIN(TestTorchWriter)
#include "tst_torch_writer.moc"

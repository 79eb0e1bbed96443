// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/files.h"
#include "core/weights/safetensors.h"

using namespace intersect;
using namespace intersect::weights;

namespace {

std::string withHeader(const std::string& header, const std::string& data = {}) {
    const auto length = static_cast<std::uint64_t>(header.size());
    return std::string(reinterpret_cast<const char*>(&length), 8) + header + data;
}

NamedArray floats(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values) {
    NamedArray array{name, DType::F32, std::move(shape), {}};
    array.bytes.resize(values.size() * 4);
    if (!values.empty())
        std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
    return array;
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip();
    void layoutIsTheFormats();
    void refusals_data();
    void refusals();
    void oldFileStaysWhenWritingFails();
};

void TestSafetensors::roundTrip() {
    ArrayFile file;
    file.arrays.push_back(floats("z.last", {2, 3}, {1, 2, 3, 4, 5, 6}));
    file.arrays.push_back(floats("a.first", {}, {7}));
    NamedArray counter{"n", DType::I64, {}, {}};
    counter.bytes.resize(8);
    file.arrays.push_back(counter);
    file.arrays.push_back(floats("none", {0, 4}, {}));
    file.metadata = {{"names", R"(["car","bus"])"}, {"note", "Straße \"A\"\n"}};
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("w.safetensors")).toStdString();
    QVERIFY(writeSafetensors(path, file).has_value());
    const auto read = readSafetensors(path);
    QVERIFY(read.has_value());
    QCOMPARE(read->metadata, file.metadata);
    QCOMPARE(read->path, path);
    QCOMPARE(read->arrays.size(), file.arrays.size());
    for (const NamedArray& want : file.arrays) {
        const NamedArray* got = read->find(want.name);
        QVERIFY(got != nullptr);
        QCOMPARE(got->shape, want.shape);
        QVERIFY(got->type == want.type && got->bytes == want.bytes);
    }
    QCOMPARE(read->arrays[0].name, std::string("z.last")); // file order, not that of the names
}

void TestSafetensors::layoutIsTheFormats() {
    ArrayFile file;
    file.arrays.push_back(floats("w", {2}, {1.5F, -2}));
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("w.safetensors")).toStdString();
    QVERIFY(writeSafetensors(path, file).has_value());
    const std::string bytes = readFile(path).value();
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    QCOMPARE(length % 8, std::uint64_t(0));
    QCOMPARE(bytes.size(), 8 + length + 8);
    const auto header = nlohmann::json::parse(bytes.substr(8, length));
    QCOMPARE(header, nlohmann::json::parse(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})"));
    float first = 0;
    std::memcpy(&first, bytes.data() + 8 + length, 4);
    QCOMPARE(first, 1.5F);
}

void TestSafetensors::refusals_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& bytes, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromLatin1(says);
    };
    const std::string eight(8, '\0');
    row("empty", "", "cut off");
    row("length beyond the file", withHeader("{}").substr(0, 9), "cut off");
    row("no JSON", withHeader("{]"), "no JSON");
    row("list of lists", withHeader(std::string(10000, '[')), "no table");
    row("deep JSON", withHeader(R"({"w":{"x":)" + std::string(10000, '[')), "too deeply");
    row("list", withHeader("[1]"), "no table");
    row("no shape", withHeader(R"({"w":{"dtype":"F32","data_offsets":[0,8]}})", eight), "incompletely");
    row("unknown type", withHeader(R"({"w":{"dtype":"F8","shape":[2],"data_offsets":[0,8]}})", eight), "unknown type");
    row("values cut off", withHeader(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "1234567"), "fit");
    row("end before begin", withHeader(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", eight), "outside");
    row("far away", withHeader(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}})", eight), "outside");
    row("other length", withHeader(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", eight), "shape");
    row("negative side", withHeader(R"({"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", eight), "fit");
    row("overflowing shape", withHeader(R"({"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", eight), "fit");
    row("overlap",
        withHeader(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", eight),
        "overlap");
}

void TestSafetensors::refusals() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const auto file = parseSafetensors(bytes.toStdString(), "some/w.safetensors");
    QVERIFY(!file);
    QCOMPARE(file.error().code, ErrorCode::BadInput);
    QVERIFY2(file.error().message.find(says.toStdString()) != std::string::npos, file.error().message.c_str());
    QVERIFY(file.error().message.find("some/w.safetensors") != std::string::npos);
}

void TestSafetensors::oldFileStaysWhenWritingFails() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("w.safetensors")).toStdString();
    std::filesystem::create_directory(path); // a folder in the way: renaming onto it fails
    QVERIFY(!writeSafetensors(path, {}));
    QVERIFY(std::filesystem::is_directory(path));
    QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.path().toStdString()), {}), std::ptrdiff_t(1));
}

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"

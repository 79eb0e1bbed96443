// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <fstream>
#include <sstream>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>
#include <zip.h>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/base/random.h"
#include "core/weights/checkpoint.h"
#include "core/weights/pickle_machine.h"
#include "core/weights/safetensors.h"
#include "tests/core/weights/made_checkpoint.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::weights;
using namespace intersect::tests;

namespace {

std::string messageOf(const Result<ArrayFile>& file) {
    return file ? std::string("(read)") : describe(file.error());
}

} // namespace

class TestCheckpoint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyTensorIsTheReferences_data();
    void everyTensorIsTheReferences();
    void metadataOfAModule();
    void refusals_data();
    void refusals();
    void stridedTensorBecomesDense();
    void tensorsOutsideTheirStorage_data();
    void tensorsOutsideTheirStorage();
    void nothingIsExecuted();
    void damagedFilesNeverCrash();
    void randomDamageNeverCrashes();
    void boundsHold();
    void halfPrecisionWidens();
};

void TestCheckpoint::everyTensorIsTheReferences_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("tensors");
    QTest::newRow("v6.1") << QStringLiteral("yolov5n") << 349;
    QTest::newRow("v6.0") << QStringLiteral("yolov5n-v6.0") << 350;
    QTest::newRow("v7.0, four classes") << QStringLiteral("yolov5n-duckietown-4cls") << 349;
    QTest::newRow("YOLOv7-tiny") << QStringLiteral("yolov7-tiny.standin-untrained") << 338;
    QTest::newRow("face, parsed only") << QStringLiteral("yolov7-lite-t-face") << 392;
}

void TestCheckpoint::everyTensorIsTheReferences() {
    NEED_SHARED("weights/reference");
    QFETCH(QString, name);
    QFETCH(int, tensors);
    const std::string stem = name.toStdString();
    auto path = shared("weights/" + stem + ".pt");
    if (!std::filesystem::exists(path))
        path = shared("weights/robustness/" + stem + ".pt");
    const auto file = readWeights(path);
    QVERIFY2(file.has_value(), messageOf(file).c_str());
    QCOMPARE(file->arrays.size(), static_cast<std::size_t>(tensors));
    std::ifstream golden(shared("weights/reference/" + stem + "/state_dict.txt"));
    int compared = 0;
    for (std::string line; std::getline(golden, line);) {
        const auto parts = splitAt(line, '\t');
        if (line.starts_with("#") || parts.size() < 7)
            continue;
        const NamedArray* array = file->find(std::string(parts[0]));
        QVERIFY2(array != nullptr, line.c_str());
        std::string shape;
        for (const auto side : array->shape)
            shape += (shape.empty() ? "" : "x") + std::to_string(side);
        if (!array->shape.empty())
            QCOMPARE(shape, std::string(parts[1]));
        QCOMPARE(array->type, parts[2] == "float16" ? DType::F16 : parts[2] == "float32" ? DType::F32 : DType::I64);
        QCOMPARE(array->elements(), *parseInt(parts[3]));
        const std::vector<float> values = array->toFloats();
        double sum = 0;
        for (const float value : values)
            sum += static_cast<double>(value);
        const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(b)); };
        QVERIFY2(near(sum, *parseDouble(parts[4])), line.c_str());
        QVERIFY2(near(values.front(), *parseDouble(parts[5])), line.c_str());
        QVERIFY2(near(values.back(), *parseDouble(parts[6])), line.c_str());
        ++compared;
    }
    QCOMPARE(compared, tensors);
}

void TestCheckpoint::metadataOfAModule() {
    NEED_SHARED("weights/yolov5n.pt");
    const auto list = readWeights(shared("weights/yolov5n.pt"));
    QVERIFY(list.has_value());
    const auto names = nlohmann::json::parse(list->metadata.at("names"));
    QCOMPARE(names.size(), std::size_t(80));
    QCOMPARE(names[2].get<std::string>(), std::string("car"));
    QCOMPARE(list->metadata.at("strides"), std::string("[8,16,32]"));
    QCOMPARE(list->metadata.at("anchors"),
             std::string("[[10.0,13.0,16.0,30.0,33.0,23.0],[30.0,61.0,62.0,45.0,59.0,119.0],[116.0,90.0,156.0,198.0,373.0,326.0]]"));
    QCOMPARE(list->metadata.at("epoch"), std::string("-1"));
    const auto yaml = nlohmann::json::parse(list->metadata.at("yaml"));
    QCOMPARE(yaml["depth_multiple"].get<double>(), 0.33);
    QCOMPARE(yaml["width_multiple"].get<double>(), 0.25);
    QCOMPARE(yaml["backbone"].size(), std::size_t(10));
    // Names as a dict of index to name.
    const auto dict = readWeights(shared("weights/yolov5n-duckietown-4cls.pt"));
    QVERIFY(dict.has_value());
    QCOMPARE(dict->metadata.at("names"), std::string(R"(["duckie","cone","truck","bus"])"));
    // YOLOv7, whose anchors and modules are others.
    const auto tiny = readWeights(shared("weights/yolov7-tiny.standin-untrained.pt"));
    QVERIFY(tiny.has_value());
    QCOMPARE(nlohmann::json::parse(tiny->metadata.at("names"))[79].get<std::string>(), std::string("toothbrush"));
    QCOMPARE(nlohmann::json::parse(tiny->metadata.at("anchors"))[2][5].get<double>(), 326.0);
    QCOMPARE(tiny->metadata.at("strides"), std::string("[8,16,32]"));
    QVERIFY(tiny->metadata.at("modules").find("models.common.SP,") != std::string::npos);
    QVERIFY(tiny->metadata.at("yaml").find("nn.LeakyReLU(0.1)") != std::string::npos);
}

void TestCheckpoint::refusals_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("says");
    QTest::newRow("truncated") << QStringLiteral("robustness/yolov5n-truncated.pt") << QStringLiteral("zip central directory");
    QTest::newRow("YOLOX") << QStringLiteral("yolox_nano_from_onnx.pth") << QStringLiteral("YOLOX");
    QTest::newRow("NanoDet") << QStringLiteral("nanodet_m.pth") << QStringLiteral("NanoDet");
    QTest::newRow("FastestDet") << QStringLiteral("fastestdet.pth") << QStringLiteral("FastestDet");
    QTest::newRow("YOLOX as ONNX") << QStringLiteral("yolox_nano.onnx") << QStringLiteral("ONNX graph of YOLOX");
    QTest::newRow("text") << QStringLiteral("README.md") << QStringLiteral("no weight file");
    QTest::newRow("folder") << QStringLiteral("reference") << QStringLiteral("is a folder");
    QTest::newRow("missing") << QStringLiteral("no-such.pt") << QStringLiteral("cannot be opened");
}

void TestCheckpoint::refusals() {
    NEED_SHARED("weights/robustness");
    QFETCH(QString, name);
    QFETCH(QString, says);
    const std::filesystem::path path = shared("weights/" + name.toStdString());
    const auto file = readWeights(path);
    QVERIFY(!file);
    QCOMPARE(file.error().code, ErrorCode::BadInput);
    QCOMPARE(file.error().path, path);
    const std::string message = messageOf(file);
    QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
    QVERIFY2(message.find(path.filename().string()) != std::string::npos, message.c_str());
    QVERIFY(!file.error().advice.empty());
}

void TestCheckpoint::stridedTensorBecomesDense() {
    const CheckpointFolder folder;
    // Storage 0..11 seen as the transpose of a 3x4 matrix from offset 1 on: value = 1 + row * 1 + column * 4.
    const auto path = folder.archive(Pickle().raw("}").text("w").tensor(12, 1, {3, 2}, {1, 4}).raw("s.").bytes, 12);
    const auto file = readWeights(path);
    QVERIFY2(file.has_value(), messageOf(file).c_str());
    QCOMPARE(file->arrays.size(), std::size_t(1));
    QCOMPARE(file->arrays[0].name, std::string("w"));
    QCOMPARE(file->arrays[0].toFloats(), (std::vector<float>{1, 5, 2, 6, 3, 7}));
}

void TestCheckpoint::tensorsOutsideTheirStorage_data() {
    QTest::addColumn<QByteArray>("pickle");
    const auto row = [](const char* name, const Pickle& tensor) {
        QTest::newRow(name) << QByteArray::fromStdString(Pickle().raw("}").text("w").bytes + tensor.bytes.substr(2) + "s.");
    };
    row("offset", Pickle().tensor(12, 12, {1}, {1}));
    row("negative offset", Pickle().tensor(12, -1, {1}, {1}));
    row("one too many", Pickle().tensor(12, 0, {13}, {1}));
    row("strides", Pickle().tensor(12, 0, {3, 3}, {5, 1}));
    row("negative stride", Pickle().tensor(12, 5, {3}, {-1}));
    row("huge", Pickle().tensor(12, 0, {2000000000, 2000000000}, {0, 0}));
    row("storage longer than its entry", Pickle().tensor(1000, 0, {1000}, {1}));
}

void TestCheckpoint::tensorsOutsideTheirStorage() {
    QFETCH(QByteArray, pickle);
    const CheckpointFolder folder;
    const auto file = readWeights(folder.archive(pickle.toStdString(), 12));
    QVERIFY(!file);
    const std::string message = messageOf(file);
    QVERIFY2(message.find("outside its storage") != std::string::npos || message.find("cut off") != std::string::npos, message.c_str());
}

void TestCheckpoint::nothingIsExecuted() {
    // What Python would run: os.system("touch <file>"). Here it becomes an opaque object that is no network.
    const CheckpointFolder folder;
    const std::filesystem::path trace = folder / "executed";
    const auto path = folder.archive(Pickle().raw("cos\nsystem\n(").text("touch " + trace.string()).raw("tR.").bytes, 1);
    const auto file = readWeights(path);
    QVERIFY(!file);
    QVERIFY(messageOf(file).find("os.system") != std::string::npos || messageOf(file).find("no checkpoint") != std::string::npos);
    QVERIFY(!std::filesystem::exists(trace));
}

void TestCheckpoint::damagedFilesNeverCrash() {
    NEED_SHARED("weights/yolov5n.pt");
    const CheckpointFolder folder;
    // Every opcode byte once as the whole program, and after a few values.
    for (int opcode = 0; opcode < 256; ++opcode)
        for (const char* before : {"", "K\x01K\x02", "(K\x01}", "]q"})
            QVERIFY(!readWeights(folder.archive(std::string("\x80\x02") + before + static_cast<char>(opcode), 1)));
    // A whole file cut at several places.
    const std::string whole = readFile(shared("weights/yolov5n.pt")).value();
    for (const std::size_t size : {std::size_t(0), std::size_t(1), std::size_t(30), whole.size() / 2, whole.size() - 30}) {
        QVERIFY(writeFileAtomically(folder / "cut.pt", std::string_view(whole).substr(0, size)).has_value());
        const auto file = readWeights(folder / "cut.pt");
        QVERIFY(!file);
        QVERIFY(messageOf(file).find("cut.pt") != std::string::npos);
    }
}

void TestCheckpoint::randomDamageNeverCrashes() {
    NEED_SHARED("weights/yolov5n.pt");
    // Bytes of a real pickle replaced, cut and doubled at random: read or refused with a sentence, never more.
    zip_t* zip = zip_open(shared("weights/yolov5n.pt").c_str(), ZIP_RDONLY, nullptr);
    zip_file_t* entry = zip_fopen(zip, "archive/data.pkl", 0);
    std::string whole(82882, '\0');
    QCOMPARE(zip_fread(entry, whole.data(), whole.size()), static_cast<zip_int64_t>(whole.size()));
    zip_fclose(entry);
    zip_discard(zip);
    QVERIFY(readPickle(whole, "whole").has_value());
    int refused = 0;
    for (std::uint64_t round = 0; round < 400; ++round) {
        RandomStream random{20240607, round};
        std::string damaged = whole;
        for (std::uint64_t i = 0; i < 1 + random.below(8); ++i)
            damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
        if (random.chance(0.3))
            damaged.resize(random.below(damaged.size()));
        if (random.chance(0.2))
            damaged.insert(random.below(damaged.size() + 1), damaged.substr(0, random.below(damaged.size() + 1)));
        const auto pickle = readPickle(damaged, "damaged.pt");
        refused += pickle ? 0 : 1;
        if (!pickle)
            QVERIFY(pickle.error().message.find("damaged.pt") != std::string::npos);
    }
    QVERIFY(refused > 200);
}

void TestCheckpoint::boundsHold() {
    // Small pickles that ask for much: nested marks, one list copied again and again, many values.
    const auto refused = [](const std::string& program) {
        PickleLimits limits;
        limits.memory = 500'000;
        const auto pickle = readPickle("\x80\x02" + program, "greedy.pt", limits);
        return !pickle && pickle.error().message.find("greedy.pt") != std::string::npos;
    };
    QVERIFY(refused(std::string(5000, '(')));
    QVERIFY(refused(std::string(20'000, 'N') + "."));
    std::string copies = "(" + std::string(3000, 'N') + "tq\x01" "0c__builtin__\nset\nq\x02" "0";
    for (int i = 0; i < 3000; ++i)
        copies += "h\x02h\x01\x85R0";
    QVERIFY(refused(copies + "N."));
    PickleLimits small;
    small.bytes = 3;
    QVERIFY(!readPickle("\x80\x02N.", "long.pt", small));
    QVERIFY(readPickle("\x80\x02N.", "fine.pt").has_value());
}

void TestCheckpoint::halfPrecisionWidens() {
    NamedArray array{"x", DType::F16, {8}, {}};
    const std::uint16_t halves[] = {0x3C00, 0xC000, 0x0001, 0x8000,
                                    0x7BFF, 0x7C00, 0x0400, 0x3555}; // 1, -2, 2^-24, -0, 65504, inf, 2^-14, ~1/3
    array.bytes.resize(sizeof halves);
    std::memcpy(array.bytes.data(), halves, sizeof halves);
    const std::vector<float> wide = array.toFloats();
    const float wanted[] = {1, -2, 0x1p-24F, -0.0F, 65504, INFINITY, 0x1p-14F, 0.333251953125F};
    for (std::size_t i = 0; i < wide.size(); ++i)
        QCOMPARE(wide[i], wanted[i]);
    array.type = DType::BF16;
    const std::uint16_t brains[] = {0x3F80, 0xC000, 0x0000, 0x8000, 0x7F80, 0x4049, 0, 0};
    std::memcpy(array.bytes.data(), brains, sizeof brains);
    QCOMPARE(array.toFloats()[1], -2.0F);
    QCOMPARE(array.toFloats()[5], 3.140625F);
}

QTEST_APPLESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <nlohmann/json.hpp>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "core/nn/export.h"
#include "core/nn/onnx_file.h"
#include "core/weights/checkpoint.h"
#include "tests/core/nn/lively_network.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"
#include "tests/support/small_disk.h"

using namespace intersect;
using namespace intersect::nn;
using namespace intersect::tests;
namespace fs = std::filesystem;

Q_DECLARE_METATYPE(intersect::nn::ExportOptions)

namespace {

ExportOptions optionsOf(ExportFormat format, Size input = {416, 320}) {
    ExportOptions options;
    options.format = format;
    options.input = input;
    options.version = "9.9";
    return options;
}

fs::path written(const Scratch& scratch, const Network& network, weights::DType type = weights::DType::F32) {
    const fs::path path = scratch.path("source.safetensors");
    if (!weights::writeSafetensors(path, network.toArrays(type, {{"epoch", "12"}})))
        throw std::runtime_error("cannot write the source");
    return path;
}

int filesIn(const fs::path& folder) {
    return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class TestExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void outputsVary_data();
    void outputsVary();
    void everyFormat_data();
    void everyFormat();
    void realCheckpoints_data();
    void realCheckpoints();
    void arraysKeepNamesPrecisionAndMetadata();
    void torchScriptTakesAnySizeAndTellsWhatItIs();
    void stepsAreTold();
    void refusals_data();
    void refusals();
    void anotherResultIsNotKept();
    void noNumbersAreRefused();
    void nothingStaysWhenTheDiskIsFull();
};

/// The premise of all the others: were outputs alike in every cell, a wrong graph could give them too.
void TestExport::outputsVary_data() {
    QTest::addColumn<QString>("model");
    for (const char* model : {"yolov5n", "yolov5n6", "yolov7-tiny", "yolov7"})
        QTest::newRow(model) << QString::fromLatin1(model);
}

void TestExport::outputsVary() {
    QFETCH(QString, model);
    Network network = livelyNetwork(model.toStdString());
    for (const at::Tensor& level : network.forward(randomPictures(1, 320, 448))) {
        const at::Tensor spread = level.detach().permute({0, 1, 4, 2, 3}).flatten(3).std(-1);
        QVERIFY2(spread.min().item<double>() > 0.01, std::to_string(spread.min().item<double>()).c_str());
        QVERIFY2(level.abs().max().item<double>() < 30, std::to_string(level.abs().max().item<double>()).c_str());
    }
}

void TestExport::everyFormat_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<ExportOptions>("options");
    QTest::addColumn<double>("boxPx");
    QTest::addColumn<double>("score");
    for (const char* model : {"yolov5n", "yolov5n6", "yolov7-tiny"}) {
        const Size input = model == std::string("yolov5n6") ? Size{448, 320} : Size{416, 320};
        for (const ExportFormat format : {ExportFormat::Onnx, ExportFormat::TorchScript})
            QTest::addRow("%s %s", model, nameOf(format)) << QString::fromLatin1(model) << optionsOf(format, input) << 0.02 << 1e-4;
        for (const ExportFormat format : {ExportFormat::Safetensors, ExportFormat::Pt})
            QTest::addRow("%s %s", model, nameOf(format)) << QString::fromLatin1(model) << optionsOf(format, input) << 0.0 << 0.0;
    }
    ExportOptions three = optionsOf(ExportFormat::Onnx), dynamic = three;
    three.batch = 3;
    dynamic.dynamicBatch = true;
    for (const char* model : {"yolov5n", "yolov7-tiny"}) {
        QTest::addRow("%s onnx, batch of three", model) << QString::fromLatin1(model) << three << 0.02 << 1e-4;
        QTest::addRow("%s onnx, any batch", model) << QString::fromLatin1(model) << dynamic << 0.02 << 1e-4;
    }
    QTest::addRow("yolov7 onnx") << QStringLiteral("yolov7") << optionsOf(ExportFormat::Onnx, {128, 96}) << 0.02 << 1e-4;
}

void TestExport::everyFormat() {
    QFETCH(QString, model);
    QFETCH(ExportOptions, options);
    QFETCH(double, boxPx);
    QFETCH(double, score);
    const Scratch scratch;
    const fs::path source = written(scratch, livelyNetwork(model.toStdString())), out = scratch.path("out/file");
    const auto report = exportWeights(source, out, options);
    QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
    QCOMPARE(report->network, model.toStdString());
    QCOMPARE(report->classes, (std::vector<std::string>{"car", "motorcycle", "bus", "truck"}));
    QCOMPARE(report->precision, std::string("fp32"));
    QCOMPARE(report->bytes, fs::file_size(out));
    QVERIFY(!report->checkedWith.empty());
    QCOMPARE(filesIn(out.parent_path()), 1);
    const std::string found = std::to_string(report->difference.boxPx) + " px, " + std::to_string(report->difference.score);
    QVERIFY2(report->difference.boxPx <= boxPx && report->difference.score <= score, found.c_str());
    if (options.format == ExportFormat::Onnx || options.format == ExportFormat::TorchScript) // two ways of computing never agree to the last bit
        QVERIFY(report->difference.boxPx > 0);
}

void TestExport::realCheckpoints_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("format");
    for (const char* file : {"yolov5n.pt", "yolov5n-v6.0.pt", "yolov5n-duckietown-4cls.pt", "yolov7-tiny.standin-untrained.pt"})
        for (const ExportFormat format : {ExportFormat::Onnx, ExportFormat::TorchScript, ExportFormat::Safetensors, ExportFormat::Pt})
            QTest::addRow("%s %s", file, nameOf(format)) << QString::fromLatin1(file) << static_cast<int>(format);
}

void TestExport::realCheckpoints() {
    NEED_SHARED("weights");
    QFETCH(QString, file);
    QFETCH(int, format);
    const Scratch scratch;
    const auto report = exportWeights(shared("weights/" + file.toStdString()), scratch.path("out"), optionsOf(static_cast<ExportFormat>(format), {384, 256}));
    QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
    QVERIFY(report->difference.boxPx <= kExportTolerance.boxPx && report->difference.score <= kExportTolerance.score);
    // These checkpoints are fp16, and what training goes on from stays so.
    const bool arrays = format == static_cast<int>(ExportFormat::Safetensors) || format == static_cast<int>(ExportFormat::Pt);
    QCOMPARE(report->precision, std::string(arrays ? "fp16" : "fp32"));
    if (arrays)
        QCOMPARE(report->difference.boxPx, 0.0);
}

void TestExport::arraysKeepNamesPrecisionAndMetadata() {
    const Scratch scratch;
    const Network network = livelyNetwork("yolov7-tiny");
    const fs::path source = written(scratch, network);
    for (const ExportFormat format : {ExportFormat::Safetensors, ExportFormat::Pt})
        for (const char* precision : {"auto", "fp16"}) {
            ExportOptions options = optionsOf(format);
            options.precision = precision;
            const auto report = exportWeights(source, scratch.path("out"), options);
            QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
            const bool narrowed = precision == std::string("fp16");
            QCOMPARE(report->precision, std::string(narrowed ? "fp16" : "fp32"));
            QCOMPARE(report->difference.boxPx > 0, narrowed); // told, and allowed
            const auto file = weights::readWeights(scratch.path("out"));
            QVERIFY(file.has_value());
            QCOMPARE(file->metadata.at("epoch"), std::string("12"));
            QCOMPARE(file->metadata.at("network"), std::string("yolov7-tiny"));
            QCOMPARE(file->metadata.at("names"), std::string(R"(["car","motorcycle","bus","truck"])"));
            const auto wanted = network.toArrays(narrowed ? weights::DType::F16 : weights::DType::F32, {});
            QCOMPARE(file->arrays.size(), wanted.arrays.size());
            for (const weights::NamedArray& array : wanted.arrays) {
                const weights::NamedArray* got = file->find(array.name);
                QVERIFY2(got != nullptr && got->type == array.type && got->shape == array.shape && got->bytes == array.bytes, array.name.c_str());
            }
        }
}

void TestExport::torchScriptTakesAnySizeAndTellsWhatItIs() {
    const Scratch scratch;
    Network network = livelyNetwork("yolov5n", {"Straße \"A\"", "bus"});
    const auto report = exportWeights(written(scratch, network), scratch.path("n.torchscript"), optionsOf(ExportFormat::TorchScript));
    QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
    torch::jit::ExtraFilesMap extra = {{"config.txt", ""}};
    torch::jit::Module module = torch::jit::load(scratch.path("n.torchscript").string(), std::nullopt, extra);
    const auto config = nlohmann::json::parse(extra["config.txt"]);
    QCOMPARE(config["shape"], (nlohmann::json{1, 3, 320, 416}));
    QCOMPARE(config["stride"].get<int>(), 32);
    QCOMPARE(config["names"], (nlohmann::json{"Straße \"A\"", "bus"}));
    const at::NoGradGuard noGrad;
    for (const auto& [batch, height, width] : {std::tuple(1, 320, 416), std::tuple(3, 64, 96)}) {
        const at::Tensor pictures = randomPictures(batch, height, width);
        const auto [boxPx, score] = gapOf(rowsOf(network, pictures), module.forward({pictures}).toTensor());
        QVERIFY2(boxPx < 0.02 && score < 1e-4, std::to_string(boxPx).c_str());
    }
    int parameters = 0;
    for (const auto& parameter : module.named_parameters()) {
        ++parameters;
        QVERIFY(parameter.name != "model_0_conv_weight" || parameter.value.sizes() == at::IntArrayRef({16, 3, 6, 6}));
    }
    QCOMPARE(parameters, 2 * 60); // 57 folded convolutions and three of the head
}

void TestExport::stepsAreTold() {
    const Scratch scratch;
    std::vector<std::string> steps;
    const fs::path source = written(scratch, livelyNetwork("yolov5n"));
    const auto say = [&](const std::string& step) { steps.push_back(step); };
    QVERIFY(exportWeights(source, scratch.path("out"), optionsOf(ExportFormat::Safetensors), say).has_value());
    QCOMPARE(steps.size(), std::size_t(2));
    QVERIFY(steps[0].find("yolov5n with 4 classes") != std::string::npos);
    fs::remove(scratch.path("out"));
    const auto stopped = exportWeights(source, scratch.path("out"), optionsOf(ExportFormat::Safetensors), {}, [] { return true; });
    QVERIFY(!stopped && stopped.error().code == ErrorCode::Interrupted);
    QCOMPARE(filesIn(scratch.path()), 1);
}

void TestExport::refusals_data() {
    QTest::addColumn<ExportOptions>("options");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, ExportFormat format, const char* says, const std::function<void(ExportOptions&)>& change) {
        ExportOptions options = optionsOf(format);
        change(options);
        QTest::newRow(name) << options << QString::fromLatin1(says);
    };
    row("dynamic pt", ExportFormat::Pt, "--dynamic", [](auto& o) { o.dynamicBatch = true; });
    row("dynamic TorchScript", ExportFormat::TorchScript, "--dynamic", [](auto& o) { o.dynamicBatch = true; });
    row("batch of safetensors", ExportFormat::Safetensors, "--batch", [](auto& o) { o.batch = 2; });
    row("batch and dynamic", ExportFormat::Onnx, "--batch", [](auto& o) { o.batch = 2, o.dynamicBatch = true; });
    row("no batch", ExportFormat::Onnx, "not 0", [](auto& o) { o.batch = 0; });
    row("half ONNX", ExportFormat::Onnx, "fp32", [](auto& o) { o.precision = "fp16"; });
    row("unknown precision", ExportFormat::Pt, "fp8", [](auto& o) { o.precision = "fp8"; });
    row("odd size", ExportFormat::Onnx, "multiples of 32", [](auto& o) { o.input = {400, 320}; });
    row("no size", ExportFormat::Onnx, "multiples of 32", [](auto& o) { o.input = {320, 0}; });
    row("huge size", ExportFormat::Onnx, "8192", [](auto& o) { o.input = {320, 32'000}; });
}

void TestExport::refusals() {
    QFETCH(ExportOptions, options);
    QFETCH(QString, says);
    const Scratch scratch;
    const auto report = exportWeights(written(scratch, livelyNetwork("yolov5n")), scratch.path("out"), options);
    QVERIFY(!report && report.error().code == ErrorCode::Usage);
    QVERIFY2(report.error().message.find(says.toStdString()) != std::string::npos, report.error().message.c_str());
    QCOMPARE(filesIn(scratch.path()), 1);
}

/// Anchors of a million pixels: float32 has too few digits for two programs to agree within a tenth of a pixel.
void TestExport::anotherResultIsNotKept() {
    const Scratch scratch;
    const Network network = livelyNetwork("yolov5n");
    network.anchorsInCells().mul_(1e6);
    const fs::path source = written(scratch, network), out = scratch.write("kept", "what was there before");
    for (const ExportFormat format : {ExportFormat::Onnx, ExportFormat::TorchScript}) {
        const auto report = exportWeights(source, out, optionsOf(format));
        QVERIFY(!report && report.error().code == ErrorCode::Failed);
        QVERIFY2(report.error().message.find("other results") != std::string::npos && report.error().message.find("px") != std::string::npos,
                 report.error().message.c_str());
        QCOMPARE(bytesOf(out), std::string("what was there before"));
        QCOMPARE(filesIn(scratch.path()), 2);
    }
}

void TestExport::noNumbersAreRefused() {
    const Scratch scratch;
    const Network network = livelyNetwork("yolov5n");
    network.tensor(0).fill_(std::nan(""));
    const fs::path source = written(scratch, network);
    for (const ExportFormat format : {ExportFormat::Onnx, ExportFormat::Safetensors}) {
        const auto report = exportWeights(source, scratch.path("out"), optionsOf(format));
        QVERIFY(!report && report.error().code == ErrorCode::BadInput);
        QCOMPARE(filesIn(scratch.path()), 1);
    }
}

void TestExport::nothingStaysWhenTheDiskIsFull() {
    const Scratch scratch;
    const fs::path source = written(scratch, livelyNetwork("yolov5n"));
    const SmallDisk small(1'000'000);
    for (const ExportFormat format : {ExportFormat::Onnx, ExportFormat::TorchScript, ExportFormat::Safetensors, ExportFormat::Pt}) {
        const auto report = exportWeights(source, scratch.path("out"), optionsOf(format));
        QVERIFY(!report && report.error().code == ErrorCode::Failed);
        QCOMPARE(filesIn(scratch.path()), 1);
    }
}

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"

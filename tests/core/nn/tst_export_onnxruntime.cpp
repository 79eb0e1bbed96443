// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>

#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/nn/export.h"
#include "core/weights/checkpoint.h"
#include "tests/core/nn/lively_network.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::nn;
using namespace intersect::tests;
using nlohmann::json;
namespace fs = std::filesystem;

/// Exported ONNX files in ONNX Runtime, from PyPI in an environment of its own below the build folder, made once.
class TestExportOnnxRuntime : public QObject {
    Q_OBJECT
    QString m_python; ///< empty: could not be had

    struct Ran {
        at::Tensor rows;
        json told;
        std::string error;
    };
    /// Runs a file on pictures in Python.
    Ran ran(const Scratch& scratch, const fs::path& model, const at::Tensor& pictures) const {
        const fs::path input = scratch.path("pictures.f32"), output = scratch.path("rows.f32");
        std::ofstream(input, std::ios::binary).write(static_cast<const char*>(pictures.data_ptr()), static_cast<std::streamsize>(pictures.nbytes()));
        const auto text = [](const fs::path& path) { return QString::fromStdString(path.string()); };
        QStringList arguments{QStringLiteral(INTERSECT_SOURCE_DIR "/tests/core/nn/run_onnx.py"), text(model), text(input)};
        for (const int dimension : {0, 2, 3})
            arguments << QString::number(pictures.size(dimension));
        QProcess process;
        process.start(m_python, arguments << text(output));
        if (!process.waitForFinished(240'000) || process.exitCode() != 0)
            return {{}, {}, process.readAllStandardError().toStdString()};
        Ran result;
        result.told = json::parse(process.readAllStandardOutput().toStdString());
        std::string bytes = bytesOf(output);
        result.rows = at::from_blob(bytes.data(), result.told["shape"].get<std::vector<std::int64_t>>(), at::kFloat).clone();
        return result;
    }

private Q_SLOTS:
    void initTestCase();
    void fixedAndDynamic_data();
    void fixedAndDynamic();
    void realCheckpoints_data();
    void realCheckpoints();
    void fileTellsWhatItIs();
};

void TestExportOnnxRuntime::initTestCase() {
    const QString folder = QStringLiteral(INTERSECT_BINARY_DIR "/onnxruntime-venv"), python = folder + QStringLiteral("/bin/python");
    const auto succeeds = [](const QString& program, const QStringList& arguments) {
        QProcess process;
        process.start(program, arguments);
        return process.waitForFinished(240'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    };
    const QStringList imports{QStringLiteral("-c"), QStringLiteral("import numpy, onnx, onnxruntime")};
    const QString system = QStandardPaths::findExecutable(QStringLiteral("python3"));
    const bool there = succeeds(python, imports) ||
                       (!system.isEmpty() && succeeds(system, {QStringLiteral("-m"), QStringLiteral("venv"), folder}) &&
                        succeeds(python, {QStringLiteral("-m"), QStringLiteral("pip"), QStringLiteral("install"), QStringLiteral("--quiet"), QStringLiteral("--retries"),
                                          QStringLiteral("1"), QStringLiteral("--timeout"), QStringLiteral("20"), QStringLiteral("numpy"), QStringLiteral("onnx"),
                                          QStringLiteral("onnxruntime")}) &&
                        succeeds(python, imports));
    if (!there)
        QSKIP("ONNX Runtime could not be fetched from the Python package index, so nothing was compared with it.");
    m_python = python;
}

void TestExportOnnxRuntime::fixedAndDynamic_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("batch"); // 0: dynamic
    for (const char* model : {"yolov5n", "yolov5n6", "yolov7-tiny"})
        for (const int batch : {0, 1, 2})
            QTest::addRow("%s %d", model, batch) << QString::fromLatin1(model) << batch;
}

void TestExportOnnxRuntime::fixedAndDynamic() {
    QFETCH(QString, model);
    QFETCH(int, batch);
    const Scratch scratch;
    Network network = livelyNetwork(model.toStdString());
    QVERIFY(weights::writeSafetensors(scratch.path("source"), network.toArrays(weights::DType::F32, {})).has_value());
    ExportOptions options;
    options.format = ExportFormat::Onnx;
    options.input = {448, 320};
    options.batch = std::max(batch, 1);
    options.dynamicBatch = batch == 0;
    const auto report = exportWeights(scratch.path("source"), scratch.path("n.onnx"), options);
    QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
    for (const int pictures : batch == 0 ? std::vector<int>{1, 3} : std::vector<int>{batch}) {
        const at::Tensor images = randomPictures(pictures, 320, 448);
        const Ran got = ran(scratch, scratch.path("n.onnx"), images);
        QVERIFY2(got.error.empty(), got.error.c_str());
        const at::Tensor wanted = rowsOf(network, images);
        QVERIFY(got.rows.sizes() == wanted.sizes());
        const auto [boxPx, score] = gapOf(wanted, got.rows);
        QVERIFY2(boxPx < 0.02 && score < 1e-4, (std::to_string(boxPx) + " px, " + std::to_string(score)).c_str());
    }
}

void TestExportOnnxRuntime::realCheckpoints_data() {
    QTest::addColumn<QString>("file");
    for (const char* file : {"yolov5n.pt", "yolov5n-v6.0.pt", "yolov5n-duckietown-4cls.pt", "yolov7-tiny.standin-untrained.pt"})
        QTest::newRow(file) << QString::fromLatin1(file);
}

void TestExportOnnxRuntime::realCheckpoints() {
    NEED_SHARED("weights");
    QFETCH(QString, file);
    const Scratch scratch;
    const fs::path source = shared("weights/" + file.toStdString());
    ExportOptions options;
    options.format = ExportFormat::Onnx;
    options.input = {640, 384};
    options.dynamicBatch = true;
    QVERIFY(exportWeights(source, scratch.path("n.onnx"), options).has_value());
    Network network = Network::fromArrays(weights::readWeights(source).value()).value();
    const at::Tensor images = randomPictures(2, 384, 640);
    const Ran got = ran(scratch, scratch.path("n.onnx"), images);
    QVERIFY2(got.error.empty(), got.error.c_str());
    const auto [boxPx, score] = gapOf(rowsOf(network, images), got.rows);
    qInfo("%s: boxes differ by at most %.5f px, scores by %.7f", qPrintable(file), boxPx, score);
    QVERIFY(boxPx < 0.1 && score < 1e-3);
}

void TestExportOnnxRuntime::fileTellsWhatItIs() {
    const Scratch scratch;
    const Network network = livelyNetwork("yolov5n", {"Straße \"A\"", "bus"});
    QVERIFY(weights::writeSafetensors(scratch.path("source"), network.toArrays(weights::DType::F32, {})).has_value());
    ExportOptions options;
    options.format = ExportFormat::Onnx;
    options.input = {96, 64};
    options.dynamicBatch = true;
    options.version = "9.9";
    QVERIFY(exportWeights(scratch.path("source"), scratch.path("n.onnx"), options).has_value());
    const Ran got = ran(scratch, scratch.path("n.onnx"), randomPictures(1, 64, 96));
    QVERIFY2(got.error.empty(), got.error.c_str());
    QCOMPARE(got.told["input"], (json{"batch", "3", "64", "96"}));
    QCOMPARE(got.told["output"], (json{"batch", "378", "7"})); // (8*12 + 4*6 + 2*3) * 3
    QCOMPARE(got.told["opset"].get<int>(), 17);
    QCOMPARE(got.told["ir"].get<int>(), 8);
    QCOMPARE(got.told["producer"], (json{"Intersect", "9.9"}));
    QCOMPARE(got.told["metadata"]["stride"].get<std::string>(), std::string("32"));
    QCOMPARE(got.told["metadata"]["strides"].get<std::string>(), std::string("[8,16,32]"));
    QCOMPARE(got.told["metadata"]["imgsz"].get<std::string>(), std::string("[64,96]"));
    QCOMPARE(got.told["metadata"]["network"].get<std::string>(), std::string("yolov5n"));
    QCOMPARE(json::parse(got.told["metadata"]["names"].get<std::string>()), (json{"Straße \"A\"", "bus"}));
    QCOMPARE(json::parse(got.told["metadata"]["anchors"].get<std::string>())[0], (json{10, 13, 16, 30, 33, 23}));
    QCOMPARE(got.told["weights"]["model.0.conv.weight"], (json{16, 3, 6, 6}));
    QCOMPARE(got.told["weights"]["model.24.m.2.bias"], json{21});
    QCOMPARE(got.told["operators"], (json{"Add", "Concat", "Conv", "MaxPool", "Mul", "Reshape", "Resize", "Sigmoid", "Slice", "Transpose"}));
    QVERIFY(got.told["names"].get<bool>());
}

QTEST_GUILESS_MAIN(TestExportOnnxRuntime)
#include "tst_export_onnxruntime.moc"

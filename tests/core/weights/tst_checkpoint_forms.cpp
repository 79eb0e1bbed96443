// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/weights/checkpoint.h"
#include "tests/core/weights/made_checkpoint.h"

using namespace intersect;
using namespace intersect::weights;
using namespace intersect::tests;

namespace {

std::string messageOf(const Result<ArrayFile>& file) {
    return file ? std::string("(read)") : describe(file.error());
}

/// The table {"model.0.conv.weight": [2, 3], "model.0.bn.bias": [6]} over storages "0" and "1".
Pickle table(const std::string& prefix = {}, const std::string& type = "FloatStorage") {
    Pickle pickle;
    pickle.bytes = "";
    pickle.raw("ccollections\nOrderedDict\n)R(").text(prefix + "model.0.conv.weight").tensor(6, 0, {2, 3}, {3, 1}, "0", type);
    return pickle.text(prefix + "model.0.bn.bias").tensor(6, 0, {6}, {1}, "1", type).raw("u");
}

/// A module whose `_modules` holds a Conv "model" with a weight over storage "0", and more state.
template <class More>
void writeModule(Pickle& pickle, const More& more) {
    pickle.object("models.yolo", "Model", [&](Pickle& state) {
        state.text("_modules").raw("}(").text("model").object("models.common", "Conv", [](Pickle& conv) {
            conv.text("_parameters")
                .raw("}(")
                .text("weight")
                .raw("ctorch._utils\n_rebuild_parameter\n(")
                .tensor(6, 0, {6}, {1})
                .raw("\x88}tR");
            conv.text("bias").raw("Nu");
            conv.text("_buffers").raw("}(").text("kept").tensor(2, 1, {1}, {1}, "1").text("passing").tensor(2, 0, {1}, {1}, "1").raw("u");
            conv.text("_non_persistent_buffers_set").raw("c__builtin__\nset\n(](").text("passing").raw("etR");
        });
        state.raw("u");
        more(state);
    });
}

std::vector<Record> records(const Pickle& pickle) {
    return {{"data.pkl", pickle.bytes}, {"data/0", floatBytes(6)}, {"data/1", floatBytes(6, 10)}};
}

} // namespace

class TestCheckpointForms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stateDicts_data();
    void stateDicts();
    void emaIsPreferred();
    void modules_data();
    void modules();
    void precisions_data();
    void precisions();
    void sharedStorages();
    void attributesOfATensorAreLeftAside();
    void packedArchive();
    void refusals_data();
    void refusals();
    void foreignFiles_data();
    void foreignFiles();
};

void TestCheckpointForms::stateDicts_data() {
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QString>("epoch");
    const auto row = [](const char* name, const Pickle& pickle, const char* epoch = "") {
        QTest::newRow(name) << QByteArray::fromStdString(pickle.bytes) << QString::fromLatin1(epoch);
    };
    row("bare", Pickle().raw(table().bytes).raw("."));
    row("model", Pickle().raw("}(").text("epoch").integer(7).text("model").raw(table().bytes).raw("u."), "7");
    row("state_dict", Pickle().raw("}(").text("state_dict").raw(table().bytes).raw("u."));
    row("model_state_dict", Pickle().raw("}(").text("model_state_dict").raw(table().bytes).raw("u."));
    row("ema", Pickle().raw("}(").text("ema").raw(table().bytes).text("model").raw("Nu."));
    row("of several devices", Pickle().raw("}(").text("model").raw(table("module.").bytes).raw("u."));
    row("with other values beside",
        Pickle().raw("}(").text("model").raw(table().bytes).text("optimizer").raw("}(").text("state").raw("}uu."));
}

void TestCheckpointForms::stateDicts() {
    QFETCH(QByteArray, pickle);
    QFETCH(QString, epoch);
    const CheckpointFolder folder;
    Pickle program;
    program.bytes = pickle.toStdString();
    const auto file = readWeights(folder.archive(records(program)));
    QVERIFY2(file.has_value(), messageOf(file).c_str());
    QCOMPARE(file->arrays.size(), std::size_t(2));
    QCOMPARE(file->arrays[0].name, std::string("model.0.conv.weight"));
    QCOMPARE(file->arrays[0].shape, (std::vector<std::int64_t>{2, 3}));
    QCOMPARE(file->arrays[0].toFloats(), (std::vector<float>{0, 1, 2, 3, 4, 5}));
    QCOMPARE(file->arrays[1].name, std::string("model.0.bn.bias"));
    QCOMPARE(file->arrays[1].toFloats(), (std::vector<float>{10, 11, 12, 13, 14, 15}));
    QCOMPARE(file->metadata.contains("epoch"), !epoch.isEmpty());
    if (!epoch.isEmpty())
        QCOMPARE(file->metadata.at("epoch"), epoch.toStdString());
}

void TestCheckpointForms::emaIsPreferred() {
    const CheckpointFolder folder;
    Pickle other;
    other.bytes = "";
    other.raw("}(").text("model.0.conv.weight").tensor(6, 5, {1}, {1}).raw("u");
    const auto file =
        readWeights(folder.archive(records(Pickle().raw("}(").text("model").raw(other.bytes).text("ema").raw(table().bytes).raw("u."))));
    QVERIFY2(file.has_value(), messageOf(file).c_str());
    QCOMPARE(file->arrays.size(), std::size_t(2));
}

void TestCheckpointForms::modules_data() {
    QTest::addColumn<QByteArray>("names");
    QTest::addColumn<QString>("read");
    const auto row = [](const char* name, Pickle& names, const char* read) {
        QTest::newRow(name) << QByteArray::fromStdString(names.bytes.substr(2)) << QString::fromLatin1(read);
    };
    row("names as a list", Pickle().raw("](").text("car").text("bus").raw("e"), R"(["car","bus"])");
    row("names as a tuple", Pickle().raw("(").text("car").raw("t"), R"(["car"])");
    row("names by index", Pickle().raw("}(").integer(1).text("bus").integer(0).text("car").raw("u"), R"(["car","bus"])");
    row("an index is missing", Pickle().raw("}(").integer(2).text("bus").integer(0).text("car").raw("u"), "");
    row("an index twice", Pickle().raw("}(").integer(0).text("bus").integer(0).text("car").raw("u"), "");
    row("a negative index", Pickle().raw("}(").integer(-1).text("bus").raw("u"), "");
    row("names that are numbers", Pickle().raw("](").integer(1).raw("e"), "");
    row("no names", Pickle().raw("N"), "");
}

void TestCheckpointForms::modules() {
    QFETCH(QByteArray, names);
    QFETCH(QString, read);
    const CheckpointFolder folder;
    for (const bool wrapped : {false, true}) {
        Pickle pickle;
        pickle.raw("}(").text("model");
        const auto write = [&](Pickle& to) {
            writeModule(to, [&](Pickle& state) {
                state.text("names")
                    .raw(names.toStdString())
                    .text("yaml")
                    .raw("}(")
                    .text("nc")
                    .integer(2)
                    .text("depth")
                    .raw("G\x3f\xd5\x1e\xb8\x51\xeb\x85\x1fu");
            });
        };
        if (wrapped)
            pickle.object("torch.nn.parallel.data_parallel", "DataParallel", [&](Pickle& state) {
                state.text("_modules").raw("}(").text("module");
                write(state);
                state.raw("u");
            });
        else
            write(pickle);
        const auto file = readWeights(folder.archive(records(pickle.raw("u."))));
        QVERIFY2(file.has_value(), messageOf(file).c_str());
        QCOMPARE(file->arrays.size(), std::size_t(2)); // not the buffer that is not saved, nor the parameter that is None
        QCOMPARE(file->arrays[0].name, std::string("model.weight"));
        QCOMPARE(file->arrays[1].name, std::string("model.kept"));
        QCOMPARE(file->arrays[1].toFloats(), std::vector<float>{11});
        QCOMPARE(file->metadata.at("modules"), std::string("models.common.Conv,models.yolo.Model"));
        QCOMPARE(file->metadata.at("yaml"), std::string(R"({"nc":2,"depth":0.33})"));
        QCOMPARE(file->metadata.contains("names") ? file->metadata.at("names") : std::string(), read.toStdString());
    }
}

void TestCheckpointForms::precisions_data() {
    QTest::addColumn<QString>("storage");
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const char* storage, DType type, QByteArray bytes) {
        QTest::newRow(name) << QString::fromLatin1(storage) << static_cast<int>(type) << bytes;
    };
    row("fp16", "HalfStorage", DType::F16, QByteArray::fromHex("003c00c0"));
    row("bf16", "BFloat16Storage", DType::BF16, QByteArray::fromHex("803f00c0"));
    row("fp32", "FloatStorage", DType::F32, QByteArray::fromHex("0000803f000000c0"));
    row("fp64", "DoubleStorage", DType::F64, QByteArray::fromHex("000000000000f03f00000000000000c0"));
    row("int8", "CharStorage", DType::I8, QByteArray::fromHex("01fe"));
    row("int16", "ShortStorage", DType::I16, QByteArray::fromHex("0100feff"));
    row("int32", "IntStorage", DType::I32, QByteArray::fromHex("01000000feffffff"));
    row("int64", "LongStorage", DType::I64, QByteArray::fromHex("0100000000000000feffffffffffffff"));
}

void TestCheckpointForms::precisions() {
    QFETCH(QString, storage);
    QFETCH(int, type);
    QFETCH(QByteArray, bytes);
    const CheckpointFolder folder;
    const Pickle pickle = Pickle().raw("}").text("w").tensor(2, 0, {2}, {1}, "0", storage.toStdString()).raw("s.");
    const auto file = readWeights(folder.archive({{"data.pkl", pickle.bytes}, {"data/0", bytes.toStdString()}}));
    QVERIFY2(file.has_value(), messageOf(file).c_str());
    QCOMPARE(static_cast<int>(file->arrays[0].type), type);
    QCOMPARE(file->arrays[0].toFloats(), (std::vector<float>{1, -2}));
}

void TestCheckpointForms::sharedStorages() {
    // Three views of one storage around a tensor of its own, and the whole storage last.
    const CheckpointFolder folder;
    Pickle pickle;
    pickle.raw("}(").text("a").tensor(6, 2, {2}, {1}).text("own").tensor(6, 0, {6}, {1}, "1").text("b").tensor(6, 0, {3}, {2});
    pickle.text("expanded").tensor(6, 5, {2, 2}, {0, 0}).text("all").tensor(6, 0, {6}, {1}).text("none").tensor(6, 6, {0}, {1}).raw("u.");
    const auto file = readWeights(folder.archive(records(pickle)));
    QVERIFY2(file.has_value(), messageOf(file).c_str());
    QCOMPARE(file->find("a")->toFloats(), (std::vector<float>{2, 3}));
    QCOMPARE(file->find("own")->toFloats(), (std::vector<float>{10, 11, 12, 13, 14, 15}));
    QCOMPARE(file->find("b")->toFloats(), (std::vector<float>{0, 2, 4}));
    QCOMPARE(file->find("expanded")->toFloats(), (std::vector<float>{5, 5, 5, 5}));
    QCOMPARE(file->find("all")->toFloats(), (std::vector<float>{0, 1, 2, 3, 4, 5}));
    QVERIFY(file->find("none")->bytes.empty());
}

void TestCheckpointForms::attributesOfATensorAreLeftAside() {
    const CheckpointFolder folder;
    Pickle pickle;
    pickle.raw("}").text("w").raw("ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\nctorch\nTensor\n(");
    Pickle inner;
    inner.tensor(6, 0, {6}, {1});
    // The arguments of the tensor's own call: what stands between its opening mark and "tR".
    const std::string call = "ctorch._utils\n_rebuild_tensor_v2\n(";
    pickle.raw(std::string_view(inner.bytes).substr(2 + call.size(), inner.bytes.size() - 2 - call.size() - 2)).raw("t}tRs.");
    const auto file = readWeights(folder.archive(records(pickle)));
    QVERIFY2(file.has_value(), messageOf(file).c_str());
    QCOMPARE(file->arrays[0].toFloats(), (std::vector<float>{0, 1, 2, 3, 4, 5}));
}

void TestCheckpointForms::packedArchive() {
    const CheckpointFolder folder;
    const auto file = readWeights(folder.archive(records(Pickle().raw(table().bytes).raw(".")), true));
    QVERIFY2(file.has_value(), messageOf(file).c_str());
    QCOMPARE(file->arrays[1].toFloats(), (std::vector<float>{10, 11, 12, 13, 14, 15}));
}

void TestCheckpointForms::refusals_data() {
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const Pickle& pickle, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(pickle.bytes) << QString::fromLatin1(says);
    };
    const auto kind = [](const std::string& function) { return Pickle().raw("}").text("w").raw("ctorch._utils\n" + function + "\n)Rs."); };
    row("quantised storage", Pickle().raw("}").text("w").tensor(6, 0, {6}, {1}, "0", "QInt8Storage").raw("s."),
        "quantised tensors (torch.QInt8Storage)");
    row("quantised tensor", kind("_rebuild_qtensor"), "a quantised tensor (_rebuild_qtensor)");
    row("sparse tensor", kind("_rebuild_sparse_tensor"), "a sparse tensor (_rebuild_sparse_tensor)");
    row("tensor of a subclass", kind("_rebuild_wrapper_subclass"), "unusual kind (_rebuild_wrapper_subclass)");
    row("complex numbers", Pickle().raw("}").text("w").tensor(3, 0, {3}, {1}, "0", "ComplexFloatStorage").raw("s."),
        "unknown type torch.ComplexFloatStorage");
    row("a name twice", Pickle().raw("}(").text("w").tensor(6, 0, {6}, {1}).text("w").tensor(6, 0, {6}, {1}, "1").raw("u."),
        "two tensors called w");
    row("a name without end", Pickle().raw("}").text(std::string(600, 'n')).tensor(6, 0, {6}, {1}).raw("s."), "longer names");
    row("no storage", Pickle().raw("}").text("w").tensor(6, 0, {6}, {1}, "77").raw("s."), "data/77 is missing");
    row("a number", Pickle().integer(3).raw("."), "no checkpoint");
    row("an empty table", Pickle().raw("}."), "without a network");
    row("an object without state", Pickle().raw("cmodels.yolo\nModel\n)\x81."), "models.yolo.Model without any weights");
    row("a module without weights",
        Pickle().object("models.yolo", "Model", [](Pickle& state) { state.text("_modules").raw("}"); }).raw("."),
        "models.yolo.Model without any weights");
    Pickle circle; // object, state {"_modules": {"self": object}}
    circle.raw("cmodels.yolo\nModel\n)\x81q\x01}").text("_modules").raw("}").text("self").raw("h\x01ssb.");
    row("a module inside itself", circle, "more modules than a detector has");
    row("YOLOX",
        Pickle()
            .raw("}(")
            .text("head.cls_preds.0.weight")
            .tensor(6, 0, {6}, {1})
            .text("head.obj_preds.0.weight")
            .tensor(6, 0, {6}, {1}, "1")
            .raw("u."),
        "weights of YOLOX");
}

void TestCheckpointForms::refusals() {
    QFETCH(QByteArray, pickle);
    QFETCH(QString, says);
    const CheckpointFolder folder;
    Pickle program;
    program.bytes = pickle.toStdString();
    const auto file = readWeights(folder.archive(records(program)));
    QVERIFY(!file);
    QCOMPARE(file.error().code, ErrorCode::BadInput);
    const std::string message = messageOf(file);
    QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
    QVERIFY2(message.find("made.pt") != std::string::npos, message.c_str());
    QVERIFY(!file.error().advice.empty());
}

void TestCheckpointForms::foreignFiles_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("advises");
    const auto row = [](const char* test, const char* name, QByteArray bytes, const char* says,
                        const char* advises = "Give a checkpoint of YOLOv5") {
        QTest::newRow(test) << QString::fromLatin1(name) << bytes << QString::fromLatin1(says) << QString::fromLatin1(advises);
    };
    const QByteArray onnx = QByteArray::fromHex("08071207") + "pytorch";
    const QByteArray far = onnx + QByteArray(3 << 20, 'x');
    row("our own ONNX", "net.onnx", QByteArray::fromHex("08081209") + "intersect" + "model.24.m.0.weight",
        "this program exported for use elsewhere", "Give the .pt or .safetensors it was exported from");
    row("YOLOv5's ONNX", "net.onnx", onnx + "/model.24.m.0/Conv", "layer names of YOLOv5 or YOLOv7, exported for use elsewhere",
        "Give the .pt");
    row("YOLOX by its end", "net.onnx", far + "head.cls_preds.0.weight head.obj_preds.0.bias", "ONNX graph of YOLOX");
    row("NanoDet", "net.onnx", onnx + "head.gfl_cls.0.weight", "ONNX graph of NanoDet");
    row("FastestDet", "net.onnx", onnx + "SPP.Conv1x1.0.weight detect_head.cls", "ONNX graph of FastestDet");
    row("another ONNX", "net.onnx", onnx + "resnet", "ONNX graph of another network");
    row("ONNX under another name", "net.pt", onnx + "resnet", "ONNX graph of another network");
    row("before PyTorch 1.6", "net.pt", QByteArray::fromHex("80028a0a6cfc9c46f9206aa850192e"), "before release 1.6", "newer PyTorch");
    row("HDF5", "net.h5", "\x89HDF\r\n", "HDF5");
    row("TensorFlow Lite", "net.tflite", QByteArray::fromHex("1c000000") + "TFL3....", "TensorFlow Lite");
    row("empty", "net.pt", "", "is empty", "Download it again");
}

void TestCheckpointForms::foreignFiles() {
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    QFETCH(QString, advises);
    const CheckpointFolder folder;
    const auto file = readWeights(folder.write(name.toStdString(), bytes.toStdString()));
    QVERIFY(!file);
    const std::string message = messageOf(file);
    for (const QString& part : {says, advises, name})
        QVERIFY2(message.find(part.toStdString()) != std::string::npos, message.c_str());
}

QTEST_APPLESS_MAIN(TestCheckpointForms)
#include "tst_checkpoint_forms.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/model/identify.h"
#include "core/weights/checkpoint.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::model;
using namespace intersect::tests;

namespace {

/// A checkpoint of that graph whose values are all zero.
weights::ArrayFile emptyWeights(const Graph& graph) {
    weights::ArrayFile file;
    file.path = "zeros.pt";
    for (const TensorSpec& spec : graph.tensors)
        file.arrays.push_back({spec.name, weights::DType::F16, spec.shape, std::vector<std::byte>(static_cast<std::size_t>(spec.elements()) * 2)});
    return file;
}

Graph graphOf(const std::string& name, int classes, Form form = {}) {
    return *makeGraph(*knownModel(name), classes, form);
}

std::string refusalOf(const weights::ArrayFile& file) {
    const Result<Graph> graph = identify(file);
    return graph ? "was taken as " + graph->name() : graph.error().message;
}

} // namespace

class TestIdentify : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knownNetworksAreFoundByTheirTensors_data() {
        QTest::addColumn<QString>("name");
        for (const std::string& name : knownModels())
            if (name.substr(6).find_first_of("lx") == std::string::npos) // the largest need gigabytes
                QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void knownNetworksAreFoundByTheirTensors() {
        QFETCH(QString, name);
        for (const Form form : {Form{}, Form{false, false, false}, kFolded}) {
            const Graph graph = graphOf(name.toStdString(), 7, form);
            const Result<Graph> found = identify(emptyWeights(graph));
            QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
            QCOMPARE(found->name(), name.toStdString());
            QCOMPARE(found->classes, 7);
            QVERIFY(found->form.normFolded == graph.form.normFolded && found->form.implicit == graph.form.implicit);
        }
    }

    void publicFiles() {
        NEED_SHARED("weights/yolov5n.pt");
        const auto read = [](const char* name) { return weights::readWeights(shared(std::string("weights/") + name)).value(); };
        const weights::ArrayFile file = read("yolov5n.pt");
        const NetworkInfo info = describe(*identify(file), file);
        QCOMPARE(info.network, std::string("yolov5n"));
        QCOMPARE(info.parameters, std::int64_t(1872157));
        QCOMPARE(info.classes.size(), std::size_t(80));
        QCOMPARE(info.classes[2], std::string("car"));
        QCOMPARE(info.strides, (std::vector<int>{8, 16, 32}));
        QCOMPARE(info.anchors[2], (std::vector<double>{116, 90, 156, 198, 373, 326}));
        QCOMPARE(info.precision, std::string("fp16"));
        QCOMPARE(info.layers.size(), std::size_t(25));
        QCOMPARE(info.layers[0].parameters, std::int64_t(1760));
        QCOMPARE(info.layers[24].parameters, std::int64_t(115005));
        QCOMPARE(info.layers[9].shape, (std::vector<std::int64_t>{256, 20, 20}));
        const weights::ArrayFile four = read("yolov5n-duckietown-4cls.pt");
        QCOMPARE(describe(*identify(four), four).classes, (std::vector<std::string>{"duckie", "cone", "truck", "bus"}));
        const weights::ArrayFile tiny = read("yolov7-tiny.standin-untrained.pt");
        const NetworkInfo seven = describe(*identify(tiny), tiny);
        QCOMPARE(seven.network, std::string("yolov7-tiny"));
        QCOMPARE(seven.parameters, std::int64_t(6227101));
    }

    void foreignLayersAreNamed() {
        NEED_SHARED("weights/robustness");
        const auto file = weights::readWeights(shared("weights/robustness/yolov7-lite-t-face.pt"));
        QVERIFY(file.has_value());
        const std::string said = refusalOf(*file);
        QVERIFY2(said.find("IKeypoint") != std::string::npos && said.find("StemBlock") != std::string::npos, said.c_str());
        QVERIFY2(said.find("yolov7-lite-t-face.pt") != std::string::npos, said.c_str());
        QVERIFY2(said.find("Conv,") == std::string::npos && said.find("BatchNorm2d") == std::string::npos, said.c_str());
    }

    void whatDoesNotFitIsNamed() {
        weights::ArrayFile missing = emptyWeights(graphOf("yolov5n", 80));
        missing.arrays.erase(missing.arrays.begin() + 1);
        QVERIFY2(refusalOf(missing).find("model.0.bn.weight of yolov5n is missing") != std::string::npos, refusalOf(missing).c_str());
        weights::ArrayFile shape = emptyWeights(graphOf("yolov5n", 80));
        shape.arrays[0].shape = {16, 1, 6, 6};
        QVERIFY2(refusalOf(shape).find("model.0.conv.weight is 16x1x6x6 where yolov5n has 16x3x6x6") != std::string::npos, refusalOf(shape).c_str());
        weights::ArrayFile other;
        other.path = "other.pt";
        other.arrays.push_back({"backbone.0.weight", weights::DType::F32, {1}, std::vector<std::byte>(4)});
        QVERIFY2(refusalOf(other).find("other.pt") == 0 && refusalOf(other).find("not those of a YOLOv5 or YOLOv7") != std::string::npos, refusalOf(other).c_str());
    }

    void countersAndDescribedAnchorsMayBeMissing() {
        weights::ArrayFile file = emptyWeights(graphOf("yolov5s", 3));
        std::erase_if(file.arrays, [](const weights::NamedArray& array) {
            return array.name.ends_with("num_batches_tracked") || array.name.ends_with("anchors");
        });
        QVERIFY2(identify(file).has_value(), refusalOf(file).c_str());
        QCOMPARE(describe(*identify(file), file).anchors[0][0], 10.0);
    }

    void activationsComeFromTheDescriptionInside() {
        ModelCfg cfg = *knownModel("yolov7-tiny");
        weights::ArrayFile file = emptyWeights(*makeGraph(cfg, 2, {false, false, false}));
        QVERIFY(identify(file)->ops[0].activation.kind == ActivationKind::LeakyReLU);
        cfg.activation = "nn.SiLU()";
        file.metadata["yaml"] = toText(toJson(cfg));
        file.metadata["network"] = "tiny-silu";
        const Result<Graph> graph = identify(file);
        QVERIFY(graph.has_value());
        QVERIFY(graph->ops[0].activation.kind == ActivationKind::SiLU);
        QCOMPARE(graph->name(), std::string("tiny-silu"));
        file.metadata["yaml"] = "{";
        QCOMPARE(identify(file)->name(), std::string("yolov7-tiny")); // a broken description does no harm where the tensors say enough
    }

    void hostileMetadataIsRefusedOrIgnored() {
        weights::ArrayFile file = emptyWeights(graphOf("yolov5n", 2));
        file.metadata["names"] = "[1, null, {}";
        QCOMPARE(describe(*identify(file), file).classes, (std::vector<std::string>{"class0", "class1"}));
        for (weights::NamedArray& array : file.arrays)
            if (array.name == "model.24.m.0.bias")
                array.shape = {std::int64_t(1) << 40};
        QVERIFY(!identify(file).has_value());
    }
};

QTEST_APPLESS_MAIN(TestIdentify)
#include "tst_identify.moc"

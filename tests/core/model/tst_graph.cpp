// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/model/graph.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::model;

namespace {

Graph graphOf(const std::string& name, int classes, Form form = {}) {
    const Result<ModelCfg> cfg = knownModel(name);
    if (!cfg)
        qFatal("%s", cfg.error().message.c_str());
    Result<Graph> graph = makeGraph(*cfg, classes, form);
    if (!graph)
        qFatal("%s", graph.error().message.c_str());
    return std::move(*graph);
}

/// A model file of a few rows, as people write them.
std::string cfgText(const std::string& backboneRow, const std::string& extra = {}) {
    return "nc: 2\ndepth_multiple: 1.0\nwidth_multiple: 1.0\n" + extra +
           "anchors:\n  - [10,13, 16,30]\nbackbone:\n  [[-1, 1, Conv, [16, 3, 2]],\n   " + backboneRow + "]\nhead:\n  [[[-1], 1, Detect, [nc, anchors]]]\n";
}

} // namespace

class TestGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sizesAreThePublishedOnes_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qint64>("parameters");
        QTest::addColumn<qint64>("folded");
        QTest::addColumn<double>("gflops"); // at 640, as published; they count a little more than convolutions
        QTest::addColumn<int>("modules");
        // Parameters while training and with batch norm folded, as YOLOv5's and YOLOv7's own programs print them for the public files.
        QTest::newRow("n") << "yolov5n" << qint64(1872157) << qint64(1867405) << 4.5 << 25;
        QTest::newRow("s") << "yolov5s" << qint64(7235389) << qint64(7225885) << 16.5 << 25;
        QTest::newRow("m") << "yolov5m" << qint64(21190557) << qint64(21172173) << 49.0 << 25;
        QTest::newRow("l") << "yolov5l" << qint64(46563709) << qint64(46533693) << 109.1 << 25;
        QTest::newRow("x") << "yolov5x" << qint64(86749405) << qint64(86705005) << 205.7 << 25;
        QTest::newRow("s6") << "yolov5s6" << qint64(12626620) << qint64(12612508) << 16.8 << 34;
        QTest::newRow("v7-tiny") << "yolov7-tiny" << qint64(6227101) << qint64(6219709) << 13.7 << 78;
    }
    void sizesAreThePublishedOnes() {
        QFETCH(QString, name);
        Form form;
        form.implicit = false;
        const Graph graph = graphOf(name.toStdString(), 80, form);
        QTEST(qint64(graph.parameters()), "parameters");
        QTEST(qint64(graphOf(name.toStdString(), 80, kFolded).parameters()), "folded");
        QTEST(int(graph.modules.size()), "modules");
        QFETCH(double, gflops);
        QVERIFY2(std::abs(double(graph.flops(640, 640)) / 1e9 - gflops) < 0.04 * gflops, qPrintable(QString::number(double(graph.flops(640, 640)) / 1e9)));
    }

    void stridesAndLevels() {
        QCOMPARE(graphOf("yolov5n", 4).strides, (std::vector<int>{8, 16, 32}));
        QCOMPARE(graphOf("yolov5n6", 4).strides, (std::vector<int>{8, 16, 32, 64}));
        QCOMPARE(graphOf("yolov5n6", 4).largestStride(), 64);
        QCOMPARE(graphOf("yolov7", 4).strides, (std::vector<int>{8, 16, 32}));
        QCOMPARE(graphOf("yolov7", 4).backbone, 50);
    }

    void tensorsAreThoseOfThePublicStateDicts_data() {
        QTest::addColumn<QString>("reference");
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("classes");
        QTest::newRow("yolov5n") << "yolov5n" << "yolov5n" << 80;
        QTest::newRow("4 classes") << "yolov5n-duckietown-4cls" << "yolov5n" << 4;
        QTest::newRow("v7-tiny") << "yolov7-tiny.standin-untrained" << "yolov7-tiny" << 80;
    }
    void tensorsAreThoseOfThePublicStateDicts() {
        QFETCH(QString, reference);
        QFETCH(QString, name);
        QFETCH(int, classes);
        NEED_SHARED("weights/reference");
        std::ifstream file(tests::shared("weights/reference/" + reference.toStdString() + "/state_dict.txt"));
        QVERIFY(file.good());
        Form form;
        form.implicit = false;
        const Graph graph = graphOf(name.toStdString(), classes, form);
        std::size_t index = 0;
        for (std::string line; std::getline(file, line);) {
            std::istringstream row(line);
            std::string tensor, shape;
            row >> tensor >> shape;
            if (tensor.empty() || tensor.starts_with('#'))
                continue;
            QVERIFY2(index < graph.tensors.size(), tensor.c_str());
            const TensorSpec& spec = graph.tensors[index++];
            QCOMPARE(spec.name, tensor);
            std::string mine;
            for (const std::int64_t size : spec.shape)
                mine += (mine.empty() ? "" : "x") + std::to_string(size);
            if (!spec.shape.empty())
                QCOMPARE(mine, shape);
        }
        QCOMPARE(index, graph.tensors.size());
    }

    void implicitAndRepConvTensorsAppearInTheirForms() {
        const Graph training = graphOf("yolov7", 80), folded = graphOf("yolov7", 80, kFolded);
        const auto has = [](const Graph& graph, const std::string& name) {
            return std::any_of(graph.tensors.begin(), graph.tensors.end(), [&](const TensorSpec& spec) { return spec.name == name; });
        };
        QVERIFY(has(training, "model.105.ia.0.implicit") && has(training, "model.105.im.2.implicit"));
        QVERIFY(has(training, "model.102.rbr_dense.0.weight") && has(training, "model.102.rbr_dense.1.running_var") && has(training, "model.104.rbr_1x1.1.bias"));
        QVERIFY(!has(training, "model.102.rbr_identity.weight")); // 128 channels in, 256 out
        QVERIFY(has(folded, "model.102.rbr_reparam.bias") && !has(folded, "model.105.ia.0.implicit") && has(folded, "model.0.conv.bias"));
        QVERIFY(!has(folded, "model.0.bn.weight"));
        // YOLOv7's deployed network, as its authors print it: 36,905,341 parameters with batch norm folded, 37.6 million while training.
        QVERIFY(std::abs(double(folded.parameters()) - 36.9e6) < 0.05e6);
        QVERIFY(std::abs(double(training.parameters()) - 37.6e6) < 0.05e6);
        QVERIFY(std::abs(double(folded.flops(640, 640)) / 1e9 - 104.7) < 0.02 * 104.7);
    }

    void everyOperationReadsWhatCameBefore_data() {
        QTest::addColumn<QString>("name");
        for (const std::string& name : knownModels())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void everyOperationReadsWhatCameBefore() {
        QFETCH(QString, name);
        for (const Form form : {Form{}, kFolded}) {
            const Graph graph = graphOf(name.toStdString(), 3, form);
            int known = 0;
            for (const Op& op : graph.ops) {
                for (const int input : op.inputs)
                    QVERIFY(input <= known);
                QCOMPARE(op.output, ++known);
                if (op.kind == OpKind::Concat) {
                    int sum = 0;
                    for (const int input : op.inputs)
                        sum += graph.values[std::size_t(input)].channels;
                    QCOMPARE(graph.values[std::size_t(op.output)].channels, sum);
                }
            }
            for (const int level : graph.levels)
                QCOMPARE(graph.values[std::size_t(level)].channels, graph.anchorsPerLevel * 8);
        }
    }

    void aDescriptionSurvivesItsJson() {
        const ModelCfg cfg = *knownModel("yolov7-tiny");
        Result<ModelCfg> back = parseModelCfg(toText(toJson(cfg)), "yolov7-tiny.yaml");
        QVERIFY(back.has_value());
        const Graph a = *makeGraph(cfg, 5), b = *makeGraph(*back, 5);
        QCOMPARE(a.ops.size(), b.ops.size());
        for (std::size_t i = 0; i < a.ops.size(); ++i) {
            QCOMPARE(a.ops[i].inputs, b.ops[i].inputs);
            QVERIFY(a.ops[i].activation.kind == b.ops[i].activation.kind && a.ops[i].activation.slope == b.ops[i].activation.slope);
        }
        QCOMPARE(back->backbone, cfg.backbone);
        QCOMPARE(back->anchorsPx, cfg.anchorsPx);
    }

    void filesPeopleHaveAreRead() {
        const std::string text = cfgText("[-1, 3, C3, [32, False]]", "activation: nn.ReLU()\n");
        const Result<ModelCfg> cfg = parseModelCfg(text, "mine.yaml");
        QVERIFY2(cfg.has_value(), cfg ? "" : cfg.error().message.c_str());
        QCOMPARE(cfg->name, std::string("mine"));
        const Result<Graph> graph = makeGraph(*cfg, cfg->classes);
        QVERIFY(graph.has_value());
        QCOMPARE(graph->modules.size(), std::size_t(3));
        QVERIFY(graph->ops.front().activation.kind == ActivationKind::ReLU);
        QCOMPARE(graph->anchorsPerLevel, 2);
        QCOMPARE(graph->classes, 2);
    }

    void faultsNameFileLineAndCause_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::addColumn<int>("line");
        const auto row = [](const char* name, const std::string& backboneRow, const char* says) {
            QTest::newRow(name) << QString::fromStdString(cfgText(backboneRow)) << says << 8;
        };
        row("unknown module", "[-1, 1, GhostConv, [32, 1]]", "row 1, GhostConv, is a module unknown here");
        row("reads itself", "[1, 1, Conv, [32, 1]]", "row 1 that reads a row which does not come before it");
        row("reads before the picture", "[-3, 1, Conv, [32, 1]]", "row 1 that reads a row which does not come before it");
        row("no channels", "[-1, 1, Conv, []]", "has no whole number as argument 1");
        row("text for a number", "[-1, 1, Conv, [many]]", "has no whole number as argument 1");
        row("too many channels", "[-1, 1, Conv, [900000]]", "channels");
        row("kernel", "[-1, 1, Conv, [32, 99]]", "kernel");
        row("dilation", "[-1, 1, Conv, [32, 3, 1, 1, 1, 2]]", "dilation");
        row("activation", "[-1, 1, Conv, [32, 3, 1, None, 1, nn.Mish()]]", "activation nn.Mish()");
        row("three parts", "[-1, 1, Conv]", "no [from, number, module, args]");
        row("joins sizes", "[[-1, -2], 1, Concat, [1]]", "different size");
        row("head in the middle", "[-1, 1, Detect, [nc, anchors]]", "is not the last one");
        QTest::newRow("empty") << "" << "no keys" << 1;
        QTest::newRow("no yaml") << "a: [1, 2" << "cannot be read as YAML" << 1;
        QTest::newRow("no anchors") << "nc: 1\nbackbone: []\n" << "no anchors" << 0;
        QTest::newRow("classes") << "nc: -4\n" << "whole number of 1 to 100000 for nc" << 1;
    }
    void faultsNameFileLineAndCause() {
        QFETCH(QString, text);
        const Result<ModelCfg> cfg = parseModelCfg(text.toStdString(), "bad.yaml");
        Error error;
        if (!cfg) {
            error = cfg.error();
        } else {
            const Result<Graph> graph = makeGraph(*cfg, 2);
            QVERIFY2(!graph, "was taken");
            error = graph.error();
        }
        QFETCH(QString, says);
        QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
        QVERIFY2(error.message.starts_with("bad.yaml"), error.message.c_str());
        QTEST(error.line, "line");
    }

    void hugeDescriptionsAreRefusedQuickly() {
        std::string aliases = "x0: &x0 [1,1,1,1,1,1,1,1,1,1]\n";
        for (int i = 1; i < 12; ++i) {
            aliases += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " [";
            for (int k = 0; k < 10; ++k)
                aliases += std::string(k ? "," : "") + "*x" + std::to_string(i - 1);
            aliases += "]\n";
        }
        const std::string bomb = aliases + cfgText("[-1, 1, Conv, *x11]");
        QVERIFY(!parseModelCfg(bomb, "bomb.yaml"));
        QVERIFY(!parseModelCfg(std::string(2U << 20, 'a'), "long.yaml"));
        QVERIFY(!parseModelCfg(std::string(100'000, '['), "deep.yaml"));
        std::string rows = "nc: 1\nanchors: [[1,1]]\nbackbone:\n";
        for (int i = 0; i < 2000; ++i)
            rows += "  - [-1, 1, MP, []]\n";
        QVERIFY(!parseModelCfg(rows, "rows.yaml"));
    }

    void unknownNamesListTheKnown() {
        const auto cfg = knownModel("yolov9000");
        QVERIFY(!cfg);
        QVERIFY(cfg.error().advice.find("yolov7-tiny") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestGraph)
#include "tst_graph.moc"

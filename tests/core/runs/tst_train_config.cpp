// SPDX-License-Identifier: GPL-3.0-or-later
#include <clocale>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include "core/runs/train_config.h"

using namespace intersect;
using namespace intersect::runs;
namespace fs = std::filesystem;

class TestTrainConfig : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    fs::path write(const std::string& name, const std::string& text) const {
        const fs::path path = fs::path(m_dir.path().toStdString()) / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }

private Q_SLOTS:
    void comesBackAsItWas() {
        TrainConfig config;
        config.data = "/data/it's: a \"folder\"/data.yaml";
        config.weights = "/weights/caf\xc3\xa9.pt";
        config.model = "yolov5s";
        config.epochs = 7;
        config.batch = 3;
        config.imgSize = 320;
        config.freeze = {0, 3, 5};
        config.loss.kind = loss::LossKind::Focal;
        config.loss.gamma = 0.1 + 0.2;
        config.loss.alpha = 0.25;
        config.loss.modulator = loss::Modulator::Geometric;
        config.loss.positiveWeight = 1.5;
        config.loss.termWeight = 0.7;
        config.loss.beta = 0.99;
        config.loss.ohemRatio = 2.5;
        config.loss.normalise = loss::Normalise::Positives;
        config.classWeights = loss::ClassWeightRule::SumToOne;
        config.loss.terms = loss::LossTerms::Class;
        config.prior = 0.02;
        config.hyp.lr0 = 1e-5;
        config.hyp.fliplr = 0;
        config.seed = 4294967297ULL;
        config.optimizer = "AdamW";
        config.recipe = "yolov7";
        config.autoanchor = true;
        config.hyp.assign = "ota";
        config.cosLr = true;
        config.patience = 9;
        config.nbs = 32;
        config.threads = 2;
        config.workers = 3;
        config.saveBatches = 4;
        config.precision = "fp32";
        config.device = "cpu";
        config.deterministic = true;
        config.rect = true;
        config.imageWeights = true;
        config.hyp.mixup = 0.25;
        config.hyp.copyPaste = 0.125;
        config.hyp.mosaic9 = 0.2;
        config.hyp.mixupBeta = 8;
        std::vector<data::Finding> findings;
        const std::string text = formatTrainConfig(config);
        const auto read = readTrainConfig(write("config.yaml", text), findings);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QVERIFY(findings.empty());
        QCOMPARE(formatTrainConfig(*read), text);
        QCOMPARE(read->data, config.data);
        QCOMPARE(read->weights, config.weights);
        QCOMPARE(read->freeze, config.freeze);
        QCOMPARE(read->loss.gamma, config.loss.gamma);
        QCOMPARE(read->loss.kind, config.loss.kind);
        QCOMPARE(read->loss.alpha, config.loss.alpha);
        QCOMPARE(read->loss.modulator, config.loss.modulator);
        QCOMPARE(read->loss.positiveWeight, config.loss.positiveWeight);
        QCOMPARE(read->loss.termWeight, config.loss.termWeight);
        QCOMPARE(read->loss.beta, config.loss.beta);
        QCOMPARE(read->loss.ohemRatio, config.loss.ohemRatio);
        QCOMPARE(read->loss.normalise, config.loss.normalise);
        QCOMPARE(read->classWeights, config.classWeights);
        QCOMPARE(read->loss.terms, config.loss.terms);
        QCOMPARE(read->prior, config.prior);
        QCOMPARE(read->seed, config.seed);
        QCOMPARE(read->nbs, 32);
        QCOMPARE(read->optimizer, config.optimizer);
        QCOMPARE(read->recipe, config.recipe);
        QVERIFY(read->autoanchor);
        QCOMPARE(read->hyp.assign, config.hyp.assign);
        QCOMPARE(read->device, std::string("cpu"));
        QVERIFY(read->deterministic);
        QVERIFY(read->rect);
        QVERIFY(read->imageWeights);
        QCOMPARE(read->hyp.mixup, 0.25);
        QCOMPARE(read->hyp.copyPaste, 0.125);
        QCOMPARE(read->hyp.mosaic9, 0.2);
        QCOMPARE(read->hyp.mixupBeta, 8.0);
        QCOMPARE(read->hyp.lr0, config.hyp.lr0);
    }
    void numbersOfEachClassComeBack() {
        TrainConfig config;
        config.loss.classAlpha = {0.25, 0.1 + 0.2};
        config.loss.classPositiveWeight = {1, 2.5};
        std::vector<data::Finding> findings;
        const auto read = readTrainConfig(write("lists.yaml", formatTrainConfig(config)), findings);
        QVERIFY(read.has_value());
        QCOMPARE(read->loss.classAlpha, config.loss.classAlpha);
        QCOMPARE(read->loss.classPositiveWeight, config.loss.classPositiveWeight);
        QVERIFY(!read->loss.alpha.has_value());
    }
    void absentWeightsMeanARandomStart() {
        std::vector<data::Finding> findings;
        const auto read = readTrainConfig(write("none.yaml", "weights: none\nalpha: none\n"), findings);
        QVERIFY(read.has_value());
        QVERIFY(read->weights.empty());
        QVERIFY(!read->loss.alpha.has_value());
    }
    void relativePathsStandRelativeToTheFile() {
        std::vector<data::Finding> findings;
        const auto path = write("relative.yaml", "data: lists/data.yaml\n");
        QCOMPARE(readTrainConfig(path, findings)->data, path.parent_path() / "lists" / "data.yaml");
    }
    void unknownKeysBecomeFindings() {
        std::vector<data::Finding> findings;
        QVERIFY(readTrainConfig(write("unknown.yaml", "epochs: 3\nepoch: 4\n"), findings).has_value());
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0].line, 2);
        QVERIFY(findings[0].message.find("epoch") != std::string::npos);
    }
    void wrongValuesNameFileAndLine_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("word for number") << QByteArray("epochs: many");
        QTest::newRow("zero epochs") << QByteArray("epochs: 0");
        QTest::newRow("comma") << QByteArray("gamma: 1,5");
        QTest::newRow("nan") << QByteArray("gamma: nan");
        QTest::newRow("negative seed") << QByteArray("seed: -1");
        QTest::newRow("unknown loss") << QByteArray("loss: hinge");
        QTest::newRow("normalise") << QByteArray("normalise: mean");
        QTest::newRow("terms") << QByteArray("loss_terms: box");
        QTest::newRow("prior") << QByteArray("prior: some");
        QTest::newRow("class weights") << QByteArray("class_weights: equal");
        QTest::newRow("pos_weight list") << QByteArray("pos_weight: [1, x]");
        QTest::newRow("alpha list") << QByteArray("alpha: []");
        QTest::newRow("bool") << QByteArray("cos_lr: maybe");
        QTest::newRow("hyp") << QByteArray("hyp: {lr0: fast}");
        QTest::newRow("negative hyp") << QByteArray("hyp: {lr0: -0.1}");
        QTest::newRow("hyp no map") << QByteArray("hyp: 3");
        QTest::newRow("not yaml") << QByteArray("loss: [bce");
        QTest::newRow("freeze") << QByteArray("freeze: [1, x]");
    }
    void wrongValuesNameFileAndLine() {
        QFETCH(QByteArray, line);
        std::vector<data::Finding> findings;
        const auto path = write("wrong.yaml", "batch_size: 4\n" + line.toStdString() + "\n");
        const auto read = readTrainConfig(path, findings);
        QVERIFY(!read.has_value());
        QCOMPARE(read.error().code, ErrorCode::BadInput);
        QVERIFY(read.error().line >= 2);
        QVERIFY(read.error().message.find(path.string()) != std::string::npos);
    }
    void ignoresACommaLocale() {
        if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr)
            QSKIP("The locale de_DE.UTF-8 is not installed here.");
        std::vector<data::Finding> findings;
        const auto read = readTrainConfig(write("locale.yaml", "hyp: {lr0: 0.125}\n"), findings);
        const std::string text = formatTrainConfig(*read);
        std::setlocale(LC_ALL, "C");
        QCOMPARE(read->hyp.lr0, 0.125);
        QVERIFY(text.find("lr0: 0.125") != std::string::npos);
    }
    void readsAPublicHypFile() {
        HyperParameters hyp;
        loss::LossSpec spec;
        std::vector<data::Finding> findings;
        const auto path = write(
            "hyp.yaml",
            "lr0: 0.005  # initial learning rate\nfl_gamma: 0.0\niou_t: 0.20\nmixup: 0.1\ncopy_paste: 0.0\ntypo: 1\n");
        QVERIFY(readHyp(path, hyp, spec, findings).has_value());
        QCOMPARE(hyp.lr0, 0.005);
        QCOMPARE(hyp.momentum, 0.937);
        QCOMPARE(spec.kind, loss::LossKind::Bce);
        QCOMPARE(hyp.mixup, 0.1);
        QCOMPARE(hyp.mosaic9, 0.0);
        QCOMPARE(hyp.mixupBeta, 32.0);
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0].code, std::string("hyp-unknown"));
        QCOMPARE(findings[0].severity, data::Severity::Warning);
        QCOMPARE(findings[0].line, 6);
        QVERIFY(findings[0].message.find("typo") != std::string::npos);
    }
    void readsEveryPublicHypFile_data() {
        QTest::addColumn<QByteArray>("more"); // beside the keys that all of them have
        QTest::addColumn<QByteArray>("told"); // code:line of each finding
        QTest::newRow("YOLOv5 low") << QByteArray("lrf: 0.01\nfl_gamma: 0.0\nmixup: 0.0\ncopy_paste: 0.0\n") << QByteArray();
        QTest::newRow("YOLOv5 high") << QByteArray("lrf: 0.1\nmixup: 0.1\ncopy_paste: 0.1\nscale: 0.9\n") << QByteArray("hyp-boxes:25");
        QTest::newRow("YOLOv5 VOC") << QByteArray("anchor_t: 3.3744\nanchors: 3.412\nmixup: 0.04266\n") << QByteArray("hyp-idle:24");
        QTest::newRow("YOLOv5 label smoothing") << QByteArray("label_smoothing: 0.1\n") << QByteArray();
        QTest::newRow("YOLOv7 p5") << QByteArray("mixup: 0.15\ncopy_paste: 0.0\npaste_in: 0.15\n") << QByteArray("hyp-yolov7:25 hyp-idle:25");
        QTest::newRow("YOLOv7 tiny") << QByteArray("mixup: 0.05\ncopy_paste: 0.0\npaste_in: 0.05\nloss_ota: 1\n")
                                     << QByteArray("hyp-yolov7:25 hyp-idle:25");
        QTest::newRow("keys with more below them") << QByteArray("transform:\n  mosaic: 0.0\n") << QByteArray("hyp-unknown:23");
    }
    void readsEveryPublicHypFile() {
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, told);
        const std::string common = "# Hyperparameters\nlr0: 0.01\nmomentum: 0.937  # SGD momentum/Adam beta1\nweight_decay: 0.0005\nwarmup_epochs: 3.0\n"
                                   "warmup_momentum: 0.8\nwarmup_bias_lr: 0.1\nbox: 0.05\ncls: 0.3\ncls_pw: 1.0\nobj: 0.7\nobj_pw: 1.0\niou_t: 0.20\n"
                                   "# anchors: 3\nhsv_h: 0.015\nhsv_s: 0.7\nhsv_v: 0.4\ndegrees: 0.0\nshear: 0.0\nperspective: 0.0\nflipud: 0.0\nmosaic: 1.0\n";
        TrainConfig config;
        std::vector<data::Finding> findings;
        QVERIFY(readHyp(write("public.yaml", common + more.toStdString()), config.hyp, config.loss, findings).has_value());
        QVERIFY(checkTrainConfig(config).has_value());
        QStringList got;
        for (const data::Finding& finding : findings)
            got.append(QString::fromStdString(finding.code) + QLatin1Char(':') + QString::number(finding.line));
        QCOMPARE(got.join(QLatin1Char(' ')), QString::fromLatin1(told));
        const bool yolov7 = told.contains("hyp-yolov7");
        QCOMPARE(config.hyp.mosaic9, yolov7 ? 0.2 : 0.0);
        QCOMPARE(config.hyp.mixupBeta, yolov7 ? 8.0 : 32.0);
        // What is told once is not told again by the run's own config.yaml.
        findings.clear();
        QVERIFY(readTrainConfig(write("own.yaml", formatTrainConfig(config)), findings).has_value());
        QVERIFY(findings.empty());
    }
    void aFileMaySayOtherwiseThanItsFamily() {
        HyperParameters hyp;
        loss::LossSpec spec;
        std::vector<data::Finding> findings;
        QVERIFY(readHyp(write("otherwise.yaml", "mosaic9: 0.5\nmixup_beta: 4\npaste_in: 0.15\n"), hyp, spec, findings).has_value());
        QCOMPARE(hyp.mosaic9, 0.5);
        QCOMPARE(hyp.mixupBeta, 4.0);
    }
    void flGammaMeansFocal() {
        HyperParameters hyp;
        loss::LossSpec spec;
        std::vector<data::Finding> findings;
        QVERIFY(readHyp(write("focal.yaml", "fl_gamma: 2.0\n"), hyp, spec, findings).has_value());
        QCOMPARE(spec.kind, loss::LossKind::Focal);
        QCOMPARE(spec.gamma, 2.0);
        QCOMPARE(spec.alpha.value_or(0), 0.25);
    }
    void lossOtaMeansOta() {
        HyperParameters hyp;
        loss::LossSpec spec;
        std::vector<data::Finding> findings;
        QCOMPARE(hyp.assign, std::string("auto"));
        QVERIFY(readHyp(write("ota.yaml", "loss_ota: 1 # use ComputeLossOTA\n"), hyp, spec, findings).has_value());
        QCOMPARE(hyp.assign, std::string("ota"));
        QVERIFY(readHyp(write("plain.yaml", "loss_ota: 0\n"), hyp, spec, findings).has_value());
        QCOMPARE(hyp.assign, std::string("yolov5"));
        QVERIFY(findings.empty());
    }
    void aRecipeSetsWhatItsHypFilesSay() {
        TrainConfig config;
        applyRecipe("yolov7", config);
        QVERIFY(checkTrainConfig(config).has_value());
        QCOMPARE(config.hyp.cls, 0.3);
        QCOMPARE(config.hyp.obj, 0.7);
        QCOMPARE(config.hyp.lrf, 0.1);
        QCOMPARE(config.hyp.box, 0.05);
        QVERIFY(config.cosLr);
        QCOMPARE(config.hyp.assign, std::string("ota"));
        TrainConfig plain;
        applyRecipe("yolov5", plain);
        QCOMPARE(formatTrainConfig(plain), formatTrainConfig(TrainConfig{}));
    }
    void aBadHypFileChangesNothing() {
        HyperParameters hyp;
        loss::LossSpec spec;
        std::vector<data::Finding> findings;
        QVERIFY(!readHyp(write("bad.yaml", "lr0: 0.5\nbox: x\n"), hyp, spec, findings).has_value());
        QCOMPARE(hyp.lr0, 0.01);
    }
    void parsesFreeze_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("valid");
        QTest::addColumn<QList<int>>("modules");
        const QList<int> ten{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        QTest::newRow("ten") << "10" << true << ten;
        QTest::newRow("none") << "0" << true << QList<int>{};
        QTest::newRow("list") << "5,0, 3,3" << true << QList<int>{0, 3, 5};
        QTest::newRow("list of one") << "7," << true << QList<int>{7};
        QTest::newRow("by name") << "model.4,2" << true << QList<int>{2, 4};
        QTest::newRow("no name") << "model." << false << QList<int>{};
        QTest::newRow("comma") << "," << false << QList<int>{};
        QTest::newRow("word") << "neck" << false << QList<int>{};
        QTest::newRow("negative") << "-1" << false << QList<int>{};
        QTest::newRow("hole") << "1,,2" << false << QList<int>{};
        QTest::newRow("empty") << "" << false << QList<int>{};
    }
    void parsesFreeze() {
        QFETCH(QString, text);
        QFETCH(bool, valid);
        QFETCH(QList<int>, modules);
        TrainConfig config;
        QCOMPARE(parseFreeze(text.toStdString(), config).has_value(), valid);
        QCOMPARE(QList<int>(config.freeze.begin(), config.freeze.end()), modules);
        QVERIFY(config.freezeNames.empty());
    }
    void keepsNamesToFreezeUntilTheNetworkIsKnown() {
        TrainConfig config;
        QVERIFY(parseFreeze("backbone", config).has_value());
        QVERIFY(config.freeze.empty());
        QCOMPARE(config.freezeNames, std::vector<std::string>{"backbone"});
        QVERIFY(parseFreeze("model.4.m.0, 1, model.13.cv3", config).has_value());
        QCOMPARE(config.freeze, std::vector<int>{1});
        QCOMPARE(config.freezeNames, (std::vector<std::string>{"model.13.cv3", "model.4.m.0"}));
    }
    void refusesImpossibleTrainings() {
        const auto refused = [](auto change) {
            TrainConfig config;
            change(config);
            return !checkTrainConfig(config).has_value();
        };
        QVERIFY(checkTrainConfig(TrainConfig{}).has_value());
        QVERIFY(refused([](TrainConfig& c) { c.epochs = 0; }));
        QVERIFY(refused([](TrainConfig& c) { c.batch = 0; }));
        QVERIFY(refused([](TrainConfig& c) { c.imgSize = 600; }));
        QVERIFY(refused([](TrainConfig& c) { c.imgSize = 1 << 20; }));
        QVERIFY(refused([](TrainConfig& c) { c.precision = "fp8"; }));
        QVERIFY(refused([](TrainConfig& c) { c.device = "cuda"; c.deterministic = true; }));
        QVERIFY(!refused([](TrainConfig& c) { c.device = "cuda"; }));
        QVERIFY(refused([](TrainConfig& c) { c.loss.gamma = -1; }));
        QVERIFY(refused([](TrainConfig& c) { c.loss.alpha = 2; }));
        QVERIFY(refused([](TrainConfig& c) { c.loss.beta = 2; }));
        QVERIFY(refused([](TrainConfig& c) { c.prior = 0; }));
        QVERIFY(refused([](TrainConfig& c) { c.optimizer = "adam"; }));
        QVERIFY(refused([](TrainConfig& c) { c.recipe = "yolov6"; }));
        QVERIFY(refused([](TrainConfig& c) { c.hyp.assign = "simota"; }));
        QVERIFY(refused([](TrainConfig& c) { c.prior = 1; }));
        QVERIFY(refused([](TrainConfig& c) { c.hyp.hsvH = 1.5; }));
        QVERIFY(refused([](TrainConfig& c) { c.workers = 0; }));
        QVERIFY(refused([](TrainConfig& c) { c.hyp.fliplr = 1.5; }));
        QVERIFY(refused([](TrainConfig& c) { c.hyp.mosaic9 = 1.5; }));
        QVERIFY(refused([](TrainConfig& c) { c.hyp.mixup = 1.5; }));
        QVERIFY(refused([](TrainConfig& c) { c.hyp.copyPaste = 1.5; }));
        QVERIFY(refused([](TrainConfig& c) { c.hyp.mixupBeta = 0; }));
        QVERIFY(refused([](TrainConfig& c) { c.hyp.mixupBeta = 1.5; }));
    }
};

QTEST_APPLESS_MAIN(TestTrainConfig)
#include "tst_train_config.moc"

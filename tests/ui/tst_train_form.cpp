// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/loss/named_forms.h"
#include "core/runs/run_folder.h"
#include "tests/support/tiny_training.h"
#include "ui/pages/train_form.h"
#include "ui/pages/train_settings.h"
#include "ui/text.h"
#include "ui/widgets/loss_form.h"

using namespace intersect;
using namespace intersect::ui;

/// What the form of the next run says is what the command says, what the training keeps in config.yaml, and what comes back into the form.
class TestTrainForm : public QObject {
    Q_OBJECT
    tests::Scratch m_scratch;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<TrainForm> m_form;

    template <class W>
    W* find(const char* name) const {
        W* found = m_form->findChild<W*>(QString::fromUtf8(name));
        if (found == nullptr)
            qFatal("There is no %s.", name);
        return found;
    }
    void choose(const char* combo, int data) const {
        auto* box = find<QComboBox>(combo);
        box->setCurrentIndex(box->findData(data));
        QCOMPARE(box->currentData().toInt(), data);
    }
    void type(const char* spin, double value) const {
        auto* box = find<QDoubleSpinBox>(spin);
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, QString::fromStdString(std::to_string(value)));
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(box->value(), value);
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("INTERSECT_SETTINGS_DIR", QByteArray::fromStdString((m_scratch.path() / "settings").string()));
        m_session = std::make_unique<Session>();
    }
    void init() {
        m_form = std::make_unique<TrainForm>(*m_session);
        m_form->resize(380, 900);
        m_form->show();
    }

    void freshFormSaysTheUsual() {
        runs::TrainConfig usual, told = m_form->config();
        usual.weights = told.weights;
        usual.epochs = told.epochs; // fewer than YOLOv5's 100
        QCOMPARE(runs::formatTrainConfig(told), runs::formatTrainConfig(usual));
        QVERIFY(hypFileOf(told, QStringLiteral("cache")).first.isEmpty());
        QVERIFY(m_form->problem().isEmpty());
    }

    void everyLossComesBack_data() {
        QTest::addColumn<int>("kind");
        for (const std::string& name : loss::lossNames())
            QTest::addRow("%s", name.c_str()) << static_cast<int>(*loss::lossKindFromName(name));
    }
    void everyLossComesBack() {
        QFETCH(int, kind);
        runs::TrainConfig wanted = m_form->config();
        wanted.loss.kind = static_cast<loss::LossKind>(kind);
        wanted.loss.positiveWeight = 3;
        wanted.loss.termWeight = 0.5;
        wanted.loss.normalise = loss::Normalise::Positives;
        wanted.loss.terms = loss::LossTerms::Class;
        wanted.prior = 0.02;
        wanted.classWeights = loss::ClassWeightRule::SumToOne;
        wanted.hyp.obj = 4;
        const bool focal = wanted.loss.kind == loss::LossKind::Focal || wanted.loss.kind == loss::LossKind::ClassBalanced;
        if (focal || wanted.loss.kind == loss::LossKind::QFocal) {
            wanted.loss.gamma = 2.25;
            wanted.loss.alpha = 0.4;
        }
        if (focal)
            wanted.loss.modulator = loss::Modulator::Geometric;
        if (wanted.loss.kind == loss::LossKind::ClassBalanced)
            wanted.loss.beta = 0.9999;
        if (wanted.loss.kind == loss::LossKind::Ohem)
            wanted.loss.ohemRatio = 5;
        m_form->setConfig(wanted);
        QCOMPARE(runs::formatTrainConfig(m_form->config()), runs::formatTrainConfig(wanted));
        // Only what belongs to the kind is shown.
        QCOMPARE(find<QSlider>("lossGammaSlider")->isVisible(), focal || wanted.loss.kind == loss::LossKind::QFocal);
        QCOMPARE(find<QSlider>("lossBetaSlider")->isVisible(), wanted.loss.kind == loss::LossKind::ClassBalanced);
        QCOMPARE(find<QSlider>("lossOhemSlider")->isVisible(), wanted.loss.kind == loss::LossKind::Ohem);
        find<QPushButton>("moreLossButton")->click();
        QCOMPARE(find<QComboBox>("lossModulatorCombo")->isVisible(), focal);
        QVERIFY(find<QDoubleSpinBox>("lossPosWeightSpin")->isVisible());
    }

    void previewIsTheFormulaThatTrains() {
        loss::LossSpec wanted;
        wanted.kind = loss::LossKind::Focal;
        wanted.gamma = 2;
        wanted.alpha = 0.25;
        m_form->setLoss(wanted);
        // At p 0.5 focal loss of a positive is alpha * 0.25 * ln 2.
        const auto& lines = find<LineChart>("lossPreview")->lines();
        QCOMPARE(lines.size(), std::size_t(3));
        const auto at = LineChart::valueAt(lines[1], 0.5);
        QVERIFY(at.has_value());
        QVERIFY(std::abs(*at - 0.25 * 0.25 * std::log(2.0)) < 1e-3);
        // Balanced BCE for one positive to nine negatives: 0.9 ln 2 and 0.1 ln 2.
        wanted = {};
        wanted.kind = loss::LossKind::Balanced;
        m_form->setLoss(wanted);
        QVERIFY(std::abs(*LineChart::valueAt(find<LineChart>("lossPreview")->lines()[1], 0.5) - 0.9 * std::log(2.0)) < 1e-3);
        QVERIFY(std::abs(*LineChart::valueAt(find<LineChart>("lossPreview")->lines()[2], 0.5) - 0.1 * std::log(2.0)) < 1e-3);
    }

    void knownFormsFillTheFormAndAreKnownAgain() {
        auto* combo = find<QComboBox>("lossFormCombo");
        QCOMPARE(combo->count(), 6);
        for (const loss::NamedForm& form : loss::namedForms()) {
            const int index = combo->findData(QString::fromUtf8(form.id));
            combo->setCurrentIndex(index);
            Q_EMIT combo->activated(index);
            const runs::TrainConfig told = m_form->config();
            QCOMPARE(told.loss.kind, form.spec.kind);
            QCOMPARE(told.prior, form.prior);
            QCOMPARE(told.classWeights, form.classWeights);
            QCOMPARE(combo->currentIndex(), index);
            // As typed by the form's own name it is the same choice.
            QVERIFY(loss::namedFormOf(told.loss, told.classWeights, told.prior) != nullptr);
        }
        type("lossTermWeightSpin", 2);
        QCOMPARE(combo->currentIndex(), 0);
    }

    void sizeOfTheLossAndTheGainThatMakesUpForIt() {
        QVERIFY(find<QLabel>("lossSizeLabel")->isHidden()); // BCE is as large as BCE
        choose("lossCombo", static_cast<int>(loss::LossKind::Bce));
        type("lossTermWeightSpin", 0.25);
        QVERIFY(find<QLabel>("lossSizeLabel")->text().contains(QStringLiteral("The objectness term is about 0.25 times as large as with BCE, its gradient 0.25 times.")));
        auto* button = find<QPushButton>("compensateButton");
        QCOMPARE(button->text(), QStringLiteral("Make up for it: obj 4, cls 2"));
        button->click();
        QCOMPARE(m_form->config().hyp.obj, 4.0);
        QCOMPARE(m_form->config().hyp.cls, 2.0);
        QVERIFY(button->isHidden());
        QVERIFY(find<QLabel>("lossSizeLabel")->text().contains(QStringLiteral("The gains make up for it.")));
        choose("lossTermsCombo", static_cast<int>(loss::LossTerms::Class));
        QVERIFY(!find<QLabel>("lossSizeLabel")->text().contains(QStringLiteral("objectness")));
    }

    void listsOfNumbersForClasses() {
        choose("lossCombo", static_cast<int>(loss::LossKind::Focal));
        find<QCheckBox>("lossAlphaCheck")->setChecked(true);
        find<QLineEdit>("lossClassAlphaEdit")->setText(QStringLiteral("0.25, 0.5,1"));
        const loss::LossSpec told = m_form->config().loss;
        QCOMPARE(told.classAlpha, (std::vector<double>{0.25, 0.5, 1}));
        QVERIFY(!told.alpha); // the command line takes one or the other
        QVERIFY(!find<QCheckBox>("lossAlphaCheck")->isEnabled());
        const QStringList arguments = trainArguments(m_form->config(), QStringLiteral("r"));
        QCOMPARE(arguments.value(arguments.indexOf(QStringLiteral("--alpha")) + 1), QStringLiteral("0.25,0.5,1"));
        for (const char* wrong : {"0.25; 0.5", "a", "0.25,,1", "2"}) {
            find<QLineEdit>("lossClassAlphaEdit")->setText(QString::fromUtf8(wrong));
            QVERIFY2(!m_form->problem().isEmpty(), wrong);
            QVERIFY2(find<QLabel>("lossProblem")->isVisible(), wrong);
        }
    }

    void singleLayersInsteadOfTheFirst() {
        find<QPushButton>("freezeBackboneButton")->click();
        QTRY_VERIFY(!find<QLabel>("freezeText")->text().isEmpty());
        find<QPushButton>("freezeBackboneButton")->click();
        QCOMPARE(m_form->config().freeze, firstModules(10));
        find<QLineEdit>("freezeListEdit")->setText(QStringLiteral("5, 0, 3"));
        QCOMPARE(m_form->config().freeze, (std::vector<int>{0, 3, 5}));
        QVERIFY(!find<QSlider>("freezeSlider")->isEnabled());
        QVERIFY2(find<QLabel>("freezeText")->text().contains(QStringLiteral("3 Conv")), qPrintable(find<QLabel>("freezeText")->text()));
        find<QLineEdit>("freezeListEdit")->clear();
        QCOMPARE(m_form->config().freeze, firstModules(10));
    }

    void blocksByNameStatisticsAndALaterThaw() {
        QTRY_VERIFY(!find<QLabel>("freezeText")->text().isEmpty());
        find<QLineEdit>("freezeListEdit")->setText(QStringLiteral("7, model.4.m.0"));
        find<QCheckBox>("freezeBnCheck")->setChecked(false);
        find<QSpinBox>("unfreezeAtSpin")->setValue(6);
        const runs::TrainConfig told = m_form->config();
        QCOMPARE(told.freeze, std::vector<int>{7});
        QCOMPARE(told.freezeNames, std::vector<std::string>{"model.4.m.0"});
        const QString arguments = trainArguments(told, QStringLiteral("run"), {}).join(QLatin1Char(' '));
        QVERIFY2(arguments.contains(QStringLiteral("--freeze 7,model.4.m.0 --freeze-bn off")), qPrintable(arguments));
        QVERIFY2(arguments.contains(QStringLiteral("--unfreeze-at 6")), qPrintable(arguments));
        m_form->setConfig(runs::TrainConfig());
        QVERIFY(m_form->config().freezeNames.empty());
        m_form->setConfig(told);
        QCOMPARE(runs::formatTrainConfig(m_form->config()), runs::formatTrainConfig([&] { auto wanted = told; wanted.data = m_form->config().data; return wanted; }()));
        find<QLineEdit>("freezeListEdit")->setText(QStringLiteral("neck"));
        QTRY_VERIFY(find<QLabel>("freezeText")->text().contains(QStringLiteral("Not understood")));
        m_form->setConfig(runs::TrainConfig());
    }

    void freezeAsTheCommandReadsIt_data() {
        QTest::addColumn<QList<int>>("modules");
        QTest::addRow("none") << QList<int>{};
        QTest::addRow("the first") << QList<int>{0, 1, 2};
        QTest::addRow("some") << QList<int>{0, 3, 5};
        QTest::addRow("one") << QList<int>{5};
        QTest::addRow("the very first") << QList<int>{0};
    }
    void freezeAsTheCommandReadsIt() {
        QFETCH(QList<int>, modules);
        const std::vector<int> wanted(modules.begin(), modules.end());
        runs::TrainConfig config;
        QVERIFY(runs::parseFreeze(freezeText(wanted).toStdString(), config).has_value());
        QCOMPARE(config.freeze, wanted);
    }

    void augmentationByNameAndByNumber() {
        auto* combo = find<QComboBox>("augmentCombo");
        combo->setCurrentIndex(0);
        Q_EMIT combo->activated(0);
        QCOMPARE(m_form->config().hyp.mosaic, 0.0);
        QCOMPARE(m_form->config().hyp.fliplr, 0.0);
        QCOMPARE(find<QLabel>("augmentLabel")->text(), QStringLiteral("every frame as it is"));
        find<QPushButton>("editAugmentButton")->click();
        QVERIFY(find<QDoubleSpinBox>("augment-mosaic")->isVisible());
        type("augment-mosaic", 0.5);
        QCOMPARE(combo->currentText(), QStringLiteral("Own values"));
        const auto [file, text] = hypFileOf(m_form->config(), QStringLiteral("cache"));
        QVERIFY(text.contains(QStringLiteral("mosaic: 0.5\n")));
        QVERIFY(text.contains(QStringLiteral("hsv_h: 0\n")));
        QVERIFY(!text.contains(QStringLiteral("lr0")));
        QVERIFY(trainArguments(m_form->config(), QStringLiteral("r"), file).contains(file));
    }

    void aRecipeBringsItsNumbers() {
        auto* recipe = find<QComboBox>("recipeCombo");
        recipe->setCurrentIndex(recipe->findData(QStringLiteral("yolov7")));
        runs::TrainConfig told = m_form->config(), wanted = told;
        runs::applyRecipe("yolov7", wanted);
        QCOMPARE(runs::formatTrainConfig(told), runs::formatTrainConfig(wanted));
        QCOMPARE(told.hyp.cls, 0.3);
        QVERIFY(told.cosLr);
        const QStringList arguments = trainArguments(told, QStringLiteral("r"));
        QVERIFY(arguments.contains(QStringLiteral("--recipe")));
        QVERIFY(!arguments.contains(QStringLiteral("--cos-lr")));
        QVERIFY(hypFileOf(told, QStringLiteral("cache")).first.isEmpty());
        recipe->setCurrentIndex(0);
        QCOMPARE(m_form->config().hyp.cls, 0.5);
        QVERIFY(!m_form->config().cosLr);
    }

    void hypFilesAreReadWithTheirFindings() {
        auto* options = m_form->findChild<TrainOptions*>();
        const auto file = m_scratch.write("hyp.yaml", "lr0: 0.003\nmosaic: 0.25\nbox: 0.07\nmomentum: 0.8\nlabel_smoothing: 0.1\nfl_gamma: 1.25\nno_such_key: 1\n");
        options->readHypFile(qs(file));
        const runs::TrainConfig told = m_form->config();
        QCOMPARE(told.hyp.lr0, 0.003);
        QCOMPARE(told.hyp.mosaic, 0.25);
        QCOMPARE(told.hyp.box, 0.07);
        QCOMPARE(told.hyp.momentum, 0.8); // has no field of its own
        QCOMPARE(told.hyp.labelSmoothing, 0.1);
        QCOMPARE(told.loss.kind, loss::LossKind::Focal);
        QCOMPARE(told.loss.gamma, 1.25);
        QCOMPARE(told.loss.alpha, std::optional<double>(0.25));
        QVERIFY(!m_form->findChild<InlineMessage*>(QStringLiteral("hypProblem"))->isHidden());
        options->readHypFile(QStringLiteral("/no/such/hyp.yaml"));
        QVERIFY(m_form->findChild<InlineMessage*>(QStringLiteral("hypProblem"))->sentence().contains(QStringLiteral("/no/such/hyp.yaml")));
        QCOMPARE(m_form->config().hyp.lr0, 0.003);
    }

    void aTrainingKeepsWhatTheFormSays_data() {
        QTest::addColumn<int>("kind");
        for (const loss::LossKind kind : {loss::LossKind::Bce, loss::LossKind::ClassBalanced, loss::LossKind::Ohem})
            QTest::addRow("%s", loss::lossKindName(kind)) << static_cast<int>(kind);
    }
    void aTrainingKeepsWhatTheFormSays() {
        if (!QFileInfo(WorkerClient::program()).isExecutable())
            QSKIP("There is no intersect-cli beside this build: build the target intersect-cli, or name it in INTERSECT_CLI.");
        QFETCH(int, kind);
        find<QComboBox>("weightsCombo")->setCurrentIndex(find<QComboBox>("weightsCombo")->findData(QStringLiteral("none:yolov5n")));
        choose("lossCombo", kind);
        find<QSpinBox>("epochsSpin")->setValue(1);
        find<QSpinBox>("batchSpin")->setValue(4);
        find<QSpinBox>("imgSizeSpin")->setValue(64);
        find<QSpinBox>("threadsSpin")->setValue(1);
        find<QSpinBox>("trainSeedSpin")->setValue(9);
        auto* precision = find<QComboBox>("precisionCombo");
        precision->setCurrentIndex(precision->findData(QStringLiteral("fp32")));
        if (kind != static_cast<int>(loss::LossKind::Bce)) {
            find<QPushButton>("moreLossButton")->click();
            find<QPushButton>("moreOptionsButton")->click();
            auto* device = find<QComboBox>("deviceCombo");
            device->setCurrentIndex(device->findData(QStringLiteral("cpu")));
            type("lossPosWeightSpin", 2.5);
            type("lossTermWeightSpin", 0.5);
            type("objGainSpin", 2);
            type("rateSpin", 0.002);
            type("warmUpSpin", 0);
            type("labelSmoothingSpin", 0.1);
            choose("lossNormaliseCombo", static_cast<int>(loss::Normalise::Positives));
            choose("lossTermsCombo", static_cast<int>(loss::LossTerms::Objectness));
            type("lossPriorSpin", 0.01);
            choose("lossClassWeightsCombo", static_cast<int>(loss::ClassWeightRule::ClassBalanced));
            type("lossBetaSliderSpin", 0.99);
            find<QLineEdit>("freezeListEdit")->setText(QStringLiteral("0,2"));
            find<QCheckBox>("cosLrCheck")->setChecked(true);
            find<QCheckBox>("deterministicCheck")->click();
            find<QComboBox>("optimizerCombo")->setCurrentText(QStringLiteral("AdamW"));
            find<QSpinBox>("patienceSpin")->setValue(7);
            find<QSpinBox>("workersSpin")->setValue(2);
            if (kind == static_cast<int>(loss::LossKind::Ohem)) {
                find<QCheckBox>("rectCheck")->click();
                find<QCheckBox>("autoanchorCheck")->click();
            } else {
                find<QComboBox>("recipeCombo")->setCurrentIndex(1); // YOLOv7, but with a straight line
                find<QCheckBox>("cosLrCheck")->setChecked(false);
                find<QCheckBox>("imageWeightsCheck")->click();
            }
            find<QSpinBox>("nbsSpin")->setValue(32);
            find<QSpinBox>("saveBatchesSpin")->setValue(1);
        }
        if (kind == static_cast<int>(loss::LossKind::ClassBalanced)) {
            type("lossGammaSliderSpin", 1.25);
            find<QCheckBox>("lossAlphaCheck")->click();
            type("lossAlphaSliderSpin", 0.7);
            choose("lossModulatorCombo", static_cast<int>(loss::Modulator::Geometric));
            find<QLineEdit>("lossClassPosWeightEdit")->setText(QStringLiteral("1, 2"));
        }
        if (kind == static_cast<int>(loss::LossKind::Ohem))
            type("lossOhemSliderSpin", 4.5);

        runs::TrainConfig told = m_form->config();
        told.data = tests::tinyDataSet(m_scratch, "data").toStdString();
        const runs::RunPaths run{m_scratch.path(std::string("run") + std::to_string(kind))};
        const auto [hypFile, hypText] = hypFileOf(told, qs(m_scratch.path("cache")));
        QCOMPARE(hypFile.isEmpty(), kind == static_cast<int>(loss::LossKind::Bce));
        if (!hypFile.isEmpty())
            QVERIFY(writeFileAtomically(toPath(hypFile), hypText.toStdString()).has_value());
        QProcess cli;
        cli.setProcessChannelMode(QProcess::MergedChannels);
        cli.setStandardInputFile(QProcess::nullDevice());
        cli.start(WorkerClient::program(), trainArguments(told, qs(run.folder), hypFile));
        QVERIFY(cli.waitForFinished(240'000));
        QVERIFY2(cli.exitCode() == 0, cli.readAll().constData());
        std::vector<data::Finding> findings;
        const auto kept = runs::readTrainConfig(run.config(), findings);
        QVERIFY(kept.has_value());
        QVERIFY(findings.empty());
        QCOMPARE(QString::fromStdString(told.device), kind == static_cast<int>(loss::LossKind::Bce) ? QStringLiteral("auto") : QStringLiteral("cpu"));
        QVERIFY(kept->device == "cpu" || (told.device == "auto" && kept->device.starts_with("cuda:"))); // what auto came to stands in the run
        told.device = kept->device;
        QCOMPARE(runs::formatTrainConfig(*kept), runs::formatTrainConfig(told));
        // And into the form again.
        m_form->setConfig(*kept);
        runs::TrainConfig again = m_form->config();
        again.data = told.data;
        QCOMPARE(runs::formatTrainConfig(again), runs::formatTrainConfig(told));
    }
};

QTEST_MAIN(TestTrainForm)
#include "tst_train_form.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// The verb `train` as a real process: what it writes, refuses, and leaves behind when it is stopped, killed or out of
// disk.
#include <cmath>
#include <csignal>
#include <filesystem>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QtTest>

#include "tests/support/cli_process.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"
#include "tests/support/small_disk.h"
#include "tests/support/tiny_training.h"

namespace fs = std::filesystem;
using intersect::tests::Answer;
using intersect::tests::cli;
using intersect::tests::eventsOf;
using intersect::tests::kCli;
using intersect::tests::Scratch;
using intersect::tests::text;
using intersect::tests::typesOf;
using intersect::tests::words;

class TestCliTrain : public QObject {
    Q_OBJECT
    Scratch m_scratch;

    QString dataSet(const std::string& name) const { return intersect::tests::tinyDataSet(m_scratch, name); }
    QStringList trainCommand(const QString& data, const std::string& run, const QStringList& more = {}) const {
        return intersect::tests::tinyTraining(data, m_scratch.path(run), more);
    }

private Q_SLOTS:
    void writesAWholeRun() {
        const QString data = dataSet("whole");
        const Answer answer = cli(trainCommand(data, "whole-run", words("--epochs 2 --save-batches 1 --json")));
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonObject document = QJsonDocument::fromJson(answer.out).object();
        for (const char* key : {"run", "epochs", "best_epoch", "images_per_s", "seconds", "peak_memory_mb",
                                "definition", "map50", "map50_95"})
            QVERIFY2(document.contains(QLatin1String(key)), key);
        QCOMPARE(document[QStringLiteral("epochs")].toInt(), 2);
        QCOMPARE(document[QStringLiteral("definition")].toString(), QStringLiteral("yolov5"));
        QVERIFY(document[QStringLiteral("images_per_s")].toDouble() > 0);

        const fs::path run = m_scratch.path("whole-run");
        for (const char* file :
             {"config.yaml", "events.jsonl", "results.csv", "histograms.jsonl", "worker.log", "weights/best.safetensors",
              "weights/last.safetensors", "lists/train.txt", "lists/val.txt", "lists/data.yaml", "train_batch0.jpg"})
            QVERIFY2(fs::exists(run / file), file);
        const auto events = eventsOf(run);
        const QStringList types = typesOf(events);
        QCOMPARE(types.first(), QStringLiteral("hello"));
        QCOMPARE(types.value(1), QStringLiteral("started"));
        QCOMPARE(types.last(), QStringLiteral("done"));
        QCOMPARE(types.count(QStringLiteral("epoch")), 2);
        QCOMPARE(types.count(QStringLiteral("checkpoint")), 2);
        QVERIFY(types.contains(QStringLiteral("progress")));
        const QJsonObject epoch = events[types.indexOf(QStringLiteral("epoch"))];
        QCOMPARE(epoch[QStringLiteral("epoch")].toInt(), 1);
        for (const char* key :
             {"of", "loss", "val_loss", "map50", "map50_95", "precision", "recall", "classes", "lr", "seconds"})
            QVERIFY2(epoch.contains(QLatin1String(key)), key);
        const QByteArray csv = QByteArray::fromStdString(intersect::tests::bytesOf(run / "results.csv"));
        const auto lines = csv.trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        for (const QByteArray& line : lines)
            QCOMPARE(line.split(',').size(), 14);
        QCOMPARE(lines[1].split(',').first().trimmed(), QByteArray("0"));
        QCOMPARE(intersect::tests::bytesOf(run / "lists/train.txt"),
                 intersect::tests::bytesOf(m_scratch.path("whole/train.txt")));
    }

    void theSameSeedGivesTheSameWeights() {
        const QString data = dataSet("seeded");
        QCOMPARE(cli(trainCommand(data, "seed-a", words("--epochs 1 --workers 1 --seed 5"))).code, 0);
        QCOMPARE(cli(trainCommand(data, "seed-b", words("--epochs 1 --workers 3 --seed 5"))).code, 0);
        QCOMPARE(cli(trainCommand(data, "seed-c", words("--epochs 1 --workers 1 --seed 6"))).code, 0);
        const auto weights = [this](const char* run) {
            return intersect::tests::bytesOf(m_scratch.path(run) / "weights/last.safetensors");
        };
        QVERIFY(weights("seed-a") == weights("seed-b"));
        QVERIFY(weights("seed-a") != weights("seed-c"));
        // The run's own config repeats it.
        const QStringList again{QStringLiteral("train"), QStringLiteral("--config"),
                                text(m_scratch.path("seed-a/config.yaml")), QStringLiteral("--run"),
                                text(m_scratch.path("seed-d"))};
        QCOMPARE(cli(again).code, 0);
        QVERIFY(weights("seed-a") == weights("seed-d"));
    }

    void aMissingGpuIsSaidBeforeAnythingIsWritten_data() {
        QTest::addColumn<QString>("device");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("says");
        for (const char* device : {"cuda", "cuda:7", "7"})
            QTest::newRow(device) << QString::fromLatin1(device) << 3 << QByteArray("The device ").append(device).append(" is not available: ");
        QTest::newRow("gpu") << QStringLiteral("gpu") << 2 << QByteArray("The device gpu is unknown.");
        QTest::newRow("cuda:") << QStringLiteral("cuda:") << 2 << QByteArray("The device cuda: is unknown.");
        QTest::newRow("cuda --deterministic") << QStringLiteral("cuda --deterministic") << 2 << QByteArray("on a GPU some operations give other bits");
    }
    void aMissingGpuIsSaidBeforeAnythingIsWritten() {
        QFETCH(QString, device);
        QFETCH(int, code);
        QFETCH(QByteArray, says);
        if (device == QStringLiteral("cuda") && cli({QStringLiteral("doctor"), QStringLiteral("--json")}).out.contains("\"gpu\":1"))
            QSKIP("This machine has a GPU.");
        const Answer answer = cli(trainCommand(dataSet("gpu"), "gpu-run", words(qPrintable(QStringLiteral("--epochs 1 --device ") + device))));
        QCOMPARE(answer.code, code);
        QVERIFY2(answer.err.contains(says), answer.err.constData());
        QVERIFY2(answer.err.contains("--device cpu") || code == 2, answer.err.constData()); // what to do
        QVERIFY(!fs::exists(m_scratch.path("gpu-run")));
    }

    void theDeviceIsWrittenAndObeyed() {
        const QString data = dataSet("device");
        QCOMPARE(cli(trainCommand(data, "device-run", words("--epochs 1 --device cpu"))).code, 0);
        const fs::path config = m_scratch.path("device-run/config.yaml");
        std::string settings = intersect::tests::bytesOf(config);
        QVERIFY2(settings.find("\ndevice: 'cpu'\n") != std::string::npos, settings.c_str());
        QCOMPARE(eventsOf(m_scratch.path("device-run")).value(1)[QStringLiteral("device")].toString(), QStringLiteral("cpu"));
        settings.replace(settings.find("device: 'cpu'"), 13, "device: 9");
        m_scratch.write("device-run/config.yaml", settings);
        const Answer answer = cli({QStringLiteral("resume"), text(m_scratch.path("device-run")), QStringLiteral("--epochs"), QStringLiteral("2")});
        QCOMPARE(answer.code, 3);
        QVERIFY2(answer.err.contains("The device 9 is not available") && answer.err.contains("config.yaml"), answer.err.constData());
        // What is left as it was can still go on.
        m_scratch.write("device-run/config.yaml", settings.replace(settings.find("device: 9"), 9, "device: auto"));
        QCOMPARE(cli({QStringLiteral("resume"), text(m_scratch.path("device-run")), QStringLiteral("--epochs"), QStringLiteral("2")}).code, 0);
    }

    void previewsBatchesWithoutTraining() {
        const QString data = dataSet("preview");
        const fs::path out = m_scratch.path("previewed");
        const QStringList command = QStringList{QStringLiteral("train"), data, QStringLiteral("--out"), text(out)} + words("--img-size 64 --batch 4 --preview-batches 2");
        const Answer answer = cli(command + words("--json"));
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonArray pictures = QJsonDocument::fromJson(answer.out).object()[QStringLiteral("pictures")].toArray();
        QCOMPARE(pictures.size(), 2);
        QCOMPARE(pictures[1].toString(), text(out / "train_batch1.jpg"));
        QCOMPARE(std::distance(fs::directory_iterator(out), fs::directory_iterator()), 2);
        const std::string first = intersect::tests::bytesOf(out / "train_batch0.jpg");
        QCOMPARE(cli(command).code, 3); // it is there already
        QCOMPARE(cli(command + words("--force --rect --seed 4")).code, 0);
        QVERIFY(intersect::tests::bytesOf(out / "train_batch0.jpg") != first);
        QCOMPARE(cli({QStringLiteral("train"), data, QStringLiteral("--preview-batches"), QStringLiteral("1")}).code, 2);
        QCOMPARE(cli(QStringList{QStringLiteral("train"), data} + words("--weights none")).code, 2);
        // A training begins with what was shown.
        QCOMPARE(cli(trainCommand(data, "previewed-run", words("--epochs 1 --save-batches 1"))).code, 0);
        QVERIFY(intersect::tests::bytesOf(m_scratch.path("previewed-run/train_batch0.jpg")) == first);
    }

    void trainsInRectanglesAndByImageWeights() {
        const Answer answer = cli(trainCommand(dataSet("rect"), "rect-run", words("--epochs 2 --rect --image-weights")));
        QVERIFY2(answer.code == 0, answer.err.constData());
        const std::string config = intersect::tests::bytesOf(m_scratch.path("rect-run/config.yaml"));
        QVERIFY(config.find("rect: true\nimage_weights: true\n") != std::string::npos);
    }

    void aFrozenBeginningMeetsPicturesInRectanglesThatChange() {
        // Six wide pictures and two square ones in batches of four: which of the wide ones share a square input differs from epoch to epoch.
        const QString data = dataSet("shapes");
        for (int i = 0; i < 6; ++i)
            m_scratch.write("shapes/cam/frame" + std::to_string(i) + ".bmp", intersect::tests::bmpBytes(64, 32, static_cast<unsigned char>(30 * i)));
        const fs::path still = m_scratch.write("still.yaml", "hsv_h: 0\nhsv_s: 0\nhsv_v: 0\ntranslate: 0\nscale: 0\nfliplr: 0\nmosaic: 0\n");
        const Answer answer = cli(trainCommand(data, "shapes-run", words("--epochs 4 --rect --freeze 3 --hyp") + QStringList{text(still)}));
        QVERIFY2(answer.code == 0, answer.err.constData());
    }

    void tellsUnlabelledFramesAndUnknownHyperParameters() {
        const QString data = dataSet("background");
        m_scratch.write("background/cam/frame1.txt", "");                // empty: background
        fs::remove(m_scratch.path("background/cam/frame2.txt"));         // no label file: background too
        fs::remove(m_scratch.path("background/cam/frame9.txt"));         // of val
        const fs::path hyp = m_scratch.write("mistyped.yaml", "lr0: 0.01\nmosiac: 1.0\ncopy_paste: 0.5\n");
        const Answer answer = cli(trainCommand(data, "background-run", words("--epochs 1 --hyp") + QStringList{text(hyp)}));
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QByteArray wanted = text(hyp).toUtf8().append(":2: The hyper-parameter mosiac is unknown");
        QVERIFY2(answer.err.contains(wanted), answer.err.constData());
        const fs::path run = m_scratch.path("background-run");
        const QByteArray log = QByteArray::fromStdString(intersect::tests::bytesOf(run / "worker.log"));
        QVERIFY2(log.contains(wanted), log.constData());
        QVERIFY(log.contains("copy_paste pastes whole boxes"));
        const QByteArray sentence = "Train: 8 pictures, 2 of them without an object (background). Val: 4 pictures, 1 of them without an object (background).";
        QVERIFY2(log.contains(sentence), log.constData());
        QVERIFY(QByteArray::fromStdString(intersect::tests::bytesOf(run / "config.yaml")).contains(QByteArray("# ").append(sentence)));
        const auto events = eventsOf(run);
        const QStringList types = typesOf(events);
        const QJsonObject started = events[types.indexOf(QStringLiteral("started"))];
        QCOMPARE(started[QStringLiteral("train_unlabelled")].toInt(), 2);
        QCOMPARE(started[QStringLiteral("val_unlabelled")].toInt(), 1);
        const QJsonObject finding = events[types.indexOf(QStringLiteral("finding"))];
        QCOMPARE(finding[QStringLiteral("code")].toString(), QStringLiteral("hyp-unknown"));
        QCOMPARE(finding[QStringLiteral("line")].toInt(), 2);
        QCOMPARE(finding[QStringLiteral("severity")].toString(), QStringLiteral("warning"));
    }

    void replacesARunOnlyWhenTold() {
        const QString data = dataSet("force");
        QCOMPARE(cli(trainCommand(data, "force-run", words("--epochs 1"))).code, 0);
        const std::string before = intersect::tests::bytesOf(m_scratch.path("force-run/events.jsonl"));
        const Answer refused = cli(trainCommand(data, "force-run", words("--epochs 1")));
        QCOMPARE(refused.code, 3);
        QVERIFY(refused.err.contains("--force"));
        QCOMPARE(intersect::tests::bytesOf(m_scratch.path("force-run/events.jsonl")), before);
        QCOMPARE(cli(trainCommand(data, "force-run", words("--epochs 1 --force"))).code, 0);
        QCOMPARE(typesOf(eventsOf(m_scratch.path("force-run"))).count(QStringLiteral("hello")), 1);
        // A folder that is no run is not cleared, whatever is said.
        m_scratch.write("foreign/thesis.txt", "years of work");
        QCOMPARE(cli(trainCommand(data, "foreign", words("--epochs 1 --force"))).code, 3);
        QCOMPARE(intersect::tests::bytesOf(m_scratch.path("foreign/thesis.txt")), std::string("years of work"));
    }

    void trainsWithTheChosenLoss() {
        const QString data = dataSet("loss");
        const auto losses = [&](const char* run, const char* options) {
            const Answer answer = cli(trainCommand(data, run, words("--epochs 1 --seed 3 --precision fp32") + words(options)));
            if (answer.code != 0)
                qWarning() << answer.err;
            for (const QJsonObject& event : eventsOf(m_scratch.path(run)))
                if (event[QStringLiteral("type")] == QLatin1String("epoch"))
                    return event[QStringLiteral("loss")].toObject();
            return QJsonObject();
        };
        const auto term = [](const QJsonObject& terms, const char* name) {
            return terms[QLatin1String(name)].toDouble(-1);
        };
        const QJsonObject bce = losses("loss-bce", "--loss bce");
        const QJsonObject balanced = losses("loss-balanced", "--loss balanced --normalise sum");
        // Both classes have four boxes: alpha is 0.5 for each, and the sum over rows and two classes is larger than
        // their mean.
        QVERIFY(term(bce, "cls") > 0);
        QVERIFY(term(balanced, "cls") > 5 * term(bce, "cls"));
        const QJsonObject heavy = losses("loss-term", "--loss ohem --ohem-ratio 2 --term-weight 3 --pos-weight 1,4");
        QVERIFY(term(heavy, "obj") > term(bce, "obj"));
        // Sum to one with two equal classes: half the class loss, the rest as before.
        const QJsonObject weighted = losses("loss-weights", "--class-weights sum-to-one");
        QVERIFY(std::fabs(term(weighted, "cls") / term(bce, "cls") - 0.5) < 0.05);
        const QByteArray config =
            QByteArray::fromStdString(intersect::tests::bytesOf(m_scratch.path("loss-term") / "config.yaml"));
        for (const char* line : {"\nloss: ohem\n", "\nohem_ratio: 2\n", "\nterm_weight: 3\n", "\npos_weight: [1, 4]\n"})
            QVERIFY2(config.contains(line), line);
    }

    void namedFormsExpandAndSayWhatTheyChange() {
        const QString data = dataSet("form");
        // what is said beside the form goes over it
        QCOMPARE(cli(trainCommand(data, "form-run", words("--epochs 1 --loss-form paper --alpha 0.5"))).code, 0);
        const QByteArray config = QByteArray::fromStdString(intersect::tests::bytesOf(m_scratch.path("form-run") / "config.yaml"));
        for (const char* line : {"\nloss: focal\n", "\ngamma: 2\n", "\nalpha: 0.5\n", "\nnormalise: positives\n", "\nprior: 0.01\n"})
            QVERIFY2(config.contains(line), line);
        const QByteArray log = QByteArray::fromStdString(intersect::tests::bytesOf(m_scratch.path("form-run") / "worker.log"));
        QVERIFY2(log.contains("-4.595120"), log.constData());
        QVERIFY2(log.contains("Trains with focal (gamma 2, alpha 0.5, divided by positives). The objectness term is "), log.constData());
        QCOMPARE(log.count("times as large as with BCE on the first batch"), 2);
        const Answer unknown = cli(trainCommand(data, "form-unknown", words("--loss-form hinge")));
        QCOMPARE(unknown.code, 2);
        QVERIFY(unknown.err.contains("yolov5-focal"));
        QCOMPARE(cli(trainCommand(data, "form-prior", words("--prior 1.5"))).code, 2);
    }

    void refusesBadInput_data() {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("no data.yaml") << "no-yaml" << 3 << QByteArray("nowhere.yaml");
        QTest::newRow("missing picture") << "missing" << 3 << QByteArray("no-such.bmp");
        QTest::newRow("class without a name") << "class" << 3 << QByteArray("frame3.txt:1");
        QTest::newRow("no picture") << "broken" << 3 << QByteArray("frame2.bmp");
        QTest::newRow("picture cut off") << "cut" << 3 << QByteArray("frame2.bmp");
        QTest::newRow("train and val overlap") << "overlap" << 3 << QByteArray("in common");
        QTest::newRow("nothing labelled") << "unlabelled" << 3 << QByteArray("labelled object");
        QTest::newRow("weights are no weights") << "weights" << 3 << QByteArray("bad.pt");
        QTest::newRow("no weights named") << "none" << 2 << QByteArray("--weights");
        QTest::newRow("size") << "size" << 2 << QByteArray("--img-size");
        QTest::newRow("freeze") << "freeze" << 2 << QByteArray("--freeze");
        QTest::newRow("loss") << "loss" << 2 << QByteArray("hinge");
        QTest::newRow("pos-weight") << "pos-weight" << 2 << QByteArray("3 numbers");
        QTest::newRow("hyp") << "hyp" << 3 << QByteArray("hyp.yaml:2");
    }
    void refusesBadInput() {
        QFETCH(QString, fault);
        QFETCH(int, code);
        QFETCH(QByteArray, named);
        const std::string name = "bad-" + fault.toStdString();
        QString data = dataSet(name);
        QStringList more{QStringLiteral("--epochs"), QStringLiteral("1")};
        if (fault == QLatin1String("no-yaml")) {
            data = text(m_scratch.path("nowhere.yaml"));
        } else if (fault == QLatin1String("missing")) {
            m_scratch.write(name + "/train.txt", m_scratch.path(name + "/cam/frame0.bmp").string() + "\n" +
                                                     m_scratch.path("no-such.bmp").string() + "\n");
        } else if (fault == QLatin1String("class")) {
            m_scratch.write(name + "/cam/frame3.txt", "2 0.5 0.5 0.1 0.1\n");
        } else if (fault == QLatin1String("broken")) {
            m_scratch.write(name + "/cam/frame2.bmp", "not a picture");
        } else if (fault == QLatin1String("cut")) {
            m_scratch.write(name + "/cam/frame2.bmp", intersect::tests::bmpBytes(64, 64).substr(0, 900));
        } else if (fault == QLatin1String("overlap")) {
            m_scratch.write(name + "/val.txt", m_scratch.path(name + "/cam/frame0.bmp").string() + "\n");
        } else if (fault == QLatin1String("unlabelled")) {
            for (int i = 0; i < 8; ++i)
                fs::remove(m_scratch.path(name + "/cam/frame" + std::to_string(i) + ".txt"));
        } else if (fault == QLatin1String("weights")) {
            more += {QStringLiteral("--weights"), text(m_scratch.write(name + "/bad.pt", "PK\x03\x04 no archive"))};
        } else if (fault == QLatin1String("none")) {
            const Answer answer =
                cli({QStringLiteral("train"), data, QStringLiteral("--run"), text(m_scratch.path(name + "-run"))});
            QCOMPARE(answer.code, code);
            QVERIFY(answer.err.contains(named));
            return;
        } else if (fault == QLatin1String("size")) {
            more += {QStringLiteral("--img-size"), QStringLiteral("100")};
        } else if (fault == QLatin1String("freeze")) {
            more += {QStringLiteral("--freeze"), QStringLiteral("0,77")};
        } else if (fault == QLatin1String("loss")) {
            more += {QStringLiteral("--loss"), QStringLiteral("hinge")};
        } else if (fault == QLatin1String("pos-weight")) {
            more += {QStringLiteral("--pos-weight"), QStringLiteral("1,2,3")};
        } else {
            more += {QStringLiteral("--hyp"), text(m_scratch.write(name + "/hyp.yaml", "lr0: 0.01\nbox: much\n"))};
        }
        QStringList command = trainCommand(data, name + "-run");
        for (qsizetype i = 0; i < more.size(); i += 2)
            if (const auto at = command.indexOf(more[i]); at >= 0)
                command.remove(at, 2);
        const Answer answer = cli(command + more);
        QVERIFY2(answer.code == code, answer.err.constData());
        QVERIFY2(answer.err.contains(named), answer.err.constData());
        QVERIFY(!fs::exists(m_scratch.path(name + "-run")));
    }

    void badRowsAreLeftOutAndTold() {
        const QString data = dataSet("rows");
        m_scratch.write("rows/cam/frame1.txt", "0 0.5 0.5 0.2 0.2\n0 nan 0.5 0.2 0.2\n0 0.5 0.5 0.2 0.2 0.9\n");
        const Answer answer = cli(trainCommand(data, "rows-run", words("--epochs 1")));
        QVERIFY2(answer.code == 1, answer.err.constData());
        const auto events = eventsOf(m_scratch.path("rows-run"));
        QCOMPARE(typesOf(events).count(QStringLiteral("finding")), 2);
        QCOMPARE(typesOf(events).back(), QStringLiteral("done"));
        QVERIFY(answer.err.contains("frame1.txt"));
    }

    void trainsOtherNetworks_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QByteArray>("network");
        QTest::newRow("four levels") << QStringLiteral("yolov5n6") << QByteArray("yolov5n6");
        QTest::newRow("another family") << QStringLiteral("yolov7-tiny") << QByteArray("yolov7-tiny");
        QTest::newRow("a model file") << QStringLiteral("small.yaml") << QByteArray("small");
    }
    void trainsOtherNetworks() {
        QFETCH(QString, model);
        QFETCH(QByteArray, network);
        const std::string name = "other-" + network.toStdString();
        if (model.endsWith(QStringLiteral(".yaml")))
            model = text(m_scratch.write("small.yaml", "nc: 80\nanchors: [[10,13, 33,23], [30,61, 59,119]]\nbackbone:\n"
                                                       "  [[-1, 1, Conv, [8, 6, 2, 2]], [-1, 1, Conv, [16, 3, 2]], [-1, 1, RepConv, [16, 3, 1]]]\n"
                                                       "head:\n  [[-1, 1, Conv, [16, 3, 2]], [[2, 3], 1, IDetect, [nc, anchors]]]\n"));
        const Answer answer = cli(trainCommand(dataSet(name), name + "-run", QStringList{QStringLiteral("--epochs"), QStringLiteral("1"), QStringLiteral("--model"), model}));
        QVERIFY2(answer.code == 0, answer.err.constData());
        // What was trained is read back, validated on the way, and goes on from its own weights.
        const QString weights = text(m_scratch.path(name + "-run/weights/last.safetensors"));
        const Answer inspected = cli({QStringLiteral("inspect"), weights, QStringLiteral("--json")});
        QVERIFY2(inspected.code == 0, inspected.err.constData());
        QCOMPARE(QJsonDocument::fromJson(inspected.out).object()[QStringLiteral("network")].toString().toUtf8(), network);
        QStringList again = trainCommand(dataSet(name), name + "-again", words("--epochs 1"));
        again[again.indexOf(QStringLiteral("none"))] = weights;
        const Answer second = cli(again);
        QVERIFY2(second.code == 0, second.err.constData());
        const auto said = QRegularExpression(QStringLiteral("(\\d+) of (\\d+) tensors")).match(QString::fromUtf8(second.err));
        QVERIFY2(said.hasMatch(), second.err.constData());
        QCOMPARE(said.captured(1), said.captured(2));
    }
    void sizesMustFitTheLargestStride() {
        QStringList command = trainCommand(dataSet("p6"), "p6-run", words("--epochs 1 --model yolov5n6"));
        command[command.indexOf(QStringLiteral("--img-size")) + 1] = QStringLiteral("96");
        const Answer answer = cli(command);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains("no multiple of 64"), answer.err.constData());
        QVERIFY(!fs::exists(m_scratch.path("p6-run")));
    }

    void transfersWhatFits() {
        NEED_SHARED("weights/yolov5n.pt");
        const QString data = dataSet("transfer");
        QStringList command = trainCommand(data, "transfer-run", words("--epochs 1 --freeze 10"));
        command[command.indexOf(QStringLiteral("none"))] = text(intersect::tests::shared("weights/yolov5n.pt"));
        const Answer answer = cli(command);
        QVERIFY2(answer.code == 0, answer.err.constData());
        QVERIFY2(answer.err.contains("343 of 349"), answer.err.constData());
        QVERIFY2(answer.err.contains("Frozen: modules 0 to 9 (Conv, C3, SPPF)"), answer.err.constData());
    }

    void stopsWhenAsked_data() {
        QTest::addColumn<QString>("how");
        QTest::newRow("the word stop") << "word";
        QTest::newRow("standard input ends") << "end";
        QTest::newRow("while paused") << "paused";
        QTest::newRow("Ctrl+C without events") << "signal";
    }
    void stopsWhenAsked() {
        QFETCH(QString, how);
        const std::string name = "stop-" + how.toStdString();
        const bool events = how != QLatin1String("signal");
        QProcess process;
        process.start(kCli, trainCommand(dataSet(name), name + "-run",
                                             words("--epochs 100000") + (events ? words("--events") : QStringList{})));
        const fs::path last = m_scratch.path(name + "-run/weights/last.safetensors");
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(last), 120'000);
        if (how == QLatin1String("paused"))
            process.write("pause\nstop\n");
        else if (how == QLatin1String("word"))
            process.write("stop\n");
        else if (how == QLatin1String("end"))
            process.closeWriteChannel();
        else
            ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        const QStringList types = typesOf(eventsOf(m_scratch.path(name + "-run")));
        QCOMPARE(types.last(), QStringLiteral("stopped"));
        QCOMPARE(types.value(types.size() - 2), QStringLiteral("checkpoint"));
        const QByteArray out = process.readAllStandardOutput();
        if (events) // the pipe carries the same lines as the file
            QCOMPARE(out.toStdString(), intersect::tests::bytesOf(m_scratch.path(name + "-run/events.jsonl")));
    }

    void leavesAReadableRunWhenKilled() {
        QProcess process;
        process.start(kCli, trainCommand(dataSet("killed"), "killed-run", words("--epochs 100000")));
        const fs::path run = m_scratch.path("killed-run");
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(run / "results.csv"), 120'000);
        process.kill();
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitStatus(), QProcess::CrashExit);
        const auto events = eventsOf(run);
        QVERIFY(typesOf(events).contains(QStringLiteral("epoch")));
        for (const QJsonObject& event : events)
            QVERIFY(event.contains(QStringLiteral("type")));
        // What was saved is a whole file: another training starts from it.
        QStringList command = trainCommand(dataSet("after-kill"), "after-kill-run", words("--epochs 1"));
        command[command.indexOf(QStringLiteral("none"))] = text(run / "weights/last.safetensors");
        const Answer answer = cli(command);
        QVERIFY2(answer.code == 0, answer.err.constData());
        QVERIFY2(answer.err.contains("349 of 349"), answer.err.constData());
        // The lock went with the process.
        QCOMPARE(cli(trainCommand(dataSet("killed-again"), "killed-run", words("--epochs 1 --force"))).code, 0);
    }

    void endsWithASentenceWhenTheLossIsNoNumber() {
        const fs::path hyp = m_scratch.write("wild.yaml", "lr0: 1.0e+30\nwarmup_bias_lr: 1.0e+30\n");
        const Answer answer = cli(trainCommand(dataSet("wild"), "wild-run",
                                               words("--epochs 300 --patience 0 --hyp") + QStringList{text(hyp)}));
        QCOMPARE(answer.code, 4);
        QVERIFY2(answer.err.contains("no number"), answer.err.constData());
        QVERIFY(fs::exists(m_scratch.path("wild-run/failed_batch.jpg")));
        const std::string batch = intersect::tests::bytesOf(m_scratch.path("wild-run/failed_batch.safetensors"));
        QVERIFY(batch.find(R"("shape":[4,64,64,3])") != std::string::npos);
        QVERIFY(batch.size() > 4 * 64 * 64 * 3);
        const auto events = eventsOf(m_scratch.path("wild-run"));
        QCOMPARE(events.last()[QStringLiteral("type")].toString(), QStringLiteral("error"));
        QVERIFY(!events.last()[QStringLiteral("advice")].toString().isEmpty());
    }

    void endsWithASentenceWhenNothingMoreCanBeWritten() {
        // The weights do not fit, the events do.
        const QString data = dataSet("full");
        const auto answer = [&] {
            const intersect::tests::SmallDisk disk(200'000);
            return cli(trainCommand(data, "full-run", words("--epochs 3")));
        }();
        QCOMPARE(answer.code, 4);
        QVERIFY2(answer.err.contains("last.safetensors"), answer.err.constData());
        const auto events = eventsOf(m_scratch.path("full-run"));
        QCOMPARE(events.last()[QStringLiteral("type")].toString(), QStringLiteral("error"));
        for (const auto& entry : fs::recursive_directory_iterator(m_scratch.path("full-run")))
            QVERIFY2(entry.path().extension() != ".safetensors", "a part of a file was left behind");
    }
};

QTEST_APPLESS_MAIN(TestCliTrain)
#include "tst_cli_train.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/cli_process.h"
#include "tests/support/shared_data.h"

using intersect::tests::Answer;
using intersect::tests::cli;

namespace {

QString sharedPath(const char* below) {
    return QString::fromStdString(intersect::tests::shared(below).string());
}

/// A grey BMP of 100x100 pixels.
QByteArray greyBitmap() {
    const auto word = [](quint32 value) {
        QByteArray bytes(4, '\0');
        for (int i = 0; i < 4; ++i)
            bytes[i] = static_cast<char>(value >> (8 * i) & 0xFFU);
        return bytes;
    };
    constexpr quint32 kSide = 100, kPixels = kSide * kSide * 3;
    return "BM" + word(54 + kPixels) + word(0) + word(54) + word(40) + word(kSide) + word(kSide) + word(1 | 24 << 16) +
           word(0) + word(kPixels) + word(0) + word(0) + word(0) + word(0) + QByteArray(kPixels, '\x80');
}

} // namespace

class TestCliEval : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    QString at(const QString& name) const { return m_folder.filePath(name); }
    QString write(const QString& name, const QByteArray& bytes) const {
        QDir().mkpath(QFileInfo(at(name)).path());
        QFile file(at(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write the scratch file");
        return at(name);
    }
    /// Two labelled pictures of two cameras with their data.yaml; the second picture's labels are `second`.
    QString dataSet(const QByteArray& second = "1 0.5 0.5 0.4 0.4\n", const QByteArray& names = "[car, bus]") const {
        for (const char* camera : {"a", "b"}) {
            write(QStringLiteral("set/test/%1/1.txt").arg(QLatin1String(camera)),
                  camera[0] == 'a' ? QByteArray("0 0.5 0.5 0.2 0.2\n") : second);
            write(QStringLiteral("set/test/%1/1.bmp").arg(QLatin1String(camera)), greyBitmap());
        }
        write(QStringLiteral("set/test.txt"), at(QStringLiteral("set/test/a/1.bmp")).toUtf8() + "\n" +
                                                  at(QStringLiteral("set/test/b/1.bmp")).toUtf8() + "\n");
        return write(QStringLiteral("set/data.yaml"),
                     "train: test.txt\nval: test.txt\ntest: test.txt\nnc: " + QByteArray::number(names.count(',') + 1) +
                         "\nnames: " + names + "\n");
    }
    /// Finds the object of camera a exactly, and of camera b half.
    static QByteArray plainDetections() {
        return R"([{"image_id":1,"category_id":0,"bbox":[40,40,20,20],"score":0.9},
{"image_id":2,"category_id":1,"bbox":[30,30,40,24],"score":0.8},
{"image_id":2,"category_id":1,"bbox":[0,0,5,5],"score":0.005}])";
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY2(QFile::exists(QStringLiteral(INTERSECT_BINARY_DIR "/bin/intersect-cli")),
                 "intersect-cli is not built");
        QVERIFY(m_folder.isValid());
    }
    void lossesGiveTheAcceptedNumbers() {
        const Answer answer =
            cli({QStringLiteral("losses"), QStringLiteral("--loss"), QStringLiteral("focal"), QStringLiteral("--gamma"),
                 QStringLiteral("2"), QStringLiteral("--alpha"), QStringLiteral("1"), QStringLiteral("--target"),
                 QStringLiteral("1"), QStringLiteral("--p"), QStringLiteral("0.1,0.5,0.9"), QStringLiteral("--json")});
        QCOMPARE(answer.code, 0);
        const QJsonArray rows = QJsonDocument::fromJson(answer.out).array();
        QCOMPARE(rows.size(), 3);
        const double wanted[3][2] = {{1.865094, -1.102019}, {0.173287, -0.298287}, {0.001054, -0.002896}};
        for (int i = 0; i < 3; ++i) {
            QVERIFY(std::fabs(rows[i].toObject()[QStringLiteral("loss")].toDouble() - wanted[i][0]) < 1e-6);
            QVERIFY(std::fabs(rows[i].toObject()[QStringLiteral("gradient")].toDouble() - wanted[i][1]) < 1e-6);
            QCOMPARE(rows[i].toObject()[QStringLiteral("target")].toDouble(), 1.0);
        }
    }
    void lossesPrintATable() {
        const Answer answer = cli({QStringLiteral("losses"), QStringLiteral("--loss"), QStringLiteral("bce"),
                                   QStringLiteral("--logit=-2,0,2")});
        QCOMPARE(answer.code, 0);
        QCOMPARE(answer.out.count('\n'), 4);
        QVERIFY(answer.out.contains("0.693147"));
        QVERIFY(answer.out.contains("-0.500000"));
    }
    void lossesTakeCounts() {
        const auto lossAtZero = [](const char* arguments) {
            const Answer answer = cli(QString::fromLatin1(arguments).split(QLatin1Char(' ')));
            return QJsonDocument::fromJson(answer.out).array()[0].toObject()[QStringLiteral("loss")].toDouble(-1);
        };
        const double ln2 = std::log(2.0);
        const auto same = [](double a, double b) { return std::fabs(a - b) < 1e-12; };
        QVERIFY(same(lossAtZero("losses --loss balanced --counts 10,10000 --logit=0 --json"), ln2 * 10000 / 10010));
        // effective number at beta 0.5 of 2 objects: 1.5; of 1: 1. Weights 2/3 and 1, scaled to 0.8 and 1.2
        QVERIFY(same(lossAtZero("losses --loss class-balanced --gamma 0 --beta 0.5 --class-count 2 --logit=0 --json"),
                     ln2 / 1.5));
        QVERIFY(same(lossAtZero("losses --loss class-balanced --gamma 0 --beta 0.5 --counts 2,1 --class 1 --logit=0 --json"),
                     ln2 * 1.2));
    }
    void ohemSaysWhatItKeeps() {
        const Answer answer = cli(QStringLiteral("losses --loss ohem --ohem-ratio 2 --target 0,1,0,0 --logit=1,3,-2,2 --json")
                                      .split(QLatin1Char(' ')));
        QCOMPARE(answer.code, 0);
        QList<bool> kept;
        for (const auto& row : QJsonDocument::fromJson(answer.out).array())
            kept.append(row.toObject()[QStringLiteral("kept")].toBool());
        QCOMPARE(kept, (QList<bool>{true, true, false, true}));
    }
    void classWeightsPrintAList() {
        const Answer answer =
            cli(QStringLiteral("class-weights --counts 3,1,0 --rule sum-to-one --json").split(QLatin1Char(' ')));
        QCOMPARE(answer.code, 0);
        const QJsonArray weights = QJsonDocument::fromJson(answer.out).array();
        QCOMPARE(weights.size(), 3);
        QCOMPARE(weights[0].toDouble(), 0.25);
        QCOMPARE(weights[1].toDouble(), 0.75);
        QCOMPARE(weights[2].toDouble(), 0.5); // absent: the mean, outside the sum
        for (const char* wrong : {"class-weights --counts 3,-1 --rule inverse", "class-weights --counts 3 --rule equal",
                                  "class-weights --counts 3,nan --rule inverse",
                                  "class-weights --counts 3 --rule class-balanced --beta 2"})
            QCOMPARE(cli(QString::fromLatin1(wrong).split(QLatin1Char(' '))).code, 2);
    }
    void entropyPrintsNullForInfinity() {
        const Answer answer = cli(QStringLiteral("entropy --p 0.5,0.5 --q 1,0 --json").split(QLatin1Char(' ')));
        QCOMPARE(answer.code, 0);
        const QJsonObject got = QJsonDocument::fromJson(answer.out).object();
        QCOMPARE(got[QStringLiteral("entropy_p")].toDouble(), std::log(2.0));
        QCOMPARE(got[QStringLiteral("entropy_q")].toDouble(-1), 0.0);
        QVERIFY(got[QStringLiteral("kl")].isNull() && got[QStringLiteral("cross_entropy")].isNull());
        QCOMPARE(got[QStringLiteral("kl_reverse")].toDouble(), std::log(2.0));
        const Answer table = cli(QStringLiteral("entropy --p 0.5,0.5").split(QLatin1Char(' ')));
        QVERIFY(table.out.contains("1.000000")); // bits
        for (const char* wrong : {"entropy --p 0.5,0.4", "entropy --p 0.5,0.5 --q 1", "entropy --p 1.5,-0.5"})
            QCOMPARE(cli(QString::fromLatin1(wrong).split(QLatin1Char(' '))).code, 2);
    }
    void lossesRefuse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("named");
        const auto row = [](const char* name, const char* arguments, const char* named) {
            QTest::newRow(name) << QString::fromLatin1(arguments).split(QLatin1Char(' ')) << QByteArray(named);
        };
        row("unknown kind", "--loss hinge --logit=0", "hinge");
        row("balanced without counts", "--loss balanced --logit=0", "--counts");
        row("class-balanced without counts", "--loss class-balanced --logit=0", "--class-count");
        row("class without a count", "--loss class-balanced --counts 5,6 --class 2 --logit=0", "from 0");
        row("counts that mean nothing", "--loss bce --counts 5,6 --logit=0", "bce");
        row("two targets for three points", "--loss ohem --target 0,1 --logit=0,1,2", "3 points");
        row("negative gamma", "--loss focal --gamma=-1 --logit=0", "gamma");
        row("alpha above 1", "--loss focal --alpha 2 --logit=0", "alpha");
        row("target above 1", "--loss bce --target 1.5 --logit=0", "1.5");
        row("probability 1", "--loss bce --p 1", "finite");
        row("no points", "--loss bce", "--logit");
        row("both points", "--loss bce --p 0.5 --logit=0", "twice");
        row("unknown modulator", "--loss focal --modulator cubic --logit=0", "cubic");
    }
    void lossesRefuse() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, named);
        const Answer answer = cli(QStringList{QStringLiteral("losses")} + arguments);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains(named), answer.err.constData());
        QVERIFY(answer.out.isEmpty());
    }

    void evaluatesAGoldenSet() {
        NEED_SHARED("reference/metrics");
        const QString curves = at(QStringLiteral("curves.csv"));
        const Answer answer =
            cli({QStringLiteral("evaluate"), QStringLiteral("--truth"),
                 sharedPath("reference/metrics/b_crowd_areas/gt.json"), QStringLiteral("--detections"),
                 sharedPath("reference/metrics/b_crowd_areas/results.json"), QStringLiteral("--definition"),
                 QStringLiteral("all"), QStringLiteral("--confusion-conf"), QStringLiteral("0.25"),
                 QStringLiteral("--curves"), curves, QStringLiteral("--json")});
        QCOMPARE(answer.code, 0);
        const QJsonObject got = answer.json();
        QFile expected(sharedPath("reference/metrics/b_crowd_areas/expected_yolov5.json"));
        QVERIFY(expected.open(QIODevice::ReadOnly));
        const QJsonObject want = QJsonDocument::fromJson(expected.readAll()).object();
        const QJsonObject definitions = got[QStringLiteral("definitions")].toObject();
        QVERIFY(std::fabs(definitions[QStringLiteral("yolov5")].toObject()[QStringLiteral("map50")].toDouble() -
                          want[QStringLiteral("mAP50")].toDouble()) < 1e-7);
        QCOMPARE(definitions[QStringLiteral("coco")].toObject()[QStringLiteral("stats")].toArray().size(), 12);
        QVERIFY(std::fabs(definitions[QStringLiteral("coco")].toObject()[QStringLiteral("map50")].toDouble() -
                          0.6814088211566101) < 1e-9);
        QStringList ids;
        for (const QJsonValue& one : got[QStringLiteral("classes")].toArray())
            ids << QString::number(one.toObject()[QStringLiteral("id")].toInt());
        QCOMPARE(ids, (QStringList{QStringLiteral("1"), QStringLiteral("3"), QStringLiteral("90")}));
        QCOMPARE(got[QStringLiteral("confusion")].toObject()[QStringLiteral("matrix")].toArray().size(), 4);
        QVERIFY(got[QStringLiteral("cameras")].isNull());
        QVERIFY(got[QStringLiteral("errors")].isNull());
        QFile csv(curves);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readLine().trimmed(), QByteArray("class,against,at,tp,fp,fn,precision,recall,f1"));
        QCOMPARE(csv.readAll().count('\n'), 3 * (101 + 18));
    }
    void evaluatesAPlainListAgainstDataYaml() {
        const QString found = write(QStringLiteral("found.json"), plainDetections());
        const QString saved = at(QStringLiteral("saved.json"));
        const QStringList arguments{QStringLiteral("evaluate"),
                                    QStringLiteral("--data"),
                                    dataSet(),
                                    QStringLiteral("--detections"),
                                    found,
                                    QStringLiteral("--by"),
                                    QStringLiteral("camera"),
                                    QStringLiteral("--save-detections"),
                                    saved,
                                    QStringLiteral("--json")};
        const Answer answer = cli(arguments);
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonObject got = answer.json();
        QCOMPARE(got[QStringLiteral("images")].toInt(), 2);
        QCOMPARE(got[QStringLiteral("labels")].toInt(), 2);
        QCOMPARE(got[QStringLiteral("detections")].toInt(), 3);
        // IoU 1 for the car, 0.6 for the bus: it counts at 0.50, 0.55 and 0.60
        const QJsonObject yolov5 = got[QStringLiteral("definitions")].toObject()[QStringLiteral("yolov5")].toObject();
        QVERIFY(std::fabs(yolov5[QStringLiteral("map50")].toDouble() - 0.995) < 1e-9);
        QVERIFY(std::fabs(yolov5[QStringLiteral("map50_95")].toDouble() - 0.995 * 13 / 20) < 1e-9);
        QVERIFY(got[QStringLiteral("definitions")].toObject()[QStringLiteral("coco")].isNull());
        const QJsonArray cameras = got[QStringLiteral("cameras")].toArray();
        QCOMPARE(cameras.size(), 2);
        QCOMPARE(cameras[1].toObject()[QStringLiteral("camera")].toString(), QStringLiteral("test/b"));
        for (const char* list : {"pools", "hours", "sizes"})
            QVERIFY(got[QLatin1String(list)].isNull());
        QCOMPARE(got[QStringLiteral("count_bias")].toDouble(), 0.0);
        // what was saved scores the same, and is not overwritten unasked
        const Answer again = cli({QStringLiteral("evaluate"), QStringLiteral("--data"), dataSet(),
                                  QStringLiteral("--detections"), saved, QStringLiteral("--json")});
        QCOMPARE(again.code, 0);
        QCOMPARE(again.json()[QStringLiteral("definitions")], got[QStringLiteral("definitions")]);
        const Answer refused = cli(arguments);
        QCOMPARE(refused.code, 3);
        QVERIFY(refused.err.contains("--force"));
        QCOMPARE(cli(arguments + QStringList{QStringLiteral("--force")}).code, 0);
    }
    void groupsSizesAndIntervals() {
        const QString found = write(QStringLiteral("found.json"), plainDetections());
        const QStringList arguments{QStringLiteral("evaluate"), QStringLiteral("--data"), dataSet(), QStringLiteral("--detections"), found, QStringLiteral("--by"),
                                    QStringLiteral("pool,hour,size,camera"), QStringLiteral("--intervals"), QStringLiteral("200")};
        const Answer answer = cli(arguments + QStringList{QStringLiteral("--json")});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonObject got = answer.json();
        const QJsonObject pool = got[QStringLiteral("pools")].toArray().first().toObject();
        QCOMPARE(pool[QStringLiteral("pool")].toString(), QStringLiteral("test"));
        QCOMPARE(pool[QStringLiteral("images")].toInt(), 2);
        QCOMPARE(pool[QStringLiteral("tp")].toInt(), 2);
        QCOMPARE(got[QStringLiteral("hours")].toArray().first().toObject()[QStringLiteral("hour")].toString(), QStringLiteral("unknown"));
        const QJsonArray sizes = got[QStringLiteral("sizes")].toArray();
        QCOMPARE(sizes.size(), 3);
        QCOMPARE(sizes[0].toObject()[QStringLiteral("tp")].toInt(), 1); // the car, 20 x 20
        QCOMPARE(sizes[1].toObject()[QStringLiteral("tp")].toInt(), 1); // the bus, 40 x 40
        QVERIFY(sizes[2].toObject()[QStringLiteral("map50")].isNull());
        // Both frames are found whole, so any draw of them is: recall 1 to 1.
        const QJsonArray recall = got[QStringLiteral("intervals")].toObject()[QStringLiteral("recall")].toArray();
        QCOMPARE(recall, (QJsonArray{1.0, 1.0}));
        QCOMPARE(got[QStringLiteral("cameras")].toArray()[1].toObject()[QStringLiteral("intervals")].toObject()[QStringLiteral("recall")].toArray(), recall);
        const Answer table = cli(arguments);
        for (const char* word : {"\nPool", "\nHour of day", "\nBox size", "95 % of redrawn frames", "Vehicles a frame"})
            QVERIFY2(table.out.contains(word), word);
        QCOMPARE(cli({QStringLiteral("evaluate"), QStringLiteral("--data"), dataSet(), QStringLiteral("--detections"), found, QStringLiteral("--by"), QStringLiteral("weather")}).code, 2);
    }
    void evaluatesAFolderOfTexts() {
        const QString data = dataSet();
        write(QStringLiteral("texts/a/1.txt"), "0 0.5 0.5 0.2 0.2 0.9\n");
        write(QStringLiteral("texts/b/1.txt"), "1 0.025 0.025 0.05 0.05 0.005\n1 0.5 0.42 0.4 0.24 0.8\n");
        const auto evaluate = [&](const QString& detections) {
            return cli({QStringLiteral("evaluate"), QStringLiteral("--data"), data, QStringLiteral("--detections"), detections,
                        QStringLiteral("--definition"), QStringLiteral("all"), QStringLiteral("--json")});
        };
        const Answer texts = evaluate(at(QStringLiteral("texts"))), list = evaluate(write(QStringLiteral("found.json"), plainDetections()));
        QVERIFY2(texts.code == 0, texts.err.constData());
        QCOMPARE(list.code, 0);
        QCOMPARE(texts.json()[QStringLiteral("detections")].toInt(), 3);
        QCOMPARE(texts.json()[QStringLiteral("definitions")], list.json()[QStringLiteral("definitions")]);
        write(QStringLiteral("texts/1.txt"), "0 0.5 0.5 0.2 0.2 0.9\n"); // of which camera?
        const Answer unclear = evaluate(at(QStringLiteral("texts")));
        QCOMPARE(unclear.code, 3);
        QVERIFY2(unclear.err.contains("set/test/a/1.bmp or of "), unclear.err.constData());
        QFile::remove(at(QStringLiteral("texts/1.txt")));
        write(QStringLiteral("texts/a/1.txt"), "\n0 0.5 0.5 0.2 0.2\n");
        const Answer labels = evaluate(at(QStringLiteral("texts")));
        QCOMPARE(labels.code, 3);
        QVERIFY2(labels.err.contains("\"line\":2") && labels.err.contains("--save-conf") && labels.err.count('\n') == 1, labels.err.constData());
    }
    void refusesBadDetections_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("named");
        const auto row = [](const char* name, const char* from, const char* to, const char* named) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QByteArray(named);
        };
        row("NaN score", "0.8", "NaN", "line 2: ");
        row("NaN score, which one", "0.8", "NaN", "detection 2 holds NaN");
        row("infinite box", "40,24]", "40,Infinity]", "detection 2 holds infinity");
        row("negative size", "40,24]", "40,-24]", "detection 2 has a box of negative size");
        row("percentages", "0.8", "80", "detection 2 has the score 80");
        row("id as text", "\"image_id\":2", "\"image_id\":\"2\"", "detection 2 has no whole number as \"image_id\"");
        row("unknown image", "\"image_id\":2", "\"image_id\":3", "detection 2 names image 3");
        row("cut", "0.005}]", "0.0", "breaks off after entry 2");
    }
    void refusesBadDetections() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, named);
        const Answer answer = cli({QStringLiteral("evaluate"), QStringLiteral("--data"), dataSet(), QStringLiteral("--detections"),
                                   write(QStringLiteral("bad.json"), plainDetections().replace(from, to))});
        QCOMPARE(answer.code, 3);
        QVERIFY2(answer.err.contains(named) && answer.err.contains("bad.json"), answer.err.constData());
        QCOMPARE(answer.err.count('\n'), 1); // one sentence
        QVERIFY(answer.out.isEmpty());
    }
    void saysWhatTheTruthDoesNotKnow() {
        const QString truth = write(QStringLiteral("gt.json"), R"({"images":[{"id":1,"width":90,"height":90,"file_name":"a.jpg"}],
            "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,9,9],"area":81}],"categories":[{"id":1,"name":"car"}]})");
        const Answer answer = cli({QStringLiteral("evaluate"), QStringLiteral("--truth"), truth, QStringLiteral("--detections"),
                                   write(QStringLiteral("zero.json"), R"([{"image_id":1,"category_id":0,"bbox":[1,1,9,9],"score":0.001}])"), QStringLiteral("--json")});
        QCOMPARE(answer.code, 0);
        const QJsonArray warnings = answer.json()[QStringLiteral("warnings")].toArray();
        QCOMPARE(warnings.size(), 1);
        QVERIFY(warnings[0].toString().startsWith(QStringLiteral("1 detection is of the class 0,")));
    }
    void comparesWithARunAndDoubtsLabels() {
        const QString found = write(QStringLiteral("found.json"), plainDetections());
        // The other run missed the bus and saw a car where none is.
        QJsonArray images;
        for (const char* camera : {"a", "b"})
            images.append(QJsonObject{{QStringLiteral("id"), images.size() + 1}, {QStringLiteral("file_name"), at(QStringLiteral("set/test/%1/1.bmp").arg(QLatin1String(camera)))},
                                      {QStringLiteral("width"), 100}, {QStringLiteral("height"), 100}});
        const auto detection = [](int image, const QJsonArray& box, double score) {
            return QJsonObject{{QStringLiteral("image_id"), image}, {QStringLiteral("category_id"), 0}, {QStringLiteral("bbox"), box}, {QStringLiteral("score"), score}};
        };
        const QJsonArray categories{QJsonObject{{QStringLiteral("id"), 0}, {QStringLiteral("name"), QStringLiteral("car")}}, QJsonObject{{QStringLiteral("id"), 1}, {QStringLiteral("name"), QStringLiteral("bus")}}};
        write(QStringLiteral("other/detections-test.json"),
              QJsonDocument(QJsonObject{{QStringLiteral("images"), images}, {QStringLiteral("categories"), categories},
                                        {QStringLiteral("annotations"), QJsonArray{detection(1, {40, 40, 20, 20}, 0.9), detection(2, {70, 70, 20, 20}, 0.85)}}}).toJson());
        const QString suspects = at(QStringLiteral("suspects.json"));
        const QStringList arguments{QStringLiteral("evaluate"), QStringLiteral("--data"), dataSet(), QStringLiteral("--detections"), found, QStringLiteral("--against"), at(QStringLiteral("other")),
                                    QStringLiteral("--suspects"), suspects};
        const Answer answer = cli(arguments + QStringList{QStringLiteral("--json")});
        QVERIFY2(answer.code == 0, answer.err.constData());
        const QJsonObject against = answer.json()[QStringLiteral("against")].toObject();
        QVERIFY(std::fabs(against[QStringLiteral("map50")].toDouble() - 0.995 / 2) < 1e-9);
        QVERIFY(std::fabs(against[QStringLiteral("map50_difference")].toDouble() - 0.995 / 2) < 1e-9);
        QCOMPARE(against[QStringLiteral("objects")].toObject()[QStringLiteral("fixed")].toInt(), 1);
        QCOMPARE(against[QStringLiteral("objects")].toObject()[QStringLiteral("both_right")].toInt(), 1);
        QCOMPARE(against[QStringLiteral("false_detections")].toObject()[QStringLiteral("gone")].toInt(), 1);
        // The bus' box lies beside its label: IoU 0.6, which is just good enough; nothing else is doubted.
        QFile file(suspects);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(file.readAll()).object()[QStringLiteral("suspects")].toArray().size(), 0);
        QVERIFY(cli(arguments + QStringList{QStringLiteral("--force")}).out.contains("Against other: mAP50"));
        const Answer missing = cli({QStringLiteral("evaluate"), QStringLiteral("--data"), dataSet(), QStringLiteral("--detections"), found, QStringLiteral("--against"), at(QStringLiteral("nowhere"))});
        QCOMPARE(missing.code, 3);
        QVERIFY(missing.err.contains("has no detections on test"));
    }
    void printsATableForPeople() {
        const QString found = write(QStringLiteral("found.json"), plainDetections());
        const Answer answer = cli({QStringLiteral("evaluate"), QStringLiteral("--data"), dataSet("9 9 9 9 9\n"),
                                   QStringLiteral("--detections"), found, QStringLiteral("--by"),
                                   QStringLiteral("camera"), QStringLiteral("--confusion-iou"), QStringLiteral("0.5")});
        QVERIFY2(answer.code == 1, answer.err.constData()); // done, but not of all rows
        QVERIFY(answer.out.contains("mAP50-95"));
        QVERIFY(answer.out.contains("\ncar "));
        QVERIFY(answer.out.contains("\ntest/a "));
        QVERIFY(answer.out.contains("background"));
        QVERIFY(answer.err.contains("warning: ")); // the bad label row is named with its line
        QVERIFY(answer.err.contains("b/1.txt:1"));
    }
    void warnsOfACutList() {
        const QString found =
            write(QStringLiteral("cut.json"), R"([{"image_id":1,"category_id":0,"bbox":[40,40,20,20],"score":0.9}])");
        const Answer answer = cli({QStringLiteral("evaluate"), QStringLiteral("--data"), dataSet(),
                                   QStringLiteral("--detections"), found, QStringLiteral("--json")});
        QCOMPARE(answer.code, 0);
        QVERIFY(answer.err.contains("warning: "));
        QCOMPARE(answer.json()[QStringLiteral("warnings")].toArray().size(), 1);
    }
    void nothingThereIsNull() {
        const QString truth =
            write(QStringLiteral("gt.json"),
                  R"({"images":[{"id":1,"width":9,"height":9,"file_name":"a.jpg"}],"annotations":[],"categories":[]})");
        const QString found = write(QStringLiteral("none.json"), "[]");
        const Answer answer =
            cli({QStringLiteral("evaluate"), QStringLiteral("--truth"), truth, QStringLiteral("--detections"), found,
                 QStringLiteral("--definition"), QStringLiteral("all"), QStringLiteral("--json")});
        QCOMPARE(answer.code, 0);
        const QJsonObject definitions = answer.json()[QStringLiteral("definitions")].toObject();
        for (const char* name : {"yolov5", "yolov7", "coco", "voc2007", "voc2010"})
            QVERIFY2(definitions[QLatin1String(name)].toObject()[QStringLiteral("map50")].isNull(), name);
    }

    void evaluatesARunAndLeavesItsDetectionsThere() {
        NEED_SHARED("weights/yolov5n.pt");
        const QByteArray data = dataSet().toUtf8();
        write(QStringLiteral("run/config.yaml"), "data: " + data + "\nimgsz: 320\n");
        QDir().mkpath(at(QStringLiteral("run/weights")));
        QFile::copy(sharedPath("weights/yolov5n.pt"),
                    at(QStringLiteral("run/weights/best.safetensors"))); // read by content, not by name
        for (int round = 0; round < 2; ++round) {                        // the second time replaces the first unasked
            const Answer answer = cli({QStringLiteral("evaluate"), at(QStringLiteral("run")), QStringLiteral("--split"),
                                       QStringLiteral("test"), QStringLiteral("--json")});
            QVERIFY2(answer.code == 0, answer.err.constData());
            QCOMPARE(answer.json()[QStringLiteral("images")].toInt(), 2);
            QVERIFY(answer.json()[QStringLiteral("images_per_s")].toDouble() > 0);
            // the data calls class 0 car and 1 bus, the weights person and bicycle
            QCOMPARE(answer.json()[QStringLiteral("warnings")].toArray().size(), 2);
            QVERIFY(answer.err.contains("car") && answer.err.contains("person"));
        }
        QVERIFY(QFileInfo(at(QStringLiteral("run/candidates-test.safetensors"))).size() > 0);
        QFile saved(at(QStringLiteral("run/detections-test.json")));
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(saved.readAll()).object()[QStringLiteral("images")].toArray().size(), 2);
    }

    void refusesBadInput_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("missing detections") << "missing" << QByteArray("no-such.json");
        QTest::newRow("broken detections") << "broken" << QByteArray("broken.json");
        QTest::newRow("broken truth") << "truth" << QByteArray("truth.json is not valid JSON (line 3)");
        QTest::newRow("other images by id") << "id" << QByteArray("image 77");
        QTest::newRow("other images by name") << "name" << QByteArray("other.png");
        QTest::newRow("class without a name") << "class" << QByteArray("line 2: The class 7 in ");
        QTest::newRow("no such run") << "run" << QByteArray("no-run");
        QTest::newRow("missing weights") << "weights" << QByteArray("no-such.pt");
    }
    void refusesBadInput() {
        QFETCH(QString, what);
        QFETCH(QByteArray, named);
        const QString data =
            what == QStringLiteral("class") ? dataSet("1 0.5 0.5 0.4 0.4\n7 0.5 0.5 0.1 0.1\n") : dataSet();
        const QString good = write(QStringLiteral("found.json"), plainDetections());
        const QString curves = at(QStringLiteral("refused.csv"));
        QStringList arguments{QStringLiteral("evaluate")};
        if (what == QStringLiteral("truth"))
            arguments << QStringLiteral("--truth")
                      << write(QStringLiteral("truth.json"), "{\"images\":[\n{\"id\":1},\n{\"id\"")
                      << QStringLiteral("--detections") << good;
        else if (what == QStringLiteral("run"))
            arguments << at(QStringLiteral("no-run"));
        else
            arguments << QStringLiteral("--data") << data;
        if (what == QStringLiteral("missing"))
            arguments << QStringLiteral("--detections") << at(QStringLiteral("no-such.json"));
        else if (what == QStringLiteral("broken"))
            arguments << QStringLiteral("--detections")
                      << write(QStringLiteral("broken.json"), plainDetections().chopped(20));
        else if (what == QStringLiteral("id"))
            arguments << QStringLiteral("--detections")
                      << write(QStringLiteral("other.json"),
                               plainDetections().replace("\"image_id\":2", "\"image_id\":77"));
        else if (what == QStringLiteral("name"))
            arguments
                << QStringLiteral("--detections")
                << write(QStringLiteral("table.json"),
                         "{\"images\":[{\"id\":1,\"file_name\":\"" + at(QStringLiteral("set/test/a/1.bmp")).toUtf8() +
                             "\",\"width\":100,\"height\":100},{\"id\":2,\"file_name\":\"" +
                             at(QStringLiteral("set/test/b/1.bmp")).toUtf8() +
                             "\",\"width\":100,\"height\":100},{\"id\":3,\"file_name\":\"other.png\",\"width\":9,"
                             "\"height\":9}],\"categories\":[],"
                             "\"annotations\":[{\"image_id\":3,\"category_id\":0,\"bbox\":[1,1,2,2],\"score\":0.5}]}");
        else if (what == QStringLiteral("class"))
            arguments << QStringLiteral("--detections") << good;
        else if (what == QStringLiteral("weights"))
            arguments << QStringLiteral("--weights") << at(QStringLiteral("no-such.pt"));
        arguments << QStringLiteral("--curves") << curves;
        const Answer answer = cli(arguments);
        QCOMPARE(answer.code, 3);
        QVERIFY2(answer.err.contains(named), answer.err.constData());
        QCOMPARE(answer.err.count('\n'), 1); // one sentence
        QVERIFY(answer.out.isEmpty());
        QVERIFY(!QFile::exists(curves));
    }
    void refusesWrongUsage_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList{};
        QTest::newRow("no detections") << QStringList{QStringLiteral("--data"), QStringLiteral("d.yaml")};
        QTest::newRow("two truths") << QStringList{QStringLiteral("--data"), QStringLiteral("d.yaml"),
                                                   QStringLiteral("--truth"), QStringLiteral("t.json")};
        QTest::newRow("two sources") << QStringList{QStringLiteral("--data"),       QStringLiteral("d.yaml"),
                                                    QStringLiteral("--weights"),    QStringLiteral("w.pt"),
                                                    QStringLiteral("--detections"), QStringLiteral("d.json")};
        QTest::newRow("unknown definition")
            << QStringList{QStringLiteral("--data"), QStringLiteral("d.yaml"),       QStringLiteral("--detections"),
                           QStringLiteral("d.json"), QStringLiteral("--definition"), QStringLiteral("yolov9")};
        QTest::newRow("candidates without a network")
            << QStringList{QStringLiteral("--data"), QStringLiteral("d.yaml"), QStringLiteral("--detections"),
                           QStringLiteral("d.json"), QStringLiteral("--candidates"), QStringLiteral("c.safetensors")};
        QTest::newRow("confidence above 1")
            << QStringList{QStringLiteral("--data"), QStringLiteral("d.yaml"), QStringLiteral("--weights"),
                           QStringLiteral("w.pt"),   QStringLiteral("--conf"), QStringLiteral("1.5")};
    }
    void refusesWrongUsage() {
        QFETCH(QStringList, arguments);
        const Answer answer = cli(QStringList{QStringLiteral("evaluate")} + arguments);
        QCOMPARE(answer.code, 2);
        QVERIFY(!answer.err.isEmpty() && answer.out.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCliEval)
#include "tst_cli_eval.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/cli_process.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using intersect::tests::Answer;
using intersect::tests::cli;

namespace {

QString sharedPath(const char* below) {
    return QString::fromStdString(intersect::tests::shared(below).string());
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestCliNn : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    QString at(const QString& name) const { return m_folder.filePath(name); }
    QString write(const QString& name, const QByteArray& bytes) const {
        QFile file(at(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write the scratch file");
        return at(name);
    }
    /// Weights that lie in the project: tests with them need nothing else.
    static QString startWeights() {
        return QStringLiteral(INTERSECT_SOURCE_DIR "/resources/weights/start-yolov5n.safetensors");
    }
    /// Draws a small picture below the scratch folder.
    QString draw(const QString& name) const {
        const QString path = at(name);
        if (!QDir().mkpath(QFileInfo(path).path()))
            qFatal("cannot make the folder");
        return write(name, QByteArray::fromStdString(
                               intersect::tests::bmpBytes(96, 64))); // told by its content, whatever its name
    }
    static QStringList filesBelow(const QString& folder) {
        QStringList names;
        QDirIterator it(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (it.hasNext())
            names << QDir(folder).relativeFilePath(it.next());
        names.sort();
        return names;
    }
    static QString weights() { return sharedPath("weights/yolov5n.pt"); }
    static QString picture() { return sharedPath("weights/reference/images/000000004134_lb640.png"); }

private Q_SLOTS:
    void predictWritesWhatTheDesignSays();
    void predictOtherOutputs();
    void predictSources();
    void predictRefuses_data();
    void predictRefuses();
    void predictDoesNotOverwrite();
    void predictReplacesNothingUnasked_data();
    void predictReplacesNothingUnasked();
    void predictKeepsCamerasAndEndingsApart();
    void predictNamesTheMissingFrameOfASelection();
    void predictGoesOnWithoutAnUnreadablePicture();
    void predictStopsWithoutATrace();
    void inspectTells();
    void inspectRefuses();
    void doctorTells();
};

void TestCliNn::predictWritesWhatTheDesignSays() {
    NEED_SHARED("weights/yolov5n.pt");
    const QString out = at(QStringLiteral("p.json"));
    const Answer answer =
        cli({QStringLiteral("predict"), picture(), QStringLiteral("--weights"), weights(), QStringLiteral("--out"), out,
             QStringLiteral("--precision"), QStringLiteral("fp32"), QStringLiteral("--json")});
    QVERIFY2(answer.code == 0, answer.err.constData());
    QCOMPARE(answer.json()[QStringLiteral("images")].toInt(), 1);
    const QJsonObject file = QJsonDocument::fromJson(contentOf(out)).object();
    const QJsonObject image = file[QStringLiteral("images")].toArray()[0].toObject();
    QCOMPARE(image[QStringLiteral("width")].toInt(), 640);
    QCOMPARE(image[QStringLiteral("id")].toInt(), 1);
    QCOMPARE(image[QStringLiteral("file_name")].toString(), QDir::cleanPath(picture()));
    QCOMPARE(file[QStringLiteral("categories")].toArray().size(), 80);
    // The best of the reference: person 0.887 at (294.9, 154.1) - (593.9, 539.9).
    const QJsonArray annotations = file[QStringLiteral("annotations")].toArray();
    QCOMPARE(answer.json()[QStringLiteral("detections")].toInt(), annotations.size());
    const QJsonObject best = annotations[0].toObject();
    QCOMPARE(best[QStringLiteral("category_id")].toInt(), 0);
    QVERIFY(std::abs(best[QStringLiteral("score")].toDouble() - 0.887089) < 2e-3);
    const QJsonArray box = best[QStringLiteral("bbox")].toArray();
    QVERIFY(std::abs(box[0].toDouble() - 294.901) < 0.1);
    QVERIFY(std::abs(box[3].toDouble() - (539.897 - 154.091)) < 0.2);
}

void TestCliNn::predictOtherOutputs() {
    NEED_SHARED("weights/yolov5n.pt");
    const QString out = at(QStringLiteral("r.json")), text = at(QStringLiteral("txt")), drawn = at(QStringLiteral("drawn")), raw = at(QStringLiteral("raw.safetensors"));
    const Answer answer = cli({QStringLiteral("predict"), picture(), QStringLiteral("--weights"), weights(), QStringLiteral("--out"), out, QStringLiteral("--format"),
                               QStringLiteral("results"), QStringLiteral("--save-txt"), text, QStringLiteral("--save-images"), drawn, QStringLiteral("--candidates"), raw});
    QVERIFY2(answer.code == 0, answer.err.constData());
    const QJsonArray list = QJsonDocument::fromJson(contentOf(out)).array();
    QVERIFY(!list.isEmpty());
    const QByteArray rows = contentOf(text + QStringLiteral("/000000004134_lb640.txt"));
    QCOMPARE(rows.count('\n'), list.size());
    QCOMPARE(rows.split('\n')[0].split(' ').size(), 5);
    QVERIFY(contentOf(drawn + QStringLiteral("/000000004134_lb640.png")) != contentOf(picture()));
    QVERIFY(QFile(raw).size() > 1000);
    QVERIFY(answer.out.contains("detections on 1 frames"));
}

void TestCliNn::predictSources() {
    NEED_SHARED("weights/yolov5n.pt");
    const QString folder = sharedPath("weights/reference/images");
    const QString list = write(QStringLiteral("list.txt"), (picture() + QStringLiteral("\n")).toUtf8());
    const QString yaml = write(QStringLiteral("data.yaml"), "train: list.txt\nval: list.txt\ntest: list.txt\nnc: 1\nnames: [person]\n");
    int expected[] = {4, 1, 1}, i = 0;
    for (const QString& source : {folder, list, yaml}) {
        const QString out = at(QStringLiteral("s%1.json").arg(i));
        const Answer answer = cli({QStringLiteral("predict"), source, QStringLiteral("--weights"), weights(), QStringLiteral("--out"), out, QStringLiteral("--json"),
                                   QStringLiteral("--img-size"), QStringLiteral("320")});
        QVERIFY2(answer.code == 0, answer.err.constData());
        QCOMPARE(answer.json()[QStringLiteral("images")].toInt(), expected[i++]);
    }
}

void TestCliNn::predictRefuses_data() {
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<QString>("source");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("a list naming a missing file") << QStringList{} << QStringLiteral("missing.txt") << 3 << QStringLiteral("no-such.jpg");
    QTest::newRow("no such source") << QStringList{} << QStringLiteral("nowhere") << 3 << QStringLiteral("nowhere");
    QTest::newRow("not a picture") << QStringList{} << QStringLiteral("text.jpg") << 3 << QStringLiteral("text.jpg");
    QTest::newRow("confidence") << QStringList{QStringLiteral("--conf"), QStringLiteral("1.5")} << QStringLiteral("text.jpg") << 2 << QStringLiteral("1.5");
    QTest::newRow("confidence that is no number") << QStringList{QStringLiteral("--conf"), QStringLiteral("nan")}
                                                  << QStringLiteral("text.jpg") << 2 << QStringLiteral("nan");
    QTest::newRow("overlap that is no number") << QStringList{QStringLiteral("--iou"), QStringLiteral("nan")}
                                               << QStringLiteral("text.jpg") << 2 << QStringLiteral("nan");
    QTest::newRow("endless overlap") << QStringList{QStringLiteral("--iou"), QStringLiteral("inf")}
                                     << QStringLiteral("text.jpg") << 2 << QStringLiteral("inf");
    QTest::newRow("device") << QStringList{QStringLiteral("--device"), QStringLiteral("cuda")} << QStringLiteral("picture") << 3 << QStringLiteral("The device cuda is not available");
    QTest::newRow("device by a word") << QStringList{QStringLiteral("--device"), QStringLiteral("gpu")} << QStringLiteral("picture") << 2 << QStringLiteral("The device gpu is unknown");
    QTest::newRow("precision") << QStringList{QStringLiteral("--precision"), QStringLiteral("fp8")} << QStringLiteral("picture") << 2 << QStringLiteral("fp8");
    QTest::newRow("image size") << QStringList{QStringLiteral("--img-size"), QStringLiteral("1")} << QStringLiteral("picture") << 2 << QStringLiteral("image size 1");
}

void TestCliNn::predictRefuses() {
    NEED_SHARED("weights/yolov5n.pt");
    QFETCH(QStringList, more);
    QFETCH(QString, source);
    QFETCH(int, code);
    QFETCH(QString, says);
    write(QStringLiteral("missing.txt"), (at(QStringLiteral("no-such.jpg")) + QStringLiteral("\n")).toUtf8());
    write(QStringLiteral("text.jpg"), "not a picture");
    const QString out = at(QStringLiteral("never.json"));
    const Answer answer = cli(QStringList{QStringLiteral("predict"), source == QStringLiteral("picture") ? picture() : at(source), QStringLiteral("--weights"), weights(),
                                          QStringLiteral("--out"), out} +
                              more);
    QCOMPARE(answer.code, code);
    QVERIFY2(answer.err.contains(says.toUtf8()), answer.err.constData());
    QVERIFY(!QFile::exists(out));
}

void TestCliNn::predictDoesNotOverwrite() {
    NEED_SHARED("weights/yolov5n.pt");
    const QString out = write(QStringLiteral("mine.json"), "mine");
    const QStringList arguments{QStringLiteral("predict"), picture(), QStringLiteral("--weights"), weights(), QStringLiteral("--out"), out};
    const Answer refused = cli(arguments);
    QCOMPARE(refused.code, 3);
    QVERIFY(refused.err.contains("mine.json"));
    QCOMPARE(contentOf(out), QByteArray("mine"));
    QCOMPARE(cli(arguments + QStringList{QStringLiteral("--force"), QStringLiteral("--quiet")}).code, 0);
    QVERIFY(contentOf(out) != "mine");
}

void TestCliNn::predictReplacesNothingUnasked_data() {
    QTest::addColumn<QString>("option");
    for (const char* option : {"--out", "--candidates", "--save-txt", "--save-images"})
        QTest::newRow(option) << QString::fromLatin1(option);
}

void TestCliNn::predictReplacesNothingUnasked() {
    QFETCH(QString, option);
    const QTemporaryDir scratch;
    const QString source = draw(QStringLiteral("one/a.png")), mine = scratch.filePath(QStringLiteral("mine"));
    const bool folder = option.startsWith(QStringLiteral("--save"));
    const QString file = folder ? mine + QStringLiteral("/a.txt") : mine;
    if (folder)
        QVERIFY(QDir().mkpath(mine));
    QFile there(file);
    QVERIFY(there.open(QIODevice::WriteOnly) && there.write("mine") == 4);
    there.close();
    QStringList arguments{QStringLiteral("predict"), source, QStringLiteral("--weights"), startWeights(), option, mine};
    if (option != QStringLiteral("--out"))
        arguments << QStringLiteral("--out") << scratch.filePath(QStringLiteral("out.json"));
    const Answer refused = cli(arguments);
    QCOMPARE(refused.code, 3);
    QVERIFY2(refused.err.contains("--force") && refused.err.contains("mine"), refused.err.constData());
    QCOMPARE(contentOf(file), QByteArray("mine"));
    QCOMPARE(filesBelow(scratch.path()).size(), 1);
    const Answer forced = cli(arguments + QStringList{QStringLiteral("--force")});
    QVERIFY2(forced.code == 0, forced.err.constData());
    if (option != QStringLiteral("--save-images")) // it holds a.png beside the other file
        QVERIFY(contentOf(file) != "mine");
    // The pictures themselves are not replaced, with --force neither.
    if (option == QStringLiteral("--save-images")) {
        const QByteArray before = contentOf(source);
        arguments[5] = QFileInfo(source).path();
        const Answer spared = cli(arguments + QStringList{QStringLiteral("--force")});
        QCOMPARE(spared.code, 3);
        QVERIFY2(spared.err.contains("pictures themselves"), spared.err.constData());
        QCOMPARE(contentOf(source), before);
    }
}

void TestCliNn::predictKeepsCamerasAndEndingsApart() {
    for (const char* name : {"city/398/a.jpg", "city/398/a.bmp", "city/398/b.png", "city/401/a.jpg"})
        draw(QString::fromLatin1(name));
    const QString text = at(QStringLiteral("apart-txt")), drawn = at(QStringLiteral("apart-drawn"));
    const Answer answer = cli({QStringLiteral("predict"), at(QStringLiteral("city")), QStringLiteral("--weights"),
                               startWeights(), QStringLiteral("--out"), at(QStringLiteral("apart.json")),
                               QStringLiteral("--save-txt"), text, QStringLiteral("--save-images"), drawn,
                               QStringLiteral("--conf"), QStringLiteral("0.001"), QStringLiteral("--save-conf")});
    QVERIFY2(answer.code == 0, answer.err.constData());
    QCOMPARE(filesBelow(text), (QStringList{QStringLiteral("398/a.bmp.txt"), QStringLiteral("398/a.jpg.txt"),
                                            QStringLiteral("398/b.txt"), QStringLiteral("401/a.txt")}));
    QCOMPARE(filesBelow(drawn), (QStringList{QStringLiteral("398/a.bmp.jpg"), QStringLiteral("398/a.jpg.jpg"),
                                             QStringLiteral("398/b.png"), QStringLiteral("401/a.jpg")}));
    for (const QByteArray& row : contentOf(text + QStringLiteral("/398/b.txt")).split('\n'))
        if (!row.isEmpty())
            QCOMPARE(row.split(' ').size(), 6); // class, box, confidence
}

void TestCliNn::predictNamesTheMissingFrameOfASelection() {
    const QString there = draw(QStringLiteral("chosen/a.png"));
    const QString file =
        write(QStringLiteral("chosen.yaml"), "strategy: random\nseed: 1\ncount: 2\ncameras: []\nimages:\n  - " +
                                                 there.toUtf8() + "\n  - /gone/b.jpg\n");
    const Answer answer = cli({QStringLiteral("predict"), file, QStringLiteral("--weights"), startWeights(),
                               QStringLiteral("--out"), at(QStringLiteral("chosen.json"))});
    QCOMPARE(answer.code, 3);
    QVERIFY2(answer.err.contains("line 7") && answer.err.contains("chosen.yaml") && answer.err.contains("/gone/b.jpg"),
             answer.err.constData());
}

/// Of six pictures three are broken, each in its own way: the other three are done, the broken ones named, exit code 1.
void TestCliNn::predictGoesOnWithoutAnUnreadablePicture() {
    for (const char* name : {"broken/1/a.png", "broken/1/c.png", "broken/2/e.png"})
        draw(QString::fromLatin1(name));
    write(QStringLiteral("broken/1/b.png"), "not a picture");
    write(QStringLiteral("broken/2/d.png"), "");
    write(QStringLiteral("broken/2/f.png"),
          contentOf(at(QStringLiteral("broken/2/e.png"))).left(600)); // a good head, no body
    const QString out = at(QStringLiteral("broken.json")), text = at(QStringLiteral("broken-txt"));
    QStringList arguments{QStringLiteral("predict"),    at(QStringLiteral("broken")),
                          QStringLiteral("--weights"),  startWeights(),
                          QStringLiteral("--out"),      out,
                          QStringLiteral("--save-txt"), text};
    const Answer answer = cli(arguments + QStringList{QStringLiteral("--json")});
    QVERIFY2(answer.code == 1, answer.err.constData());
    QCOMPARE(answer.json()[QStringLiteral("images")].toInt(), 3);
    const QJsonArray findings = answer.json()[QStringLiteral("findings")].toArray();
    QCOMPARE(findings.size(), 3);
    const char* const broken[] = {"1/b.png", "2/d.png", "2/f.png"};
    for (int i = 0; i < 3; ++i) {
        const QJsonObject finding = findings[i].toObject();
        QCOMPARE(finding[QStringLiteral("path")].toString(), at(QStringLiteral("broken/") + QLatin1String(broken[i])));
        QCOMPARE(finding[QStringLiteral("severity")].toString(), QStringLiteral("error"));
        QVERIFY(!finding[QStringLiteral("message")].toString().isEmpty());
    }
    const QJsonArray images = QJsonDocument::fromJson(contentOf(out)).object()[QStringLiteral("images")].toArray();
    QCOMPARE(images.size(), 3);
    const char* const good[] = {"1/a.png", "1/c.png", "2/e.png"};
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(images[i].toObject()[QStringLiteral("id")].toInt(), i + 1);
        QVERIFY(images[i].toObject()[QStringLiteral("file_name")].toString().endsWith(QLatin1String(good[i])));
    }
    QCOMPARE(filesBelow(text),
             (QStringList{QStringLiteral("1/a.txt"), QStringLiteral("1/c.txt"), QStringLiteral("2/e.txt")}));
    // In words.
    const Answer words = cli(arguments + QStringList{QStringLiteral("--force")});
    QCOMPARE(words.code, 1);
    for (const char* name : broken)
        QVERIFY2(words.out.contains(name), words.out.constData());
    // Where none can be read there is nothing to write.
    for (const char* name : {"broken/1/a.png", "broken/1/c.png", "broken/2/e.png"})
        write(QString::fromLatin1(name), "neither");
    arguments[5] = at(QStringLiteral("none.json"));
    arguments[7] = at(QStringLiteral("none-txt"));
    const Answer none = cli(arguments);
    QCOMPARE(none.code, 3);
    QVERIFY2(none.err.contains("None of the 6 pictures"), none.err.constData());
    QVERIFY(!QFile::exists(arguments[5]) && !QFile::exists(arguments[7]));
}

/// Ctrl+C while it draws: exit code 130, and none of the four outputs is there.
void TestCliNn::predictStopsWithoutATrace() {
    const QTemporaryDir scratch;
    const QString folder = scratch.filePath(QStringLiteral("many")), out = scratch.filePath(QStringLiteral("out"));
    QVERIFY(QDir().mkpath(folder));
    const QString picture =
        write(QStringLiteral("large.bmp"), QByteArray::fromStdString(intersect::tests::bmpBytes(2000, 1400)));
    for (int i = 0; i < 60; ++i)
        QVERIFY(QFile::link(picture, folder + QStringLiteral("/%1.bmp").arg(i)));
    QProcess process;
    process.start(intersect::tests::kCli,
                  {QStringLiteral("predict"), folder, QStringLiteral("--weights"), startWeights(),
                   QStringLiteral("--img-size"), QStringLiteral("64"), QStringLiteral("--out"),
                   out + QStringLiteral("/p.json"), QStringLiteral("--candidates"),
                   out + QStringLiteral("/c.safetensors"), QStringLiteral("--save-txt"), out + QStringLiteral("/txt"),
                   QStringLiteral("--save-images"), out + QStringLiteral("/drawn")});
    QVERIFY(process.waitForStarted());
    const auto drawing = [&] { return !filesBelow(out + QStringLiteral("/drawn")).isEmpty(); };
    QTRY_VERIFY_WITH_TIMEOUT(drawing() || process.state() == QProcess::NotRunning, 120'000);
    QVERIFY2(drawing() && process.state() == QProcess::Running, process.readAllStandardError().constData());
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    QVERIFY(process.waitForFinished(120'000));
    QCOMPARE(process.exitCode(), 130);
    QVERIFY(!QFileInfo::exists(out));
}

void TestCliNn::inspectTells() {
    NEED_SHARED("weights/yolov5n.pt");
    const Answer answer = cli({QStringLiteral("inspect"), weights(), QStringLiteral("--json")});
    QVERIFY2(answer.code == 0, answer.err.constData());
    const QJsonObject json = answer.json();
    QCOMPARE(json[QStringLiteral("network")].toString(), QStringLiteral("yolov5n"));
    QCOMPARE(json[QStringLiteral("parameters")].toInt(), 1872157);
    QCOMPARE(json[QStringLiteral("classes")].toArray().size(), 80);
    QCOMPARE(json[QStringLiteral("classes")].toArray()[2].toString(), QStringLiteral("car"));
    QCOMPARE(json[QStringLiteral("strides")].toArray(), (QJsonArray{8, 16, 32}));
    QCOMPARE(json[QStringLiteral("anchors")].toArray()[0].toArray(), (QJsonArray{10, 13, 16, 30, 33, 23}));
    const QJsonArray layers = json[QStringLiteral("layers")].toArray();
    QCOMPARE(layers.size(), 25);
    int sum = 0;
    for (const auto& layer : layers)
        sum += layer.toObject()[QStringLiteral("parameters")].toInt();
    QCOMPARE(sum, 1872157);
}

void TestCliNn::inspectRefuses() {
    NEED_SHARED("weights/robustness");
    for (const char* name : {"robustness/yolov5n-truncated.pt", "robustness/yolov7-lite-t-face.pt", "nanodet_m.pth"}) {
        const Answer answer = cli({QStringLiteral("inspect"), sharedPath("weights/") + QLatin1String(name), QStringLiteral("--json")});
        QCOMPARE(answer.code, 3);
        QCOMPARE(answer.out, QByteArray());
        const QJsonObject error = QJsonDocument::fromJson(answer.err).object()[QStringLiteral("error")].toObject();
        QCOMPARE(error[QStringLiteral("code")].toString(), QStringLiteral("bad_input"));
        QVERIFY(error[QStringLiteral("message")].toString().contains(QLatin1String(name).mid(QLatin1String(name).indexOf(QLatin1Char('/')) + 1)));
        QVERIFY(!error[QStringLiteral("advice")].toString().isEmpty());
    }
}

void TestCliNn::doctorTells() {
    const Answer answer = cli({QStringLiteral("doctor"), QStringLiteral("--json")});
    QCOMPARE(answer.code, 0);
    const QJsonObject json = answer.json();
    QVERIFY(json[QStringLiteral("libtorch")].toString().startsWith(QStringLiteral("2.")));
    QVERIFY(json[QStringLiteral("threads")].toInt() >= 1);
    QCOMPARE(json[QStringLiteral("threads")].toInt(), json[QStringLiteral("cores")].toInt());
    QVERIFY(json[QStringLiteral("passive_waiting")].toBool());
    QVERIFY(json[QStringLiteral("folders")].toArray()[0].toObject()[QStringLiteral("writable")].toBool());
    const Answer plain = cli({QStringLiteral("doctor")});
    QVERIFY(plain.out.contains("LibTorch") && plain.out.contains("OpenCV"));
}

QTEST_GUILESS_MAIN(TestCliNn)
#include "tst_cli_nn.moc"

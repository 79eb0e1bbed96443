// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/cli_process.h"

using intersect::tests::Answer;
using intersect::tests::cli;

namespace {

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString startWeights() {
    return QStringLiteral(INTERSECT_SOURCE_DIR "/resources/weights/start-yolov5n.safetensors");
}

} // namespace

class TestCliExport : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    QString at(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    static QStringList exported(const QString& format, const QString& out) {
        return {QStringLiteral("export"), startWeights(), QStringLiteral("--format"), format, QStringLiteral("--out"), out};
    }

private Q_SLOTS:
    void everyFormat_data();
    void everyFormat();
    void whatIsWrittenCanBeInspected();
    void tellsInWords();
    void refuses_data();
    void refuses();
    void doesNotOverwrite();
};

void TestCliExport::everyFormat_data() {
    QTest::addColumn<QString>("format");
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<QJsonArray>("imgSize");
    QTest::newRow("onnx") << QStringLiteral("onnx") << QStringList{QStringLiteral("--img-size"), QStringLiteral("320")} << QJsonArray{320, 320};
    QTest::newRow("onnx, height and width") << QStringLiteral("onnx") << QStringList{QStringLiteral("--img-size"), QStringLiteral("192"), QStringLiteral("320")}
                                            << QJsonArray{192, 320};
    QTest::newRow("onnx, any batch") << QStringLiteral("onnx")
                                     << QStringList{QStringLiteral("--img-size"), QStringLiteral("192"), QStringLiteral("320"), QStringLiteral("--dynamic")}
                                     << QJsonArray{192, 320};
    for (const char* format : {"safetensors", "pt", "torchscript"})
        QTest::newRow(format) << QString::fromLatin1(format) << QStringList() << QJsonArray{640, 640};
}

void TestCliExport::everyFormat() {
    QFETCH(QString, format);
    QFETCH(QStringList, more);
    QFETCH(QJsonArray, imgSize);
    const QString out = at("every");
    const Answer answer = cli(exported(format, out) + more + QStringList{QStringLiteral("--json"), QStringLiteral("--force")});
    QVERIFY2(answer.code == 0, answer.err.constData());
    const QJsonObject json = answer.json();
    QCOMPARE(json[QStringLiteral("out")].toString(), out);
    QCOMPARE(json[QStringLiteral("format")].toString(), format);
    QCOMPARE(json[QStringLiteral("bytes")].toInteger(), QFile(out).size());
    QVERIFY(QFile(out).size() > 1'000'000);
    QCOMPARE(json[QStringLiteral("network")].toString(), QStringLiteral("yolov5n"));
    QVERIFY(!json[QStringLiteral("classes")].toArray().isEmpty());
    QCOMPARE(json[QStringLiteral("img_size")].toArray(), imgSize);
    const QJsonObject difference = json[QStringLiteral("max_difference")].toObject();
    QVERIFY(difference[QStringLiteral("box_px")].toDouble(-1) >= 0 && difference[QStringLiteral("box_px")].toDouble() <= 0.1);
    QVERIFY(difference[QStringLiteral("score")].toDouble(-1) >= 0 && difference[QStringLiteral("score")].toDouble() <= 2e-3);
    QVERIFY(answer.err.contains("Read yolov5n"));
    QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files | QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot), QStringList{QStringLiteral("every")});
    QVERIFY(QFile::remove(out));
}

void TestCliExport::whatIsWrittenCanBeInspected() {
    const Answer before = cli({QStringLiteral("inspect"), startWeights(), QStringLiteral("--json")});
    for (const char* format : {"safetensors", "pt"}) {
        const QString out = at("again");
        QCOMPARE(cli(exported(QString::fromLatin1(format), out) + QStringList{QStringLiteral("--quiet")}).code, 0);
        const Answer after = cli({QStringLiteral("inspect"), out, QStringLiteral("--json")});
        QVERIFY2(after.code == 0, after.err.constData());
        for (const char* key : {"network", "parameters", "classes", "strides", "anchors", "precision", "layers"})
            QCOMPARE(after.json()[QLatin1String(key)], before.json()[QLatin1String(key)]);
        QVERIFY(QFile::remove(out));
    }
}

void TestCliExport::tellsInWords() {
    const QString out = at("words");
    const Answer answer = cli(exported(QStringLiteral("onnx"), out) + QStringList{QStringLiteral("--img-size"), QStringLiteral("96")});
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.out.contains("OpenCV 4") && answer.out.contains("96x96") && answer.out.contains(" px, scores by at most "), answer.out.constData());
    const Answer quiet = cli(exported(QStringLiteral("pt"), out) + QStringList{QStringLiteral("--quiet"), QStringLiteral("--force")});
    QCOMPARE(quiet.code, 0);
    QCOMPARE(quiet.out + quiet.err, QByteArray());
    QVERIFY(QFile::remove(out));
}

void TestCliExport::refuses_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    const auto row = [this](const char* name, const char* arguments, int code, const char* says) {
        QStringList list = QString::fromLatin1(arguments).split(QLatin1Char(' '), Qt::SkipEmptyParts);
        list.replaceInStrings(QStringLiteral("START"), startWeights());
        list.replaceInStrings(QStringLiteral("OUT"), at("never")).replaceInStrings(QStringLiteral("COPY"), at("copy"));
        QTest::newRow(name) << list << code << QString::fromLatin1(says);
    };
    row("no format", "START --out OUT", 2, "--format");
    row("unknown format", "START --format engine --out OUT", 2, "engine");
    row("no output", "START --format onnx", 2, "--out");
    row("no weights", "--format onnx --out OUT", 2, "WEIGHTS");
    row("dynamic pt", "START --format pt --dynamic --out OUT", 2, "--dynamic");
    row("batch of TorchScript", "START --format torchscript --batch 4 --out OUT", 2, "--batch");
    row("half ONNX", "START --format onnx --precision fp16 --out OUT", 2, "fp32");
    row("odd size", "START --format onnx --img-size 100 --out OUT", 2, "multiples of 32");
    row("three sizes", "START --format onnx --img-size 96 96 96 --out OUT", 2, "");
    row("missing weights", "nowhere.pt --format onnx --out OUT", 3, "nowhere.pt");
    row("onto itself", "COPY --format safetensors --force --out COPY", 2, "the weights themselves");
}

void TestCliExport::refuses() {
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QString, says);
    QFile::remove(at("copy"));
    QVERIFY(QFile::copy(startWeights(), at("copy")));
    const Answer answer = cli(QStringList{QStringLiteral("export")} + arguments);
    QCOMPARE(answer.code, code);
    QCOMPARE(answer.out, QByteArray());
    QVERIFY2(answer.err.contains(says.toUtf8()), answer.err.constData());
    QVERIFY(!QFile::exists(at("never")));
    QVERIFY(contentOf(at("copy")) == contentOf(startWeights()));
    QVERIFY(QFile::remove(at("copy")));
}

void TestCliExport::doesNotOverwrite() {
    QFile file(at("mine"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
    file.close();
    const Answer refused = cli(exported(QStringLiteral("pt"), at("mine")) + QStringList{QStringLiteral("--json")});
    QCOMPARE(refused.code, 3);
    QVERIFY(refused.err.contains("mine exists already"));
    QCOMPARE(contentOf(at("mine")), QByteArray("mine"));
    QCOMPARE(cli(exported(QStringLiteral("pt"), m_folder.path())).code, 3);
    QCOMPARE(cli(exported(QStringLiteral("pt"), at("mine")) + QStringList{QStringLiteral("--force"), QStringLiteral("--quiet")}).code, 0);
    QVERIFY(contentOf(at("mine")).startsWith("PK"));
    QVERIFY(QFile::remove(at("mine")));
}

QTEST_GUILESS_MAIN(TestCliExport)
#include "tst_cli_export.moc"

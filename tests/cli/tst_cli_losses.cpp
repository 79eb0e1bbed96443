// SPDX-License-Identifier: GPL-3.0-or-later
// `losses` as table, JSON and CSV: points of several kinds, several gammas, ratios, and a run's own predictions.
#include <cmath>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/cli_process.h"

using intersect::tests::Answer;
using intersect::tests::cli;

namespace {

Answer losses(const QByteArray& arguments) {
    return cli(QStringLiteral("losses %1").arg(QString::fromUtf8(arguments)).split(QLatin1Char(' ')));
}

QJsonArray rowsOf(const QByteArray& arguments) {
    const Answer answer = losses(QByteArray(arguments + " --json"));
    if (answer.code != 0)
        qWarning() << answer.err;
    return QJsonDocument::fromJson(answer.out).array();
}

double number(const QJsonArray& rows, int row, const char* key) {
    return rows.at(row)[QLatin1String(key)].toDouble(std::nan(""));
}

bool near(double got, double want) {
    return std::fabs(got - want) <= 1e-11 * std::max(0.1, std::fabs(want));
}

// One epoch as a training writes it: five cars at a logit of the truth of 1 (bin 156) and 995 other cells at 6 (bin 198), of 294 bins;
// classes likewise.
const QByteArray kEpoch =
    R"({"epoch":1,"bins":294,"objectness":{"positives":{"2":{"bin":[156],"count":[5],"weight":[5],"logit":[1],"target":[1],"loss":[3]}},)"
    R"("negatives":{"bin":[198],"count":[995],"weight":[995],"logit":[6],"target":[0],"loss":[1]}},)"
    R"("classes":{"positives":{"2":{"bin":[156],"count":[5],"weight":[1],"logit":[1],"target":[1],"loss":[1]}},"negatives":{}},)"
    R"("crossed":{"positives":null,"negatives":null}})";

} // namespace

class TestCliLosses : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    QString run(const QByteArray& histograms) const {
        const QString folder = m_folder.filePath(QStringLiteral("run"));
        QDir().mkpath(folder);
        const auto write = [&](const char* name, const QByteArray& bytes) {
            QFile file(folder + QLatin1Char('/') + QString::fromUtf8(name));
            if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
                qFatal("cannot write the scratch file");
        };
        write("events.jsonl", R"({"type":"hello","protocol":1,"pid":1,"version":"0"})"
                              "\n"
                              R"({"type":"epoch","epoch":1,"of":2,"lr":0.01,"classes":[{"id":2,"ap50":0.25}]})"
                              "\n"
                              R"({"type":"epoch","epoch":2,"of":2,"lr":0.005,"classes":[{"id":2,"ap50":0.5},{"id":7,"ap50":0.125}]})"
                              "\n");
        write("histograms.jsonl", histograms);
        return folder;
    }
    QByteArray twoEpochs() const {
        QByteArray second = kEpoch;
        second.replace("\"epoch\":1", "\"epoch\":2");
        second.replace("{\"positives\":null,\"negatives\":null}",
                       "{\"positives\":{\"up\":3,\"down\":1,\"cells\":5},\"negatives\":{\"up\":20,\"down\":25,\"cells\":995}}");
        return kEpoch + "\n" + second + "\n";
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY2(QFile::exists(intersect::tests::kCli), "intersect-cli is not built");
        QVERIFY(m_folder.isValid());
    }

    void oneGammaHasNoFurtherField() {
        const QJsonArray rows = rowsOf("--loss focal --gamma 2 --logit=0");
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows[0].toObject().keys(), (QStringList{QStringLiteral("gradient"), QStringLiteral("logit"), QStringLiteral("loss"),
                                                         QStringLiteral("p"), QStringLiteral("target")}));
    }
    void severalGammas() {
        const QJsonArray rows = rowsOf("--loss focal --gamma 0,2 --p 0.5,0.9");
        QCOMPARE(rows.size(), 4);
        const double wanted[] = {std::log(2.0), -std::log(0.9), std::log(2.0) / 4, -std::log(0.9) / 100};
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(number(rows, i, "gamma"), i < 2 ? 0.0 : 2.0);
            QVERIFY(near(number(rows, i, "loss"), wanted[i]));
        }
    }
    void pointsOfTheTruth() {
        // p_t 0.9 costs -ln 0.9 whichever side it is on, and so does a logit of the truth of ln 9.
        const QJsonArray rows = rowsOf("--loss bce --target 1,0 --pt 0.9,0.9");
        QVERIFY(near(number(rows, 0, "loss"), -std::log(0.9)) && near(number(rows, 1, "loss"), -std::log(0.9)));
        QVERIFY(near(number(rows, 0, "p"), 0.9) && near(number(rows, 1, "p"), 0.1));
        QVERIFY(number(rows, 0, "gradient") < 0 && number(rows, 1, "gradient") > 0);
        const QJsonArray logits = rowsOf("--loss bce --target 1,0 --signed-logit=2,2");
        QCOMPARE(number(logits, 0, "logit"), 2.0);
        QCOMPARE(number(logits, 1, "logit"), -2.0);
        QVERIFY(near(number(logits, 0, "loss"), number(logits, 1, "loss")));
    }
    void ratiosToTheLastPoint() {
        const QJsonArray rows = rowsOf("--loss focal --gamma 2 --pt 0.6,0.9 --ratio");
        QVERIFY(near(number(rows, 0, "ratio"), std::log(0.6) * 0.16 / (std::log(0.9) * 0.01))); // 77.6
        QCOMPARE(number(rows, 1, "ratio"), 1.0);
        const Answer none = losses("--loss bce --logit=0,1000 --ratio --json"); // nothing is left at 1000
        QCOMPARE(none.code, 0);
        QVERIFY(QJsonDocument::fromJson(none.out).array()[0][QStringLiteral("ratio")].isNull());
    }
    void smoothedLabels() {
        const QJsonArray rows = rowsOf("--loss bce --label-smoothing 0.1 --target 1,0,0.5 --logit=1,1,1");
        QVERIFY(near(number(rows, 0, "target"), 0.95) && near(number(rows, 1, "target"), 0.05) && near(number(rows, 2, "target"), 0.5));
        QVERIFY(near(number(rows, 0, "gradient"), 1 / (1 + std::exp(-1.0)) - 0.95));
    }
    void commaSeparated() {
        const Answer answer = losses("--loss ohem --ohem-ratio 1 --target 1,0,0 --logit=0,-2,2 --csv");
        QCOMPARE(answer.code, 0);
        const QList<QByteArray> lines = answer.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 4);
        QCOMPARE(lines[0], QByteArray("logit,p,target,loss,gradient,kept"));
        QCOMPARE(lines[1], QByteArray("0,0.5,1,0.6931471805599453,-0.5,true"));
        QVERIFY(lines[2].endsWith(",false") && lines[3].endsWith(",true"));
    }
    void tableOfSeveralGammas() {
        const Answer answer = losses("--loss focal --gamma 0,5 --pt 0.1,0.9 --ratio");
        QCOMPARE(answer.code, 0);
        const QList<QByteArray> lines = answer.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 5);
        QCOMPARE(lines[0].simplified(), QByteArray("gamma logit p target loss gradient ratio"));
        QCOMPARE(lines[1].simplified(), QByteArray("0 -2.1972 0.100000 1 2.302585 -0.900000 21.8543"));
    }

    void whatALossMakesOfAnImbalance() {
        // 10 hard positives and 10,000 easy negatives: 30 against 1,000; balanced weighs them to 29.97 and 1.0 (alpha 10,000 / 10,010).
        const QJsonArray plain = rowsOf("--loss bce --imbalance 10,3,10000,0.1");
        QCOMPARE(plain.size(), 3);
        QCOMPARE(plain[0][QStringLiteral("normalise")].toString(), QStringLiteral("sum"));
        QVERIFY(near(number(plain, 0, "positives"), 30) && near(number(plain, 0, "negatives"), 1000));
        QVERIFY(near(number(plain, 0, "positive_share"), 30.0 / 1030));
        QVERIFY(near(number(plain, 1, "positives"), 30.0 / 10010));
        QVERIFY(near(number(plain, 2, "negatives"), 100));
        const QJsonArray balanced = rowsOf("--loss balanced --imbalance 10,3,10000,0.1");
        QVERIFY(near(number(balanced, 0, "positives"), 30 * 10000.0 / 10010) &&
                near(number(balanced, 0, "negatives"), 1000 * 10.0 / 10010));
        const QJsonArray mined = rowsOf("--loss ohem --ohem-ratio 3 --imbalance 10,3,10000,0.1");
        QCOMPARE(number(mined, 0, "kept_negatives"), 30.0);
        QVERIFY(near(number(mined, 0, "negatives"), 3));
        QCOMPARE(rowsOf("--loss focal --gamma 0,2 --imbalance 10,3,10000,0.1").size(), 6);
    }

    void whereARunsPredictionsLie() {
        const QString folder = run(kEpoch + "\n");
        const QJsonArray rows = rowsOf(QByteArray("--loss focal --gamma 2 --run " + folder.toUtf8()));
        QCOMPARE(rows.size(), 20);
        QCOMPARE(number(rows, 14, "positives"), 5.0); // p_t 0.731
        QCOMPARE(number(rows, 19, "negatives"), 995.0);
        QCOMPARE(number(rows, 19, "from"), 0.95);
        QCOMPARE(number(rows, 19, "to"), 1.0);
        const auto soft = [](double x) { return std::log1p(std::exp(-x)); };
        const auto easy = [](double x) { return 1 / (1 + std::exp(x)); };
        const double positive = 5 * soft(1), negative = 995 * soft(6);
        QVERIFY(near(number(rows, 19, "bce"), negative / (positive + negative)));
        const double hard = positive * easy(1) * easy(1), light = negative * easy(6) * easy(6);
        QVERIFY(near(number(rows, 19, "loss"), light / (hard + light)));
        QCOMPARE(number(rows, 19, "trained"), 0.25);
        QCOMPARE(number(rows, 0, "bce"), 0.0);
        const QJsonArray classes = rowsOf(QByteArray("--loss bce --term class --class 2 --run " + folder.toUtf8()));
        QCOMPARE(number(classes, 14, "trained"), 1.0);
        QCOMPARE(number(classes, 14, "positives"), 5.0);
        const QJsonArray two = rowsOf(QByteArray("--loss focal --gamma 0,2 --run " + folder.toUtf8()));
        QCOMPARE(two.size(), 40);
        QVERIFY(near(number(two, 19, "loss"), number(rows, 19, "bce")));
        QVERIFY(near(number(two, 39, "loss"), number(rows, 19, "loss")));
    }
    void howARunMoved() {
        const QString folder = run(twoEpochs());
        const QJsonArray rows = rowsOf(QByteArray("--loss bce --by-epoch --run " + folder.toUtf8()));
        QCOMPARE(rows.size(), 2);
        QVERIFY(rows[0][QStringLiteral("positives_easier")].isNull()); // nothing stood before the first
        QCOMPARE(number(rows, 1, "positives_easier"), 3.0);
        QCOMPARE(number(rows, 1, "negatives_harder"), 25.0);
        QCOMPARE(number(rows, 1, "negatives"), 995.0);
        QCOMPARE(number(rows, 1, "lr"), 0.005);
        QCOMPARE(number(rows, 0, "ap50_2"), 0.25);
        QVERIFY(rows[0][QStringLiteral("ap50_7")].isNull());
        QCOMPARE(number(rows, 1, "ap50_7"), 0.125);
        const Answer csv = losses(QByteArray("--loss bce --by-epoch --csv --run " + folder.toUtf8()));
        QCOMPARE(
            csv.out,
            QByteArray("epoch,lr,positives,positives_easier,positives_harder,negatives,negatives_easier,negatives_harder,ap50_2,ap50_7\n"
                       "1,0.01,,,,,,,0.25,\n2,0.005,5,3,1,995,20,25,0.5,0.125\n"));
    }

    void refuses_data() {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("says");
        const QString folder = run(twoEpochs());
        const auto row = [](const char* name, const QString& arguments, int code, const char* says) {
            QTest::newRow(name) << arguments << code << QByteArray(says);
        };
        row("two kinds of points", QStringLiteral("--loss bce --pt 0.5 --logit=0"), 2, "twice");
        row("p of the truth of 1", QStringLiteral("--loss bce --pt 1"), 2, "--pt between 0 and 1");
        row("one bad gamma of two", QStringLiteral("--loss focal --gamma 2,-1 --logit=0"), 2, "gamma");
        row("smoothing beyond 1", QStringLiteral("--loss bce --label-smoothing 1.5 --logit=0"), 2, "label-smoothing");
        row("imbalance of three numbers", QStringLiteral("--loss bce --imbalance 10,3,10000"), 2, "four numbers");
        row("epoch without a run", QStringLiteral("--loss bce --epoch 3 --logit=0"), 2, "--run");
        row("epoch that is not there", QStringLiteral("--loss bce --epoch 3 --run ") + folder, 2, "from 1 to 2");
        row("box has no p", QStringLiteral("--loss bce --term box --run ") + folder, 2, "objectness or class");
        row("no such run", QStringLiteral("--loss bce --run ") + folder + QStringLiteral("-none"), 3, "no record");
    }
    void refuses() {
        QFETCH(QString, arguments);
        QFETCH(int, code);
        QFETCH(QByteArray, says);
        run(twoEpochs());
        const Answer answer = losses(arguments.toUtf8());
        QCOMPARE(answer.code, code);
        QVERIFY2(answer.err.contains(says), answer.err.constData());
        QVERIFY(answer.out.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCliLosses)
#include "tst_cli_losses.moc"

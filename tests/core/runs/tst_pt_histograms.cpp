// SPDX-License-Identifier: GPL-3.0-or-later
// The file that keeps where predictions lie: what is written is read, torn and foreign lines are told apart.
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/runs/pt_histograms.h"

using namespace intersect;
using namespace intersect::runs;

namespace {

PtRecord record(int epoch) {
    PtRecord one;
    one.epoch = epoch;
    one.objectPositives[2].bins = {{40, 3, 0.25, -9.5, 0.625, 0.125}, {40, 4, 0.5, -9.25, 0.125, 1.5}, {41, 1, 1, -9.125, 1, 0}};
    one.objectNegatives.bins = {{ptBinCount() - 1, 1'000'000, 1e-9, 55.5, 0, 1e-20}};
    one.classPositives[7].bins = {{0, 7, 1, -20, 0.95, 2}};
    one.classNegatives[2].bins = {{3, 7, 1, -17, 0.05, 1e-9}};
    one.classNegatives[kPtOtherClasses].bins = {{200, 7, 1, 8.5, 0, 1e-9}};
    if (epoch > 1) {
        one.positives = PtCrossings{3, 1, 7};
        one.negatives = PtCrossings{20, 25, 1'000'000};
    }
    return one;
}

} // namespace

class TestPtHistograms : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path file(const std::string& text) const {
        const std::filesystem::path path = std::filesystem::path(m_folder.path().toStdString()) / "histograms.jsonl";
        if (!writeFileAtomically(path, text))
            qFatal("cannot write the scratch file");
        return path;
    }
private Q_SLOTS:
    void whatIsWrittenIsRead() {
        const auto read = readPtRecords(file(formatPtRecord(record(1)) + formatPtRecord(record(4))));
        QVERIFY(read.has_value());
        QCOMPARE(read->size(), std::size_t(2));
        QVERIFY((*read)[0] == record(1));
        QVERIFY((*read)[1] == record(4));
        QVERIFY(!(*read)[0].positives);
    }
    void noFileIsNoRecord() {
        const auto read = readPtRecords(std::filesystem::path(m_folder.path().toStdString()) / "none.jsonl");
        QVERIFY(read && read->empty());
    }
    void aTornLastLineIsLeftOut() {
        const std::string second = formatPtRecord(record(2));
        const auto read = readPtRecords(file(formatPtRecord(record(1)) + second.substr(0, second.size() / 2)));
        QVERIFY(read && read->size() == 1);
    }
    void refusesWhatIsNoRecord_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("text") << QByteArray("hello\n");
        QTest::newRow("list") << QByteArray("[1, 2]\n");
        QTest::newRow("empty table") << QByteArray("{}\n");
        const auto with = [](const char* what, const QByteArray& instead) {
            const QByteArray good = QByteArray::fromStdString(formatPtRecord(record(2)));
            QByteArray bad = good;
            bad.replace(what, instead);
            return bad == good ? QByteArray("nothing was replaced") : bad;
        };
        QTest::newRow("a column is shorter") << with("[40,40,41]", "[40,40]");
        QTest::newRow("bins do not ascend") << with("[40,40,41]", "[41,40,40]");
        QTest::newRow("a bin that there is not") << with("[40,40,41]", "[40,40,4100]");
        QTest::newRow("an empty bin") << with("[3,4,1]", "[3,0,1]");
        QTest::newRow("a target of 2") << with("[0.95]", "[2]");
        QTest::newRow("same epoch again") << QByteArray::fromStdString(formatPtRecord(record(1)));
        QTest::newRow("class that is no number") << QByteArray::fromStdString(formatPtRecord(record(2))).replace("\"2\"", "\"two\"");
    }
    void refusesWhatIsNoRecord() {
        QFETCH(QByteArray, line);
        const auto read = readPtRecords(file(formatPtRecord(record(1)) + line.toStdString()));
        QVERIFY(!read.has_value());
        QCOMPARE(read.error().line, 2);
        QVERIFY(read.error().message.find("no record") != std::string::npos || read.error().message.find("ascend") != std::string::npos);
    }
    void saysThatOtherBinsAreOfAnEarlierVersion() {
        const auto read =
            readPtRecords(file("{\"epoch\":1,\"bins\":50,\"objectness\":{\"positives\":{},\"negatives\":{\"count\":[1],\"loss\":[0]}}}\n"));
        QVERIFY(!read && read.error().message.find("earlier version") != std::string::npos);
        QVERIFY(read.error().advice.find("Train") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestPtHistograms)
#include "tst_pt_histograms.moc"

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
    one.objectPositives[2].count[49] = 7;
    one.objectPositives[2].loss[49] = 0.125;
    one.objectNegatives.count[0] = 1'000'000;
    one.classPositives[7].count[3] = 1;
    one.classNegatives[2].loss[12] = 1e-9;
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
        QTest::newRow("fewer bins") << QByteArray::fromStdString(formatPtRecord(record(2))).replace("[7]", "[]").replace(",7]", "]");
        QTest::newRow("same epoch again") << QByteArray::fromStdString(formatPtRecord(record(1)));
        QTest::newRow("class that is no number") << QByteArray::fromStdString(formatPtRecord(record(2))).replace("\"2\"", "\"two\"");
    }
    void refusesWhatIsNoRecord() {
        QFETCH(QByteArray, line);
        const auto read = readPtRecords(file(formatPtRecord(record(1)) + line.toStdString()));
        QVERIFY(!read.has_value());
        QCOMPARE(read.error().line, 2);
    }
};

QTEST_APPLESS_MAIN(TestPtHistograms)
#include "tst_pt_histograms.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/data/taken_at.h"

using namespace intersect;

class TestTakenAt : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsNames_data() {
        QTest::addColumn<QByteArray>("stem");
        QTest::addColumn<bool>("known");
        QTest::addColumn<qint64>("seconds");
        // `date -u -d '2021-03-20 07:18:36' +%s` and `date -u -d '2016-04-29 07:00:00' +%s`
        QTest::newRow("to the second") << QByteArray("2703-2021_03_20_071836") << true << qint64{1616224716};
        QTest::newRow("alone") << QByteArray("2021_03_20_071836") << true << qint64{1616224716};
        QTest::newRow("camera with a dash") << QByteArray("north-2-2021_03_20_071836") << true << qint64{1616224716};
        QTest::newRow("frame number") << QByteArray("410-20160429-07-000218") << true << qint64{1461913200 + 218};
        QTest::newRow("first frame") << QByteArray("410-20160429-07-000000") << true << qint64{1461913200};
        QTest::newRow("camera with a dash, frame number") << QByteArray("a-410-20160429-07-000218") << true << qint64{1461913200 + 218};
        QTest::newRow("leap day") << QByteArray("1-20160229-00-0") << true << qint64{1456704000};
        QTest::newRow("no leap day") << QByteArray("1-20150229-00-0") << false << qint64{0};
        QTest::newRow("month 13") << QByteArray("2703-2021_13_20_071836") << false << qint64{0};
        QTest::newRow("hour 24") << QByteArray("2703-2021_03_20_241836") << false << qint64{0};
        QTest::newRow("minute 60") << QByteArray("2703-2021_03_20_076036") << false << qint64{0};
        QTest::newRow("short") << QByteArray("2703-2021_03_20_0718") << false << qint64{0};
        QTest::newRow("letters") << QByteArray("410-2016o429-07-000218") << false << qint64{0};
        QTest::newRow("sign") << QByteArray("410-20160429-+7-000218") << false << qint64{0};
        QTest::newRow("no frame number") << QByteArray("410-20160429-07-") << false << qint64{0};
        QTest::newRow("coco") << QByteArray("000000000036") << false << qint64{0};
        QTest::newRow("empty") << QByteArray() << false << qint64{0};
    }
    void readsNames() {
        QFETCH(QByteArray, stem);
        QFETCH(bool, known);
        QFETCH(qint64, seconds);
        const auto time = data::takenAtOf(stem.toStdString());
        QCOMPARE(time.has_value(), known);
        if (known)
            QCOMPARE(static_cast<qint64>(*time), seconds);
    }
};

QTEST_APPLESS_MAIN(TestTakenAt)
#include "tst_taken_at.moc"

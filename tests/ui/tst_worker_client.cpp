// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>

#include <QCoreApplication>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/worker_client.h"

using namespace intersect;
using namespace intersect::ui;

/// The worker is a shell script here, so that every way of ending can be had on purpose.
class TestWorkerClient : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    void script(const QByteArray& body) {
        const QString path = m_folder.filePath(QStringLiteral("worker-%1.sh").arg(m_number++));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n" + body);
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("INTERSECT_CLI", path.toUtf8());
    }
    int m_number = 0;

    struct Told {
        QList<Json> events;
        QStringList lines;
        QList<WorkerClient::End> ends;
    };
    static void listen(WorkerClient& client, Told& told) {
        connect(&client, &WorkerClient::event, &client, [&told](const Json& event) { told.events << event; });
        connect(&client, &WorkerClient::progressLine, &client, [&told](const QString& line) { told.lines << line; });
        connect(&client, &WorkerClient::ended, &client, [&told](const WorkerClient::End& end) { told.ends << end; });
    }
    /// Lets anything that might still come, come: a second `ended` would be a fault.
    static void settle() { QTest::qWait(60); }

private Q_SLOTS:
    void eventsArriveWholeAndTheLastNeedsNoNewline() {
        script("printf '{\"type\":\"hello\",\"protocol\":1}\\n{\"type\":\"pro'\nsleep 0.1\nprintf "
               "'gress\",\"epoch\":3}\\nplain words\\n{\"type\":\"done\",\"map50\":0.5}'\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({QStringLiteral("train")}, true);
        QTRY_COMPARE(told.ends.size(), 1);
        settle();
        QCOMPARE(told.ends.size(), 1);
        QVERIFY(told.ends[0].ok);
        QCOMPARE(told.events.size(), 3);
        QCOMPARE(told.events[1]["epoch"].get<int>(), 3);
        QCOMPARE(told.events[2]["map50"].get<double>(), 0.5);
        QCOMPARE(told.ends[0].output.trimmed(), QByteArray("plain words"));
    }

    void tornJsonIsNoEvent() {
        script("printf '{\"type\":\"hello\",\"protocol\":1}\\n{\"type\":\"epo'\nkill -9 $$\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({}, true);
        QTRY_COMPARE(told.ends.size(), 1);
        settle();
        QCOMPARE(told.events.size(), 1);
        QCOMPARE(told.ends.size(), 1);
    }

    void killedWorkerEndsOnceWithASentence() {
        script("printf '{\"type\":\"hello\",\"protocol\":1}\\n'\necho 'epoch 8/60 batch 4 of 10' >&2\nexec sleep 60\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({}, true);
        QTRY_COMPARE(told.events.size(), 1);
        QTRY_COMPARE(told.lines.size(), 1);
        QVERIFY(client.isRunning());
        QCOMPARE(::kill(pid_t(client.processId()), SIGKILL), 0);
        QTRY_COMPARE(told.ends.size(), 1);
        settle();
        QCOMPARE(told.ends.size(), 1);
        const WorkerClient::End end = told.ends[0];
        QVERIFY(!end.ok && end.crashed);
        QVERIFY2(end.message.contains(QStringLiteral("killed (signal 9)")), qPrintable(end.message));
        QVERIFY(!end.advice.isEmpty());
        QCOMPARE(end.lastLines, QStringLiteral("epoch 8/60 batch 4 of 10"));
        QVERIFY(!client.isRunning());
    }

    void crashesAndExitCodesBecomeSentences_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<QString>("says");
        QTest::newRow("done") << QByteArray("exit 0") << true << QString();
        QTest::newRow("findings") << QByteArray("exit 1") << true << QString();
        QTest::newRow("usage") << QByteArray("exit 2") << false << QStringLiteral("arguments");
        QTest::newRow("bad input, plain")
            << QByteArray("echo 'intersect-cli: data.yaml:3: nc is 5 but names has 4. Make them agree.' >&2; exit 3")
            << false << QStringLiteral("data.yaml:3: nc is 5");
        QTest::newRow("bad input, json") << QByteArray("echo '{\"error\":{\"code\":\"bad_input\",\"message\":\"The "
                                                       "list is empty.\",\"advice\":\"Choose frames.\"}}' >&2; exit 3")
                                         << false << QStringLiteral("The list is empty.");
        QTest::newRow("failed by event")
            << QByteArray(
                   "echo '{\"type\":\"error\",\"message\":\"The disk is full.\",\"advice\":\"Free 2 GB.\"}'; exit 4")
            << false << QStringLiteral("The disk is full.");
        QTest::newRow("failed silently") << QByteArray("exit 4") << false << QStringLiteral("exit code 4");
        QTest::newRow("interrupted") << QByteArray("exit 130") << false << QStringLiteral("interrupted");
        QTest::newRow("segmentation fault")
            << QByteArray("kill -11 $$") << false << QStringLiteral("crashed (signal 11)");
        QTest::newRow("abort") << QByteArray("kill -6 $$") << false << QStringLiteral("signal 6");
        QTest::newRow("out of memory behind a shell")
            << QByteArray("exit 137") << false << QStringLiteral("killed (signal 9)");
    }
    void crashesAndExitCodesBecomeSentences() {
        QFETCH(QByteArray, body);
        QFETCH(bool, ok);
        QFETCH(QString, says);
        script(body + "\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({}, true);
        QTRY_COMPARE(told.ends.size(), 1);
        settle();
        QCOMPARE(told.ends.size(), 1);
        QCOMPARE(told.ends[0].ok, ok);
        if (ok)
            QVERIFY(told.ends[0].message.isEmpty());
        else
            QVERIFY2(told.ends[0].message.contains(says), qPrintable(told.ends[0].message));
    }

    void adviceComesAlong() {
        script("echo '{\"error\":{\"message\":\"The list is empty.\",\"advice\":\"Choose frames.\"}}' >&2; exit 3\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({QStringLiteral("--json")}, false);
        QTRY_COMPARE(told.ends.size(), 1);
        QCOMPARE(told.ends[0].advice, QStringLiteral("Choose frames."));
        QVERIFY(told.ends[0].lastLines.isEmpty()); // the JSON is not for people
    }

    void missingProgramEndsOnce() {
        qputenv("INTERSECT_CLI", m_folder.filePath(QStringLiteral("nowhere")).toUtf8());
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({QStringLiteral("scan")}, false);
        QTRY_COMPARE(told.ends.size(), 1);
        settle();
        QCOMPARE(told.ends.size(), 1);
        QVERIFY(told.ends[0].crashed);
        QVERIFY2(told.ends[0].message.contains(QStringLiteral("could not be started")),
                 qPrintable(told.ends[0].message));
        QVERIFY(told.ends[0].advice.contains(QStringLiteral("INTERSECT_CLI")));
    }

    void otherProtocolIsRefused() {
        script("echo '{\"type\":\"hello\",\"protocol\":99}'\nexec sleep 60\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({}, true);
        QTRY_COMPARE(told.ends.size(), 1);
        QVERIFY(told.events.isEmpty());
        QVERIFY(!told.ends[0].ok);
        QVERIFY2(told.ends[0].message.contains(QStringLiteral("protocol")), qPrintable(told.ends[0].message));
    }

    void stopReachesTheWorker() {
        script("read word\necho \"{\\\"type\\\":\\\"stopped\\\",\\\"by\\\":\\\"$word\\\"}\"\nexit 130\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({}, true);
        QTRY_VERIFY(client.isRunning());
        client.send("stop");
        QTRY_COMPARE(told.ends.size(), 1);
        QCOMPARE(told.events.size(), 1);
        QCOMPARE(told.events[0]["by"].get<std::string>(), std::string("stop"));
        QVERIFY2(told.ends[0].message.contains(QStringLiteral("your request")), qPrintable(told.ends[0].message));
    }

    void withoutEventsTheDocumentIsKept() {
        script("printf '{\"images\":3,\\n\"boxes\":7}'\necho 'Scanned 3' >&2\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({QStringLiteral("scan"), QStringLiteral("--json")}, false);
        QTRY_COMPARE(told.ends.size(), 1);
        QVERIFY(told.events.isEmpty());
        const Json document = Json::parse(told.ends[0].output.toStdString());
        QCOMPARE(document["boxes"].get<int>(), 7);
        QCOMPARE(told.lines, QStringList{QStringLiteral("Scanned 3")});
    }

    void destructionLetsTheWorkerSaveAndDoesNotHoldUp() {
        const QString saved = m_folder.filePath(QStringLiteral("saved"));
        // Leaves on the end of stdin, after half a second of saving.
        script("echo '{\"type\":\"hello\",\"protocol\":1}'\ncat > /dev/null\nsleep 0.5\necho done > '" +
               saved.toUtf8() + "'\n");
        {
            WorkerClient client;
            Told told;
            listen(client, told);
            client.start({}, true);
            QTRY_COMPARE(told.events.size(), 1);
        }
        QVERIFY(!QFile::exists(saved));                        // we are back before it has saved …
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(saved), 10000); // … and it was not killed
    }

    void canBeStartedAgain() {
        script("echo '{\"type\":\"hello\",\"protocol\":1}'\n");
        WorkerClient client;
        Told told;
        listen(client, told);
        client.start({}, true);
        QTRY_COMPARE(told.ends.size(), 1);
        client.start({}, true);
        QTRY_COMPARE(told.ends.size(), 2);
        QCOMPARE(told.events.size(), 2);
    }

    void commandLineIsQuotedForAShell() {
        QCOMPARE(WorkerClient::commandLine(
                     {QStringLiteral("scan"), QStringLiteral("/data/my frames"), QStringLiteral("it's"), QString()}),
                 QStringLiteral("intersect-cli scan '/data/my frames' 'it'\\''s' ''"));
    }
};

QTEST_GUILESS_MAIN(TestWorkerClient)
#include "tst_worker_client.moc"

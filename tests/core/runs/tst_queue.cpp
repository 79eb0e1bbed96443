// SPDX-License-Identifier: GPL-3.0-or-later
#include <thread>

#include <QTest>

#include "core/base/files.h"
#include "core/runs/queue.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using namespace intersect::runs;

/// The runs that wait: on disk in order, whoever changes them.
class TestQueue : public QObject {
    Q_OBJECT
    std::unique_ptr<tests::Scratch> m_scratch;
    Workspace m_workspace;

    static QueuedRun entry(const std::string& run) {
        QueuedRun queued;
        queued.run = run;
        queued.config.data = "/lists/data.yaml";
        return queued;
    }
    std::string order() const {
        std::string names;
        const auto waiting = RunQueue(m_workspace).read();
        if (!waiting)
            return waiting.error().message;
        for (const QueuedRun& run : *waiting)
            names += run.run + " ";
        return names;
    }

private Q_SLOTS:
    void init() {
        m_scratch = std::make_unique<tests::Scratch>();
        m_workspace.folder = m_scratch->path();
    }

    void aWaitingRunComesBackWhole() {
        QueuedRun wanted = entry("it's: a #name");
        wanted.config.loss.kind = loss::LossKind::ClassBalanced;
        wanted.config.loss.classAlpha = {0.25, 0.75};
        wanted.config.freeze = {0, 3};
        wanted.config.hyp.lr0 = 0.02;
        wanted.config.hyp.mosaic = 0;
        QueuedRun goesOn;
        goesOn.run = "earlier";
        goesOn.goesOn = true;
        goesOn.epochs = 30;
        const RunQueue queue(m_workspace);
        QVERIFY(queue.append(wanted).has_value());
        QVERIFY(queue.append(goesOn).has_value());
        const auto read = RunQueue(m_workspace).read();
        QVERIFY(read.has_value());
        QCOMPARE(read->size(), std::size_t(2));
        QCOMPARE((*read)[0].run, wanted.run);
        QVERIFY(!(*read)[0].goesOn);
        QCOMPARE(formatTrainConfig((*read)[0].config), formatTrainConfig(wanted.config));
        QCOMPARE((*read)[1].run, goesOn.run);
        QVERIFY((*read)[1].goesOn);
        QCOMPARE((*read)[1].epochs, 30);
    }

    void firstInFirstOut() {
        const RunQueue queue(m_workspace);
        QCOMPARE(order(), std::string());
        QVERIFY(!queue.takeFirst()->has_value());
        for (const char* name : {"a", "b", "c"})
            QVERIFY(queue.append(entry(name)).has_value());
        QCOMPARE((*queue.takeFirst())->run, std::string("a"));
        QCOMPARE(order(), std::string("b c "));
        QVERIFY(!queue.append(entry("b")).has_value());
        QVERIFY(queue.remove("b").has_value());
        QVERIFY(queue.remove("b").has_value());
        QCOMPARE(order(), std::string("c "));
    }

    void placesChange_data() {
        QTest::addColumn<QByteArray>("run");
        QTest::addColumn<int>("places");
        QTest::addColumn<QByteArray>("wanted");
        QTest::addRow("sooner") << QByteArray("c") << -1 << QByteArray("a c b d ");
        QTest::addRow("later") << QByteArray("a") << 1 << QByteArray("b a c d ");
        QTest::addRow("first") << QByteArray("d") << -99 << QByteArray("d a b c ");
        QTest::addRow("last") << QByteArray("a") << 99 << QByteArray("b c d a ");
        QTest::addRow("first stays first") << QByteArray("a") << -1 << QByteArray("a b c d ");
        QTest::addRow("who is not there") << QByteArray("x") << 1 << QByteArray("a b c d ");
    }
    void placesChange() {
        QFETCH(QByteArray, run);
        QFETCH(int, places);
        QFETCH(QByteArray, wanted);
        const RunQueue queue(m_workspace);
        for (const char* name : {"a", "b", "c", "d"})
            QVERIFY(queue.append(entry(name)).has_value());
        QVERIFY(queue.move(run.toStdString(), places).has_value());
        QCOMPARE(order(), wanted.toStdString());
    }

    void twoAtOnceLoseNothing() {
        const auto add = [this](const std::string& who) {
            for (int i = 0; i < 20; ++i)
                if (!RunQueue(m_workspace).append(entry(who + std::to_string(i))))
                    return;
        };
        {
            std::jthread one(add, "one"), two(add, "two");
        }
        QCOMPARE(RunQueue(m_workspace).read()->size(), std::size_t(40));
    }

    void brokenFilesAreNamed_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("names");
        QTest::addRow("no YAML") << QByteArray("runs: [") << QByteArray("queue.yaml:");
        QTest::addRow("no map") << QByteArray("nothing") << QByteArray("no queue");
        QTest::addRow("no name") << QByteArray("runs:\n  - config: x\n") << QByteArray("queue.yaml:2");
        QTest::addRow("a path") << QByteArray("runs:\n  - run: ../x\n    config: x\n") << QByteArray("no folder name");
        QTest::addRow("no config") << QByteArray("runs:\n  - run: x\n") << QByteArray("no config");
        QTest::addRow("epochs") << QByteArray("runs:\n  - run: x\n    resume: true\n    epochs: many\n") << QByteArray("epochs");
    }
    void brokenFilesAreNamed() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, names);
        m_scratch->write("queue.yaml", text.toStdString());
        const auto read = RunQueue(m_workspace).read();
        QVERIFY(!read.has_value());
        QVERIFY2(read.error().message.find(names.toStdString()) != std::string::npos, read.error().message.c_str());
        // What cannot be read is not written over.
        QVERIFY(!RunQueue(m_workspace).append(entry("new")).has_value());
        QCOMPARE(*readFile(RunQueue(m_workspace).file()), text.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestQueue)
#include "tst_queue.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/runs/run_folder.h"

using namespace intersect;
using namespace intersect::runs;
namespace fs = std::filesystem;

class TestRunFolder : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    fs::path folder(const std::string& name, const std::string& events) const {
        const fs::path path = fs::path(m_dir.path().toStdString()) / name;
        fs::create_directories(path);
        std::ofstream(path / "events.jsonl", std::ios::binary) << events;
        return path;
    }
    static std::string epoch(int number, double map50, double map5095) {
        return "{\"type\":\"epoch\",\"epoch\":" + std::to_string(number) +
               ",\"of\":5,\"loss\":{\"box\":0.5,\"obj\":0.25,\"cls\":0.125}," +
               "\"val_loss\":{\"box\":1,\"obj\":2,\"cls\":3},\"map50\":" + std::to_string(map50) +
               ",\"map50_95\":" + std::to_string(map5095) +
               ",\"precision\":0.4,\"recall\":0.3,\"lr\":0.01,\"seconds\":2}\n";
    }
    static inline const std::string kHello =
        "{\"type\":\"hello\",\"protocol\":1,\"pid\":1}\n{\"type\":\"started\",\"epochs\":5}\n";

private Q_SLOTS:
    void rebuildsHistory() {
        const auto run =
            readRun(folder("history", kHello + epoch(1, 0.3, 0.1) + epoch(2, 0.2, 0.2) + epoch(3, 0.5, 0.15) +
                                          "{\"type\":\"unheard\"}\n{\"type\":\"done\",\"best_epoch\":2}\n"));
        QVERIFY(run.has_value());
        QCOMPARE(run->id, std::string("history"));
        QCOMPARE(run->state, RunState::Done);
        QCOMPARE(run->epochs, 5);
        QCOMPARE(run->history.size(), std::size_t(3));
        QCOMPARE(run->history[0].obj, 0.25);
        QCOMPARE(run->history[0].valCls, 3.0);
        // 0.1 mAP50 + 0.9 mAP50-95: 0.12, 0.20, 0.185
        QCOMPARE(run->bestEpoch, 2);
        QCOMPARE(run->bestMap50, 0.2);
    }
    void tellsHowItEnded_data() {
        QTest::addColumn<QByteArray>("tail");
        QTest::addColumn<int>("state");
        QTest::newRow("done") << QByteArray("{\"type\":\"done\"}\n") << int(RunState::Done);
        QTest::newRow("stopped") << QByteArray("{\"type\":\"checkpoint\"}\n{\"type\":\"stopped\"}\n")
                                 << int(RunState::Stopped);
        QTest::newRow("killed") << QByteArray("{\"type\":\"progress\",\"epo") << int(RunState::Interrupted);
        QTest::newRow("failed")
            << QByteArray("{\"type\":\"error\",\"message\":\"The loss is no number.\",\"advice\":\"Lower lr0.\"}\n")
            << int(RunState::Failed);
        QTest::newRow("resumed, killed again")
            << QByteArray("{\"type\":\"stopped\"}\n{\"type\":\"hello\",\"protocol\":1}\n")
            << int(RunState::Interrupted);
    }
    void tellsHowItEnded() {
        QFETCH(QByteArray, tail);
        QFETCH(int, state);
        const auto run = readRun(
            folder(std::string("end-") + QTest::currentDataTag(), kHello + epoch(1, 0.1, 0.1) + tail.toStdString()));
        QVERIFY(run.has_value());
        QCOMPARE(int(run->state), state);
        if (run->state == RunState::Failed) {
            QCOMPARE(run->error, std::string("The loss is no number."));
            QCOMPARE(run->advice, std::string("Lower lr0."));
        }
    }
    void anEpochDoneAgainReplacesTheOld() {
        const auto run =
            readRun(folder("again", kHello + epoch(1, 0.1, 0.1) + epoch(2, 0.2, 0.2) + kHello + epoch(2, 0.3, 0.3)));
        QCOMPARE(run->history.size(), std::size_t(2));
        QCOMPARE(run->history[1].map50, 0.3);
    }
    void ofEqualEpochsTheLaterIsBest() {
        const auto run = readRun(folder("ties", kHello + epoch(1, 0.2, 0.2) + epoch(2, 0.2, 0.2)));
        QCOMPARE(run->bestEpoch, 2);
    }
    void anEmptyFolderIsNoRun() {
        const fs::path path = fs::path(m_dir.path().toStdString()) / "nothing";
        fs::create_directories(path);
        const auto run = readRun(path);
        QVERIFY(!run.has_value());
        QVERIFY(run.error().message.find("nothing") != std::string::npos);
    }
    void aLockedRunIsRunning() {
        const fs::path path = folder("locked", kHello);
        QVERIFY(!isRunLocked(path));
        {
            auto lock = RunLock::take(path);
            QVERIFY(lock.has_value());
            QVERIFY(isRunLocked(path));
            QCOMPARE(readRun(path)->state, RunState::Running);
            const auto second = RunLock::take(path);
            QVERIFY(!second.has_value());
            QCOMPARE(second.error().code, ErrorCode::BadInput);
        }
        QVERIFY(!isRunLocked(path));
        QCOMPARE(readRun(path)->state, RunState::Interrupted);
    }
    void killingTheProcessFreesTheLock() {
        const fs::path path = folder("killed", kHello);
        int ready[2];
        QVERIFY(::pipe(ready) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto lock = RunLock::take(path);
            const char told = lock ? 'y' : 'n';
            if (::write(ready[1], &told, 1) == 1)
                ::pause();
            ::_exit(0);
        }
        char told = 0;
        QVERIFY(::read(ready[0], &told, 1) == 1);
        QCOMPARE(told, 'y');
        QVERIFY(isRunLocked(path));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        QVERIFY(!isRunLocked(path));
        QVERIFY(RunLock::take(path).has_value());
        ::close(ready[0]);
        ::close(ready[1]);
    }
};

QTEST_APPLESS_MAIN(TestRunFolder)
#include "tst_run_folder.moc"

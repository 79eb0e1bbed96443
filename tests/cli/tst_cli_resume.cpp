// SPDX-License-Identifier: GPL-3.0-or-later
// The verb `resume` after real processes were killed, stopped or ran out of disk: the end is that of a run nobody touched, bit for bit.
#include <csignal>
#include <filesystem>
#include <functional>
#include <set>

#include <QFile>
#include <QProcess>
#include <QtTest>

#include "tests/support/cli_process.h"
#include "tests/support/scratch_files.h"
#include "tests/support/small_disk.h"
#include "tests/support/tiny_training.h"

namespace fs = std::filesystem;
using namespace intersect::tests;

class TestCliResume : public QObject {
    Q_OBJECT
    Scratch m_scratch;
    QString m_data;

    fs::path run(const std::string& name) const { return m_scratch.path(name); }
    QStringList training(const std::string& name, const QStringList& more) const {
        return tinyTraining(m_data, run(name), words("--deterministic --seed 3") + more);
    }
    Answer resume(const std::string& name, const QStringList& more = {}) const { return cli(QStringList{QStringLiteral("resume"), text(run(name))} + more); }

    /// Starts a command and kills it as soon as `now` holds; false: it ended before.
    static bool killWhen(const QStringList& command, const std::function<bool()>& now) {
        QProcess process;
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(kCli, command);
        process.waitForStarted();
        while (!now() && !process.waitForFinished(2) && process.state() != QProcess::NotRunning) {
        }
        const bool running = process.state() != QProcess::NotRunning;
        process.kill();
        process.waitForFinished(60'000);
        return running && process.exitStatus() == QProcess::CrashExit;
    }
    int finishedEpochs(const std::string& name) const { return static_cast<int>(typesOf(eventsOf(run(name))).count(QStringLiteral("epoch"))); }

    /// Fails unless both runs came to the same weights, state, results and epochs.
    void compareRuns(const std::string& got, const std::string& wanted) const {
        for (const char* file : {"weights/last.safetensors", "weights/best.safetensors", "resume.safetensors", "results.csv"}) {
            const std::string bytes = bytesOf(run(wanted) / file);
            QVERIFY2(!bytes.empty(), file);
            QVERIFY2(bytesOf(run(got) / file) == bytes, file);
        }
        std::set<int> epochs[2];
        for (const int i : {0, 1})
            for (const QJsonObject& event : eventsOf(run(i == 0 ? got : wanted))) {
                QVERIFY(event.contains(QStringLiteral("type")));
                if (event[QStringLiteral("type")].toString() == QLatin1String("epoch"))
                    epochs[i].insert(event[QStringLiteral("epoch")].toInt());
            }
        QVERIFY(epochs[0] == epochs[1]);
        QCOMPARE(typesOf(eventsOf(run(got))).last(), QStringLiteral("done"));
    }

private Q_SLOTS:
    void initTestCase() { m_data = tinyDataSet(m_scratch, "data"); }

    void goesOnAfterKills_data() {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("fp32") << words("--epochs 6 --precision fp32");
        QTest::newRow("bf16") << words("--epochs 6 --precision bf16");
        QTest::newRow("pictures by weight") << words("--epochs 6 --precision fp32 --image-weights");
        QTest::newRow("rectangles by weight") << words("--epochs 6 --precision fp32 --rect --image-weights --workers 2");
        m_scratch.write("still.yaml", "mosaic: 0\nhsv_h: 0\nhsv_s: 0\nhsv_v: 0\ntranslate: 0\nscale: 0\nfliplr: 0\n");
        QTest::newRow("frozen backbone, values kept") << words("--epochs 6 --freeze backbone --deterministic --hyp") + QStringList{text(m_scratch.path("still.yaml"))};
        QTest::newRow("unfrozen later") << words("--epochs 6 --freeze 5 --unfreeze-at 4");
        QTest::newRow("frozen, statistics moving") << words("--epochs 6 --freeze 5 --freeze-bn off");
        QTest::newRow("frozen backbone, three loader threads") << words("--epochs 6 --freeze 10 --workers 3 --cos-lr");
    }
    void goesOnAfterKills() {
        QFETCH(QStringList, options);
        const std::string name = std::string("kill ") + QTest::currentDataTag(), whole = name + "-whole";
        QCOMPARE(cli(training(whole, options)).code, 0);

        const QStringList again{QStringLiteral("resume"), text(run(name))};
        // as soon as the history begins, as weights are written and before the state is, once an epoch is finished, in the middle of a later one
        QVERIFY(killWhen(training(name, options), [&] { return fs::exists(run(name) / "events.jsonl"); }));
        killWhen(again, [&] { return fs::exists(run(name) / "weights/last.safetensors"); });
        killWhen(again, [&] { return fs::exists(run(name) / "resume.safetensors"); });
        const int before = finishedEpochs(name);
        const bool between = killWhen(again, [&] { return finishedEpochs(name) > before + 1; }); // else the machine was too busy and the run is through
        const Answer answer = resume(name);
        QVERIFY2(answer.code == 0, answer.err.constData());
        QVERIFY2(answer.err.contains(between ? "Goes on after epoch" : "is done"), answer.err.constData());
        compareRuns(name, whole);
        for (const auto& entry : fs::recursive_directory_iterator(run(name)))
            QVERIFY2(entry.path().extension() != ".part", entry.path().c_str());
    }

    /// Killed and resumed with everything that a loss, an optimiser or an assignment keeps.
    void everyLossAndOptimiserGoesOn_data() {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("Adam, class-balanced") << words("--optimizer Adam --loss class-balanced --alpha 0.3,0.7");
        QTest::newRow("AdamW, paper") << words("--optimizer AdamW --loss-form paper");
        QTest::newRow("AdamW, accumulated, some frozen") << words("--optimizer AdamW --nbs 8 --freeze 0,3 --loss-form class-term");
        QTest::newRow("balanced, sum to one") << words("--loss balanced --normalise sum --class-weights sum-to-one");
        QTest::newRow("ohem, by cost") << words("--loss ohem --assign ota");
        QTest::newRow("qfocal, YOLOv7's recipe") << words("--loss qfocal --recipe yolov7 --optimizer Adam");
    }
    void everyLossAndOptimiserGoesOn() {
        QFETCH(QStringList, options);
        options += words("--epochs 5");
        const std::string name = std::string("choice ") + QTest::currentDataTag(), whole = name + "-whole";
        const Answer answer = cli(training(whole, options));
        QVERIFY2(answer.code == 0, answer.err.constData());
        killWhen(training(name, options), [&] { return fs::exists(run(name) / "resume.safetensors"); });
        QVERIFY(fs::exists(run(name) / "resume.safetensors"));
        killWhen({QStringLiteral("resume"), text(run(name))}, [&] { return finishedEpochs(name) >= 3; });
        QCOMPARE(resume(name).code, 0);
        compareRuns(name, whole);
    }

    void goesOnWhereItWasMovedTo() {
        const QStringList options = words("--epochs 5");
        QCOMPARE(cli(training("here-whole", options)).code, 0);
        QVERIFY(killWhen(training("here", options), [&] { return fs::exists(run("here") / "resume.safetensors"); }));
        fs::create_directories(run("attic"));
        fs::rename(run("here"), run("attic/there"));
        const Answer answer = resume("attic/there");
        QVERIFY2(answer.code == 0, answer.err.constData());
        compareRuns("attic/there", "here-whole");
        QVERIFY(bytesOf(run("attic/there") / "lists/data.yaml").find("attic/there/lists/train.txt") != std::string::npos);
        QVERIFY(!fs::exists(run("here")));
    }

    void mendsWhatACrashTore() {
        const QStringList options = words("--epochs 8");
        QCOMPARE(cli(training("torn-whole", options)).code, 0);
        QVERIFY(killWhen(training("torn", options), [&] { return finishedEpochs("torn") >= 2 && fs::exists(run("torn") / "resume.safetensors"); }));
        for (const char* file : {"events.jsonl", "results.csv"}) {
            QFile torn(text(run("torn") / file));
            QVERIFY(torn.open(QIODevice::Append));
            torn.write("{\"type\":\"epo");
        }
        m_scratch.write("torn/weights/last.safetensors.1-0.part", "half");
        const Answer answer = resume("torn");
        QVERIFY2(answer.code == 0, answer.err.constData());
        compareRuns("torn", "torn-whole");
        QVERIFY(!fs::exists(run("torn") / "weights/last.safetensors.1-0.part"));
    }

    void goesOnAfterAStop() {
        const QStringList options = words("--epochs 6");
        QCOMPARE(cli(training("stop-whole", options)).code, 0);
        QProcess process;
        process.start(kCli, training("stop", options + words("--events")));
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(run("stop") / "weights/last.safetensors"), 120'000);
        process.closeWriteChannel(); // the window is gone
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitCode(), 130);
        QProcess watched;
        watched.start(kCli, {QStringLiteral("resume"), text(run("stop")), QStringLiteral("--events")});
        QVERIFY(watched.waitForFinished(120'000));
        QCOMPARE(watched.exitCode(), 0);
        // The pipe carries this part of the history.
        QVERIFY(bytesOf(run("stop") / "events.jsonl").ends_with(watched.readAllStandardOutput().toStdString()));
        compareRuns("stop", "stop-whole");
    }

    void goesOnOnceThereIsRoom() {
        const QStringList options = words("--epochs 3");
        QCOMPARE(cli(training("full-whole", options)).code, 0);
        const Answer full = [&] {
            const SmallDisk disk(8'000'000); // the weights fit, the state does not
            return cli(training("full", options));
        }();
        QCOMPARE(full.code, 4);
        QVERIFY2(full.err.contains("resume.safetensors cannot be written"), full.err.constData());
        QCOMPARE(cli({QStringLiteral("inspect"), text(run("full") / "weights/last.safetensors")}).code, 0);
        const Answer answer = resume("full");
        QVERIFY2(answer.code == 0, answer.err.constData());
        compareRuns("full", "full-whole");
    }

    void extendsAndSaysWhenThereIsNothingToDo() {
        QCOMPARE(cli(training("done", words("--epochs 2"))).code, 0);
        const std::string events = bytesOf(run("done") / "events.jsonl");
        const Answer nothing = resume("done", words("--json"));
        QCOMPARE(nothing.code, 0);
        QVERIFY2(nothing.err.contains("is done after 2 epochs"), nothing.err.constData());
        QCOMPARE(nothing.json()[QStringLiteral("epochs")].toInt(), 2);
        QCOMPARE(bytesOf(run("done") / "events.jsonl"), events);

        const Answer less = resume("done", words("--epochs 1"));
        QCOMPARE(less.code, 2);
        QVERIFY2(less.err.contains("2 epochs are finished"), less.err.constData());

        const Answer more = resume("done", words("--epochs 4 --json"));
        QVERIFY2(more.code == 0, more.err.constData());
        QCOMPARE(more.json()[QStringLiteral("epochs")].toInt(), 4);
        QVERIFY(bytesOf(run("done") / "config.yaml").find("epochs: 4\n") != std::string::npos);
        const auto lines = QByteArray::fromStdString(bytesOf(run("done") / "results.csv")).trimmed().split('\n');
        QCOMPARE(lines.size(), 5);
        QCOMPARE(lines[4].split(',').first().trimmed(), QByteArray("3"));
        QCOMPARE(finishedEpochs("done"), 4);
    }

    void refusesWhatIsNoRunToGoOnWith() {
        const Answer absent = resume("nowhere");
        QCOMPARE(absent.code, 3);
        QVERIFY2(absent.err.contains("nowhere is not a run folder"), absent.err.constData());
        QVERIFY(!fs::exists(run("nowhere")));
        // Killed before its settings were whole: a sentence, and the same folder can be trained in.
        m_scratch.write("early/.lock", "");
        m_scratch.write("early/config.yaml.1-0.part", "data: ");
        const Answer early = resume("early");
        QCOMPARE(early.code, 3);
        QVERIFY2(early.err.contains("before its settings were written"), early.err.constData());
        QCOMPARE(cli(training("early", words("--epochs 1"))).code, 0);
        QVERIFY(!fs::exists(run("early") / "config.yaml.1-0.part"));

        const std::string state = bytesOf(run("early") / "resume.safetensors");
        m_scratch.write("early/resume.safetensors", state.substr(0, state.size() / 2));
        const Answer damaged = resume("early", words("--epochs 2"));
        QCOMPARE(damaged.code, 3);
        QVERIFY2(damaged.err.contains("resume.safetensors"), damaged.err.constData());
        m_scratch.write("early/resume.safetensors", state);
        std::string config = bytesOf(run("early") / "config.yaml");
        config.replace(config.find("batch_size: 4"), 13, "batch_size: 2");
        m_scratch.write("early/config.yaml", config);
        const Answer changed = resume("early", words("--epochs 2"));
        QCOMPARE(changed.code, 3);
        QVERIFY2(changed.err.contains("2 batches an epoch"), changed.err.constData());
    }

    void refusesARunThatIsBeingWritten() {
        QProcess process;
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(kCli, training("busy", words("--epochs 100000")));
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(run("busy") / "events.jsonl"), 120'000);
        const Answer answer = resume("busy");
        QCOMPARE(answer.code, 3);
        QVERIFY2(answer.err.contains("Another process"), answer.err.constData());
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitCode(), 130);
    }
};

QTEST_APPLESS_MAIN(TestCliResume)
#include "tst_cli_resume.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/data/data_yaml.h"
#include "core/runs/events.h"
#include "tests/support/drawn_cameras.h"
#include "ui/pages/train_page.h"
#include "ui/pages/train_settings.h"
#include "ui/text.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/line_chart.h"

using namespace intersect;
using namespace intersect::ui;

/// The Train page on run folders written here, and on a child that is a shell script doing as told.
class TestTrainPage : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;

    enum class Ending { Done, Error, Torn };
    void makeRun(const char* name, int epochs, Ending ending) {
        const runs::RunPaths paths{m_session->workspace()->runs() / name};
        QVERIFY(makeFolder(paths.folder / "weights").has_value());
        runs::TrainConfig config;
        config.data = m_session->workspace()->selections() / "equal-8" / "data.yaml";
        config.epochs = 10;
        config.freeze = {0, 1, 2};
        config.loss.kind = loss::LossKind::Focal;
        config.loss.gamma = 2;
        QVERIFY(writeFileAtomically(paths.config(), runs::formatTrainConfig(config)).has_value());
        runs::EventLog log;
        QVERIFY(log.open(paths.events(), false).has_value());
        QVERIFY(log.write("hello", {{"protocol", 1}, {"pid", 1}, {"version", "0"}}).has_value());
        for (int epoch = 1; epoch <= epochs; ++epoch)
            QVERIFY(log.write("epoch", {{"epoch", epoch}, {"of", 10}, {"loss", {{"box", 0.1 / epoch}, {"obj", 0.2 / epoch}, {"cls", 0.3 / epoch}}},
                                        {"val_loss", {{"box", 0.2 / epoch}, {"obj", 0.3 / epoch}, {"cls", 0.4 / epoch}}}, {"map50", 0.05 * epoch}, {"map50_95", 0.02 * epoch},
                                        {"precision", 0.5}, {"recall", 0.4}, {"lr", 0.01 / epoch}, {"seconds", 2.0}}).has_value());
        if (epochs > 0) {
            QVERIFY(writeFileAtomically(paths.last(), "weights").has_value());
            QVERIFY(writeFileAtomically(paths.best(), "weights").has_value());
        }
        if (ending == Ending::Done)
            QVERIFY(log.write("done", {{"best_epoch", epochs}, {"map50", 0.05 * epochs}}).has_value());
        if (ending == Ending::Error)
            QVERIFY(log.write("error", {{"code", "failed"}, {"message", "The disk is full."}, {"subject", ""}, {"advice", "Make room."}}).has_value());
        m_session->noteRunsChanged();
    }
    /// Makes the child this script.
    void useScript(const QByteArray& body) {
        const QString path = m_dir.filePath(QStringLiteral("worker.sh"));
        QFile::remove(path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n" + body);
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("INTERSECT_CLI", path.toUtf8());
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        tests::drawCamera(root, QStringLiteral("Q2"), QStringLiteral("a"), 8, false);
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
    }
    void cleanup() { qunsetenv("INTERSECT_CLI"); }

    void weightsThatTrainByHand() {
        // 1,872,157 for 80 classes; the first ten modules hold 1,046,368; the head for 4 classes 3 * 9 * 451 = 12,177.
        const auto yolov5n = [](int classes) { return *model::makeGraph(*model::knownModel("yolov5n"), classes); };
        QCOMPARE(trainableWeights(yolov5n(80), {}), std::make_pair(qint64(1872157), qint64(1872157)));
        QCOMPARE(trainableWeights(yolov5n(4), firstModules(10)), std::make_pair(qint64(722961), qint64(1769329)));
        QCOMPARE(trainableWeights(yolov5n(4), firstModules(24)).first, qint64(12177));
    }

    void argumentsSayWhatTheFormSays() {
        runs::TrainConfig config;
        config.data = "lists/data.yaml";
        config.epochs = 3;
        config.freeze = {0, 1};
        config.loss.kind = loss::LossKind::Focal;
        config.loss.gamma = 2;
        config.loss.alpha = 0.25;
        const QStringList arguments = trainArguments(config, QStringLiteral("runs/x"));
        const auto after = [&](const char* option) { return arguments.value(arguments.indexOf(QString::fromUtf8(option)) + 1); };
        QCOMPARE(arguments.mid(0, 2), (QStringList{QStringLiteral("train"), QStringLiteral("lists/data.yaml")}));
        QCOMPARE(after("--weights"), QStringLiteral("none"));
        QCOMPARE(after("--run"), QStringLiteral("runs/x"));
        QCOMPARE(after("--epochs"), QStringLiteral("3"));
        QCOMPARE(after("--freeze"), QStringLiteral("2"));
        QCOMPARE(after("--loss"), QStringLiteral("focal"));
        QCOMPARE(after("--gamma"), QStringLiteral("2"));
        QCOMPARE(after("--alpha"), QStringLiteral("0.25"));
        config.loss = {};
        QVERIFY(!trainArguments(config, {}).contains(QStringLiteral("--gamma")));
    }

    void runNamesCountOn() {
        QCOMPARE(nextRunName(QStringLiteral("prop09"), {}, {}), QStringLiteral("prop09-bce-1"));
        QCOMPARE(nextRunName(QStringLiteral("prop09"), {}, {QStringLiteral("prop09-bce-1"), QStringLiteral("prop09-bce-2")}), QStringLiteral("prop09-bce-3"));
    }

    void plannedRateByHand() {
        runs::TrainConfig config;
        config.epochs = 100;
        QVERIFY(std::abs(plannedRate(config, 52, 1600) - 0.01 * (0.5 * 0.99 + 0.01)) < 1e-12); // one epoch late: factor(50)
        // 160 frames in batches of 16 are 10 batches an epoch, so 100 batches of warm-up are ten epochs: epoch 5 has half of factor(3).
        QVERIFY(std::abs(plannedRate(config, 5, 160) - 0.5 * 0.01 * (0.97 * 0.99 + 0.01)) < 1e-12);
        config.cosLr = true;
        QVERIFY(std::abs(plannedRate(config, 52, 1600) - 0.01 * (0.5 * -0.99 + 1)) < 1e-12);
    }

    void nothingYetSaysSo() {
        TrainPage page(*m_session);
        page.resize(1350, 800);
        page.show();
        QVERIFY(page.findChild<EmptyState*>(QStringLiteral("trainEmpty"))->isVisible());
        page.findChild<QPushButton*>(QStringLiteral("startButton"))->click();
        auto* problem = page.findChild<InlineMessage*>(QStringLiteral("startProblem"));
        QVERIFY(problem->isVisible());
        QVERIFY(problem->sentence().contains(QStringLiteral("no lists")));
        QVERIFY(!m_session->trainWorker().isRunning());
        QVERIFY(page.command().isEmpty());
    }

    void aRunIsRebuiltFromItsFolder() {
        makeRun("first", 4, Ending::Done);
        m_session->setCurrentRun(QStringLiteral("first"));
        std::vector<std::vector<QPointF>> before;
        for (int opened = 0; opened < 2; ++opened) { // a second window shows the same
            TrainPage page(*m_session);
            page.resize(1350, 800);
            page.show();
            auto* chart = page.findChild<LineChart*>(QStringLiteral("mapChart"));
            QTRY_VERIFY_WITH_TIMEOUT(!chart->lines().empty() && chart->lines().back().points.size() == 4, 5000);
            std::vector<std::vector<QPointF>> now;
            for (const char* name : {"boxLossChart", "objLossChart", "clsLossChart", "mapChart", "rateChart"})
                for (const ChartLine& line : page.findChild<LineChart*>(QString::fromUtf8(name))->lines())
                    now.push_back(line.points);
            if (opened == 1)
                QCOMPARE(now, before);
            before = now;
            QCOMPARE(chart->lines()[0].points[3], QPointF(4, 0.05 * 4));
            QVERIFY(page.findChild<LineChart*>(QStringLiteral("rateChart"))->lines()[0].dashed);
            const auto* table = page.findChild<QTableView*>(QStringLiteral("queueTable"))->model();
            QCOMPARE(table->index(0, 1).data().toString(), QStringLiteral("focal γ 2"));
            QCOMPARE(table->index(0, 2).data().toString(), QStringLiteral("3"));
            QCOMPARE(table->index(0, 3).data().toString(), QStringLiteral("Done"));
            QCOMPARE(table->index(0, 4).data().toString(), QStringLiteral("mAP50 0.200"));
            QVERIFY(!page.findChild<InlineMessage*>(QStringLiteral("failureBox"))->isVisible());
            QCOMPARE(page.headButtons().size(), 1);
        }
    }

    void aFailedRunSaysInWhichEpochAndHowToGoOn() {
        makeRun("broken", 7, Ending::Error);
        m_session->setCurrentRun(QStringLiteral("broken"));
        TrainPage page(*m_session);
        page.resize(1350, 800);
        page.show();
        auto* box = page.findChild<InlineMessage*>(QStringLiteral("failureBox"));
        QTRY_VERIFY_WITH_TIMEOUT(box->isVisible(), 5000);
        QCOMPARE(box->sentence(), QStringLiteral("The training process ended in epoch 8: the disk is full."));
        QCOMPARE(page.findChild<QPushButton*>(QStringLiteral("startAgainButton"))->text(), QStringLiteral("Start again from epoch 7 weights"));
        QVERIFY(page.findChild<QPushButton*>(QStringLiteral("openLogButton"))->isVisible());
        QVERIFY(!page.findChild<QWidget*>(QStringLiteral("runHeader"))->isVisible());
        // With a whole state beside its weights it goes on in its own folder.
        makeRun("kept", 7, Ending::Error);
        QVERIFY(writeFileAtomically(m_session->runPaths(QStringLiteral("kept")).resume(), "state").has_value());
        m_session->setCurrentRun(QStringLiteral("kept"));
        QTRY_COMPARE_WITH_TIMEOUT(page.findChild<QPushButton*>(QStringLiteral("startAgainButton"))->text(), QStringLiteral("Resume after epoch 7"), 5000);
        QVERIFY(page.findChild<QWidget*>(QStringLiteral("lossCharts"))->isVisible());
        // A killed one told nothing, and still gets its sentence; choosing it in the table shows it.
        makeRun("killed", 0, Ending::Torn);
        m_session->setCurrentRun(QStringLiteral("killed"));
        QTRY_VERIFY_WITH_TIMEOUT(box->sentence().contains(QStringLiteral("epoch 1: it was killed")), 5000);
        QCOMPARE(page.findChild<QPushButton*>(QStringLiteral("startAgainButton"))->text(), QStringLiteral("Start again"));
    }

    void aChildThatIsKilledLeavesThePageAlive() {
        const std::filesystem::path lists = m_session->workspace()->selections() / "equal-8";
        data::DataYaml yaml;
        yaml.names = data::cocoNames();
        yaml.train = lists / "train.txt";
        yaml.val = lists / "val.txt";
        QVERIFY(writeFileAtomically(lists / "train.txt", "/a.jpg\n/b.jpg\n").has_value());
        QVERIFY(writeFileAtomically(lists / "val.txt", "/c.jpg\n").has_value());
        QVERIFY(writeFileAtomically(lists / "data.yaml", data::formatDataYaml(yaml)).has_value());
        m_session->noteSelectionsChanged();
        m_session->setCurrentSelection(QStringLiteral("equal-8"));
        useScript("echo '{\"type\":\"hello\",\"protocol\":1,\"pid\":7,\"version\":\"0\"}'\n"
                  "echo '{\"type\":\"started\",\"epochs\":20}'\n"
                  "echo '{\"type\":\"progress\",\"epoch\":3,\"batch\":4,\"of\":10,\"images_per_s\":17.0,\"eta_s\":660}'\n"
                  "echo 'reading batch 4' >&2\n"
                  "read word\n");
        TrainPage page(*m_session);
        page.resize(1350, 800);
        page.show();
        QVERIFY(page.findChild<QComboBox*>(QStringLiteral("selectionCombo"))->currentText().contains(QStringLiteral("2 train, 1 val")));
        page.findChild<QPushButton*>(QStringLiteral("startButton"))->click();
        QVERIFY(m_session->trainWorker().isRunning());
        const QString run = m_session->trainingRun();
        QCOMPARE(run, QStringLiteral("equal-8-bce-1"));
        QVERIFY(!page.findChild<QPushButton*>(QStringLiteral("startButton"))->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(page.subtitle().contains(QStringLiteral("running, epoch 3")), 10000);
        QVERIFY(page.findChild<QPushButton*>(QStringLiteral("stopButton"))->isVisible());

        m_session->trainWorker().kill();
        auto* box = page.findChild<InlineMessage*>(QStringLiteral("failureBox"));
        QTRY_VERIFY_WITH_TIMEOUT(box->isVisible(), 10000);
        QVERIFY2(box->sentence().contains(QStringLiteral("ended in epoch 3")) || box->sentence().contains(QStringLiteral("could not start")), qPrintable(box->sentence()));
        QVERIFY(page.findChild<QPushButton*>(QStringLiteral("startAgainButton"))->isVisible());
        QVERIFY(page.findChild<QPushButton*>(QStringLiteral("startButton"))->isEnabled());
        QVERIFY(m_session->trainingRun().isEmpty());

        // The way on works: the same again, in the same window.
        page.findChild<QPushButton*>(QStringLiteral("startAgainButton"))->click();
        QVERIFY(m_session->trainWorker().isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(!box->isVisible(), 5000);
        m_session->trainWorker().kill();
        QTRY_VERIFY_WITH_TIMEOUT(box->isVisible(), 10000);
    }

    void stoppingIsNoFailure() {
        useScript("echo '{\"type\":\"hello\",\"protocol\":1,\"pid\":7,\"version\":\"0\"}'\n"
                  "read word\n"
                  "echo '{\"type\":\"stopped\"}'\n"
                  "exit 130\n");
        TrainPage page(*m_session);
        page.show();
        page.findChild<QPushButton*>(QStringLiteral("startButton"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(page.findChild<QPushButton*>(QStringLiteral("stopButton"))->isVisible(), 5000);
        page.findChild<QPushButton*>(QStringLiteral("stopButton"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->trainWorker().isRunning(), 10000);
        QTest::qWait(300);
        QVERIFY(!page.findChild<InlineMessage*>(QStringLiteral("failureBox"))->isVisible());
    }

    void freezeHandleNamesTheLayerAndTheCount() {
        TrainPage page(*m_session);
        QTRY_VERIFY(!page.findChild<QLabel*>(QStringLiteral("freezeText"))->text().isEmpty());
        page.findChild<QSlider*>(QStringLiteral("freezeSlider"))->setValue(10);
        QVERIFY(page.findChild<QLabel*>(QStringLiteral("freezeText"))->text().contains(QStringLiteral("up to 9 SPPF")));
        QCOMPARE(page.findChild<QLabel*>(QStringLiteral("trainableLabel"))->text(), QStringLiteral("825,789 of 1,872,157 weights train"));
        QVERIFY(page.command().join(QLatin1Char(' ')).contains(QStringLiteral("--freeze 10")));
    }

    void aLossFromTheLossesPageArrivesWhole() {
        TrainPage page(*m_session);
        loss::LossSpec wanted;
        wanted.kind = loss::LossKind::QFocal;
        wanted.gamma = 1.75;
        wanted.alpha = 0.35;
        wanted.positiveWeight = 3.5;
        Q_EMIT m_session->requestedLoss(wanted);
        const QString command = page.command().join(QLatin1Char(' '));
        QVERIFY2(command.contains(QStringLiteral("--loss qfocal --gamma 1.75 --alpha 0.35 --pos-weight 3.5 ")), qPrintable(command));
    }

    void freezeHandleFollowsTheWeights() {
        TrainPage page(*m_session);
        auto* combo = page.findChild<QComboBox*>(QStringLiteral("weightsCombo"));
        auto* slider = page.findChild<QSlider*>(QStringLiteral("freezeSlider"));
        const int tiny = combo->findData(QStringLiteral("none:yolov7-tiny"));
        QVERIFY(tiny >= 0);
        combo->setCurrentIndex(tiny);
        Q_EMIT combo->activated(tiny);
        QCOMPARE(slider->maximum(), 77);
        QVERIFY(page.command().join(QLatin1Char(' ')).contains(QStringLiteral("--weights none --model yolov7-tiny")));
        // Weights that are refused say so where they are chosen.
        const QString broken = m_dir.filePath(QStringLiteral("broken.pt"));
        QFile file(broken);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no weights at all");
        file.close();
        combo->addItem(QStringLiteral("broken"), broken);
        combo->setCurrentIndex(combo->count() - 1);
        Q_EMIT combo->activated(combo->currentIndex());
        auto* problem = page.findChild<InlineMessage*>(QStringLiteral("weightsProblem"));
        QTRY_VERIFY(!problem->isHidden());
        QVERIFY(problem->sentence().contains(QStringLiteral("broken.pt")));
        combo->setCurrentIndex(tiny);
        Q_EMIT combo->activated(tiny);
        QVERIFY(problem->isHidden());
    }
};

QTEST_MAIN(TestTrainPage)
#include "tst_train_page.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>

#include <QComboBox>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"
#include "tests/support/drawn_cameras.h"
#include "ui/main_window.h"
#include "ui/pages/batch_preview.h"
#include "ui/pages/evaluate_page.h"
#include "ui/text.h"
#include "ui/widgets/inline_message.h"
#include "ui/worker_client.h"

using namespace intersect;
using namespace intersect::ui;

/// From camera folders to overlays in the real window with the real worker, clicking by object name; and what happens when the worker is killed.
class TestWholeWay : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<MainWindow> m_window;

    template <class W>
    W* find(const QString& page, const char* name) const {
        return m_window->page(page)->findChild<W*>(QString::fromUtf8(name));
    }
    void openTiny(const char* name) {
        const QString root = m_dir.filePath(QString::fromUtf8(name));
        for (const char* camera : {"a", "b"}) {
            tests::drawCamera(root, QStringLiteral("Q2"), QString::fromUtf8(camera), 8);
            tests::drawCamera(root, QStringLiteral("test"), QString::fromUtf8(camera), 4);
        }
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        m_window->openFolder(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().dataset() != nullptr, 20000);
    }
    void writeEqualLists() {
        const QString select = QStringLiteral("select");
        m_window->showPage(select);
        find<QAbstractButton>(select, "strategy-equal")->click();
        find<QSpinBox>(select, "budgetSpin")->setValue(16);
        find<QDoubleSpinBox>(select, "splitRatioSliderSpin")->setValue(0.5);
        find<QPushButton>(select, "chooseButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>(select, "outcomeTrain")->text(), QStringLiteral("8"), 5000);
        QCOMPARE(find<QLabel>(select, "outcomeVal")->text(), QStringLiteral("8"));
        find<QPushButton>(select, "writeListsButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().currentSelection(), QStringLiteral("equal-16"), 5000);
        find<QPushButton>(select, "trainWithThisButton")->click();
        QCOMPARE(m_window->currentPageName(), QStringLiteral("train"));
    }
    void setUpTraining(int epochs) {
        const QString train = QStringLiteral("train");
        auto* weights = find<QComboBox>(train, "weightsCombo");
        weights->setCurrentIndex(weights->findData(QStringLiteral("none")));
        find<QSpinBox>(train, "epochsSpin")->setValue(epochs);
        find<QSpinBox>(train, "batchSpin")->setValue(4);
        find<QSpinBox>(train, "imgSizeSpin")->setValue(64);
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        if (!QFileInfo(WorkerClient::program()).isExecutable())
            QSKIP("There is no intersect-cli beside this build: build the target intersect-cli, or name it in INTERSECT_CLI.");
    }
    void cleanup() { m_window.reset(); }

    void fromFoldersToOverlays() {
        openTiny("way");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->currentPageName(), QStringLiteral("data"), 5000);
        writeEqualLists();
        setUpTraining(1);
        const QString train = QStringLiteral("train"), evaluate = QStringLiteral("evaluate");
        find<QPushButton>(train, "startButton")->click();
        Session& session = m_window->session();
        const QString run = session.trainingRun();
        QCOMPARE(run, QStringLiteral("equal-16-bce-1"));
        QTRY_VERIFY_WITH_TIMEOUT(!session.trainWorker().isRunning(), 240'000);
        auto* box = find<InlineMessage>(train, "failureBox");
        QVERIFY2(!box->isVisible(), qPrintable(box->sentence()));
        const auto summary = runs::readRun(session.runPaths(run).folder);
        QVERIFY(summary.has_value());
        QCOMPARE(summary->state, runs::RunState::Done);
        QCOMPARE(summary->history.size(), std::size_t(1));
        auto* toEvaluate = find<QPushButton>(train, "evaluateRunButton");
        if (toEvaluate == nullptr) // shown in the page head by now
            toEvaluate = m_window->findChild<QPushButton*>(QStringLiteral("evaluateRunButton"));
        QTRY_VERIFY_WITH_TIMEOUT(toEvaluate->isVisible(), 5000);
        toEvaluate->click();
        QCOMPARE(m_window->currentPageName(), evaluate);

        auto* page = static_cast<EvaluatePage*>(m_window->page(evaluate));
        auto* offer = find<QPushButton>(evaluate, "evaluateOnButton");
        QTRY_VERIFY_WITH_TIMEOUT(offer->isVisible() && offer->text() == QStringLiteral("Evaluate on test"), 5000);
        offer->click();
        QTRY_VERIFY_WITH_TIMEOUT(!page->figures().runs().empty() && page->isSettled(), 120'000);
        const RunEvaluation& evaluation = *page->figures().runs().front().run;
        QCOMPARE(evaluation.tables->yolov5.images, 8);
        QCOMPARE(evaluation.tables->yolov5.labels, 16);
        QVERIFY(evaluation.candidates != nullptr); // so NMS can be moved
        QCOMPARE(find<QTableView>(evaluate, "cameraTable")->model()->rowCount(), 3);

        QPushButton* inspect = m_window->findChild<QPushButton*>(QStringLiteral("inspectButton"));
        QTRY_VERIFY_WITH_TIMEOUT(inspect->isVisible(), 5000);
        inspect->click();
        QCOMPARE(m_window->currentPageName(), QStringLiteral("inspect"));
        session.setConfidence(0.1);
        QCOMPARE(find<QDoubleSpinBox>(evaluate, "confidenceSliderSpin")->value(), 0.1);
        QTest::qWait(500);
        QVERIFY(m_window->isVisible());
    }

    void aKilledWorkerLeavesTheWindowAliveWithASentenceAndAWayOn() {
        openTiny("killed");
        writeEqualLists();
        setUpTraining(500);
        const QString train = QStringLiteral("train");
        find<QPushButton>(train, "startButton")->click();
        Session& session = m_window->session();
        const QString run = session.trainingRun();
        // Wait for the first finished epoch on disk, then the harshest end there is.
        QTRY_VERIFY_WITH_TIMEOUT([&] {
            const auto summary = runs::readRun(session.runPaths(run).folder);
            return summary && !summary->history.empty() && std::filesystem::exists(summary->paths.resume());
        }(), 240'000);
        QCOMPARE(::kill(static_cast<pid_t>(session.trainWorker().processId()), SIGKILL), 0);
        auto* box = find<InlineMessage>(train, "failureBox");
        QTRY_VERIFY_WITH_TIMEOUT(box->isVisible(), 30'000);
        QVERIFY2(box->sentence().startsWith(QStringLiteral("The training process ended in epoch ")), qPrintable(box->sentence()));
        QVERIFY2(box->sentence().contains(QStringLiteral("killed")), qPrintable(box->sentence()));
        auto* again = find<QPushButton>(train, "startAgainButton");
        QVERIFY(again->isVisible() && again->isEnabled());
        QVERIFY2(again->text().startsWith(QStringLiteral("Resume after epoch ")), qPrintable(again->text()));
        QVERIFY(m_window->isVisible());
        QVERIFY(!runs::isRunLocked(session.runPaths(run).folder));

        // The way on is the same run, after its last finished epoch; stopped, it can be resumed once more.
        const auto epochs = [&] { return runs::readRun(session.runPaths(run).folder)->history.size(); };
        auto* pause = m_window->findChild<QPushButton*>(QStringLiteral("pauseButton"));
        for (QPushButton* way : {again, pause}) {
            const std::size_t before = epochs();
            way->click();
            QCOMPARE(session.trainingRun(), run);
            QTRY_VERIFY_WITH_TIMEOUT(epochs() > before, 240'000);
            QVERIFY(!box->isVisible());
            m_window->findChild<QPushButton*>(QStringLiteral("stopButton"))->click();
            QTRY_VERIFY_WITH_TIMEOUT(!session.trainWorker().isRunning(), 60'000);
            QTRY_VERIFY_WITH_TIMEOUT(runs::readRun(session.runPaths(run).folder)->state == runs::RunState::Stopped, 5'000);
            QVERIFY(!box->isVisible());
            QTRY_COMPARE_WITH_TIMEOUT(pause->text(), QStringLiteral("Resume"), 10'000);
            QTRY_VERIFY_WITH_TIMEOUT(pause->isVisible() && pause->isEnabled(), 10'000);
        }
    }

    void twoRunsOnePausedTheWindowClosedAndOpenedAgain() {
        openTiny("queue");
        writeEqualLists();
        setUpTraining(500);
        const QString train = QStringLiteral("train");
        find<QPushButton>(train, "startButton")->click();
        const QString first = m_window->session().trainingRun();
        find<QSpinBox>(train, "epochsSpin")->setValue(1);
        auto* kind = find<QComboBox>(train, "lossCombo");
        kind->setCurrentIndex(kind->findData(static_cast<int>(loss::LossKind::Focal)));
        find<QPushButton>(train, "queueButton")->click();
        const QString second = QStringLiteral("equal-16-focal15-1");
        QCOMPARE(find<QLabel>(train, "queueCaption")->text(), QStringLiteral("1 waiting"));
        const std::filesystem::path folder = m_window->session().runPaths(first).folder, waiting = m_window->session().runPaths(second).folder;
        const QString workspace = qs(m_window->session().workspace()->folder);
        QTRY_VERIFY_WITH_TIMEOUT([&] {
            const auto summary = runs::readRun(folder);
            return summary && !summary->history.empty() && std::filesystem::exists(summary->paths.resume());
        }(), 240'000);
        auto* pause = m_window->findChild<QPushButton*>(QStringLiteral("pauseButton"));
        pause->click();
        QCOMPARE(pause->text(), QStringLiteral("Go on"));

        // Closing saves and ends it; nothing starts by itself when the window opens again.
        m_window.reset();
        QTRY_VERIFY_WITH_TIMEOUT(!runs::isRunLocked(folder), 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(runs::readRun(folder)->state, runs::RunState::Stopped, 5'000);
        const std::size_t before = runs::readRun(folder)->history.size();
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        m_window->openFolder(workspace);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().dataset() != nullptr, 20000);
        m_window->showPage(train);
        QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>(train, "queueCaption")->text(), QStringLiteral("1 waiting"), 5'000);
        QVERIFY(!m_window->session().trainWorker().isRunning());

        m_window->session().setCurrentRun(first);
        pause = m_window->findChild<QPushButton*>(QStringLiteral("pauseButton"));
        QTRY_VERIFY_WITH_TIMEOUT(pause->isVisible() && pause->text() == QStringLiteral("Resume"), 10'000);
        pause->click();
        QTRY_VERIFY_WITH_TIMEOUT(runs::readRun(folder)->history.size() > before, 240'000);
        m_window->findChild<QPushButton*>(QStringLiteral("stopButton"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().trainingRun().isEmpty(), 60'000);
        auto* goOn = find<QPushButton>(train, "queueGoOnButton");
        QTRY_VERIFY_WITH_TIMEOUT(goOn->isVisible(), 5'000);
        QVERIFY(!std::filesystem::exists(waiting));
        goOn->click();
        QCOMPARE(m_window->session().trainingRun(), second);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().trainingRun().isEmpty(), 240'000);
        QCOMPARE(runs::readRun(waiting)->state, runs::RunState::Done);
        std::vector<data::Finding> findings;
        QCOMPARE(runs::readTrainConfig(waiting / "config.yaml", findings)->loss.kind, loss::LossKind::Focal);
        QVERIFY(find<QLabel>(train, "queueCaption")->text().isEmpty());
    }

    void batchesOfTheNextRunAreDrawn() {
        openTiny("preview");
        writeEqualLists();
        setUpTraining(1);
        const QString train = QStringLiteral("train");
        find<QPushButton>(train, "previewBatchesButton")->click();
        auto* preview = m_window->findChild<BatchPreview*>();
        QVERIFY(preview != nullptr && preview->isVisible());
        auto* picture = preview->findChild<FittedPicture*>(QStringLiteral("previewPicture"));
        auto* problem = preview->findChild<InlineMessage*>(QStringLiteral("previewProblem"));
        QTRY_VERIFY_WITH_TIMEOUT(!picture->image().isNull() || problem->isVisible(), 120'000);
        QVERIFY2(!problem->isVisible(), qPrintable(problem->sentence()));
        QVERIFY(preview->findChild<QLabel*>(QStringLiteral("previewWords"))->text().startsWith(QStringLiteral("Batch 1 of ")));
        QVERIFY(!m_window->session().trainWorker().isRunning());
        QVERIFY(!std::filesystem::exists(m_window->session().runPaths(QStringLiteral("equal-16-bce-1")).folder));
    }
};

QTEST_MAIN(TestWholeWay)
#include "tst_whole_way.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/data/data_yaml.h"
#include "core/runs/events.h"
#include "core/runs/queue.h"
#include "tests/support/drawn_cameras.h"
#include "ui/pages/compare_settings.h"
#include "ui/pages/train_page.h"
#include "ui/text.h"
#include "ui/widgets/inline_message.h"

using namespace intersect;
using namespace intersect::ui;

/// The queue of the Train page on a child that is a shell script: it writes down how it was called, then does as told.
class TestTrainQueue : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<TrainPage> m_page;

    template <class W>
    W* find(const char* name) const {
        W* found = m_page->findChild<W*>(QString::fromUtf8(name));
        if (found == nullptr)
            qFatal("There is no %s.", name);
        return found;
    }
    QPushButton* button(const char* name) const { return find<QPushButton>(name); }
    /// The child waits for a file `go` and ends well; without it, or told to stop, it ends as stopped; `fail` makes it fail.
    void useScript() {
        const QString path = m_dir.filePath(QStringLiteral("worker.sh"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray here = m_dir.path().toUtf8();
        file.write("#!/bin/sh\n"
                   "echo \"$@\" >> '" + here + "/calls'\n"
                   "echo '{\"type\":\"hello\",\"protocol\":1,\"pid\":7,\"version\":\"0\"}'\n"
                   "while read word; do\n"
                   "  echo \"$word\" >> '" + here + "/words'\n"
                   "  if [ \"$word\" = stop ]; then break; fi\n"
                   "  if [ \"$word\" = pause ]; then continue; fi\n"
                   "done\n"
                   "if [ -e '" + here + "/fail' ]; then echo 'intersect-cli: The memory ran out.' >&2; exit 4; fi\n"
                   "if [ -e '" + here + "/well' ]; then exit 0; fi\n"
                   "exit 130\n");
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("INTERSECT_CLI", path.toUtf8());
    }
    void mark(const char* name, bool there) const {
        QFile file(m_dir.filePath(QString::fromUtf8(name)));
        if (there)
            QVERIFY(file.open(QIODevice::WriteOnly));
        else
            file.remove();
    }
    QStringList calls() const {
        QFile file(m_dir.filePath(QStringLiteral("calls")));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts) : QStringList();
    }
    /// What the child that runs now ends with when it is asked to stop.
    void endChild(const char* how) {
        mark("well", QByteArray(how) == "well");
        mark("fail", QByteArray(how) == "fail");
        m_session->trainWorker().send("stop");
    }
    QString rows() const {
        const auto* model = find<QTableView>("queueTable")->model();
        QStringList words;
        for (int row = 0; row < model->rowCount(); ++row)
            words << model->index(row, 0).data().toString() + QLatin1Char(':') + model->index(row, 3).data().toString();
        return words.join(QLatin1Char(' '));
    }
    void chooseLoss(loss::LossKind kind) {
        auto* combo = find<QComboBox>("lossCombo");
        combo->setCurrentIndex(combo->findData(static_cast<int>(kind)));
    }
    void select(int row) {
        auto* table = find<QTableView>("queueTable");
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(row, 0)).center());
    }
    void openPage() {
        m_page.reset();
        m_page = std::make_unique<TrainPage>(*m_session);
        m_page->resize(1350, 850);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        m_page->activateWindow(); // a bare X server has no window manager that would
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    void writeRun(const char* name, int epochs, const Json& ending) {
        const runs::RunPaths paths{m_session->workspace()->runs() / name};
        runs::TrainConfig config;
        config.data = m_session->workspace()->selections() / "equal-8" / "data.yaml";
        config.epochs = 4;
        QVERIFY(writeFileAtomically(paths.config(), runs::formatTrainConfig(config)).has_value());
        runs::EventLog log;
        QVERIFY(log.open(paths.events(), false).has_value());
        QVERIFY(log.write("hello", {{"protocol", 1}, {"pid", 1}, {"version", "0"}}).has_value());
        QVERIFY(log.write("started", {{"epochs", 4}, {"train", 160}, {"train_unlabelled", 12}, {"val", 40}, {"precision", "bf16"}}).has_value());
        for (int epoch = 1; epoch <= epochs; ++epoch)
            QVERIFY(log.write("epoch", {{"epoch", epoch}, {"of", 4}, {"map50", 0.1 * epoch}, {"map50_95", 0.05 * epoch}, {"seconds", 1.0}}).has_value());
        Json fields = ending;
        const std::string type = fields["type"].get<std::string>();
        fields.erase("type");
        QVERIFY(log.write(type, fields).has_value());
        QVERIFY(writeFileAtomically(paths.best(), "weights").has_value());
        QVERIFY(writeFileAtomically(paths.last(), "weights").has_value());
        m_session->noteRunsChanged();
        m_session->setCurrentRun(QString::fromUtf8(name));
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        tests::drawCamera(root, QStringLiteral("Q2"), QStringLiteral("a"), 8, false);
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
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
        useScript();
    }
    void init() {
        for (const char* file : {"calls", "words", "well", "fail"})
            mark(file, false);
        std::filesystem::remove(runs::RunQueue(*m_session->workspace()).file());
        openPage();
    }
    void cleanup() {
        if (m_session->trainWorker().isRunning()) {
            m_session->trainWorker().kill();
            QTRY_VERIFY_WITH_TIMEOUT(!m_session->trainWorker().isRunning(), 10000);
        }
        QTRY_VERIFY_WITH_TIMEOUT(m_session->trainingRun().isEmpty(), 5000);
        m_page.reset();
    }

    void theSecondWaitsAndStartsWhenTheFirstIsDone() {
        chooseLoss(loss::LossKind::Bce);
        button("queueButton")->click(); // the queue was empty: it goes at once
        QTRY_COMPARE_WITH_TIMEOUT(calls().size(), 1, 10000);
        QCOMPARE(m_session->trainingRun(), QStringLiteral("equal-8-bce-1"));
        chooseLoss(loss::LossKind::Focal);
        button("queueButton")->click();
        chooseLoss(loss::LossKind::Ohem);
        button("queueButton")->click();
        QVERIFY(!button("startButton")->isEnabled());
        QCOMPARE(calls().size(), 1);
        QCOMPARE(rows(), QStringLiteral("equal-8-focal15-1:Waiting equal-8-ohem-1:Waiting")); // the script makes no run folder
        QCOMPARE(find<QLabel>("queueCaption")->text(), QStringLiteral("2 waiting"));
        endChild("well");
        QTRY_COMPARE_WITH_TIMEOUT(calls().size(), 2, 10000);
        QCOMPARE(m_session->trainingRun(), QStringLiteral("equal-8-focal15-1"));
        QVERIFY(calls()[1].contains(QStringLiteral("--config")));
        // It trains what the form said when it was queued, not what it says now.
        const QStringList words = calls()[1].split(QLatin1Char(' '));
        std::vector<data::Finding> findings;
        const auto config = runs::readTrainConfig(toPath(words[words.indexOf(QStringLiteral("--config")) + 1]), findings);
        QVERIFY(config.has_value());
        QCOMPARE(config->loss.kind, loss::LossKind::Focal);
        QCOMPARE(rows(), QStringLiteral("equal-8-ohem-1:Waiting"));
    }

    void aFailureHoldsTheQueueUntilToldToGoOn() {
        button("startButton")->click();
        button("queueButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(calls().size(), 1, 10000);
        QVERIFY(button("queueGoOnButton")->isHidden());
        endChild("fail");
        QTRY_VERIFY_WITH_TIMEOUT(m_session->trainingRun().isEmpty(), 10000);
        QTRY_VERIFY_WITH_TIMEOUT(button("queueGoOnButton")->isVisible(), 5000);
        QCOMPARE(calls().size(), 1);
        // Another one queues up behind what is held.
        chooseLoss(loss::LossKind::Balanced);
        button("queueButton")->click();
        QCOMPARE(find<QLabel>("queueCaption")->text(), QStringLiteral("2 waiting"));
        QCOMPARE(calls().size(), 1);
        button("queueGoOnButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(calls().size(), 2, 10000);
        QCOMPARE(find<QLabel>("queueCaption")->text(), QStringLiteral("1 waiting"));
    }

    void whatWaitsOutlivesThePage() {
        button("startButton")->click();
        button("queueButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(calls().size(), 1, 10000);
        endChild("stopped");
        QTRY_VERIFY_WITH_TIMEOUT(m_session->trainingRun().isEmpty(), 10000);
        openPage();
        QCOMPARE(find<QLabel>("queueCaption")->text(), QStringLiteral("1 waiting"));
        QTRY_VERIFY_WITH_TIMEOUT(button("queueGoOnButton")->isVisible(), 5000); // the child's lock may outlive its last event by a moment
        QCOMPARE(calls().size(), 1); // nothing starts by itself
        // What another process writes is seen too.
        runs::QueuedRun other;
        other.run = "from-elsewhere";
        QVERIFY(runs::RunQueue(*m_session->workspace()).append(other).has_value());
        QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>("queueCaption")->text(), QStringLiteral("2 waiting"), 10000);
    }

    void waitingRunsMoveAndGo() {
        const runs::RunQueue queue(*m_session->workspace());
        for (const char* name : {"a", "b", "c"}) {
            runs::QueuedRun run;
            run.run = name;
            QVERIFY(queue.append(run).has_value());
        }
        openPage();
        const auto names = [&] {
            QString all;
            const auto waiting = queue.read();
            for (const runs::QueuedRun& run : *waiting)
                all += qs(run.run);
            return all;
        };
        QTRY_VERIFY_WITH_TIMEOUT(rows().startsWith(QStringLiteral("a:Waiting b:Waiting c:Waiting")), 5000);
        QVERIFY(!button("queueSoonerButton")->isEnabled());
        select(2);
        QVERIFY(button("queueSoonerButton")->isEnabled());
        button("queueSoonerButton")->click();
        QCOMPARE(names(), QStringLiteral("acb"));
        auto* table = find<QTableView>("queueTable"); // the selection went with it
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(names(), QStringLiteral("cab"));
        QTest::keyClick(table, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(names(), QStringLiteral("acb"));
        button("queueLaterButton")->click();
        QCOMPARE(names(), QStringLiteral("abc"));
        QTest::keyClick(table, Qt::Key_Delete);
        QCOMPARE(names(), QStringLiteral("ab"));
        select(0);
        button("queueRemoveButton")->click();
        QCOMPARE(names(), QStringLiteral("b"));
    }

    void aBrokenQueueSaysSoAndIsKept() {
        const std::filesystem::path file = runs::RunQueue(*m_session->workspace()).file();
        QVERIFY(writeFileAtomically(file, "runs: [").has_value());
        openPage();
        auto* problem = find<InlineMessage>("queueProblem");
        QVERIFY(problem->isVisibleTo(problem->parentWidget()));
        QVERIFY(problem->sentence().contains(QStringLiteral("queue.yaml")));
        QCOMPARE(*readFile(file), std::string("runs: ["));
    }

    void pausedAndGoingOn() {
        button("startButton")->click();
        auto* pause = button("pauseButton");
        QTRY_VERIFY_WITH_TIMEOUT(pause->isVisible(), 5000);
        QCOMPARE(pause->text(), QStringLiteral("Pause"));
        pause->click();
        QCOMPARE(pause->text(), QStringLiteral("Go on"));
        pause->click();
        QCOMPARE(pause->text(), QStringLiteral("Pause"));
        QTRY_COMPARE_WITH_TIMEOUT(
            [&] {
                QFile file(m_dir.filePath(QStringLiteral("words")));
                return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
            }(),
            QByteArray("pause\nresume\n"), 10000);
    }

    void aFinishedRunGoesOnToMoreEpochs() {
        writeRun("finished", 4, {{"type", "done"}, {"best_epoch", 4}});
        auto* spin = find<QSpinBox>("extendSpin");
        QTRY_VERIFY_WITH_TIMEOUT(spin->isVisible(), 5000);
        QCOMPARE(spin->minimum(), 5);
        QCOMPARE(find<QLabel>("runFacts")->toolTip().section(QStringLiteral(" · "), 0, 1), QStringLiteral("160 train frames, 12 of them without labels · 40 val"));
        QVERIFY(find<QLabel>("runFacts")->toolTip().contains(QStringLiteral("bf16")));
        spin->setValue(9);
        button("extendButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(calls().size(), 1, 10000);
        QVERIFY2(calls()[0].startsWith(QStringLiteral("resume ")) && calls()[0].contains(QStringLiteral("/runs/finished --epochs 9")), qPrintable(calls()[0]));
        std::filesystem::remove_all(m_session->workspace()->runs() / "finished");
        m_session->noteRunsChanged();
    }

    void memoryThatRanOutOffersASmallerBatch() {
        writeRun("large", 2, {{"type", "error"}, {"code", "failed"}, {"message", "The memory ran out."}, {"subject", ""}, {"advice", "Take a smaller --batch or --img-size."}});
        auto* box = find<InlineMessage>("failureBox");
        QTRY_VERIFY_WITH_TIMEOUT(box->isVisible(), 5000);
        QCOMPARE(box->sentence(), QStringLiteral("The training process ended in epoch 3: the memory ran out."));
        QVERIFY(button("smallerBatchButton")->isVisible());
        QCOMPARE(button("smallerBatchButton")->text(), QStringLiteral("Go on with batch 8"));
        button("smallerBatchButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(calls().size(), 1, 10000);
        QVERIFY2(calls()[0].contains(QStringLiteral("--batch 8")) && calls()[0].contains(QStringLiteral("/runs/large/weights/last.safetensors")), qPrintable(calls()[0]));
        endChild("stopped");
        QTRY_VERIFY_WITH_TIMEOUT(m_session->trainingRun().isEmpty(), 10000);
        writeRun("other", 2, {{"type", "error"}, {"code", "failed"}, {"message", "The disk is full."}, {"subject", ""}, {"advice", "Make room."}});
        QTRY_VERIFY_WITH_TIMEOUT(box->isVisible() && box->sentence().contains(QStringLiteral("disk")), 5000);
        QVERIFY(button("smallerBatchButton")->isHidden());
    }

    void settingsThatDifferAreNamed() {
        runs::TrainConfig a, b;
        b.loss.kind = loss::LossKind::Focal;
        b.hyp.lr0 = 0.02;
        const auto differing = differingSettings(a, b);
        QCOMPARE(differing.size(), std::size_t(2));
        QCOMPARE(differing[0].key, QStringLiteral("loss"));
        QCOMPARE(differing[0].a, QStringLiteral("bce"));
        QCOMPARE(differing[0].b, QStringLiteral("focal"));
        QCOMPARE(differing[1].key, QStringLiteral("hyp.lr0"));
        QCOMPARE(differing[1].b, QStringLiteral("0.02"));
        QVERIFY(differingSettings(a, a).empty());
        RunRow one, two;
        one.summary.id = "one";
        one.config = a;
        two.summary.id = "two";
        two.config = b;
        CompareSettings dialog({one, two}, QStringLiteral("two"));
        QCOMPARE(dialog.findChild<QTableView*>(QStringLiteral("compareTable"))->model()->rowCount(), 2);
        dialog.findChild<QComboBox*>(QStringLiteral("compareACombo"))->setCurrentIndex(0);
        QCOMPARE(dialog.findChild<QLabel*>(QStringLiteral("compareWords"))->text(), QStringLiteral("The two runs were told the same."));
    }
};

QTEST_MAIN(TestTrainQueue)
#include "tst_train_queue.moc"

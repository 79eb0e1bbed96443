// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "core/base/numbers.h"
#include "tests/support/drawn_cameras.h"
#include "tests/support/evaluated_run.h"
#include "ui/pages/evaluate_chips.h"
#include "ui/pages/evaluate_page.h"
#include "ui/pages/evaluate_sliders.h"
#include "ui/pages/inspect_page.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/widgets/segmented_buttons.h"

using namespace intersect;
using namespace intersect::ui;

/// Evaluate's thresholds, runs and splits, moved as a user moves them; what is shown is compared with core asked directly.
class TestEvaluateLive : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<EvaluatePage> m_page;
    std::vector<std::filesystem::path> m_frames;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    void writeRun(const char* name, float looser, bool withCandidates, const char* split = "test") {
        QVERIFY(tests::writeEvaluatedRun(m_session->runPaths(QString::fromUtf8(name)), split, tests::candidatesOn(m_frames, looser),
                                         withCandidates));
        m_session->noteRunsChanged();
    }
    void openPage(const char* run) {
        m_session->setCurrentRun(QString::fromUtf8(run));
        m_page = std::make_unique<EvaluatePage>(*m_session);
        m_page->resize(1350, 800);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
    }
    bool settled() const { return m_page->isSettled() && !m_page->figures().runs().empty(); }
    const eval::LiveNumbers& live(std::size_t run = 0) const { return *m_page->figures().runs()[run].live; }
    /// What core says at the session's thresholds.
    eval::LiveNumbers wanted(float looser) const {
        const detect::DetectionSet candidates = tests::candidatesOn(m_frames, looser);
        const eval::Truth truth = *eval::truthOfImages(candidates.images);
        return eval::liveNumbers(eval::suppress(candidates, truth, m_session->nmsIou()), truth, m_session->confidence(),
                                 m_session->matchIou());
    }
    static void drag(QSlider* slider, double to) {
        const auto at = [slider](double part) { return QPoint(8 + static_cast<int>(part * (slider->width() - 16)), slider->height() / 2); };
        const double from = static_cast<double>(slider->value() - slider->minimum()) / (slider->maximum() - slider->minimum());
        QTest::mousePress(slider, Qt::LeftButton, {}, at(from));
        for (int step = 1; step <= 4; ++step)
            QTest::mouseMove(slider, at(from + (to - from) * step / 4));
        QTest::mouseRelease(slider, Qt::LeftButton, {}, at(to));
    }
    void pickFromMenu(QPushButton* button, const QString& text) {
        QMenu* menu = button->menu();
        QVERIFY(menu != nullptr);
        menu->popup(button->mapToGlobal(QPoint(0, button->height())));
        for (QAction* action : menu->actions())
            if (action->text() == text) {
                QVERIFY(action->isEnabled());
                QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
                return;
            }
        menu->close();
        QFAIL(qPrintable(text + QStringLiteral(" is not in the menu")));
    }
    QStringList names() const {
        QStringList names;
        for (const ShownRun& one : m_page->figures().runs())
            names << qs(one.run->run);
        return names;
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        for (const char* camera : {"a", "b"})
            tests::drawCamera(root, QStringLiteral("test"), QString::fromUtf8(camera), 6);
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        for (const data::Frame& frame : m_session->dataset()->frames)
            m_frames.push_back(frame.path);
        QCOMPARE(m_frames.size(), std::size_t(12));
        writeRun("one", 0, true);
        writeRun("two", 0.1F, true);
        writeRun("three", 0.2F, true);
        writeRun("plain", 0, false);
    }
    void init() {
        settings().remove(QStringLiteral("evaluate"));
        m_session->setConfidence(0.25);
        m_session->setMatchIou(0.5);
        m_session->setNmsIou(0.6);
    }
    void cleanup() { m_page.reset(); }

    void draggingNmsMovesTheBoxes() {
        openPage("one");
        QCOMPARE(live().all.fp, wanted(0).all.fp);
        const std::int64_t before = live().all.fp;
        const double mapBefore = m_page->figures().runs().front().run->tables->yolov5.map50;
        drag(find<QSlider>("nmsIouSlider"), 0.9);
        QVERIFY2(m_session->nmsIou() > 0.8, qPrintable(QString::number(m_session->nmsIou())));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        const eval::LiveNumbers now = wanted(0);
        QCOMPARE(live().all.tp, now.all.tp);
        QCOMPARE(live().all.fp, now.all.fp);
        QCOMPARE(live().map, now.map);
        QVERIFY(live().all.fp > before); // the second boxes came in
        QVERIFY(m_page->figures().runs().front().run->tables->yolov5.map50 < mapBefore);
        QCOMPARE(find<QLabel>("thresholdSentence")->text(), thresholdSentence(ThresholdKind::NmsIou));
        QCOMPARE(find<QDoubleSpinBox>("nmsIouSliderSpin")->value(), m_session->nmsIou());
        // The definitions shown are those of these boxes.
        const auto* table = find<QTableView>("definitionTable")->model();
        QCOMPARE(table->index(0, 1).data().toString(), qs(formatFixed(m_page->figures().runs().front().run->tables->yolov5.map50, 3)));
    }

    void draggingConfidenceAndMatchIouCountsAnew() {
        openPage("two");
        drag(find<QSlider>("confidenceSlider"), 0.7);
        QVERIFY(m_session->confidence() > 0.6);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        QCOMPARE(live().all.tp, wanted(0.1F).all.tp);
        QCOMPARE(live().all.fn, wanted(0.1F).all.fn);
        QCOMPARE(find<QLabel>("thresholdSentence")->text(), thresholdSentence(ThresholdKind::Confidence));
        m_session->setConfidence(0.25);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        const eval::ThresholdCounts before = live().all;
        drag(find<QSlider>("matchIouSlider"), 0.9);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        QCOMPARE(live().all.tp, wanted(0.1F).all.tp);
        QCOMPARE(live().map, wanted(0.1F).map);
        QCOMPARE(live().confusion.counts, wanted(0.1F).confusion.counts);
        QCOMPARE(find<QLabel>("thresholdSentence")->text(), thresholdSentence(ThresholdKind::MatchIou));
        // TP became FP and FN: both ratios fell.
        QVERIFY(live().all.precision() < before.precision() && live().all.recall() < before.recall());
    }

    void keysMoveThresholdsAndExchangeRuns() {
        openPage("one");
        QTest::keyClick(m_page.get(), Qt::Key_BracketRight);
        QCOMPARE(m_session->confidence(), 0.26);
        QTest::keyClick(m_page.get(), Qt::Key_BracketLeft, Qt::ShiftModifier);
        QCOMPARE(m_session->matchIou(), 0.45);
        QVERIFY(!find<QToolButton>("removeRunA")->isVisible()); // the last run stays
        pickFromMenu(find<QPushButton>("addRunButton"), QStringLiteral("two"));
        QTRY_COMPARE(names(), (QStringList{QStringLiteral("one"), QStringLiteral("two")}));
        QTest::keyClick(m_page.get(), Qt::Key_X);
        QTRY_COMPARE(names(), (QStringList{QStringLiteral("two"), QStringLiteral("one")}));
        QCOMPARE(m_session->currentRun(), QStringLiteral("two"));
    }

    void withoutCandidatesNmsStandsStill() {
        // Evaluate again is a stand-in that keeps candidates, as the real one does.
        const QString script = m_dir.filePath(QStringLiteral("worker.sh"));
        const QString prepared = m_dir.filePath(QStringLiteral("prepared.safetensors"));
        QVERIFY(detect::writeCandidates(toPath(prepared), tests::candidatesOn(m_frames)).has_value());
        QFile file(script);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\ncp \"" + prepared.toUtf8() + "\" \"$2/candidates-$4.safetensors\"\n");
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("INTERSECT_CLI", script.toUtf8());

        openPage("plain");
        auto* slider = find<QSlider>("nmsIouSlider");
        QVERIFY(!slider->isEnabled());
        QVERIFY2(slider->toolTip().contains(QStringLiteral("not kept")), qPrintable(slider->toolTip()));
        QVERIFY(find<QLabel>("candidatesNotice")->isVisible());
        const std::int64_t before = live().all.fp;
        m_session->setNmsIou(0.9); // moved elsewhere
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        QCOMPARE(live().all.fp, before);
        auto* again = find<QPushButton>("makeCandidatesButton");
        QVERIFY(again->isEnabled());
        QTest::mouseClick(again, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(slider->isEnabled() && settled(), 20000);
        QVERIFY(!find<QLabel>("candidatesNotice")->isVisible());
        QCOMPARE(live().all.fp, wanted(0).all.fp);
        QVERIFY(live().all.fp > before);
        qunsetenv("INTERSECT_CLI");
        QVERIFY(QFile::remove(qs(m_session->runPaths(QStringLiteral("plain")).candidates("test"))));
    }

    void threeRunsStandSideBySide() {
        openPage("one");
        pickFromMenu(find<QPushButton>("addRunButton"), QStringLiteral("two"));
        pickFromMenu(find<QPushButton>("addRunButton"), QStringLiteral("three"));
        QTRY_COMPARE(names(), (QStringList{QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")}));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        QVERIFY(!find<QPushButton>("addRunButton")->isVisible()); // three are enough
        auto* view = find<QTableView>("definitionTable");
        for (const int column : {1, 2, 3, 4, 5})
            QVERIFY(!view->isColumnHidden(column));
        const auto map = [this](std::size_t run) { return m_page->figures().runs()[run].run->tables->yolov5.map5095; };
        const int last = view->model()->rowCount() - 1;
        QCOMPARE(view->model()->index(last, 3).data().toString(), qs(formatFixed(map(2), 3)));
        QCOMPARE(view->model()->index(last, 5).data().toString(), QStringLiteral("+") + qs(formatFixed(map(0) - map(2), 3)));
        // Classes of C: the tables are the third run's.
        QTest::mouseClick(find<SegmentedButtons>("classesOfPicker")->button(2), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        const auto* classes = find<QTableView>("classTable")->model();
        const eval::LiveNumbers third = wanted(0.2F);
        int car = -1;
        for (int row = 0; row < classes->rowCount(); ++row)
            if (classes->index(row, 0).data().toString() == QStringLiteral("car"))
                car = row;
        const auto found = std::ranges::find_if(third.classes, [](const eval::LiveClass& one) { return one.classId == 2; });
        QCOMPARE(classes->index(car, 4).data().toString(), qs(formatFixed(found->counts.precision(), 2)));
        // All three move together.
        drag(find<QSlider>("nmsIouSlider"), 0.9);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), 20000);
        for (const ShownRun& one : m_page->figures().runs())
            QCOMPARE(one.run->set->nmsIou, m_session->nmsIou());
        // Taking A away: B becomes A, and the session's run with it.
        QTest::mouseClick(find<QToolButton>("removeRunA"), Qt::LeftButton);
        QTRY_COMPARE(names(), (QStringList{QStringLiteral("two"), QStringLiteral("three")}));
        QCOMPARE(m_session->currentRun(), QStringLiteral("two"));
        // Another page that goes back to two runs' run changes nothing; one to another takes A's place.
        m_session->setCurrentRun(QStringLiteral("three"));
        QTRY_COMPARE(names(), (QStringList{QStringLiteral("two"), QStringLiteral("three")}));
        m_session->setCurrentRun(QStringLiteral("one"));
        QTRY_COMPARE(names(), (QStringList{QStringLiteral("one"), QStringLiteral("three")}));
    }

    void runsAndSplitAreRemembered() {
        openPage("one");
        pickFromMenu(find<QPushButton>("addRunButton"), QStringLiteral("three"));
        QTRY_COMPARE(names().size(), 2);
        m_page.reset();
        openPage("one");
        QCOMPARE(names(), (QStringList{QStringLiteral("one"), QStringLiteral("three")}));
        QTest::mouseClick(find<SegmentedButtons>("splitPicker")->button(1), Qt::LeftButton);
        QCOMPARE(find<QPushButton>("evaluateOnButton")->text(), QStringLiteral("Evaluate on val"));
        QVERIFY(find<QPushButton>("evaluateOnButton")->isVisible());
        m_page.reset();
        m_page = std::make_unique<EvaluatePage>(*m_session);
        QCOMPARE(find<SegmentedButtons>("splitPicker")->current(), 1);
    }

    void inspectFollowsNms() {
        m_session->setCurrentRun(QStringLiteral("one"));
        InspectPage inspect(*m_session);
        inspect.resize(1350, 800);
        inspect.show();
        auto* list = inspect.findChild<InspectList*>(QStringLiteral("frameList"));
        QTRY_COMPARE(list->model()->rowCount(), 12);
        auto* sum = inspect.findChild<VerdictSummary*>(QStringLiteral("splitSummary"));
        const auto counts = [sum] { return sum->counts().value_or(VerdictCounts{-1, -1, -1}); };
        const eval::ThresholdCounts at60 = wanted(0).all;
        QTRY_COMPARE(counts(), (VerdictCounts{at60.fn, at60.fp, at60.tp}));
        const auto boxes = inspect.findChild<ImageCanvas*>(QStringLiteral("canvas"))->boxes().size();
        auto* slider = inspect.findChild<QSlider*>(QStringLiteral("nmsIouSlider"));
        QVERIFY(slider->isEnabled());
        drag(slider, 0.9);
        QVERIFY(m_session->nmsIou() > 0.8);
        const eval::ThresholdCounts now = wanted(0).all;
        QTRY_COMPARE(counts(), (VerdictCounts{now.fn, now.fp, now.tp}));
        QVERIFY(now.fp > at60.fp);
        QTRY_VERIFY(inspect.findChild<ImageCanvas*>(QStringLiteral("canvas"))->boxes().size() > boxes);
        // And back, with another confidence on the way.
        m_session->setNmsIou(0.6);
        m_session->setConfidence(0.6);
        const eval::ThresholdCounts last = wanted(0).all;
        QTRY_COMPARE(counts(), (VerdictCounts{last.fn, last.fp, last.tp}));
        // A run without candidates: nothing to move.
        m_session->setCurrentRun(QStringLiteral("plain"));
        QTRY_VERIFY(!slider->isEnabled());
    }
};

QTEST_MAIN(TestEvaluateLive)
#include "tst_evaluate_live.moc"

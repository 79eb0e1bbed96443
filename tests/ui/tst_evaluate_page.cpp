// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/data_yaml.h"
#include "core/data/yolo_labels.h"
#include "core/detect/detections_file.h"
#include "tests/support/drawn_cameras.h"
#include "ui/pages/evaluate_export.h"
#include "ui/pages/evaluate_page.h"
#include "ui/pages/evaluate_paths.h"
#include "ui/text.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/value_slider.h"

using namespace intersect;
using namespace intersect::ui;

namespace {

/// Detections that find every car, and every second truck at half the score; one invented bus a frame at a low score.
detect::DetectionSet detectionsOn(const std::vector<std::filesystem::path>& frames) {
    detect::DetectionSet set;
    set.names = data::cocoNames();
    set.begin = {0};
    for (std::size_t i = 0; i < frames.size(); ++i) {
        set.images.push_back({static_cast<int>(i) + 1, frames[i], {96, 64}});
        for (const data::Label& label : data::readYoloLabels(frames[i]).labels)
            if (label.classId == 2)
                set.detections.push_back({toXyxy(label.box, {96, 64}), 0.9F - 0.01F * static_cast<float>(i), 2});
            else if (i % 2 == 0)
                set.detections.push_back({toXyxy(label.box, {96, 64}), 0.5F - 0.01F * static_cast<float>(i), 7});
        set.detections.push_back({{1, 1, 9, 9}, 0.05F, 7});
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
    }
    return set;
}

} // namespace

/// Curve data by hand, and the Evaluate page on a run whose detections are known.
class TestEvaluatePage : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::vector<std::filesystem::path> m_test;

    void makeRun(const char* name, const detect::DetectionSet& set) {
        const runs::RunPaths paths{m_session->workspace()->runs() / name};
        QVERIFY(makeFolder(paths.folder / "weights").has_value());
        QVERIFY(writeFileAtomically(paths.events(), "{\"type\":\"hello\",\"protocol\":1,\"pid\":1,\"version\":\"0\"}\n{\"type\":\"done\",\"best_epoch\":1,\"map50\":0.5}\n").has_value());
        QVERIFY(writeFileAtomically(paths.best(), "weights").has_value());
        QVERIFY(writeFileAtomically(paths.lists() / "train.txt", "/data/Q2/a/a-1.jpg\n").has_value());
        if (!set.images.empty())
            QVERIFY(writeFileAtomically(paths.detections("test"), detect::formatDetections(set)).has_value());
        m_session->noteRunsChanged();
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        for (const char* camera : {"a", "b"})
            tests::drawCamera(root, QStringLiteral("test"), QString::fromUtf8(camera), 5);
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        for (const data::Frame& frame : m_session->dataset()->frames)
            m_test.push_back(frame.path);
        QCOMPARE(m_test.size(), std::size_t(10));
    }

    void pathIsTheEnvelopeAndEndsInALineToOne() {
        eval::PrCurve curve;
        curve.recall = {0.25, 0.25, 0.5, 0.5, 0.75};
        curve.precision = {1.0, 0.5, 2.0 / 3, 0.5, 0.6};
        const PrPath path = pathOf(curve);
        const std::vector<QPointF> wanted{{0, 1}, {0.25, 1}, {0.5, 2.0 / 3}, {0.75, 0.6}};
        QCOMPARE(path.measured, wanted);
        QCOMPARE(path.extrapolated, (std::vector<QPointF>{{0.75, 0.6}, {1, 0}}));
    }

    void meanIsMeasuredAsFarAsEveryClassIs() {
        PrPath full, half;
        full.measured = {{0, 1}, {1, 1}};
        full.extrapolated = {{1, 1}, {1, 0}};
        half.measured = {{0, 1}, {0.5, 1}};
        half.extrapolated = {{0.5, 1}, {1, 0}};
        const PrPath mean = meanPathOf({full, half});
        QCOMPARE(mean.measured.back().x(), 0.5);
        QCOMPARE(mean.measured.back().y(), 1.0);
        QCOMPARE(mean.extrapolated.front().x(), 0.5);
        QVERIFY(std::abs(mean.extrapolated.back().y() - 0.5) < 1e-9); // (1 + 0) / 2 at recall 1
        const auto middle = std::find_if(mean.extrapolated.begin(), mean.extrapolated.end(), [](const QPointF& point) { return std::abs(point.x() - 0.75) < 1e-9; });
        QVERIFY(middle != mean.extrapolated.end());
        QVERIFY(std::abs(middle->y() - 0.75) < 1e-9); // (1 + 0.5) / 2
    }

    void saysWhatToDoWhileThereIsNothing() {
        EvaluatePage page(*m_session);
        page.show();
        auto* empty = page.findChild<EmptyState*>(QStringLiteral("evaluateEmpty"));
        QVERIFY(empty->isVisible());
        QString requested;
        connect(m_session.get(), &Session::pageRequested, this, [&](const QString& name) { requested = name; });
        page.findChild<QPushButton*>(QStringLiteral("evaluateOnButton"))->click();
        QCOMPARE(requested, QStringLiteral("train"));
        QVERIFY(page.command().isEmpty());
    }

    void showsTheNumbersOfTheEvaluation() {
        const detect::DetectionSet set = detectionsOn(m_test);
        makeRun("one", set);
        m_session->setCurrentRun(QStringLiteral("one"));
        EvaluatePage page(*m_session);
        page.resize(1350, 800);
        page.show();
        QTRY_VERIFY_WITH_TIMEOUT(page.figures().isSettled() && !page.figures().runs().empty(), 10000);
        const eval::Evaluation wanted = eval::evaluateYolov5(set, *eval::truthOfImages(set.images));
        QVERIFY(wanted.map50 > 0.5 && wanted.map50 < 1);
        QCOMPARE(page.figures().runs().front().run->tables->yolov5.map50, wanted.map50);
        const auto* definitions = page.findChild<QTableView*>(QStringLiteral("definitionTable"))->model();
        QCOMPARE(definitions->index(0, 1).data().toString(), qs(formatFixed(wanted.map50, 3)));
        QCOMPARE(page.subtitle(), QStringLiteral("test · 10 frames · 20 labels"));
        QCOMPARE(page.command(), (QStringList{QStringLiteral("evaluate"), qs(m_session->runPaths(QStringLiteral("one")).folder), QStringLiteral("--split"), QStringLiteral("test")}));

        // Per camera: five frames each; only b was never trained on.
        const auto* cameras = page.findChild<QTableView*>(QStringLiteral("cameraTable"))->model();
        QTRY_COMPARE(cameras->rowCount(), 3);
        QCOMPARE(cameras->index(0, 0).data().toString(), QStringLiteral("a"));
        QCOMPARE(cameras->index(1, 0).data().toString(), QStringLiteral("b new"));
        QCOMPARE(cameras->index(2, 3).data().toString(), QStringLiteral("10"));

        // Every class has a solid line and a dashed one; a dashed one is never measured.
        const auto& lines = page.findChild<LineChart*>(QStringLiteral("prChart"))->lines();
        QCOMPARE(lines.size(), std::size_t(6));
        for (std::size_t i = 0; i < lines.size(); ++i)
            QCOMPARE(lines[i].dashed, i % 2 == 1);
        QCOMPARE(lines[3].points.back(), QPointF(1, 0));
        QCOMPARE(page.findChild<LineChart*>(QStringLiteral("apIouChart"))->lines().front().points.size(), std::size_t(10));
    }

    void confidenceIsSharedBothWays() {
        m_session->setCurrentRun(QStringLiteral("one"));
        EvaluatePage page(*m_session);
        page.show();
        QTRY_VERIFY_WITH_TIMEOUT(page.figures().isSettled() && !page.figures().runs().empty(), 10000);
        auto* slider = page.findChild<QSlider*>(QStringLiteral("confidenceSlider"));
        QVERIFY(slider != nullptr);
        page.findChild<QDoubleSpinBox*>(QStringLiteral("confidenceSliderSpin"))->setValue(0.45);
        QCOMPARE(m_session->confidence(), 0.45);
        m_session->setConfidence(0.3);
        QCOMPARE(page.findChild<QDoubleSpinBox*>(QStringLiteral("confidenceSliderSpin"))->value(), 0.3);
        QCOMPARE(*page.findChild<LineChart*>(QStringLiteral("confidenceChart"))->cursorX(), 0.3);
    }

    void figuresAreWrittenIntoANewFolder() {
        EvaluatePage page(*m_session);
        page.resize(1300, 800);
        page.show();
        QTRY_VERIFY_WITH_TIMEOUT(page.figures().isSettled() && !page.figures().runs().empty(), 10000);
        QTemporaryDir below;
        for (const char* folder : {"good-test", "good-test-2"}) { // what is there stays
            const FiguresWritten written = writeFigures(page, below.path(), QStringLiteral("Good test"));
            QVERIFY2(written.problem.isEmpty(), qPrintable(written.problem));
            QCOMPARE(written.folder, below.filePath(QLatin1String(folder)));
            QCOMPARE(written.figures, 5);
            const QDir into(written.folder);
            QCOMPARE(into.entryList({QStringLiteral("*.pdf")}).size(), 5);
            for (const QString& pdf : into.entryList({QStringLiteral("*.pdf")})) {
                QFile file(into.filePath(pdf));
                QVERIFY(file.open(QIODevice::ReadOnly) && file.read(5) == "%PDF-");
                QFile numbers(into.filePath(pdf.chopped(4) + QStringLiteral(".csv")));
                QVERIFY2(numbers.open(QIODevice::ReadOnly) && numbers.readAll().count('\n') > 3, qPrintable(pdf));
            }
        }
        QVERIFY(QFile::exists(below.filePath(QStringLiteral("good-test/pr-curve.pdf"))));
        // A file where the folder should be made below: told, nothing made.
        QFile blocked(below.filePath(QStringLiteral("file")));
        QVERIFY(blocked.open(QIODevice::WriteOnly));
        QVERIFY(!writeFigures(page, blocked.fileName(), QStringLiteral("x")).problem.isEmpty());
        QVERIFY(page.headButtons().contains(page.findChild<QPushButton*>(QStringLiteral("exportFiguresButton"))));
    }

    void detectionsOfOtherClassesAreRefusedWithAWayOut() {
        detect::DetectionSet other = detectionsOn(m_test);
        other.names = {"bus", "truck"};
        for (detect::Detection& detection : other.detections)
            detection.classId = 0;
        makeRun("other", other);
        m_session->setCurrentRun(QStringLiteral("other"));
        EvaluatePage page(*m_session);
        page.show();
        auto* error = page.findChild<InlineMessage*>(QStringLiteral("evaluateError"));
        QTRY_VERIFY_WITH_TIMEOUT(error->isVisible(), 10000);
        QVERIFY2(error->sentence().contains(QStringLiteral("other classes")), qPrintable(error->sentence()));
        QVERIFY(page.findChild<QPushButton*>(QStringLiteral("evaluateAgainButton"))->isVisible());
        QVERIFY(page.figures().runs().empty());
    }

    void aRunWithoutDetectionsOffersToMakeThem() {
        makeRun("bare", {});
        m_session->setCurrentRun(QStringLiteral("bare"));
        EvaluatePage page(*m_session);
        page.show();
        QTRY_VERIFY(page.findChild<EmptyState*>(QStringLiteral("evaluateEmpty"))->isVisible());
        QCOMPARE(page.findChild<QPushButton*>(QStringLiteral("evaluateOnButton"))->text(), QStringLiteral("Evaluate on test"));
    }
};

QTEST_MAIN(TestEvaluatePage)
#include "tst_evaluate_page.moc"

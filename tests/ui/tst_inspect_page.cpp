// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/detect/detections_file.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"

using namespace intersect;
using namespace intersect::ui;

/// The Inspect page over three frames whose verdicts are counted by hand.
///
/// Frame a: truth car 10,10-30,30; truck 50,50-90,90; motorcycle 10,60-20,80.
///   detections: car 0.90 IoU 1; truck 0.60 IoU 1200/1600 = 0.75; car 0.40 beside everything; motorcycle 0.20 IoU 120/200 = 0.6.
/// Frame b: truth car; nothing detected.   Frame c: no truth; car 0.80 detected.
class TestInspectPage : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<InspectPage> m_page;
    QString m_folder;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    VerdictCounts frameCounts() const { return find<VerdictSummary>("frameSummary")->counts().value_or(VerdictCounts{-1, -1, -1}); }
    VerdictCounts sumCounts() const { return find<VerdictSummary>("splitSummary")->counts().value_or(VerdictCounts{-1, -1, -1}); }
    QString frameName() const { return find<QLabel>("frameNameLabel")->text(); }
    QStringList verdicts() const {
        QStringList words;
        const QAbstractItemModel* model = find<BoxTable>("boxTable")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            words << model->index(row, 0).data().toString() + QLatin1Char(' ') + model->index(row, 1).data().toString();
        return words;
    }
    void writeFrame(const char* stem, const char* labels, bool picture = true) {
        const QString path = m_folder + QLatin1Char('/') + QString::fromUtf8(stem);
        if (picture) {
            QImage image(100, 100, QImage::Format_RGB888);
            image.fill(QColor(90, 110, 130));
            QVERIFY(image.save(path + QStringLiteral(".jpg"), "JPG", 95));
        }
        QFile file(path + QStringLiteral(".txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(labels);
    }

    void writeRun(const char* run) {
        detect::DetectionSet set;
        for (int i = 0; i < 80; ++i)
            set.names.push_back(m_session->className(i).toStdString());
        const auto image = [&](int id, const char* stem) {
            set.images.push_back({id, toPath(m_folder + QLatin1Char('/') + QString::fromUtf8(stem) + QStringLiteral(".jpg")), {100, 100}});
        };
        image(1, "2703-2021_03_20_070000");
        image(2, "2703-2021_03_20_070300");
        image(3, "2703-2021_03_20_070600");
        set.begin = {0, 4, 4, 5};
        set.detections = {{{10, 10, 30, 30}, 0.9F, 2}, {{50, 50, 90, 80}, 0.6F, 7}, {{60, 10, 80, 30}, 0.4F, 2}, {{10, 60, 20, 72}, 0.2F, 3}, {{40, 40, 60, 60}, 0.8F, 2}};
        QVERIFY(writeFileAtomically(m_session->runPaths(QString::fromUtf8(run)).detections("test"), detect::formatDetections(set)).has_value());
        m_session->noteRunsChanged();
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        m_folder = root + QStringLiteral("/test/2703");
        QVERIFY(QDir().mkpath(m_folder));
        writeFrame("2703-2021_03_20_070000", "2 0.2 0.2 0.2 0.2\n7 0.7 0.7 0.4 0.4\n3 0.15 0.7 0.1 0.2\n");
        writeFrame("2703-2021_03_20_070300", "2 0.2 0.2 0.2 0.2\n");
        writeFrame("2703-2021_03_20_070600", "");
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
    }
    void init() {
        m_session->setConfidence(0.25);
        m_session->setMatchIou(0.5);
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 764);
        m_page->show();
        m_page->activateWindow(); // a bare X server has no window manager that would
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    void cleanup() { m_page.reset(); }

    void emptyWithoutARun() {
        auto* button = find<QPushButton>("detectButton");
        QVERIFY(button->isVisible());
        QVERIFY(!find<ImageCanvas>("canvas")->isVisible());
        QSignalSpy asked(m_session.get(), &Session::pageRequested);
        button->click();
        QCOMPARE(asked.at(0).at(0).toString(), QStringLiteral("train"));
        // A run that kept no detections offers to make them.
        QVERIFY(QDir().mkpath(qs(m_session->runPaths(QStringLiteral("bare")).folder)));
        m_session->noteRunsChanged();
        QTRY_COMPARE(button->text(), QStringLiteral("Detect on test"));
        QCOMPARE(m_page->command().at(0), QStringLiteral("evaluate"));
        QVERIFY(QDir(qs(m_session->runPaths(QStringLiteral("bare")).folder)).removeRecursively());
    }

    void verdictsByHand() {
        writeRun("first");
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        QTRY_COMPARE(sumCounts(), (VerdictCounts{2, 2, 2}));
        QVERIFY(find<ImageCanvas>("canvas")->isVisible());
        QCOMPARE(verdicts(), (QStringList{QStringLiteral("FN motorcycle"), QStringLiteral("FP car"), QStringLiteral("TP car"), QStringLiteral("TP truck")}));
        QCOMPARE(frameName(), QStringLiteral("2703  07:00:00"));
        const auto* list = find<InspectList>("frameList")->model();
        QCOMPARE(list->rowCount(), 3);
        // Worst first: a misses one and invents one, b misses one, c misses none.
        QCOMPARE(list->index(1, 0).data().toString(), QStringLiteral("2703 07:03:00"));
        QCOMPARE(list->index(2, 0).data().toString(), QStringLiteral("2703 07:06:00"));
        QVERIFY(m_page->subtitle().contains(QStringLiteral("first · test")));
    }

    void slidersMoveTheVerdicts() {
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        auto* confidence = find<QSlider>("confidenceSlider");
        auto* matchIou = find<QSlider>("matchIouSlider");
        confidence->setValue(15); // 0.15: the motorcycle comes in
        QCOMPARE(frameCounts(), (VerdictCounts{0, 1, 3}));
        QTRY_COMPARE(sumCounts(), (VerdictCounts{1, 2, 3}));
        confidence->setValue(50); // the car beside everything goes
        QCOMPARE(frameCounts(), (VerdictCounts{1, 0, 2}));
        QTRY_COMPARE(sumCounts(), (VerdictCounts{2, 1, 2}));
        confidence->setValue(25);
        matchIou->setValue(80); // 0.75 is not enough for the truck any more
        QCOMPARE(frameCounts(), (VerdictCounts{2, 2, 1}));
        QTRY_COMPARE(sumCounts(), (VerdictCounts{3, 3, 1}));
        QCOMPARE(m_session->matchIou(), 0.8);
        QCOMPARE(find<QDoubleSpinBox>("matchIouSliderSpin")->value(), 0.8);
        QCOMPARE(static_cast<int>(find<ImageCanvas>("canvas")->boxes().size()), 5);
        // Moved from elsewhere, the sliders follow.
        m_session->setMatchIou(0.5);
        QCOMPARE(matchIou->value(), 50);
        QCOMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        // Dragging the handle with the mouse.
        const QPoint handle(confidence->width() / 4, confidence->height() / 2);
        QTest::mousePress(confidence, Qt::LeftButton, {}, handle);
        QTest::mouseMove(confidence, QPoint(confidence->width() - 2, confidence->height() / 2));
        QTest::mouseRelease(confidence, Qt::LeftButton, {}, QPoint(confidence->width() - 2, confidence->height() / 2));
        QVERIFY(m_session->confidence() > 0.9);
        QCOMPARE(frameCounts().tp, std::int64_t(0));
    }

    void ticksShowEveryDetection() {
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        const auto& ticks = find<ScoreTicks>("scoreTicks")->ticks();
        QCOMPARE(ticks.size(), std::size_t(4));
        QCOMPARE(ticks[0].verdict, eval::Verdict::TP);
        QCOMPARE(ticks[2].verdict, eval::Verdict::FP);
        QVERIFY(!ticks[2].below);
        QVERIFY(ticks[3].below); // 0.2 is under 0.25
        QCOMPARE(find<ScoreTicks>("overlapTicks")->ticks().size(), std::size_t(3));
    }

    void tableAndCanvasChooseEachOther() {
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        auto* canvas = find<ImageCanvas>("canvas");
        auto* table = find<BoxTable>("boxTable");
        QTRY_COMPARE(canvas->picture().size(), QSize(100, 100));
        QCOMPARE(canvas->boxes().size(), std::size_t(4));
        table->setCurrentIndex(table->model()->index(1, 0));
        QCOMPARE(canvas->currentBox(), 1);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->viewFromImage({70, 65}).toPoint());
        QCOMPARE(canvas->currentBox(), 3);
        QCOMPARE(table->currentIndex().row(), 3);
        // It stays chosen while a slider moves.
        m_session->setConfidence(0.45);
        QCOMPARE(verdicts(), (QStringList{QStringLiteral("FN motorcycle"), QStringLiteral("TP car"), QStringLiteral("TP truck")}));
        QCOMPARE(table->currentIndex().row(), 2);
        QCOMPARE(canvas->currentBox(), 2);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->viewFromImage({45, 45}).toPoint());
        QCOMPARE(canvas->currentBox(), -1);
    }

    void keys() {
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        auto* canvas = find<ImageCanvas>("canvas");
        auto* list = find<InspectList>("frameList");
        QTRY_COMPARE(canvas->picture().size(), QSize(100, 100));
        const auto press = [&](QWidget* on, Qt::Key key, Qt::KeyboardModifiers with = {}) { QTest::keyClick(on, key, with); };
        press(list, Qt::Key_N);
        QCOMPARE(canvas->currentBox(), 0);
        press(list, Qt::Key_N);
        QCOMPARE(canvas->currentBox(), 1);
        press(list, Qt::Key_N);
        QCOMPARE(canvas->currentBox(), 0);
        press(canvas, Qt::Key_P);
        QCOMPARE(canvas->currentBox(), 1);
        press(canvas, Qt::Key_BracketRight);
        QCOMPARE(m_session->confidence(), 0.26);
        press(canvas, Qt::Key_BracketLeft, Qt::ShiftModifier);
        QCOMPARE(m_session->matchIou(), 0.45);
        press(canvas, Qt::Key_G);
        QVERIFY(!canvas->truthShown());
        press(canvas, Qt::Key_B);
        QVERIFY(!canvas->boxesShown());
        press(canvas, Qt::Key_T);
        QVERIFY(!canvas->labelsShown());
        press(canvas, Qt::Key_1);
        QCOMPARE(canvas->zoom(), 1.0);
        press(canvas, Qt::Key_Plus);
        QCOMPARE(canvas->zoom(), 1.25);
        press(canvas, Qt::Key_0);
        QVERIFY(canvas->zoom() > 2);
        press(canvas, Qt::Key_J);
        QCOMPARE(frameName(), QStringLiteral("2703  07:03:00"));
        press(list, Qt::Key_End);
        QCOMPARE(frameName(), QStringLiteral("2703  07:06:00"));
        QCOMPARE(frameCounts(), (VerdictCounts{0, 1, 0}));
        press(canvas, Qt::Key_Left);
        QCOMPARE(frameName(), QStringLiteral("2703  07:03:00"));
        press(canvas, Qt::Key_Home);
        QCOMPARE(frameName(), QStringLiteral("2703  07:00:00"));
    }

    void orderAndRequestedFrame() {
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        find<SegmentedButtons>("sortGroup")->setCurrent(1);
        const auto* list = find<InspectList>("frameList")->model();
        QCOMPARE(list->index(1, 0).data().toString(), QStringLiteral("2703 07:06:00"));
        Q_EMIT m_session->frameRequested(m_folder + QStringLiteral("/2703-2021_03_20_070300.jpg"));
        QCOMPARE(frameName(), QStringLiteral("2703  07:03:00"));
        QCOMPARE(find<InspectList>("frameList")->currentIndex().row(), 2);
        QSignalSpy status(m_session.get(), &Session::status);
        Q_EMIT m_session->frameRequested(QStringLiteral("/no/such.jpg"));
        QVERIFY(status.last().at(0).toString().contains(QStringLiteral("such.jpg")));
        QCOMPARE(frameName(), QStringLiteral("2703  07:03:00"));
    }

    void theFrameStaysInAnotherRun() {
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        QTest::keyClick(find<InspectList>("frameList"), Qt::Key_J);
        QCOMPARE(frameName(), QStringLiteral("2703  07:03:00"));
        writeRun("another");
        m_session->setCurrentRun(QStringLiteral("another"));
        QTRY_VERIFY(m_page->subtitle().startsWith(QStringLiteral("another")));
        QTRY_COMPARE(sumCounts(), (VerdictCounts{2, 2, 2}));
        QCOMPARE(frameName(), QStringLiteral("2703  07:03:00"));
        QCOMPARE(find<InspectList>("frameList")->currentIndex().row(), 1);
        m_session->setCurrentRun(QStringLiteral("first"));
        QVERIFY(QDir(qs(m_session->runPaths(QStringLiteral("another")).folder)).removeRecursively());
    }

    void neighboursLeadOn() {
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        auto* strip = find<NeighbourStrip>("neighbourStrip");
        int x = 0;
        while (x < strip->width() && strip->frameAt(x) != 2)
            ++x;
        QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(x + 4, 20));
        QCOMPARE(frameName(), QStringLiteral("2703  07:06:00"));
    }

    void exportsThePicture() {
        QTRY_COMPARE(frameCounts(), (VerdictCounts{1, 1, 2}));
        QTRY_COMPARE(find<ImageCanvas>("canvas")->picture().size(), QSize(100, 100));
        const QString file = m_dir.filePath(QStringLiteral("out.png"));
        QVERIFY(m_page->exportTo(file));
        const QImage out(file);
        QCOMPARE(out.size(), QSize(100, 100));
        const QColor line = out.pixelColor(10, 22);
        QVERIFY(std::abs(line.green() - 0xBF) < 40 && line.red() < 90); // the left side of the found car
        QVERIFY(!m_page->exportTo(QStringLiteral("/nowhere/at/all.png")));
    }

    void aMissingPictureLeavesItsBoxes() {
        QVERIFY(QFile::remove(m_folder + QStringLiteral("/2703-2021_03_20_070000.jpg")));
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 764);
        m_page->show();
        auto* canvas = find<ImageCanvas>("canvas");
        QTRY_VERIFY(canvas->problem().contains(QStringLiteral("2703-2021_03_20_070000.jpg")));
        QVERIFY(canvas->problem().startsWith(QStringLiteral("This picture cannot be read")));
        QCOMPARE(verdicts().size(), 4);
        QCOMPARE(canvas->boxes().size(), std::size_t(4));
    }

    void aBrokenFileIsSaid() {
        QVERIFY(writeFileAtomically(m_session->runPaths(QStringLiteral("second")).detections("test"), "{\"images\": [").has_value());
        m_session->noteRunsChanged();
        m_session->setCurrentRun(QStringLiteral("second"));
        auto* message = m_page->findChild<InlineMessage*>();
        QTRY_VERIFY(message->isVisible());
        QVERIFY(!message->sentence().isEmpty());
        m_session->setCurrentRun(QStringLiteral("first"));
        QTRY_VERIFY(find<ImageCanvas>("canvas")->isVisible());
        QVERIFY(!message->isVisible());
    }
};

QTEST_MAIN(TestInspectPage)
#include "tst_inspect_page.moc"

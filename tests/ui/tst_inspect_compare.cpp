// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include "core/base/files.h"
#include "core/detect/detections_file.h"
#include "ui/pages/inspect_page.h"
#include "ui/settings.h"
#include "ui/text.h"

using namespace intersect;
using namespace intersect::ui;

/// Two runs beside each other on Inspect, counted by hand at confidence 0.25 and match IoU 0.5.
///
/// Frame a: truth car 10,10-30,30; truck 50,50-90,90; motorcycle 10,60-20,80.
///   first:  car 0.90 IoU 1; truck 0.60 IoU 0.75; car 0.40 at 60,10-80,30 beside everything; motorcycle 0.20 IoU 0.6.
///   second: car 0.70 IoU 1; motorcycle 0.80 IoU 1; car 0.50 at 62,10-82,30 (the same mistake: IoU 360/440); truck 0.45 at 0,0-8,8 beside everything.
///   So from first to second the motorcycle is fixed, the truck and the false truck are broken, the false car is wrong in both, the car right in both.
/// Frame b: truth car 10,10-30,30; first nothing, second car 0.60 IoU 1: fixed.
/// Frame c: no truth; first car 0.80, second nothing: fixed.
class TestInspectCompare : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<InspectPage> m_page;
    QString m_folder;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    VerdictCounts counts(const char* letter) const {
        return find<VerdictSummary>(("compareCounts" + std::string(letter)).c_str())->counts().value_or(VerdictCounts{-1, -1, -1});
    }
    QString runOf(const char* letter) const { return find<QComboBox>(("compareRun" + std::string(letter)).c_str())->currentText(); }

    void writeFrame(const char* stem, const char* labels) {
        const QString path = m_folder + QLatin1Char('/') + QString::fromUtf8(stem);
        QImage image(100, 100, QImage::Format_RGB888);
        image.fill(QColor(90, 110, 130));
        QVERIFY(image.save(path + QStringLiteral(".jpg"), "JPG", 95));
        QFile file(path + QStringLiteral(".txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(labels);
    }
    detect::DetectionSet emptySet() const {
        detect::DetectionSet set;
        for (int i = 0; i < 80; ++i)
            set.names.push_back(m_session->className(i).toStdString());
        int id = 0;
        for (const char* stem : {"2703-2021_03_20_070000", "2703-2021_03_20_070300", "2703-2021_03_20_070600"})
            set.images.push_back({++id, toPath(m_folder + QLatin1Char('/') + QString::fromUtf8(stem) + QStringLiteral(".jpg")), {100, 100}});
        return set;
    }
    void write(const char* run, const detect::DetectionSet& set) {
        QVERIFY(writeFileAtomically(m_session->runPaths(QString::fromUtf8(run)).detections("test"), detect::formatDetections(set)).has_value());
        m_session->noteRunsChanged();
    }
    void writeFirst() {
        detect::DetectionSet set = emptySet();
        set.begin = {0, 4, 4, 5};
        set.detections = {{{10, 10, 30, 30}, 0.9F, 2}, {{50, 50, 90, 80}, 0.6F, 7}, {{60, 10, 80, 30}, 0.4F, 2}, {{10, 60, 20, 72}, 0.2F, 3}, {{40, 40, 60, 60}, 0.8F, 2}};
        write("first", set);
    }
    void writeSecond() {
        detect::DetectionSet set = emptySet();
        set.begin = {0, 4, 5, 5};
        set.detections = {{{10, 60, 20, 80}, 0.8F, 3}, {{10, 10, 30, 30}, 0.7F, 2}, {{62, 10, 82, 30}, 0.5F, 2}, {{0, 0, 8, 8}, 0.45F, 7}, {{10, 10, 30, 30}, 0.6F, 2}};
        write("second", set);
    }
    QStringList foundBy() const {
        QStringList rows;
        const QAbstractItemModel* table = find<CellView>("truthTable")->model();
        for (int row = 0; row < table->rowCount(); ++row)
            rows << table->index(row, 0).data().toString() + QStringLiteral(": ") + table->index(row, 6).data().toString();
        return rows;
    }
    QStringList listed(const char* name) const {
        QStringList rows;
        const QAbstractItemModel* model = find<QListView>(name)->model();
        for (int row = 0; row < model->rowCount(); ++row)
            rows << model->index(row, 0).data(Qt::AccessibleTextRole).toString();
        return rows;
    }
    static void click(QAbstractButton* button) { QTest::mouseClick(button, Qt::LeftButton, {}, {8, button->height() / 2}); }
    static void clickRow(QAbstractItemView* view, int row, bool twice = false) {
        const QPoint at = view->visualRect(view->model()->index(row, 0)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
        if (twice)
            QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, at);
    }
    void compare() {
        m_session->setCurrentRun(QStringLiteral("first"));
        QTRY_VERIFY(find<QWidget>("viewSwitch")->isVisible());
        QTest::mouseClick(find<SegmentedButtons>("viewSwitch")->button(1), Qt::LeftButton);
        QVERIFY(find<QWidget>("inspectCompare")->isVisible());
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
        settings().clear();
        m_session->setConfidence(0.25);
        m_session->setMatchIou(0.5);
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 764);
        m_page->show();
        m_page->activateWindow(); // a bare X server has no window manager that would
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    void cleanup() { m_page.reset(); }

    void oneRunAloneIsComparedWithItself() {
        writeFirst();
        compare();
        auto* same = find<QPushButton>("compareSameButton");
        QTRY_VERIFY(same->isVisible());
        QVERIFY(!find<ImageCanvas>("canvasB")->isVisible());
        QTest::mouseClick(same, Qt::LeftButton);
        QTRY_COMPARE(counts("A"), (VerdictCounts{1, 1, 2}));
        QTRY_COMPARE(counts("B"), (VerdictCounts{1, 1, 2}));
        // B has thresholds of its own: at 0.15 the motorcycle is found, at IoU 0.8 the truck is not.
        QVERIFY(!find<QCheckBox>("separateThresholdsCheck")->isEnabled());
        find<QSlider>("ownConfidence")->setValue(15);
        QCOMPARE(counts("A"), (VerdictCounts{1, 1, 2}));
        QCOMPARE(counts("B"), (VerdictCounts{0, 1, 3}));
        QCOMPARE(foundBy().first(), QStringLiteral("motorcycle: only B"));
        find<QSlider>("ownMatchIou")->setValue(80);
        QCOMPARE(counts("B"), (VerdictCounts{2, 3, 1}));
        QCOMPARE(m_session->confidence(), 0.25);
        QCOMPARE(m_session->matchIou(), 0.5);
        // Exchanged, the thresholds go along.
        QTest::keyClick(find<QWidget>("canvasA"), Qt::Key_X);
        QCOMPARE(counts("A"), (VerdictCounts{2, 3, 1}));
        QCOMPARE(counts("B"), (VerdictCounts{1, 1, 2}));
        QVERIFY(m_page->command().filter(QStringLiteral("--against")).isEmpty());
    }

    void twoRunsBesideEachOther() {
        writeSecond();
        compare();
        QTRY_COMPARE(counts("A"), (VerdictCounts{1, 1, 2}));
        QTRY_COMPARE(counts("B"), (VerdictCounts{1, 2, 2}));
        QCOMPARE(runOf("A"), QStringLiteral("first"));
        QCOMPARE(runOf("B"), QStringLiteral("second"));
        QVERIFY(!find<QWidget>("boxTable")->isVisible()); // the right pane is of one run
        QTRY_COMPARE(find<ImageCanvas>("canvasB")->picture().size(), QSize(100, 100));
        // Both keep their places when the page goes back to one run and here again.
        QTest::mouseClick(find<SegmentedButtons>("viewSwitch")->button(0), Qt::LeftButton);
        QVERIFY(find<ImageCanvas>("canvas")->isVisible());
        QVERIFY(find<QWidget>("boxTable")->isVisible());
        QTest::mouseClick(find<SegmentedButtons>("viewSwitch")->button(1), Qt::LeftButton);
        QCOMPARE(counts("B"), (VerdictCounts{1, 2, 2}));
    }

    void exchange() {
        compare();
        QTRY_COMPARE(counts("B"), (VerdictCounts{1, 2, 2}));
        QTest::keyClick(find<QWidget>("comparedFrames"), Qt::Key_X);
        QCOMPARE(counts("A"), (VerdictCounts{1, 2, 2}));
        QCOMPARE(counts("B"), (VerdictCounts{1, 1, 2}));
        QCOMPARE(runOf("A"), QStringLiteral("second"));
        QCOMPARE(runOf("B"), QStringLiteral("first"));
        QTest::keyClick(find<QWidget>("canvasA"), Qt::Key_X);
        QCOMPARE(runOf("A"), QStringLiteral("first"));
    }

    void tableByHand() {
        compare();
        QTRY_COMPARE(counts("B"), (VerdictCounts{1, 2, 2}));
        QCOMPARE(foundBy(), (QStringList{QStringLiteral("truck: only A"), QStringLiteral("motorcycle: only B"), QStringLiteral("truck: false in B"),
                                         QStringLiteral("car: false in both"), QStringLiteral("car: both")}));
        const auto row = [&](int index) {
            QStringList cells;
            for (int column = 1; column < 6; ++column)
                cells << find<CellView>("truthTable")->model()->index(index, column).data().toString();
            return cells.join(QLatin1Char(' '));
        };
        QCOMPARE(row(0), QStringLiteral("40 × 40 0.60 0.75 – –"));
        QCOMPARE(row(1), QStringLiteral("10 × 20 – – 0.80 1.00"));
        QCOMPARE(row(2), QStringLiteral("8 × 8 – – 0.45 0.00"));
        QCOMPARE(row(3), QStringLiteral("20 × 20 0.40 0.00 0.50 0.00"));
        QCOMPARE(row(4), QStringLiteral("20 × 20 0.90 1.00 0.70 1.00"));
        QCOMPARE(find<FoundBar>("foundBar")->counts(), (FoundBar::Counts{1, 1, 1, 0}));
        // TIDE at the confidence: first misses the car of b and the motorcycle, whose detection lies below 0.25; second misses the truck.
        QTRY_VERIFY(find<ErrorPairs>("errorPairs")->counts(0).has_value());
        const ErrorCounts a = *find<ErrorPairs>("errorPairs")->counts(0), b = *find<ErrorPairs>("errorPairs")->counts(1);
        const auto background = static_cast<std::size_t>(eval::ErrorType::Background), missed = static_cast<std::size_t>(eval::ErrorType::Missed);
        QCOMPARE(a[background], std::int64_t(2));
        QCOMPARE(b[background], std::int64_t(2));
        QCOMPARE(a[missed], std::int64_t(1));
        QCOMPARE(b[missed], std::int64_t(1));
    }

    void rowsAndCanvasesChooseEachOther() {
        compare();
        QTRY_COMPARE(counts("B"), (VerdictCounts{1, 2, 2}));
        auto* table = find<CellView>("truthTable");
        auto* a = find<ImageCanvas>("canvasA");
        auto* b = find<ImageCanvas>("canvasB");
        QTRY_COMPARE(b->picture().size(), QSize(100, 100));
        const auto chosen = [](const ImageCanvas* canvas) { return canvas->boxes()[static_cast<std::size_t>(canvas->currentBox())]; };
        clickRow(table, 0);
        QCOMPARE(chosen(a).verdict, eval::Verdict::TP);
        QCOMPARE(chosen(a).classId, 7);
        QCOMPARE(chosen(b).verdict, eval::Verdict::FN);
        QCOMPARE(chosen(b).classId, 7);
        clickRow(table, 2); // false in B alone
        QCOMPARE(a->currentBox(), -1);
        QCOMPARE(chosen(b).verdict, eval::Verdict::FP);
        QTest::mouseClick(a, Qt::LeftButton, {}, a->viewFromImage({15, 70}).toPoint());
        QCOMPARE(table->currentIndex().row(), 1);
        QCOMPARE(chosen(b).classId, 3);
        // N goes through the differences and round again.
        QTest::keyClick(a, Qt::Key_N);
        QCOMPARE(table->currentIndex().row(), 2);
        QTest::keyClick(a, Qt::Key_N);
        QCOMPARE(table->currentIndex().row(), 0);
    }

    void onlyDifferences() {
        compare();
        QTRY_COMPARE(listed("comparedFrames").size(), 3);
        QTest::mouseClick(find<SegmentedButtons>("compareListSwitch")->button(1), Qt::LeftButton);
        click(find<ChipButton>("bothWrongChip"));
        QCOMPARE(listed("comparedBoxes").size(), 6);
        QCOMPARE(find<ImageCanvas>("canvasB")->boxes().size(), std::size_t(5));
        click(find<QCheckBox>("onlyDifferencesCheck"));
        QCOMPARE(foundBy(), (QStringList{QStringLiteral("truck: only A"), QStringLiteral("motorcycle: only B"), QStringLiteral("truck: false in B")}));
        QCOMPARE(find<ImageCanvas>("canvasA")->boxes().size(), std::size_t(2)); // truck found, motorcycle missed
        QCOMPARE(find<ImageCanvas>("canvasB")->boxes().size(), std::size_t(3));
        QCOMPARE(find<ImageCanvas>("canvasB")->truth().size(), std::size_t(2));
        QCOMPARE(listed("comparedBoxes").size(), 5);
        click(find<QCheckBox>("onlyDifferencesCheck"));
        QCOMPARE(foundBy().size(), 5);
    }

    void listByFrame() {
        compare();
        const QString a = QStringLiteral("2703 07:00:00, 2 broken, 1 fixed, 1 wrong in both"), b = QStringLiteral("2703 07:03:00, 0 broken, 1 fixed, 0 wrong in both"),
                      c = QStringLiteral("2703 07:06:00, 0 broken, 1 fixed, 0 wrong in both");
        QTRY_COMPARE(listed("comparedFrames"), (QStringList{a, b, c}));
        QVERIFY2(find<QLabel>("compareSums")->text().contains(QStringLiteral("3 frames, 4 true objects: B fixes 2 and breaks 1, both miss 0, both find 1")),
                 qPrintable(find<QLabel>("compareSums")->text()));
        QVERIFY(find<QLabel>("compareSums")->text().contains(QStringLiteral("False detections: 1 gone, 1 new, 1 in both")));
        clickRow(find<QListView>("comparedFrames"), 1);
        QTRY_COMPARE(counts("A"), (VerdictCounts{1, 0, 0}));
        QCOMPARE(counts("B"), (VerdictCounts{0, 0, 1}));
        QTest::keyClick(find<QListView>("comparedFrames"), Qt::Key_J);
        QCOMPARE(counts("A"), (VerdictCounts{0, 1, 0}));
        QTest::keyClick(find<QListView>("comparedFrames"), Qt::Key_Home);
        QCOMPARE(counts("A"), (VerdictCounts{1, 1, 2}));
        // At confidence 0.55 frame a keeps: car both, truck broken, motorcycle fixed; frame c nothing else.
        m_session->setConfidence(0.55);
        QTRY_COMPARE(listed("comparedFrames").first(), QStringLiteral("2703 07:00:00, 1 broken, 1 fixed, 0 wrong in both"));
    }

    void listByBoxLeadsToTheFrame() {
        compare();
        QTRY_COMPARE(listed("comparedFrames").size(), 3);
        QTest::mouseClick(find<SegmentedButtons>("compareListSwitch")->button(1), Qt::LeftButton);
        QCOMPARE(find<ChipButton>("brokenChip")->count(), 2);
        QCOMPARE(find<ChipButton>("fixedChip")->count(), 3);
        QCOMPARE(find<ChipButton>("bothWrongChip")->count(), 1);
        // Broken before fixed, surest first, then largest.
        QCOMPARE(listed("comparedBoxes"),
                 (QStringList{QStringLiteral("Broken: truck, 2703 07:00:00, A 0.60, B misses it"), QStringLiteral("Broken: truck, 2703 07:00:00, only B invents it, 0.45"),
                              QStringLiteral("Fixed: car, 2703 07:06:00, only A invents it, 0.80"), QStringLiteral("Fixed: motorcycle, 2703 07:00:00, A misses it, B 0.80"),
                              QStringLiteral("Fixed: car, 2703 07:03:00, A misses it, B 0.60")}));
        clickRow(find<QListView>("comparedBoxes"), 4, true);
        QTRY_COMPARE(counts("B"), (VerdictCounts{0, 0, 1}));
        QCOMPARE(find<ImageCanvas>("canvasA")->boxes()[static_cast<std::size_t>(find<ImageCanvas>("canvasA")->currentBox())].verdict, eval::Verdict::FN);
        QCOMPARE(find<CellView>("truthTable")->currentIndex().row(), 0);
        // Only cars, only what is fixed; the list as a table.
        QTest::mouseDClick(find<ChipButton>("fixedChip"), Qt::LeftButton);
        auto* classes = find<QComboBox>("compareClass");
        classes->setCurrentIndex(classes->findData(2));
        Q_EMIT classes->activated(classes->currentIndex());
        QCOMPARE(listed("comparedBoxes").size(), 2);
        QCOMPARE(find<ChipButton>("fixedChip")->count(), 2);
        QTest::keyClick(find<QListView>("comparedBoxes"), Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
        QCOMPARE(lines.at(0), QStringLiteral("frame,change,kind,class,x1,y1,x2,y2,A score,B score"));
        QVERIFY2(lines.at(1).endsWith(QStringLiteral("070600.jpg,Fixed,false detection,car,40,40,60,60,0.8,")), qPrintable(lines.at(1)));
        QVERIFY2(lines.at(2).endsWith(QStringLiteral("070300.jpg,Fixed,true object,car,10,10,30,30,,0.6")), qPrintable(lines.at(2)));
    }

    void pairAsOnePicture() {
        compare();
        QTRY_COMPARE(counts("B"), (VerdictCounts{1, 2, 2}));
        QTRY_COMPARE(find<ImageCanvas>("canvasB")->picture().size(), QSize(100, 100));
        const QString file = m_dir.filePath(QStringLiteral("pair.png"));
        QVERIFY(m_page->exportTo(file));
        QCOMPARE(QImage(file).size(), QSize(202, 132));
        QTest::keyClick(find<QWidget>("canvasB"), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->image().size(), QSize(202, 132));
        const QStringList command = m_page->command();
        QCOMPARE(command.at(0), QStringLiteral("evaluate"));
        QVERIFY(command.at(1).endsWith(QStringLiteral("/second")));
        QCOMPARE(command.at(4), QStringLiteral("--against"));
        QVERIFY(command.at(5).endsWith(QStringLiteral("/first")));
    }

    void framesThatOneSideLacks() {
        detect::DetectionSet set = emptySet();
        set.images = {set.images[2], set.images[0]}; // in another order, and one of them missing
        set.images.push_back({9, toPath(m_folder + QStringLiteral("/elsewhere.jpg")), {100, 100}});
        set.begin = {0, 0, 1, 1};
        set.detections = {{{10, 10, 30, 30}, 0.7F, 2}};
        write("third", set);
        compare();
        auto* runs = find<QComboBox>("compareRunB");
        QTRY_VERIFY(runs->findText(QStringLiteral("third")) >= 0);
        runs->setCurrentIndex(runs->findText(QStringLiteral("third")));
        Q_EMIT runs->activated(runs->currentIndex());
        QTRY_COMPARE(counts("B"), (VerdictCounts{2, 0, 1}));
        QTRY_COMPARE(listed("comparedFrames").size(), 2);
        QVERIFY(find<QLabel>("compareLeftOut")->isVisible());
        QCOMPARE(find<QLabel>("compareLeftOut")->text(), QStringLiteral("1 frame of first is not in third and left out. 1 frame is only in third."));
        // What stood beside is remembered.
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 764);
        m_page->show();
        compare();
        QTRY_COMPARE(runOf("B"), QStringLiteral("third"));
        QVERIFY(QDir(qs(m_session->runPaths(QStringLiteral("third")).folder)).removeRecursively());
        m_session->noteRunsChanged();
        QTRY_COMPARE(runOf("B"), QStringLiteral("second"));
    }

    void weightsBeforeTraining() {
        // A stand-in for intersect-cli: it keeps what the weights would find, and how it was asked.
        const QString weights = m_dir.filePath(QStringLiteral("start.pt")), answer = m_dir.filePath(QStringLiteral("answer.json")), script = m_dir.filePath(QStringLiteral("worker")),
                      asked = m_dir.filePath(QStringLiteral("asked"));
        detect::DetectionSet set = emptySet();
        set.begin = {0, 1, 1, 1};
        set.detections = {{{10, 10, 30, 30}, 0.5F, 2}};
        QVERIFY(writeFileAtomically(toPath(answer), detect::formatDetections(set)).has_value());
        QVERIFY(writeFileAtomically(toPath(weights), "weights").has_value());
        QVERIFY(writeFileAtomically(m_session->runPaths(QStringLiteral("first")).config(), "weights: '" + weights.toStdString() + "'\nimgsz: 320\n").has_value());
        const std::string text = "#!/bin/sh\necho \"$@\" >> '" + asked.toStdString() + "'\nwhile [ $# -gt 0 ]; do [ \"$1\" = --save-detections ] && cp '" + answer.toStdString() +
                                 "' \"$2\"; shift; done\n";
        QVERIFY(writeFileAtomically(toPath(script), text).has_value());
        QVERIFY(QFile::setPermissions(script, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("INTERSECT_CLI", script.toUtf8());
        compare();
        auto* runs = find<QComboBox>("compareRunB");
        const auto before = [&] { return runs->findText(QStringLiteral("start.pt, before training")); };
        QTRY_VERIFY(before() >= 0);
        for (int time = 0; time < 2; ++time) { // the second time it is kept
            runs->setCurrentIndex(before());
            Q_EMIT runs->activated(runs->currentIndex());
            QTRY_COMPARE(counts("B"), (VerdictCounts{2, 0, 1}));
            runs->setCurrentIndex(runs->findText(QStringLiteral("second")));
            Q_EMIT runs->activated(runs->currentIndex());
            QTRY_COMPARE(counts("B"), (VerdictCounts{1, 2, 2}));
        }
        QFile file(asked);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 1);
        QVERIFY2(lines.first().contains(QByteArray("evaluate --weights ").append(weights.toUtf8())) && lines.first().contains("--split test --img-size 320"), lines.first().constData());
        qunsetenv("INTERSECT_CLI");
    }

    void linkedViews() {
        compare();
        auto* a = find<ImageCanvas>("canvasA");
        auto* b = find<ImageCanvas>("canvasB");
        QTRY_COMPARE(b->picture().size(), QSize(100, 100));
        const auto wheel = [](QWidget* on, const QPoint& at) {
            QWheelEvent event(at, on->mapToGlobal(at), {}, {0, 360}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(on, &event);
        };
        const auto middle = [](const ImageCanvas* canvas) { return canvas->place().centre; };
        const auto together = [&] { return std::abs(a->zoom() - b->zoom()) < 1e-9 && QLineF(middle(a), middle(b)).length() < 0.5; };
        const double fitted = a->zoom();
        wheel(a, {40, 40});
        QVERIFY(a->zoom() > fitted * 1.5);
        QVERIFY(together());
        // Moved on B, A follows.
        const QPointF before = middle(a);
        QTest::mousePress(b, Qt::MiddleButton, {}, {200, 150});
        QTest::mouseMove(b, {150, 130});
        QTest::mouseRelease(b, Qt::MiddleButton, {}, {150, 130});
        QVERIFY(QLineF(before, middle(a)).length() > 1);
        QVERIFY(together());
        // The pointer on one is a cross on the other.
        QTest::mouseMove(a, {120, 90});
        QVERIFY(b->cross().has_value());
        QVERIFY(QLineF(*b->cross(), a->imageFromView({120, 90})).length() < 0.01);
        // Let go, each stays where it is.
        click(find<QCheckBox>("linkViewsCheck"));
        QVERIFY(!b->cross().has_value());
        wheel(a, {40, 40});
        QVERIFY(!together());
        click(find<QCheckBox>("linkViewsCheck"));
        QVERIFY(together());
    }
};

QTEST_MAIN(TestInspectCompare)
#include "tst_inspect_compare.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
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
        QTest::keyClick(find<QWidget>("frameList"), Qt::Key_X);
        QCOMPARE(counts("A"), (VerdictCounts{1, 2, 2}));
        QCOMPARE(counts("B"), (VerdictCounts{1, 1, 2}));
        QCOMPARE(runOf("A"), QStringLiteral("second"));
        QCOMPARE(runOf("B"), QStringLiteral("first"));
        QTest::keyClick(find<QWidget>("canvasA"), Qt::Key_X);
        QCOMPARE(runOf("A"), QStringLiteral("first"));
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
        QTest::mouseClick(find<QCheckBox>("linkViewsCheck"), Qt::LeftButton, {}, {8, 12});
        QVERIFY(!b->cross().has_value());
        wheel(a, {40, 40});
        QVERIFY(!together());
        QTest::mouseClick(find<QCheckBox>("linkViewsCheck"), Qt::LeftButton, {}, {8, 12});
        QVERIFY(together());
    }
};

QTEST_MAIN(TestInspectCompare)
#include "tst_inspect_compare.moc"

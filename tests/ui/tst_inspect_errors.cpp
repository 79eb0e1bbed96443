// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/detect/detections_file.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"

using namespace intersect;
using namespace intersect::ui;
using eval::ErrorType;

/// Error types on the Inspect page, over four frames of 100 x 100 whose errors are found by hand.
///
/// Frame a: truth car 10,10-30,30; truck 50,50-90,90.
///   car 0.90 on the car: right. car 0.70 on the car again: duplicate. car 0.60 on the truck: class. car 0.20 far from
///   all: background.
/// Frame b: truth car 10,10-30,30; bus 60,60-80,80.
///   car 0.80 at 10,18-30,38: overlap 20*12 = 240 of 560, IoU 0.43: localisation. The bus: missed.
/// Frame c: no truth; car 0.50: background.   Frame d: truth car, car 0.85 on it: right.
class TestInspectErrors : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<InspectPage> m_page;
    QString m_folder;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    ErrorBars* bars() const { return find<ErrorBars>("errorBars"); }
    std::int64_t countOf(ErrorType type) const { return bars()->row(type)->count().value_or(-1); }
    void click(ErrorType type) const { QTest::mouseClick(bars()->row(type), Qt::LeftButton); }
    QStringList frames() const {
        QStringList times;
        const QAbstractItemModel* model = find<InspectList>("frameList")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            times << model->index(row, 0).data().toString().right(5);
        return times;
    }
    QStringList boxErrors() const {
        QStringList words;
        const QAbstractItemModel* model = find<BoxTable>("boxTable")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            words << model->index(row, BoxTableModel::VerdictColumn).data().toString() + QLatin1Char(' ') +
                         model->index(row, BoxTableModel::ErrorColumn).data().toString();
        return words;
    }
    std::vector<OverlayMark> marks() const { return find<ImageCanvas>("canvas")->marks(); }
    QString path(const char* stem) const { return m_folder + QLatin1Char('/') + QString::fromUtf8(stem); }

    void writeFrame(const char* stem, const char* labels) {
        QImage image(100, 100, QImage::Format_RGB888);
        image.fill(QColor(90, 110, 130));
        QVERIFY(image.save(path(stem) + QStringLiteral(".png")));
        QFile file(path(stem) + QStringLiteral(".txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(labels);
    }
    void writeRun(const char* run, std::vector<std::uint32_t> begin, std::vector<detect::Detection> detections) {
        detect::DetectionSet set;
        for (int i = 0; i < 80; ++i)
            set.names.push_back(m_session->className(i).toStdString());
        int id = 0;
        for (const char* stem :
             {"2703-2021_03_20_070000", "2703-2021_03_20_070300", "2703-2021_03_20_070600", "2703-2021_03_20_070900"})
            set.images.push_back({++id, toPath(path(stem) + QStringLiteral(".png")), {100, 100}});
        set.begin = std::move(begin);
        set.detections = std::move(detections);
        QVERIFY(writeFileAtomically(m_session->runPaths(QString::fromUtf8(run)).detections("test"),
                                    detect::formatDetections(set))
                    .has_value());
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString root = m_dir.filePath(QStringLiteral("frames"));
        m_folder = root + QStringLiteral("/test/2703");
        QVERIFY(QDir().mkpath(m_folder));
        writeFrame("2703-2021_03_20_070000", "2 0.2 0.2 0.2 0.2\n7 0.7 0.7 0.4 0.4\n");
        writeFrame("2703-2021_03_20_070300", "2 0.2 0.2 0.2 0.2\n5 0.7 0.7 0.2 0.2\n");
        writeFrame("2703-2021_03_20_070600", "");
        writeFrame("2703-2021_03_20_070900", "2 0.2 0.2 0.2 0.2\n");
        m_session = std::make_unique<Session>();
        m_session->openDataset(root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        writeRun("wrong", {0, 4, 5, 6, 7},
                 {{{10, 10, 30, 30}, 0.9F, 2},
                  {{10, 10, 30, 29}, 0.7F, 2},
                  {{50, 50, 90, 90}, 0.6F, 2},
                  {{60, 5, 80, 20}, 0.2F, 2},     // a
                  {{10, 18, 30, 38}, 0.8F, 2},    // b
                  {{40, 40, 60, 60}, 0.5F, 2},    // c
                  {{10, 10, 30, 30}, 0.85F, 2}}); // d
        writeRun("perfect", {0, 2, 4, 4, 5},
                 {{{10, 10, 30, 30}, 0.9F, 2},
                  {{50, 50, 90, 90}, 0.8F, 7},
                  {{10, 10, 30, 30}, 0.9F, 2},
                  {{60, 60, 80, 80}, 0.8F, 5},
                  {{10, 10, 30, 30}, 0.9F, 2}});
        m_session->noteRunsChanged();
    }
    void init() {
        m_session->setConfidence(0.25);
        m_session->setMatchIou(0.5);
        m_session->setCurrentRun(QStringLiteral("wrong"));
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 830);
        m_page->show();
        m_page->activateWindow(); // a bare X server has no window manager that would
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTRY_COMPARE(countOf(ErrorType::Background), std::int64_t(2));
        QTRY_COMPARE(find<ImageCanvas>("canvas")->picture().size(), QSize(100, 100));
    }
    void cleanup() { m_page.reset(); }

    void countsByHand() {
        QCOMPARE(countOf(ErrorType::Missed), std::int64_t(1));
        QCOMPARE(countOf(ErrorType::Localisation), std::int64_t(1));
        QCOMPARE(countOf(ErrorType::Classification), std::int64_t(1));
        QCOMPARE(countOf(ErrorType::Both), std::int64_t(0));
        QCOMPARE(countOf(ErrorType::Duplicate), std::int64_t(1));
        QCOMPARE(find<ErrorRow>("errorRowWrong")->count().value_or(-1), std::int64_t(5));
        // The bus is missed, the truck has only a car on it, the car of b only a box beside it.
        QCOMPARE(find<ErrorRow>("errorRowMissing")->count().value_or(-1), std::int64_t(3));
        // Without the class error the truck would be found: one class of three goes from 0 to 1.
        // Without the missed bus that class has neither labels nor detections: the mean of car and truck instead of
        // three.
        QVERIFY(bars()->row(ErrorType::Classification)->gain() > 1.0 / 3 - 1e-9);
        QVERIFY(bars()->row(ErrorType::Missed)->gain() > 0);
        QCOMPARE(bars()->row(ErrorType::Both)->gain(), 0.0);
        QVERIFY(bars()->note().contains(QStringLiteral("do not add up")));
        // Of all confidences: moving it changes no bar.
        m_session->setConfidence(0.65);
        QTest::qWait(50);
        QCOMPARE(countOf(ErrorType::Background), std::int64_t(2));
        QVERIFY(bars()->row(ErrorType::Localisation)->toolTip().startsWith(QStringLiteral("Asked first")));
    }

    void theTableNamesTheErrors() {
        // Worst first: a and b both miss a box or two.
        auto* list = find<InspectList>("frameList");
        const auto row = frames().indexOf(QStringLiteral("00:00"));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(list->model()->index(static_cast<int>(row), 0)).center());
        QTRY_COMPARE(boxErrors(), (QStringList{QStringLiteral("FN Class"), QStringLiteral("FP Duplicate"),
                                               QStringLiteral("FP Class"), QStringLiteral("TP ")}));
        // Below the confidence the detection on the truck says nothing about it any more.
        m_session->setConfidence(0.65);
        QTRY_COMPARE(boxErrors(),
                     (QStringList{QStringLiteral("FN Unsure"), QStringLiteral("FP Duplicate"), QStringLiteral("TP ")}));
        m_session->setConfidence(0.1);
        QTRY_COMPARE(boxErrors().size(), 5);
        QCOMPARE(boxErrors().at(3), QStringLiteral("FP Background"));
        QVERIFY(!find<BoxTable>("boxTable")->isColumnHidden(BoxTableModel::ErrorColumn));
    }

    void aBarFiltersAndMarks() {
        QCOMPARE(frames().size(), 4);
        QVERIFY(marks().empty());
        click(ErrorType::Localisation);
        QVERIFY(bars()->row(ErrorType::Localisation)->isChecked());
        QCOMPARE(frames(), QStringList{QStringLiteral("03:00")});
        QTRY_VERIFY(marks().size() == 1 && marks()[0].box.y1 == 18.0F);
        QVERIFY(find<QLabel>("frameNameLabel")->text().endsWith(QStringLiteral("07:03:00")));
        // Another type takes its place; the sure background box only, the other lies below the confidence.
        click(ErrorType::Background);
        QVERIFY(!bars()->row(ErrorType::Localisation)->isChecked());
        QCOMPARE(frames(), QStringList{QStringLiteral("06:00")});
        m_session->setConfidence(0.15);
        QTRY_COMPARE(frames(), (QStringList{QStringLiteral("00:00"), QStringLiteral("06:00")}));
        QTRY_COMPARE(marks().size(), std::size_t(1));
        m_session->setConfidence(0.55);
        QTRY_VERIFY(frames().isEmpty());
        QTRY_VERIFY(marks().empty());
        m_session->setConfidence(0.25);
        QTRY_COMPARE(frames().size(), 1);
        // A missed box has no score.
        click(ErrorType::Missed);
        m_session->setConfidence(0.9);
        QTRY_COMPARE(frames(), QStringList{QStringLiteral("03:00")});
        QTRY_VERIFY(marks().size() == 1 && marks()[0].box.x1 == 60.0F); // with the picture of b
        // A second click releases it.
        click(ErrorType::Missed);
        QTRY_COMPARE(frames().size(), 4);
        QVERIFY(marks().empty());
    }

    void escapeReleases() {
        click(ErrorType::Duplicate);
        QCOMPARE(frames(), QStringList{QStringLiteral("00:00")});
        QTest::keyClick(bars()->row(ErrorType::Duplicate), Qt::Key_Escape);
        QVERIFY(!bars()->chosen());
        QVERIFY(!bars()->row(ErrorType::Duplicate)->isChecked());
        QCOMPARE(frames().size(), 4);
        // The space bar chooses, N goes to the box that is meant, Escape works from the list too.
        QTest::keyClick(bars()->row(ErrorType::Duplicate), Qt::Key_Space);
        QCOMPARE(frames(), QStringList{QStringLiteral("00:00")});
        auto* list = find<InspectList>("frameList");
        QTest::keyClick(list, Qt::Key_N);
        QCOMPARE(find<BoxTable>("boxTable")->currentIndex().row(), 1);
        QTest::keyClick(list, Qt::Key_N);
        QCOMPARE(find<BoxTable>("boxTable")->currentIndex().row(), 1);
        QTest::keyClick(list, Qt::Key_Escape);
        QCOMPARE(frames().size(), 4);
    }

    void sortedByErrors() {
        QTest::mouseClick(find<SegmentedButtons>("sortGroup")->button(static_cast<int>(FrameOrder::Errors)),
                          Qt::LeftButton);
        // One of a kind in a, b and c, none in d: the order of missed boxes stands among the three (a 1, b 2), d is
        // last.
        QCOMPARE(frames(), (QStringList{QStringLiteral("03:00"), QStringLiteral("00:00"), QStringLiteral("06:00"),
                                        QStringLiteral("09:00")}));
        QVERIFY(m_page->subtitle().contains(QStringLiteral("error type")));
        // At a confidence that leaves only the missed bus, b stays first and the others fall back.
        m_session->setConfidence(0.95);
        QTRY_COMPARE(frames().first(), QStringLiteral("03:00"));
        QTRY_COMPARE(frames().at(1), QStringLiteral("00:00"));
        QTRY_COMPARE(frames().at(2), QStringLiteral("09:00"));
        QCOMPARE(frames().at(3), QStringLiteral("06:00"));
    }

    void aPerfectRunHasZeros() {
        click(ErrorType::Background);
        m_session->setCurrentRun(QStringLiteral("perfect"));
        QTRY_COMPARE(countOf(ErrorType::Background), std::int64_t(0));
        for (std::size_t type = 0; type < eval::kErrorTypes; ++type) {
            QCOMPARE(countOf(static_cast<ErrorType>(type)), std::int64_t(0));
            QCOMPARE(bars()->row(static_cast<ErrorType>(type))->gain(), 0.0);
        }
        QCOMPARE(find<ErrorRow>("errorRowMissing")->count().value_or(-1), std::int64_t(0));
        QVERIFY(bars()->note().startsWith(QStringLiteral("Nothing is wrong here")));
        QTRY_VERIFY(frames().isEmpty()); // the type stays chosen, and no frame has it
        click(ErrorType::Background);
        QTRY_COMPARE(frames().size(), 4);
    }
};

QTEST_MAIN(TestInspectErrors)
#include "tst_inspect_errors.moc"

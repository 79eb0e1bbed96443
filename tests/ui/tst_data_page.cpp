// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QLabel>
#include <QListWidget>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/timed_frames.h"
#include "ui/pages/data_page.h"
#include "ui/text.h"
#include "ui/widgets/loading_tiles.h"

using namespace intersect;
using namespace intersect::ui;

/// The Data page over two pools drawn in a scratch folder, with the real widgets and a real session.
class TestDataPage : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QString m_root;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<DataPage> m_page;

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    FrameGrid* grid() const { return find<FrameGrid>("thumbGrid"); }
    int shown() const { return grid()->model()->rowCount(); }
    QString currentFile() const { return grid()->currentIndex().data().toString(); }
    void choose(int row, int child = -1) const {
        auto* tree = find<CameraTree>("poolTree");
        const QModelIndex pool = tree->model()->index(row, 0);
        tree->setCurrentIndex(child < 0 ? pool : tree->model()->index(child, 0, pool));
    }
    QString labelPath(const char* stem) const { return m_root + QStringLiteral("/Q2/2705/2705-2021_03_20_") + QString::fromUtf8(stem) + QStringLiteral(".txt"); }

    void open() const {
        QSignalSpy marks(m_page.get(), &Page::headChanged);
        m_session->openDataset(m_root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->subtitle().contains(QStringLiteral("finding")), 20000);
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        m_root = m_dir.filePath(QStringLiteral("frames"));
        tests::writeTimedFrames(m_root, QStringLiteral("Q1"), QStringLiteral("2708"), 5);
        tests::writeTimedFrames(m_root, QStringLiteral("Q2"), QStringLiteral("2703"), 8);
        tests::writeTimedFrames(m_root, QStringLiteral("Q2"), QStringLiteral("2705"), 4);
        QVERIFY(QFile::remove(labelPath("070000")));
        QFile bad(labelPath("070300"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write("2 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.2 0.2 9\n");
        bad.close();
        // A picture that is none.
        QFile broken(m_root + QStringLiteral("/Q1/2708/2708-2021_03_20_080000.jpg"));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("words");
    }
    void init() {
        m_session = std::make_unique<Session>();
        m_page = std::make_unique<DataPage>(*m_session);
        m_page->resize(1352, 764);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }
    void cleanup() {
        m_page.reset();
        m_session.reset();
    }
    void emptyAtFirst() {
        auto* empty = m_page->findChild<EmptyState*>();
        QVERIFY(empty != nullptr);
        QVERIFY(find<QPushButton>("addFolderButton")->isVisible());
        QVERIFY(!grid()->isVisible());
        QVERIFY(m_page->command().isEmpty());
        QVERIFY(!find<QPushButton>("checkLabelsButton")->isEnabled());
    }

    void countsAndFilters() {
        open();
        QVERIFY2(m_page->subtitle().startsWith(QStringLiteral("All pools · 18 frames · 31 boxes")), qPrintable(m_page->subtitle()));
        QCOMPARE(m_page->command().at(0), QStringLiteral("scan"));
        QCOMPARE(shown(), 18);
        QVERIFY(find<QLabel>("totalLabel")->text().startsWith(QStringLiteral("18 frames")));
        choose(2);
        QCOMPARE(shown(), 12);
        QVERIFY(m_page->subtitle().startsWith(QStringLiteral("Q2 · 12 frames")));
        choose(2, 1);
        QCOMPARE(shown(), 4);
        choose(0);
        find<QLineEdit>("frameFilterEdit")->setText(QStringLiteral("2703-"));
        QCOMPARE(shown(), 8);
        find<QLineEdit>("frameFilterEdit")->clear();
        find<QAbstractButton>("withoutLabelsChip")->click();
        QCOMPARE(shown(), 2); // one label removed, one picture never had any
        find<QAbstractButton>("withoutLabelsChip")->click();
        find<QSpinBox>("boxesToSpin")->setValue(1);
        QCOMPARE(shown(), 3);
        find<QSpinBox>("boxesFromSpin")->setValue(1);
        QCOMPARE(shown(), 1);
        QCOMPARE(currentFile(), QStringLiteral("2705-2021_03_20_070300.jpg"));
        find<QAbstractButton>("classChip2")->click();
        QVERIFY(find<QPushButton>("clearFiltersButton")->isVisible());
        QVERIFY(!grid()->isVisible());
        find<QPushButton>("clearFiltersButton")->click();
        QCOMPARE(shown(), 18);
        QVERIFY(grid()->isVisible());
    }

    void aFrameIsExplained() {
        open();
        find<QAbstractButton>("withFindingsChip")->click();
        QTRY_VERIFY(shown() >= 2);
        choose(2, 1);
        QCOMPARE(currentFile(), QStringLiteral("2705-2021_03_20_070300.jpg"));
        auto* findings = find<QListWidget>("findingsList");
        QCOMPARE(findings->count(), 1);
        QVERIFY2(findings->item(0)->text().startsWith(QStringLiteral("Line 2: ")), qPrintable(findings->item(0)->text()));
        QStringList words;
        for (const QLabel* label : find<QWidget>("frameDetails")->findChildren<QLabel*>())
            words << label->text();
        QVERIFY(words.contains(QStringLiteral("2 of 4 in 2705")));
        QVERIFY(words.contains(QStringLiteral("2705 in Q2")));
        QVERIFY(words.contains(QStringLiteral("20 Mar 2021, 07:03:00")));
        QVERIFY(!words.filter(QStringLiteral("96 × 64 px")).isEmpty());
    }

    void unreadablePicturesAreSaidAndShown() {
        open();
        auto* button = find<QPushButton>("showUnreadableButton");
        QVERIFY(button->isVisible());
        button->click();
        QVERIFY(find<QAbstractButton>("withFindingsChip")->isChecked());
        choose(1);
        QCOMPARE(shown(), 1);
        QCOMPARE(currentFile(), QStringLiteral("2708-2021_03_20_080000.jpg"));
    }

    void keysGoThroughFramesFromAnywhereOnThePage() {
        open();
        grid()->goTo(0);
        auto* tree = find<CameraTree>("poolTree");
        tree->setFocus();
        QTest::keyClick(grid(), Qt::Key_J);
        QTest::keyClick(m_page.get(), Qt::Key_J);
        QCOMPARE(grid()->currentIndex().row(), 2);
        QTest::keyClick(m_page.get(), Qt::Key_End);
        QCOMPARE(grid()->currentIndex().row(), 17);
        QTest::keyClick(m_page.get(), Qt::Key_B);
        QVERIFY(!find<QCheckBox>("boxesCheck")->isChecked());
        find<QCheckBox>("boxesCheck")->click();
        QVERIFY(grid()->boxesShown());
    }

    void theSelectionColoursTreeAndDetails() {
        open();
        const auto& frames = m_session->dataset()->frames;
        // 2703 is the second camera: frames 6 to 13; two for training, one to validate.
        const QString folder = qs(m_session->workspace()->selections()) + QStringLiteral("/prop");
        QVERIFY(QDir().mkpath(folder));
        const auto write = [&](const char* name, std::initializer_list<std::size_t> list) {
            QFile file(folder + QLatin1Char('/') + QString::fromUtf8(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            for (const std::size_t i : list)
                file.write(QByteArray::fromStdString(frames[i].path.string()) + "\n");
        };
        write("train.txt", {6, 9});
        write("val.txt", {7});
        write("test.txt", {0});
        m_session->noteSelectionsChanged();
        m_session->setCurrentSelection(QStringLiteral("prop"));
        auto* model = find<CameraTree>("poolTree")->model();
        QTRY_COMPARE(model->index(2, 0).data(CameraTreeModel::UseRole).value<UseCounts>().train, std::int64_t(2));
        QVERIFY(find<QLabel>("totalLabel")->text().endsWith(QStringLiteral("4 used")));
        grid()->goTo(7);
        QStringList words;
        for (const QLabel* label : find<QWidget>("frameDetails")->findChildren<QLabel*>())
            words << label->text();
        QVERIFY(words.contains(QStringLiteral("val, selection prop")));
        QVERIFY(words.contains(QStringLiteral("07:00:00, 3 min 0 s before")));
    }

    void everythingKeepsItsPlaceWhenNarrow() {
        open();
        for (const QSize size : {QSize(1352, 764), QSize(1000, 620)}) {
            m_page->resize(size);
            QCoreApplication::processEvents();
            const auto* bar = find<QWidget>("filterBar");
            for (const QWidget* child : bar->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
                if (child->isVisible())
                    QVERIFY2(bar->rect().contains(child->geometry()), qPrintable(child->objectName()));
        }
    }
};

QTEST_MAIN(TestDataPage)
#include "tst_data_page.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/detect/detections_file.h"
#include "ui/models/missed_heat.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"
#include "ui/theme.h"

using namespace intersect;
using namespace intersect::ui;

namespace {

bool near(const QColor& a, const QColor& b, int by) {
    return std::abs(a.red() - b.red()) <= by && std::abs(a.green() - b.green()) <= by &&
           std::abs(a.blue() - b.blue()) <= by;
}

} // namespace

/// What lies round the picture on Inspect, over four frames of 100 x 100, each of a colour of its own.
///
/// Camera 2703, a at 07:00: truth car 10,10-30,30 and truck 50,50-90,90; car 0.90.   b at 23:30: the same truth; car
/// 0.35.
///   c at 06:10: truth truck 60,60-100,100; truck 0.60.   Camera 410, d at 12:00: truth car 0,0-20,20; bus 0.30 at
///   70,70-90,90.
class TestInspectPicture : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<InspectPage> m_page;
    QString m_root;
    struct Frame {
        const char *path, *labels;
        QColor colour;
    };
    const std::array<Frame, 4> m_frames = {
        {{"2703/2703-2021_03_20_070000", "2 0.2 0.2 0.2 0.2\n7 0.7 0.7 0.4 0.4\n", QColor(40, 60, 80)},
         {"2703/2703-2021_03_20_233000", "2 0.2 0.2 0.2 0.2\n7 0.7 0.7 0.4 0.4\n", QColor(80, 60, 40)},
         {"2703/2703-2021_03_20_061000", "7 0.8 0.8 0.4 0.4\n", QColor(40, 80, 60)},
         {"410/410-2021_03_20_120000", "2 0.1 0.1 0.2 0.2\n", QColor(70, 70, 70)}}};

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    ImageCanvas* canvas() const { return find<ImageCanvas>("canvas"); }
    QString path(std::size_t i) const {
        return m_root + QStringLiteral("/test/") + QString::fromUtf8(m_frames[i].path);
    }
    QStringList frames() const {
        QStringList times;
        const QAbstractItemModel* model = find<InspectList>("frameList")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            times << model->index(row, 0).data().toString().section(QLatin1Char(' '), 1).left(5);
        return times;
    }
    QString frameName() const { return find<QLabel>("frameNameLabel")->text(); }
    bool shows(std::size_t i) const {
        return !canvas()->picture().isNull() && near(canvas()->picture().pixelColor(5, 95), m_frames[i].colour, 3);
    }
    void hover(double x, double y) const { QTest::mouseMove(canvas(), canvas()->viewFromImage({x, y}).toPoint()); }
    void key(Qt::Key key, Qt::KeyboardModifiers with = {}) const {
        QTest::keyClick(find<InspectList>("frameList"), key, with);
    }
    void chooseOrder(int action) const {
        auto* more = find<SegmentedButtons>("sortGroup")->moreButton();
        QTest::mouseClick(more, Qt::LeftButton);
        auto* menu = more->findChild<QMenu*>();
        QVERIFY(menu->isVisible());
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(menu->actions().at(action)).center());
        QVERIFY(!menu->isVisible());
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        m_root = m_dir.filePath(QStringLiteral("frames"));
        detect::DetectionSet set;
        for (std::size_t i = 0; i < m_frames.size(); ++i) {
            QVERIFY(QDir().mkpath(QFileInfo(path(i)).path()));
            QImage image(100, 100, QImage::Format_RGB888);
            image.fill(m_frames[i].colour);
            QVERIFY(image.save(path(i) + QStringLiteral(".png")));
            QFile file(path(i) + QStringLiteral(".txt"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(m_frames[i].labels);
            set.images.push_back({static_cast<int>(i) + 1, toPath(path(i) + QStringLiteral(".png")), {100, 100}});
        }
        m_session = std::make_unique<Session>();
        m_session->openDataset(m_root);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20000);
        for (int i = 0; i < 80; ++i)
            set.names.push_back(m_session->className(i).toStdString());
        set.begin = {0, 1, 2, 3, 4};
        set.detections = {{{10, 10, 30, 30}, 0.9F, 2},
                          {{12, 10, 32, 30}, 0.35F, 2},
                          {{60, 60, 100, 100}, 0.6F, 7},
                          {{70, 70, 90, 90}, 0.3F, 5}};
        QVERIFY(writeFileAtomically(m_session->runPaths(QStringLiteral("one")).detections("test"),
                                    detect::formatDetections(set))
                    .has_value());
        m_session->noteRunsChanged();
    }
    void init() {
        m_session->setConfidence(0.25);
        m_session->setMatchIou(0.5);
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 764);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTRY_COMPARE(frames().size(), 4);
        QTRY_VERIFY(shows(3)); // 12:00 misses one and invents one
    }
    void cleanup() { m_page.reset(); }

    void ordersBehindTheDots() {
        QCOMPARE(frames(), (QStringList{QStringLiteral("12:00"), QStringLiteral("07:00"), QStringLiteral("23:30"),
                                        QStringLiteral("06:10")}));
        chooseOrder(1);
        QCOMPARE(frames(), (QStringList{QStringLiteral("06:10"), QStringLiteral("07:00"), QStringLiteral("12:00"),
                                        QStringLiteral("23:30")}));
        QVERIFY(m_page->subtitle().contains(QStringLiteral("time of day")));
        chooseOrder(2); // 0.35, 0.60, 0.90; in d nothing true is found
        QCOMPARE(frames(), (QStringList{QStringLiteral("23:30"), QStringLiteral("06:10"), QStringLiteral("07:00"),
                                        QStringLiteral("12:00")}));
        auto* group = find<SegmentedButtons>("sortGroup");
        QVERIFY(group->moreButton()->isChecked() && !group->button(0)->isChecked());
        m_session->setConfidence(0.4); // the car of b goes
        QTRY_COMPARE(frames(), (QStringList{QStringLiteral("06:10"), QStringLiteral("07:00"), QStringLiteral("23:30"),
                                            QStringLiteral("12:00")}));
        chooseOrder(0);
        QCOMPARE(frames(), (QStringList{QStringLiteral("07:00"), QStringLiteral("23:30"), QStringLiteral("06:10"),
                                        QStringLiteral("12:00")}));
        // The menu opened and left changes nothing; a word behind takes over again.
        QTest::mouseClick(group->moreButton(), Qt::LeftButton);
        auto* menu = group->moreButton()->findChild<QMenu*>();
        QTest::keyClick(menu, Qt::Key_Escape);
        QCOMPARE(group->current(), static_cast<int>(FrameOrder::Camera));
        QTest::mouseClick(group->button(1), Qt::LeftButton);
        QCOMPARE(group->current(), static_cast<int>(FrameOrder::Invented));
        QVERIFY(!group->moreButton()->isChecked() && group->button(1)->isChecked());
    }

    void everyFrameShowsItsPictureWithItsBoxes() {
        // Forth and back, faster than pictures come and again when they are there.
        for (int round = 0; round < 3; ++round) {
            for (int i = 0; i < 3; ++i)
                key(Qt::Key_J);
            QTRY_VERIFY(shows(2));
            QCOMPARE(frameName(), QStringLiteral("2703  06:10:00"));
            QCOMPARE(canvas()->boxes().size(), std::size_t(1));
            key(Qt::Key_K);
            QTRY_VERIFY(shows(1));
            QCOMPARE(canvas()->boxes().size(), std::size_t(2));
            // A chosen box does not stay chosen on another frame.
            QTest::mouseClick(canvas(), Qt::LeftButton, {}, canvas()->viewFromImage({20, 20}).toPoint());
            QVERIFY(canvas()->currentBox() >= 0);
            key(Qt::Key_K);
            QTRY_VERIFY(shows(0));
            QCOMPARE(canvas()->currentBox(), -1);
            QCOMPARE(find<BoxTable>("boxTable")->currentIndex().row(), -1);
            key(Qt::Key_K);
            QTRY_VERIFY(shows(3));
        }
    }

    void smallPicturesShowVerdicts() {
        auto* list = find<InspectList>("frameList");
        const auto has = [&](int row, eval::Verdict verdict) {
            const QImage picture = list->viewport()->grab().toImage();
            const QRect at = list->visualRect(list->model()->index(row, 0));
            const QRect thumb(at.left() + 12, at.top() + 6, 80, 45);
            int hits = 0;
            for (int x = thumb.left(); x < thumb.right(); ++x)
                for (int y = thumb.top(); y < thumb.bottom(); ++y)
                    hits += near(picture.pixelColor(x, y), Theme::verdictOnPhoto(verdict), 60) ? 1 : 0;
            return hits > 4;
        };
        QVERIFY(has(0, eval::Verdict::FN) && has(0, eval::Verdict::FP) && !has(0, eval::Verdict::TP)); // d
        QVERIFY(has(1, eval::Verdict::FN) && has(1, eval::Verdict::TP) && !has(1, eval::Verdict::FP)); // a
        m_session->setConfidence(0.95);
        QVERIFY(!has(1, eval::Verdict::TP) && has(1, eval::Verdict::FN));
    }

    void hoveringLightsThePair() {
        key(Qt::Key_J);
        key(Qt::Key_J);
        QTRY_VERIFY(shows(1));
        hover(15, 20);
        const auto pair = canvas()->litPair();
        QVERIFY(pair);
        QCOMPARE(canvas()->boxes()[static_cast<std::size_t>(pair->box)].verdict, eval::Verdict::TP);
        QVERIFY(std::abs(pair->iou - 360.0F / 440.0F) < 1e-4F);
        hover(70, 70); // the truck: nothing is near
        QVERIFY(!canvas()->litPair());
        QCOMPARE(canvas()->hoverText(), QStringLiteral("FN truck"));
        // Without the mouse the chosen row of the table is lit.
        auto* table = find<BoxTable>("boxTable");
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(table->model()->index(1, 1)).center());
        hover(5, 95);
        QCOMPARE(canvas()->litPair(), pair);
    }

    void missedHeatFollowsCameraAndThresholds() {
        auto* toggle = find<QPushButton>("heatToggle");
        key(Qt::Key_H);
        QVERIFY(toggle->isChecked());
        QTRY_VERIFY(canvas()->heat());
        QCOMPARE(canvas()->heat()->caption, QStringLiteral("Camera 410: 1 missed in 1 frames"));
        QCOMPARE(canvas()->heat()->most, 1);
        const auto alphaAt = [this](int x, int y) { return qAlpha(canvas()->heat()->image.pixel(x, y)); };
        QVERIFY(alphaAt(10, 10) > 0 && alphaAt(40, 40) == 0);
        key(Qt::Key_J);
        QTRY_VERIFY(canvas()->heat() &&
                    canvas()->heat()->caption == QStringLiteral("Camera 2703: 2 missed in 3 frames"));
        QVERIFY(alphaAt(70, 70) > 0 && alphaAt(20, 20) == 0);
        // On the picture: tinted there, as it was elsewhere.
        QTRY_VERIFY(shows(0));
        const auto seen = [this](double x, double y) {
            return canvas()->grab().toImage().pixelColor(canvas()->viewFromImage({x, y}).toPoint());
        };
        QVERIFY(!near(seen(70, 70), m_frames[0].colour, 20));
        QVERIFY(near(seen(40, 5), m_frames[0].colour, 4));
        find<QSlider>("confidenceSlider")->setValue(65); // b's car and c's truck are missed now too
        QTRY_COMPARE(canvas()->heat()->most, 3);
        QCOMPARE(canvas()->heat()->caption, QStringLiteral("Camera 2703: 4 missed in 3 frames"));
        QVERIFY(alphaAt(20, 20) > 0);
        QTest::mouseClick(toggle, Qt::LeftButton);
        QVERIFY(!canvas()->heat());
        QVERIFY(near(seen(75, 65), m_frames[0].colour, 4));
    }

    void hiddenClassesStayHidden() {
        key(Qt::Key_J);
        QTRY_VERIFY(shows(0));
        auto* shown = find<ShownButton>("shownButton");
        shown->menu()->popup(shown->mapToGlobal(QPoint(0, 30)));
        QVERIFY(QTest::qWaitForWindowExposed(shown->menu()));
        QStringList classes;
        for (const QCheckBox* check : shown->findChildren<QCheckBox*>())
            if (check->objectName().startsWith(QStringLiteral("classCheck-")))
                classes << check->text();
        QCOMPARE(classes, (QStringList{QStringLiteral("car"), QStringLiteral("truck"), QStringLiteral("bus")}));
        auto* truck = find<QCheckBox>("classCheck-truck");
        QSignalSpy status(m_session.get(), &Session::status);
        QTest::mouseClick(truck, Qt::LeftButton, {}, QPoint(8, truck->height() / 2));
        QVERIFY(shown->menu()->isVisible()); // more can be chosen
        QCOMPARE(canvas()->hiddenClasses(), (std::set<int>{7}));
        QVERIFY(status.last().at(0).toString().contains(QStringLiteral("truck")));
        QVERIFY(shown->text().contains(QLatin1Char('1')));
        shown->menu()->hide();
        QCOMPARE(canvas()->boxAt(canvas()->viewFromImage({70, 70})), -1);
        QCOMPARE(find<BoxTable>("boxTable")->model()->rowCount(), 2); // the table lists it anyway
        key(Qt::Key_J);
        QCOMPARE(canvas()->hiddenClasses(), (std::set<int>{7}));
        QTest::mouseClick(find<QPushButton>("allClassesButton"), Qt::LeftButton);
        QVERIFY(canvas()->hiddenClasses().empty() && truck->isChecked());
    }

    void theListCopiesThePicture() {
        QGuiApplication::clipboard()->clear();
        key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->image().size(), QSize(100, 100));
        QVERIFY(near(QGuiApplication::clipboard()->image().pixelColor(50, 50), m_frames[3].colour, 3));
    }
};

QTEST_MAIN(TestInspectPicture)
#include "tst_inspect_picture.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include <opencv2/core/mat.hpp>

#include "tests/support/drawn_cameras.h"
#include "ui/main_window.h"
#include "ui/picture.h"
#include "ui/settings.h"
#include "ui/theme.h"

using namespace intersect;
using namespace intersect::ui;

class TestMainWindow : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<MainWindow> m_window;
    QString m_root;

    void open() {
        m_window->openFolder(m_root);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().dataset() != nullptr, 20000);
    }
    template <class W>
    W* find(const char* name) {
        return m_window->findChild<W*>(QString::fromUtf8(name));
    }
    void press(int key, Qt::KeyboardModifiers modifiers) { QTest::keyClick(m_window.get(), Qt::Key(key), modifiers); }

private Q_SLOTS:
    void initTestCase() {
        m_root = m_dir.filePath(QStringLiteral("crossing"));
        for (const char* camera : {"170", "398"})
            tests::drawCamera(m_root, QStringLiteral("Q1"), QString::fromUtf8(camera), 3);
    }
    void init() {
        settings().clear();
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        m_window->activateWindow(); // a bare X server has no window manager that would
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void cleanup() { m_window.reset(); }

    void beforeAnythingIsOpenTheRailIsDim() {
        QVERIFY(find<QWidget>("welcomePage")->isVisible());
        QVERIFY(!find<QWidget>("pageHead")->isVisible());
        for (const QString& name : MainWindow::pageNames())
            QVERIFY(!m_window->findChild<NavRail*>()->button(name)->isEnabled());
        m_window->showPage(QStringLiteral("train"));
        QVERIFY(find<QWidget>("welcomePage")->isVisible());
    }

    void openingAFolderMakesAWorkspaceBesideItAndShowsThePage() {
        m_window->showPage(QStringLiteral("losses"));
        open();
        QVERIFY(QFileInfo::exists(m_root + QStringLiteral("-workspace/workspace.yaml")));
        QCOMPARE(m_window->currentPageName(), QStringLiteral("losses"));
        QTRY_COMPARE(find<QPushButton>("workspaceButton")->text(), QStringLiteral("crossing"));
        QTRY_VERIFY(find<QLabel>("datasetLabel")->text().contains(QStringLiteral("6 frames · 2 cameras · 1 pool")));
        QCOMPARE(Session::recentWorkspaces().value(0), m_root + QStringLiteral("-workspace"));
    }

    void everyPageIsReachedByItsNumber() {
        open();
        const QStringList names = MainWindow::pageNames();
        QCOMPARE(names, (QStringList{QStringLiteral("data"), QStringLiteral("select"), QStringLiteral("train"),
                                     QStringLiteral("evaluate"), QStringLiteral("inspect"), QStringLiteral("losses")}));
        for (int i = int(names.size()) - 1; i >= 0; --i) {
            press(Qt::Key_1 + i, Qt::ControlModifier);
            QCOMPARE(m_window->currentPageName(), names[i]);
            QVERIFY(m_window->page(names[i])->isVisible());
            QCOMPARE(find<QLabel>("pageTitle")->text(), m_window->page(names[i])->title());
            QVERIFY(m_window->findChild<NavRail*>()->button(names[i])->isChecked());
        }
    }

    void commandOfThePageIsCopied() {
        open();
        m_window->showPage(QStringLiteral("losses"));
        press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("intersect-cli losses --loss focal --gamma 2 --p 0.2"));
    }

    void helpOpensAndCloses() {
        open();
        m_window->showPage(QStringLiteral("losses"));
        press(Qt::Key_F1, Qt::NoModifier);
        auto* help = m_window->findChild<HelpPanel*>();
        QVERIFY(help->isVisible());
        QVERIFY(find<QLabel>("helpText")->text().contains(QStringLiteral("Focal loss")));
        m_window->showPage(QStringLiteral("data")); // follows the page
        QVERIFY(!find<QLabel>("helpText")->text().contains(QStringLiteral("Focal loss")));
        QTest::keyClick(help, Qt::Key_Escape);
        QVERIFY(!help->isVisible());
    }

    void aMissingFolderIsSaidInTheWindow() {
        open();
        m_window->openFolder(m_dir.filePath(QStringLiteral("gone")));
        auto* strip = m_window->findChild<InlineMessage*>(QStringLiteral("failureStrip"));
        QTRY_VERIFY(strip->isVisible());
        QVERIFY2(strip->sentence().contains(QStringLiteral("gone")), qPrintable(strip->sentence()));
        QVERIFY(m_window->session().isOpen()); // what was open stays
        find<QPushButton>("dismissButton")->click();
        QVERIFY(!strip->isVisible());
    }

    void aFolderWithoutPicturesIsSaidToo() {
        const QString empty = m_dir.filePath(QStringLiteral("empty"));
        QVERIFY(QDir().mkpath(empty));
        m_window->openFolder(empty);
        auto* strip = m_window->findChild<InlineMessage*>(QStringLiteral("failureStrip"));
        QTRY_VERIFY_WITH_TIMEOUT(strip->isVisible(), 10000);
        QVERIFY(!strip->sentence().isEmpty());
        QVERIFY(m_window->session().dataset() == nullptr);
    }

    void droppedFolderOpens() {
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(m_root)});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &drop);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().dataset() != nullptr, 10000);
    }

    void goToFieldFindsPagesCamerasAndFrames() {
        open();
        auto* field = find<QLineEdit>("commandField");
        field->setFocus();
        QTest::keyClicks(field, QStringLiteral("losses"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(m_window->currentPageName(), QStringLiteral("losses"));
        QTRY_VERIFY(field->text().isEmpty());
        QString asked;
        connect(&m_window->session(), &Session::frameRequested, this, [&asked](const QString& path) { asked = path; });
        field->setFocus();
        QTest::keyClicks(field, QStringLiteral("q1/398, c"));
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY2(asked.contains(QStringLiteral("/398/")), qPrintable(asked));
        QCOMPARE(m_window->currentPageName(), QStringLiteral("inspect"));
    }

    void selectionsAndRunsOnDiskAreNoticed() {
        open();
        QSignalSpy changed(&m_window->session(), &Session::runsChanged);
        QVERIFY(QDir().mkpath(m_root + QStringLiteral("-workspace/runs/first")));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().runNames().contains(QStringLiteral("first")), 5000);
        QVERIFY(changed.count() >= 1);
        QVERIFY(QDir(m_root + QStringLiteral("-workspace/runs/first")).removeRecursively());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().runNames().isEmpty(), 5000);
    }

    void themeButtonChangesAllColours() {
        Theme::instance().setMode(Theme::Mode::Light);
        const QColor before = m_window->grab().toImage().pixelColor(20, 700);
        find<QAbstractButton>("themeButton")->click();
        const QColor after = m_window->grab().toImage().pixelColor(20, 700);
        QCOMPARE(before, paletteOf(false).rail);
        QCOMPARE(after, paletteOf(true).rail);
        Theme::instance().setMode(Theme::Mode::Light);
    }

    void pageAndGeometryAreRemembered() {
        open();
        m_window->showPage(QStringLiteral("evaluate"));
        m_window->resize(1210, 760);
        m_window->close();
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        open();
        QCOMPARE(m_window->currentPageName(), QStringLiteral("evaluate"));
        QCOMPARE(m_window->size(), QSize(1210, 760));
    }

    void noWordsAreCutOff_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<QString>("page");
        for (const QSize size : {QSize(1440, 900), QSize(1200, 800)})
            for (const QString& page : {QString(), QStringLiteral("losses")})
                QTest::addRow("%s %d", page.isEmpty() ? "welcome" : qPrintable(page), size.width()) << size << page;
    }
    void noWordsAreCutOff() {
        QFETCH(QSize, size);
        QFETCH(QString, page);
        m_window->resize(size);
        if (!page.isEmpty()) {
            open();
            m_window->showPage(page);
        }
        QTest::qWait(50);
        const auto widgets = m_window->findChildren<QWidget*>();
        for (QWidget* widget : widgets) {
            if (!widget->isVisible())
                continue;
            if (const auto* label = qobject_cast<QLabel*>(widget);
                label != nullptr && !label->text().isEmpty() && label->textFormat() != Qt::RichText) {
                const QString what = label->objectName() + QStringLiteral(": ") + label->text();
                if (label->wordWrap())
                    QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(what));
                else
                    QVERIFY2(label->width() + 1 >= label->fontMetrics().horizontalAdvance(label->text()),
                             qPrintable(what));
            }
            if (auto* button = qobject_cast<QPushButton*>(widget))
                QVERIFY2(button->width() >= button->sizeHint().width() - 1 || button->text().isEmpty(),
                         qPrintable(button->objectName() + QStringLiteral(": ") + button->text()));
            if (auto* spin = qobject_cast<QAbstractSpinBox*>(widget)) {
                auto* edit = spin->findChild<QLineEdit*>();
                QVERIFY2(edit->width() >= edit->fontMetrics().horizontalAdvance(edit->text()),
                         qPrintable(spin->objectName() + QStringLiteral(": ") + edit->text()));
            }
        }
    }

    void everythingThatCanBeClickedHasAName() {
        open();
        for (const QString& name : {QStringLiteral("losses")})
            m_window->showPage(name);
        const auto buttons = m_window->findChildren<QAbstractButton*>();
        for (const QAbstractButton* button : buttons)
            if (button->isVisible() && button->window() == m_window.get())
                QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty() ||
                             !button->toolTip().isEmpty(),
                         qPrintable(QString::fromLatin1(button->metaObject()->className()) + QLatin1Char(' ') +
                                    button->objectName()));
    }

    void picturesAreCopiedDeeply() {
        cv::Mat whole(5, 7, CV_8UC3,
                      cv::Scalar(10, 20, 30)); // blue, green, red; odd width: rows are not a multiple of four bytes
        whole.at<cv::Vec3b>(3, 4) = {1, 2, 3};
        QImage part = toImage(whole(cv::Rect(2, 1, 3, 3))); // a submatrix keeps its parent's step
        whole.setTo(cv::Scalar(0, 0, 0));
        QCOMPARE(part.size(), QSize(3, 3));
        QCOMPARE(part.pixelColor(0, 0), QColor(30, 20, 10));
        QCOMPARE(part.pixelColor(2, 2), QColor(3, 2, 1));
        const cv::Mat back = toMat(part);
        QCOMPARE(back.at<cv::Vec3b>(2, 2), cv::Vec3b(1, 2, 3));
        QCOMPARE(back.at<cv::Vec3b>(0, 0), cv::Vec3b(10, 20, 30));
        QCOMPARE(toImage(cv::Mat(2, 3, CV_8UC1, cv::Scalar(77))).pixelColor(1, 1), QColor(77, 77, 77));
        QCOMPARE(toImage(cv::Mat(1, 1, CV_8UC4, cv::Scalar(1, 2, 3, 128))).pixelColor(0, 0).alpha(), 128);
        QVERIFY(toImage(cv::Mat(2, 2, CV_32FC1)).isNull());
        QVERIFY(toImage(cv::Mat()).isNull());
    }
};

int main(int argc, char** argv) {
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.path().toUtf8());
    QApplication application(argc, argv);
    TestMainWindow test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_main_window.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/picture_loader.h"
#include "ui/text.h"

using namespace intersect::ui;

Q_DECLARE_METATYPE(std::filesystem::path)

/// Whole pictures, decoded ahead and kept within bytes.
class TestPictureLoader : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::vector<std::filesystem::path> m_files;

    static QColor colourOf(std::size_t i) { return {static_cast<int>(20 + 40 * i), 90, 130}; }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        for (std::size_t i = 0; i < 5; ++i) {
            QImage image(64, 48, QImage::Format_RGB888);
            image.fill(colourOf(i));
            const QString file = m_dir.filePath(QStringLiteral("%1.png").arg(i));
            QVERIFY(image.save(file));
            m_files.push_back(toPath(file));
        }
    }

    void theWantedPictureComes() {
        PictureLoader loader;
        QSignalSpy came(&loader, &PictureLoader::came);
        QVERIFY(loader.want(m_files[0]).isNull());
        QTRY_COMPARE(came.size(), 1);
        QCOMPARE(came.at(0).at(0).value<std::filesystem::path>(), m_files[0]);
        const auto picture = came.at(0).at(1).value<QImage>();
        QCOMPARE(picture.size(), QSize(64, 48));
        QCOMPARE(picture.pixelColor(3, 3), colourOf(0));
        // The second time it is there at once, and nothing follows.
        QCOMPARE(loader.want(m_files[0]).pixelColor(3, 3), colourOf(0));
        QTest::qWait(30);
        QCOMPARE(came.size(), 1);
    }

    void whatIsAheadIsThereWhenItIsWanted() {
        PictureLoader loader;
        QSignalSpy came(&loader, &PictureLoader::came);
        loader.want(m_files[0], {m_files[1], m_files[2]});
        QTRY_VERIFY(loader.holds(m_files[1]) && loader.holds(m_files[2]));
        QCOMPARE(came.size(), 1); // only the wanted one is told of
        QCOMPARE(loader.want(m_files[2]).pixelColor(0, 0), colourOf(2));
    }

    void onlyTheLastWishIsTold() {
        PictureLoader loader;
        QSignalSpy came(&loader, &PictureLoader::came);
        for (const auto& file : m_files)
            loader.want(file);
        QTRY_COMPARE(came.size(), 1);
        QCOMPARE(came.at(0).at(0).value<std::filesystem::path>(), m_files.back());
        loader.want(m_files[1]);
        loader.stop();
        QTest::qWait(50);
        QVERIFY(came.size() == 1);
    }

    void bytesAreBounded() {
        PictureLoader loader;
        loader.setCacheLimit(2 * 64 * 48 * 4);
        QSignalSpy came(&loader, &PictureLoader::came);
        for (int i = 0; i < 5; ++i) {
            loader.want(m_files[static_cast<std::size_t>(i)]);
            QTRY_COMPARE(came.size(), i + 1);
            QVERIFY(loader.cachedBytes() <= 2 * 64 * 48 * 4);
        }
        QVERIFY(loader.holds(m_files[4]) && loader.holds(m_files[3]) && !loader.holds(m_files[0]));
        // A picture larger than all that is shown all the same.
        loader.setCacheLimit(100);
        loader.want(m_files[0]);
        QTRY_COMPARE(came.size(), 6);
        QCOMPARE(came.at(5).at(1).value<QImage>().pixelColor(0, 0), colourOf(0));
        QCOMPARE(loader.cachedBytes(), 0);
    }

    void whatCannotBeReadIsTriedAgain() {
        const QString late = m_dir.filePath(QStringLiteral("late.png"));
        PictureLoader loader;
        QSignalSpy came(&loader, &PictureLoader::came);
        loader.want(toPath(late));
        QTRY_COMPARE(came.size(), 1);
        QVERIFY(came.at(0).at(1).value<QImage>().isNull());
        QVERIFY(QFile::copy(qs(m_files[3]), late));
        loader.want(toPath(late));
        QTRY_COMPARE(came.size(), 2);
        QCOMPARE(came.at(1).at(1).value<QImage>().pixelColor(0, 0), colourOf(3));
        // A picture that changed on disk is read again after clear().
        QVERIFY(QFile::remove(late) && QFile::copy(qs(m_files[4]), late));
        QCOMPARE(loader.want(toPath(late)).pixelColor(0, 0), colourOf(3));
        loader.clear();
        QVERIFY(loader.want(toPath(late)).isNull());
        QTRY_COMPARE(came.size(), 3);
        QCOMPARE(came.at(2).at(1).value<QImage>().pixelColor(0, 0), colourOf(4));
        // What is on its way meanwhile still comes.
        loader.clear();
        loader.want(m_files[0], {m_files[1]});
        loader.clear();
        QTRY_COMPARE(came.size(), 4);
    }
};

QTEST_MAIN(TestPictureLoader)
#include "tst_picture_loader.moc"

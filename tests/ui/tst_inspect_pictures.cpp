// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDirIterator>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QMenu>
#include <QMimeData>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/detect/detections_file.h"
#include "tests/support/drawn_video.h"
#include "tests/support/scratch_files.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"

using namespace intersect;
using namespace intersect::ui;

/// Pictures dropped on the Inspect page: the real page, real drop events, the real worker and the weights that come
/// with the program.
class TestInspectPictures : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<InspectPage> m_page;
    QString m_plain, m_labelled; ///< three pictures without labels; the same ones with them

    template <class W>
    W* find(const char* name) const {
        return m_page->findChild<W*>(QString::fromUtf8(name));
    }
    PictureDetection* detection() const { return m_page->findChild<PictureDetection*>(); }
    DropVeil* veil() const { return find<DropVeil>("dropVeil"); }
    static QString startWeights() {
        return QFileInfo(QStringLiteral(INTERSECT_SOURCE_DIR "/resources/weights/start-yolov5n.safetensors"))
            .canonicalFilePath();
    }
    VerdictCounts sums() const {
        return find<VerdictSummary>("splitSummary")->counts().value_or(VerdictCounts{-1, -1, -1});
    }
    int rows() const { return find<InspectList>("frameList")->model()->rowCount(); }
    InlineMessage* problem() const {
        for (auto* message : m_page->findChildren<InlineMessage*>())
            if (message->objectName().isEmpty())
                return message;
        return nullptr;
    }

    static std::unique_ptr<QMimeData> urlsOf(const QStringList& paths) {
        auto data = std::make_unique<QMimeData>();
        QList<QUrl> urls;
        for (const QString& path : paths)
            urls << QUrl::fromLocalFile(path);
        data->setUrls(urls);
        return data;
    }
    void dragIn(QMimeData* data) {
        QDragEnterEvent enter(QPoint(600, 300), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_page.get(), &enter);
        QVERIFY(enter.isAccepted());
    }
    bool moveAccepted(QMimeData* data) {
        QDragMoveEvent move(QPoint(620, 320), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_page.get(), &move);
        return move.isAccepted();
    }
    void drop(const QStringList& paths) {
        const auto data = urlsOf(paths);
        dragIn(data.get());
        QDropEvent dropped(QPointF(620, 320), Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_page.get(), &dropped);
        QVERIFY(!veil()->isVisible());
    }
    void waitUntilDone() { QTRY_VERIFY_WITH_TIMEOUT(!detection()->isRunning(), 120'000); }
    void dropAndWait(const QStringList& paths) {
        QSignalSpy found(detection(), &PictureDetection::found);
        drop(paths);
        QTRY_VERIFY_WITH_TIMEOUT(found.size() == 1 || problem()->isVisible(), 120'000);
        QVERIFY2(!problem()->isVisible(), qPrintable(problem()->sentence()));
        QTRY_VERIFY(find<ImageCanvas>("canvas")->isVisible());
    }
    QString write(const QString& name, const QByteArray& bytes) const {
        const QString path = m_dir.filePath(name);
        QFile file(path);
        if (!QDir().mkpath(QFileInfo(path).path()) || !file.open(QIODevice::WriteOnly) ||
            file.write(bytes) != bytes.size())
            qFatal("cannot write the scratch file");
        return path;
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        qputenv("INTERSECT_SETTINGS_DIR", m_dir.filePath(QStringLiteral("settings")).toUtf8());
        const QString sample = m_dir.filePath(QStringLiteral("drawn"));
        QCOMPARE(
            QProcess::execute(WorkerClient::program(), {QStringLiteral("sample"), sample, QStringLiteral("--frames"),
                                                        QStringLiteral("4"), QStringLiteral("--quiet")}),
            0);
        m_plain = m_dir.filePath(QStringLiteral("plain"));
        m_labelled = m_dir.filePath(QStringLiteral("labelled"));
        QVERIFY(QDir().mkpath(m_plain) && QDir().mkpath(m_labelled));
        QDirIterator it(sample, {QStringLiteral("*.jpg")}, QDir::Files, QDirIterator::Subdirectories);
        for (int copied = 0; copied < 3;) {
            QVERIFY2(it.hasNext(), "the sample has labelled pictures");
            const QFileInfo picture(it.next());
            const QString label =
                picture.path() + QLatin1Char('/') + picture.completeBaseName() + QStringLiteral(".txt");
            if (!QFile::exists(label) || QFileInfo(label).size() == 0)
                continue;
            const QString name = QStringLiteral("/%1").arg(++copied);
            QVERIFY(QFile::copy(picture.filePath(), m_plain + name + QStringLiteral(".jpg")));
            QVERIFY(QFile::copy(picture.filePath(), m_labelled + name + QStringLiteral(".jpg")));
            QVERIFY(QFile::copy(label, m_labelled + name + QStringLiteral(".txt")));
        }
        m_session = std::make_unique<Session>();
        m_session->openDataset(m_labelled);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->dataset() != nullptr, 20'000);
    }
    void init() {
        m_session->setConfidence(0.25);
        m_page = std::make_unique<InspectPage>(*m_session);
        m_page->resize(1352, 764);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    void cleanup() { m_page.reset(); }

    void draggingSaysWhatDroppingDoes() {
        QVERIFY(!veil()->isVisible());
        QCOMPARE(detection()->weights(), startWeights()); // what comes with the program, before anything was chosen
        const auto folder = urlsOf({m_plain});
        dragIn(folder.get());
        QVERIFY(veil()->isVisible());
        QCOMPARE(veil()->size(), m_page->size());
        QTRY_COMPARE(veil()->sentence(),
                     QStringLiteral("Detect with start-yolov5n.safetensors on 3 pictures of plain"));
        QVERIFY(moveAccepted(folder.get()));
        QDragLeaveEvent leave;
        QApplication::sendEvent(m_page.get(), &leave);
        QVERIFY(!veil()->isVisible());

        const auto two = urlsOf({m_plain + QStringLiteral("/1.jpg"), m_plain + QStringLiteral("/3.jpg")});
        dragIn(two.get());
        QTRY_COMPARE(veil()->sentence(), QStringLiteral("Detect with start-yolov5n.safetensors on 2 pictures"));
        const auto weights = urlsOf({write(QStringLiteral("mine.pt"), "x")});
        dragIn(weights.get());
        QCOMPARE(veil()->sentence(), QStringLiteral("Take mine.pt as weights"));
        QVERIFY(!detection()->isRunning());
    }

    void whatHoldsNoPictureIsRefused() {
        const QString text = write(QStringLiteral("words.odt"), "words");
        const auto other = urlsOf({text});
        dragIn(other.get());
        QVERIFY(veil()->isVisible() && !veil()->isWelcome());
        QVERIFY(!moveAccepted(other.get()));
        drop({text});
        QVERIFY(!detection()->isRunning());
        const QString empty = m_dir.filePath(QStringLiteral("empty"));
        QVERIFY(QDir().mkpath(empty));
        const auto folder = urlsOf({empty});
        dragIn(folder.get());
        QTRY_VERIFY(!veil()->isWelcome());
        // Dropped before it was counted, it is said in the page.
        drop({empty});
        QTRY_VERIFY(problem()->isVisible());
        QVERIFY(problem()->sentence().contains(QStringLiteral("empty")));
        QVERIFY(!detection()->isRunning() && find<QPushButton>("openPicturesButton")->isEnabled());
    }

    void droppedFolderWithoutLabels() {
        dropAndWait({m_plain});
        QTRY_COMPARE(rows(), 3);
        QVERIFY(!sums().judged);
        QVERIFY(sums().found > 0);
        QCOMPARE(sums().fp, std::int64_t(0));
        QVERIFY(find<BoxTable>("boxTable")->isColumnHidden(BoxTableModel::VerdictColumn));
        QVERIFY(!find<QSlider>("matchIouSlider")->isVisible());
        QVERIFY(find<SegmentedButtons>("pictureSortGroup")->isVisible() &&
                !find<SegmentedButtons>("sortGroup")->isVisible());
        QCOMPARE(m_page->subtitle(), QStringLiteral("start-yolov5n.safetensors · 3 pictures of plain"));
        for (const InspectedBox& box : find<ImageCanvas>("canvas")->boxes())
            QVERIFY(!box.judged);
        // The slider goes down to the floor and up again.
        const std::int64_t usual = sums().found;
        find<QSlider>("confidenceSlider")->setValue(5);
        QTRY_VERIFY(sums().found > usual);
        find<QSlider>("confidenceSlider")->setValue(99);
        QTRY_COMPARE(sums().found, std::int64_t(0));
        // The command is the very one: run in a shell it writes that file again.
        const QStringList command = m_page->command();
        QCOMPARE(command.mid(0, 2), (QStringList{QStringLiteral("predict"), m_plain}));
        const std::filesystem::path file = toPath(command.at(command.indexOf(QStringLiteral("--out")) + 1));
        const auto shown = detect::readDetections(file);
        QVERIFY(shown.has_value());
        QVERIFY(QFile::remove(qs(file)));
        QCOMPARE(QProcess::execute(WorkerClient::program(), command + QStringList{QStringLiteral("--quiet")}), 0);
        const auto again = detect::readDetections(file);
        QVERIFY(again.has_value());
        QCOMPARE(again->images.size(), shown->images.size());
        QCOMPARE(again->images[0].file, shown->images[0].file);
        QVERIFY(!again->detections.empty());
        QCOMPARE(find<QComboBox>("runCombo")->currentText(), QStringLiteral("3 pictures of plain"));
    }

    void labelledPicturesHaveVerdicts() {
        dropAndWait({m_labelled});
        QTRY_COMPARE(rows(), 3);
        QVERIFY(sums().judged);
        QVERIFY(sums().tp + sums().fn > 0);
        QVERIFY(!find<BoxTable>("boxTable")->isColumnHidden(BoxTableModel::VerdictColumn));
        QVERIFY(find<SegmentedButtons>("sortGroup")->isVisible());
    }

    void severalAtOnce() {
        dropAndWait({m_plain + QStringLiteral("/1.jpg"), m_labelled});
        QTRY_COMPARE(rows(), 4);
        QVERIFY(sums().judged);
        QVERIFY(m_page->command().at(1).endsWith(QStringLiteral("pictures.txt")));
        dropAndWait({m_plain + QStringLiteral("/2.jpg")});
        QTRY_COMPARE(rows(), 1);
        QVERIFY(m_page->subtitle().endsWith(QStringLiteral("2.jpg")));
    }

    void stopping() {
        dropAndWait({m_plain});
        QTRY_COMPARE(rows(), 3);
        const QString many = m_dir.filePath(QStringLiteral("many"));
        QVERIFY(QDir().mkpath(many));
        for (int i = 0; i < 600; ++i)
            QVERIFY(QFile::link(m_plain + QStringLiteral("/1.jpg"), many + QStringLiteral("/%1.jpg").arg(i)) ||
                    QFile::exists(many + QStringLiteral("/%1.jpg").arg(i)));
        QSignalSpy stopped(detection(), &PictureDetection::stopped), found(detection(), &PictureDetection::found);
        drop({many});
        auto* state = find<QLabel>("detectStateLabel");
        auto* stop = find<QPushButton>("stopDetectButton");
        QTRY_VERIFY(stop->isVisible() && stop->isEnabled());
        QVERIFY(!find<QPushButton>("detectPicturesButton")->isEnabled());
        QTRY_VERIFY2_WITH_TIMEOUT(state->text().startsWith(QStringLiteral("Detecting: ")), qPrintable(state->text()),
                                  120'000);
        QVERIFY2(state->text().contains(QStringLiteral("of 600 pictures, ")) &&
                     state->text().endsWith(QStringLiteral(" left")),
                 qPrintable(state->text()));
        QCOMPARE(find<QProgressBar>("detectBar")->maximum(), 600);
        // Another drop meanwhile is refused in words.
        const auto other = urlsOf({m_plain});
        dragIn(other.get());
        QVERIFY(!veil()->isWelcome());
        QDragLeaveEvent leave;
        QApplication::sendEvent(m_page.get(), &leave);
        stop->setFocus();
        QTest::keyClick(stop, Qt::Key_Space);
        QVERIFY(!stop->isEnabled());
        waitUntilDone();
        QTRY_COMPARE(stopped.size(), 1);
        QCOMPARE(found.size(), 0);
        QVERIFY(!stop->isVisible() && !problem()->isVisible());
        QCOMPARE(rows(), 3); // what was there stays
        QVERIFY(find<QPushButton>("detectPicturesButton")->isEnabled());
    }

    void refusedWeightsAreOneSentence() {
        dropAndWait({m_plain});
        QTRY_COMPARE(rows(), 3);
        const QString broken = write(QStringLiteral("broken.pt"), "this is no checkpoint");
        drop({broken, m_plain + QStringLiteral("/1.jpg")});
        QTRY_VERIFY_WITH_TIMEOUT(problem()->isVisible(), 60'000);
        QVERIFY2(problem()->sentence().contains(QStringLiteral("broken.pt")), qPrintable(problem()->sentence()));
        QCOMPARE(problem()->sentence().count(QLatin1Char('\n')), 0);
        QVERIFY(!problem()->accessibleDescription().isEmpty()); // the advice
        QCOMPARE(rows(), 3);                                    // the page stays usable
        QVERIFY(detection()->command().contains(broken));
        QVERIFY(!m_page->command().contains(broken)); // that of what is shown
        InspectPage next(*m_session);
        QVERIFY(next.findChild<PictureDetection*>()->weights() != broken); // refused ones are not remembered
        // The next good weights take it away.
        detection()->setWeights(startWeights());
        QSignalSpy found(detection(), &PictureDetection::found);
        m_page->primary(); // Ctrl+Enter
        QVERIFY(!problem()->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, 120'000);
        QTRY_COMPARE(rows(), 1);
    }

    void unreadablePicturesAreNamed() {
        const QString folder = m_dir.filePath(QStringLiteral("partly"));
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(QFile::copy(m_plain + QStringLiteral("/1.jpg"), folder + QStringLiteral("/good.jpg")));
        write(QStringLiteral("partly/bad.jpg"), "not a picture");
        dropAndWait({folder});
        QTRY_COMPARE(rows(), 1);
        auto* leftOut = find<InlineMessage>("leftOutMessage");
        QVERIFY(leftOut->isVisible());
        QCOMPARE(leftOut->sentence(), QStringLiteral("1 picture cannot be read and is left out."));
        QVERIFY(leftOut->accessibleDescription().contains(QStringLiteral("bad.jpg")));
    }

    void weightsAreRemembered() {
        const QString mine = m_dir.filePath(QStringLiteral("mine.safetensors"));
        QVERIFY(QFile::copy(startWeights(), mine));
        drop({mine});
        QCOMPARE(detection()->weights(), mine);
        QVERIFY(!detection()->isRunning());
        m_page = std::make_unique<InspectPage>(*m_session);
        QCOMPARE(detection()->weights(), mine);
        auto* combo = find<QComboBox>("weightsCombo");
        QVERIFY(combo->findData(startWeights()) > 0);
        QCOMPARE(combo->itemText(combo->count() - 1), QStringLiteral("Choose weights…"));
        // Weights that are gone are not offered.
        QVERIFY(QFile::remove(mine));
        m_page = std::make_unique<InspectPage>(*m_session);
        QVERIFY(detection()->weights() != mine);
    }

    void droppedVideo() {
        const QString video = m_dir.filePath(QStringLiteral("clip.mp4"));
        tests::drawVideo(video.toStdString(), 20, 10);
        QVERIFY(!find<QComboBox>("everyFrameCombo")->isVisible());
        const auto data = urlsOf({video});
        dragIn(data.get());
        QTRY_COMPARE(veil()->sentence(), QStringLiteral("Detect with start-yolov5n.safetensors on clip.mp4"));
        QVERIFY(veil()->isWelcome());
        dropAndWait({video});
        QTRY_COMPARE(rows(), 20);
        QCOMPARE(m_page->subtitle(), QStringLiteral("start-yolov5n.safetensors · 20 frames of clip.mp4"));
        const QAbstractItemModel* model = find<InspectList>("frameList")->model();
        for (int row = 0; row < 20; ++row) // in the order of time
            QVERIFY(model->index(row, 0).data().toString().endsWith(QStringLiteral("clip_0000%1").arg(row, 2, 10, QLatin1Char('0'))));
        QTRY_COMPARE(find<ImageCanvas>("canvas")->pictureWithOverlay().size(), QSize(tests::kVideoWidth, tests::kVideoHeight));
        // Fewer of them, with another press.
        auto* every = find<QComboBox>("everyFrameCombo");
        QVERIFY(every->isVisible());
        every->setFocus();
        QTest::keyClick(every, Qt::Key_Down);
        QTest::keyClick(every, Qt::Key_Down);
        QCOMPARE(every->currentText(), QStringLiteral("One frame of 5"));
        QTest::mouseClick(find<QPushButton>("detectPicturesButton"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 4, 120'000);
        QVERIFY(m_page->command().contains(QStringLiteral("--every")));
        QCOMPARE(m_page->subtitle(), QStringLiteral("start-yolov5n.safetensors · 4 frames of clip.mp4"));
        // Remembered, and gone from the disk with the page.
        const QString frames = m_page->command().at(m_page->command().indexOf(QStringLiteral("--save-frames")) + 1);
        QCOMPARE(QDir(frames).entryList(QDir::Files).size(), 4);
        m_page.reset();
        QVERIFY(!QFileInfo::exists(frames));
        m_page = std::make_unique<InspectPage>(*m_session);
        QCOMPARE(find<QComboBox>("everyFrameCombo")->currentText(), QStringLiteral("One frame of 5"));
        find<QComboBox>("everyFrameCombo")->setCurrentIndex(0);
        Q_EMIT find<QComboBox>("everyFrameCombo")->activated(0);
    }

    void videosThatCannotBeUsed() {
        dropAndWait({m_plain});
        QTRY_COMPARE(rows(), 3);
        drop({write(QStringLiteral("broken.mp4"), "no video")});
        QTRY_VERIFY_WITH_TIMEOUT(problem()->isVisible(), 60'000);
        QVERIFY2(problem()->sentence().contains(QStringLiteral("broken.mp4 is not a video")), qPrintable(problem()->sentence()));
        QCOMPARE(rows(), 3); // what was there stays
        const auto both = urlsOf({m_dir.filePath(QStringLiteral("broken.mp4")), m_plain + QStringLiteral("/1.jpg")});
        dragIn(both.get());
        QTRY_COMPARE(veil()->sentence(), QStringLiteral("One video at a time"));
        QVERIFY(!moveAccepted(both.get()));
        QDragLeaveEvent leave;
        QApplication::sendEvent(m_page.get(), &leave);
        // Cut off in the middle: what is left is shown, and the page says so.
        const std::string whole = m_dir.filePath(QStringLiteral("whole.avi")).toStdString();
        tests::drawVideo(whole, 40, 10);
        const std::string bytes = tests::bytesOf(whole);
        drop({write(QStringLiteral("cut.avi"), QByteArray::fromStdString(bytes.substr(0, bytes.size() / 2)))});
        QTRY_VERIFY_WITH_TIMEOUT(rows() > 5 && rows() < 35 && rows() != 3, 120'000);
        auto* leftOut = find<InlineMessage>("leftOutMessage");
        QVERIFY(leftOut->isVisible());
        QVERIFY(leftOut->sentence().contains(QStringLiteral("cut.avi is cut off: it promises 40 frames")));
    }

    void stoppingAVideo() {
        const QString video = m_dir.filePath(QStringLiteral("long.avi"));
        tests::drawVideo(video.toStdString(), 3000, 25);
        QSignalSpy stopped(detection(), &PictureDetection::stopped);
        drop({video});
        auto* state = find<QLabel>("detectStateLabel");
        QTRY_VERIFY2_WITH_TIMEOUT(state->text().contains(QStringLiteral("of 3,000 frames, ")), qPrintable(state->text()), 120'000);
        QTest::mouseClick(find<QPushButton>("stopDetectButton"), Qt::LeftButton);
        waitUntilDone();
        QTRY_COMPARE(stopped.size(), 1);
        QVERIFY(!problem()->isVisible());
        const QStringList command = detection()->command();
        QVERIFY(!QFileInfo::exists(command.at(command.indexOf(QStringLiteral("--save-frames")) + 1)));
    }

    void savingResults() {
        auto* button = find<QPushButton>("saveResultsButton");
        QVERIFY(!button->isVisible()); // nothing to save yet
        dropAndWait({m_plain});
        QTRY_COMPARE(rows(), 3);
        QVERIFY(button->isVisible() && button->isEnabled());
        QStringList kinds;
        for (const QAction* action : button->menu()->actions())
            kinds << action->objectName();
        QCOMPARE(kinds, (QStringList{QStringLiteral("saveLabels"), QStringLiteral("saveScoredLabels"), QStringLiteral("savePictures"),
                                     QStringLiteral("saveVideo")}));
        auto* saving = m_page->findChild<PictureSaving*>();
        auto* state = find<QLabel>("saveStateLabel");
        const QString target = m_dir.filePath(QStringLiteral("saved"));
        QVERIFY(QDir().mkpath(target));
        const auto saved = [&](PictureSaving::Kind kind, const QString& where) {
            QSignalSpy said(saving, &PictureSaving::said);
            saving->save(kind, where);
            return said.wait(120'000);
        };
        const auto linesIn = [&](const QString& folder) {
            std::int64_t lines = 0;
            for (int i = 1; i <= 3; ++i) {
                const std::string text = tests::bytesOf(toPath(folder + QStringLiteral("/%1.txt").arg(i)));
                lines += std::count(text.begin(), text.end(), '\n');
            }
            return lines;
        };
        // What stands at the confidence of now, not what was kept.
        QVERIFY(saved(PictureSaving::Kind::Labels, target));
        const std::int64_t found = sums().found;
        QVERIFY(found > 0);
        QCOMPARE(linesIn(target + QStringLiteral("/plain-labels")), found);
        QCOMPARE(state->text(), QStringLiteral("Saved 3 label files in %1/plain-labels").arg(target));
        QVERIFY(find<QPushButton>("openSavedButton")->isVisible() && !find<QPushButton>("stopSaveButton")->isVisible());
        find<QSlider>("confidenceSlider")->setValue(5);
        QTRY_VERIFY(sums().found > found);
        QVERIFY(saved(PictureSaving::Kind::ScoredLabels, target)); // beside the first, which stays
        QCOMPARE(linesIn(target + QStringLiteral("/plain-labels")), found);
        QCOMPARE(linesIn(target + QStringLiteral("/plain-labels-2")), sums().found);
        const QByteArray row = QByteArray::fromStdString(tests::bytesOf(toPath(target + QStringLiteral("/plain-labels-2/1.txt"))));
        QCOMPARE(row.split('\n').first().split(' ').size(), 6);
        QVERIFY(saved(PictureSaving::Kind::Pictures, target));
        QCOMPARE(QDir(target + QStringLiteral("/plain-boxes")).entryList(QDir::Files).size(), 3);
        const QString video = target + QStringLiteral("/plain.mp4");
        QVERIFY(saved(PictureSaving::Kind::Video, video));
        QCOMPARE(tests::framesOf(video.toStdString()).size(), std::size_t(3));
        QCOMPARE(state->text(), QStringLiteral("Saved 3 pictures as the video %1").arg(video));
        QTest::mouseClick(find<QPushButton>("closeSavedButton"), Qt::LeftButton);
        QVERIFY(!find<QWidget>("saveStrip")->isVisible());
        // Where it cannot be written it is one sentence.
        QSignalSpy failed(saving, &PictureSaving::failed);
        saving->save(PictureSaving::Kind::Video, m_dir.filePath(QStringLiteral("saved/plain.webm")));
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 60'000);
        QVERIFY(problem()->isVisible() && problem()->sentence().contains(QStringLiteral("plain.webm")));
        QVERIFY(!find<QWidget>("saveStrip")->isVisible() && button->isEnabled());
    }

    void stoppingWhileItSaves() {
        const QString many = m_dir.filePath(QStringLiteral("large"));
        QVERIFY(QDir().mkpath(many));
        const QImage large = QImage(m_plain + QStringLiteral("/1.jpg")).scaled(2400, 1350);
        QVERIFY(large.save(many + QStringLiteral("/0.jpg")));
        for (int i = 1; i < 60; ++i)
            QVERIFY(QFile::link(many + QStringLiteral("/0.jpg"), many + QStringLiteral("/%1.jpg").arg(i)));
        dropAndWait({many});
        QTRY_COMPARE(rows(), 60);
        auto* saving = m_page->findChild<PictureSaving*>();
        QSignalSpy said(saving, &PictureSaving::said), failed(saving, &PictureSaving::failed);
        const QString target = m_dir.filePath(QStringLiteral("stopped"));
        QVERIFY(QDir().mkpath(target));
        saving->save(PictureSaving::Kind::Pictures, target);
        auto* stop = find<QPushButton>("stopSaveButton");
        QVERIFY(stop->isVisible() && !find<QPushButton>("saveResultsButton")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(QDir(target).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size() == 1, 60'000); // it is at work
        QTest::mouseClick(stop, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(said.size(), 1, 60'000);
        QCOMPARE(failed.size(), 0);
        QVERIFY(QDir(target).isEmpty());
        QVERIFY(find<QPushButton>("saveResultsButton")->isEnabled() && !find<QWidget>("saveStrip")->isVisible());
    }

    void allOfItByKeyboard() {
        for (const char* name : {"weightsCombo", "everyFrameCombo", "detectPicturesButton", "stopDetectButton", "openPicturesButton",
                                 "saveResultsButton", "stopSaveButton", "openSavedButton", "closeSavedButton"}) {
            auto* widget = find<QWidget>(name);
            QVERIFY(widget != nullptr);
            QVERIFY2((widget->focusPolicy() & Qt::TabFocus) != 0, name);
        }
        QCOMPARE(find<QPushButton>("openPicturesButton")->menu()->actions().size(), 2);
        QVERIFY(!find<QPushButton>("detectPicturesButton")->isEnabled()); // nothing to detect on yet
    }
};

QTEST_MAIN(TestInspectPictures)
#include "tst_inspect_pictures.moc"

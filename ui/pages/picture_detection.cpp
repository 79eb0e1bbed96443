// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/picture_detection.h"

#include <cerrno>
#include <csignal>

#include <unistd.h>

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/folders.h"
#include "core/data/list_files.h"
#include "core/image/decode.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/weights_choices.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {
namespace {

const QString kBrowse = QStringLiteral("browse");
const QString kEveryKey = QStringLiteral("inspect/everyFrame");
const QString kWorkPrefix = QStringLiteral("window-");
constexpr int kPatienceMs = 2500; ///< nothing is lost by ending it: it writes only at its end

/// What intersect-cli gets as SOURCE, and how many pictures that are (-1: it counts itself).
struct Prepared {
    QString source;
    std::int64_t count = -1;
};

bool isFolder(const QString& path) {
    return QFileInfo(path).isDir();
}

bool isPicture(const QString& path) {
    return image::hasImageExtension(toPath(path));
}

bool isVideoFile(const QString& path) {
    return !isFolder(path) && image::isVideoName(toPath(path).native());
}

/// What windows that were killed left in the cache: each names its process.
void removeLeftBehind(const QString& folder) {
    for (const QString& name : QDir(folder).entryList({QString(kWorkPrefix + QLatin1Char('*'))}, QDir::Dirs)) {
        const int process = name.section(QLatin1Char('-'), 1, 1).toInt();
        if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH)
            QDir(folder + QLatin1Char('/') + name).removeRecursively();
    }
}

tl::unexpected<Error> noPictures(const QString& path) {
    return fail(ErrorCode::BadInput, "There is no picture in " + toPath(path).string() + ".", toPath(path), 0,
                "Choose pictures (JPEG, PNG, BMP, WebP, TIFF), a folder with some, or a video.");
}

/// One source goes as it is; of several the pictures go into a list.
Result<Prepared> prepare(const QStringList& paths, const std::filesystem::path& folder,
                         const JobRunner::Cancelled& cancelled) {
    const auto count = countPictures(paths, cancelled);
    if (!count)
        return failAs(count);
    if (paths.size() == 1)
        return Prepared{paths.first(), *count};
    std::vector<std::filesystem::path> all;
    for (const QString& path : paths) {
        if (isFolder(path) || isPicture(path)) {
            const auto images = data::imagesOfSource(toPath(path));
            if (!images && !isFolder(path))
                return failAs(images); // a folder without pictures between others is no fault
            if (images)
                all.insert(all.end(), images->begin(), images->end());
        }
    }
    const std::filesystem::path list = folder / "pictures.txt";
    if (const auto written = writeFileAtomically(list, data::formatImageList(all)); !written)
        return failAs(written);
    return Prepared{qs(list), *count};
}

} // namespace

Result<std::int64_t> countPictures(const QStringList& paths, const std::function<bool()>& cancelled) {
    std::int64_t count = 0;
    for (const QString& path : paths) {
        if (isFolder(path)) {
            const auto folders = data::walkFolders(absolutePath(toPath(path)), cancelled);
            if (!folders)
                return failAs(folders);
            for (const data::FolderContents& contents : *folders)
                count += static_cast<std::int64_t>(contents.images.size());
        } else if (isPicture(path)) {
            ++count;
        } else if (paths.size() == 1) {
            return -1; // a list, a data.yaml, a video
        } else if (isVideoFile(path)) {
            return fail(ErrorCode::BadInput, toPath(path).string() + " is a video, which is detected on alone.", toPath(path), 0,
                        "Open it without anything beside it.");
        }
    }
    if (count == 0 && !paths.isEmpty())
        return noPictures(paths.first());
    return count;
}

QString PictureDetection::picturesText(const QStringList& paths, std::int64_t count) {
    const QString name = paths.size() == 1 ? QFileInfo(paths.first()).fileName() : QString();
    if (paths.size() == 1 && isVideoFile(paths.first()))
        return count < 0 ? name : count == 1 ? tr("1 frame of %1").arg(name) : tr("%1 frames of %2").arg(qs(formatGrouped(count)), name);
    if (count == 1 && paths.size() == 1 && !isFolder(paths.first()))
        return name;
    const QString number = count == 1 ? tr("1 picture") : tr("%1 pictures").arg(qs(formatGrouped(count)));
    if (count < 0)
        return name.isEmpty() ? tr("the pictures") : tr("the pictures of %1").arg(name);
    return name.isEmpty() ? number : tr("%1 of %2").arg(number, name);
}

PictureDetection::PictureDetection(Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 12);
    column->setSpacing(6);
    column->addWidget(new ThemedLabel(tr("Detect on pictures"), FontRole::SectionHeading));
    m_weights = new QComboBox(this);
    m_weights->setObjectName(QStringLiteral("weightsCombo"));
    m_weights->setAccessibleName(tr("Weights"));
    m_weights->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_weights->setMinimumContentsLength(8);
    column->addWidget(m_weights);
    m_what = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_what->setObjectName(QStringLiteral("picturesLabel"));
    m_what->setWordWrap(true);
    column->addWidget(m_what);
    m_every = new QComboBox(this);
    m_every->setObjectName(QStringLiteral("everyFrameCombo"));
    m_every->setAccessibleName(tr("Frames of the video"));
    m_every->setToolTip(tr("Which frames of the video are looked at: at most %1 in all").arg(qs(formatGrouped(kMostFrames))));
    m_every->addItem(tr("Every frame"), 1);
    for (const int every : {2, 5, 10, 25, 100})
        m_every->addItem(tr("One frame of %1").arg(every), every);
    m_every->setCurrentIndex(std::max(0, m_every->findData(settings().value(kEveryKey, 1).toInt())));
    column->addWidget(m_every);
    m_detect = new QPushButton(tr("Detect"), this);
    m_detect->setObjectName(QStringLiteral("detectPicturesButton"));
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(6);
    m_buttons->addWidget(m_detect);
    m_buttons->addStretch(1);
    column->addLayout(m_buttons);

    m_strip = new ProgressStrip(QStringLiteral("detect"), tr("Pictures done"));
    m_stop = m_strip->addButton(tr("Stop"), QStringLiteral("stopDetectButton"));

    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, &m_worker, &WorkerClient::kill);
    connect(m_weights, &QComboBox::activated, this, &PictureDetection::weightsActivated);
    connect(m_every, &QComboBox::activated, this, [this] { settings().setValue(kEveryKey, m_every->currentData()); });
    connect(m_detect, &QPushButton::clicked, this, &PictureDetection::detectAgain);
    connect(m_stop, &QPushButton::clicked, this, &PictureDetection::stop);
    connect(&m_worker, &WorkerClient::progressLine, this, &PictureDetection::showProgress);
    connect(&m_worker, &WorkerClient::ended, this, &PictureDetection::ended);
    connect(&session, &Session::runsChanged, this, &PictureDetection::refillWeights);
    connect(&session, &Session::workspaceChanged, this, &PictureDetection::refillWeights);
    refillWeights();
    idle();
}

PictureDetection::~PictureDetection() {
    m_worker.disconnect(this);
}

// --- weights
// ------------------------------------------------------------------------------------------------------------

QString PictureDetection::weights() const {
    return m_chosen;
}

QString PictureDetection::weightsName(const QString& file) {
    const QFileInfo info(file);
    const QDir folder = info.dir();
    if (folder.dirName() == QStringLiteral("weights") &&
        (info.completeBaseName() == QStringLiteral("best") || info.completeBaseName() == QStringLiteral("last")))
        return tr("%1 of %2").arg(info.completeBaseName(), QFileInfo(folder.absolutePath()).dir().dirName());
    return info.fileName();
}

void PictureDetection::refillWeights() {
    const QString before = m_chosen;
    const QSignalBlocker quiet(m_weights);
    m_weights->clear();
    const auto add = [this](const QString& file) {
        if (m_weights->findData(file) >= 0)
            return;
        m_weights->addItem(weightsName(file), file);
        m_weights->setItemData(m_weights->count() - 1, file, Qt::ToolTipRole);
    };
    if (QFileInfo::exists(before))
        add(before);
    for (const QString& file : knownWeights(m_session))
        add(file);
    m_weights->addItem(tr("Choose weights…"), kBrowse);
    m_weights->setCurrentIndex(std::max(0, m_weights->findData(before)));
    const QString now = m_weights->currentData().toString();
    m_chosen = now == kBrowse ? QString() : now;
    m_weights->setToolTip(m_chosen);
    if (m_chosen != before)
        Q_EMIT weightsChanged();
}

void PictureDetection::weightsActivated(int index) {
    if (m_weights->itemData(index).toString() == kBrowse)
        chooseWeights();
    else
        setWeights(m_weights->itemData(index).toString());
}

void PictureDetection::setWeights(const QString& file) {
    rememberWeights(file);
    m_chosen = file;
    refillWeights();
    idle();
    Q_EMIT weightsChanged();
}

void PictureDetection::chooseWeights() {
    const QStringList recent = recentWeights();
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Choose weights"), recent.isEmpty() ? QString() : QFileInfo(recent.first()).path(), weightsFilter());
    if (!file.isEmpty())
        setWeights(file);
    else
        refillWeights(); // back from "Choose weights…" to what was chosen
}

// --- detecting
// ----------------------------------------------------------------------------------------------------------

void PictureDetection::addButton(QPushButton* button) {
    m_buttons->addWidget(button);
}

bool PictureDetection::isVideo() const {
    return m_sources.size() == 1 && isVideoFile(m_sources.first());
}

std::filesystem::path PictureDetection::workFolder() {
    std::filesystem::path at = toPath(QDir::tempPath()); // nothing is open, or nothing may be written there
    if (m_session.workspace())
        if (const std::filesystem::path folder = m_session.workspace()->cache() / "inspect"; makeFolder(folder))
            at = folder;
    if (!m_work || m_workAt != at) { // each window has its own, which goes with it
        m_work.emplace(QStringLiteral("%1/%2%3-XXXXXX").arg(qs(at), kWorkPrefix).arg(::getpid()));
        m_workAt = at;
    }
    return toPath(m_work->path());
}

std::filesystem::path PictureDetection::framesFolder() {
    return workFolder() / (m_round % 2 == 0 ? "frames-a" : "frames-b");
}

void PictureDetection::open(const QStringList& paths) {
    if (isRunning() || paths.isEmpty())
        return;
    m_sources = paths;
    m_pictures = picturesText(paths, -1);
    detectAgain();
}

void PictureDetection::detectAgain() {
    if (isRunning() || m_sources.isEmpty())
        return;
    if (weights().isEmpty()) {
        idle();
        Q_EMIT failed(tr("No weights are chosen to detect with."),
                      tr("Choose a .pt or .safetensors file at the left, then press Detect."), {});
        return;
    }
    m_preparing = true;
    m_stopAsked = false;
    m_used = weights();
    idle();
    m_strip->say(tr("Looking for pictures…"));
    m_strip->showBusy();
    Q_EMIT started();
    m_prepare.start([sources = m_sources, folder = workFolder(), frames = framesFolder(), at = qs(m_workAt)](
                        const JobRunner::Cancelled& cancelled) {
                        removeLeftBehind(at);
                        std::error_code ignored;
                        std::filesystem::remove_all(frames, ignored); // of the video before the one that is shown
                        return prepare(sources, folder, cancelled);
                    },
                    [this](Result<Prepared> ready) {
                        m_preparing = false;
                        if (!ready) {
                            idle();
                            Q_EMIT failed(qs(ready.error().message), qs(ready.error().advice), {});
                            return;
                        }
                        m_pictures = picturesText(m_sources, ready->count);
                        startWorker(ready->source);
                    });
}

void PictureDetection::startWorker(const QString& source) {
    rememberWeights(m_used);
    m_command = {QStringLiteral("predict"),   source,
                 QStringLiteral("--weights"), m_used,
                 QStringLiteral("--conf"),    qs(formatShortest(kFloor)),
                 QStringLiteral("--out"),     qs(workFolder() / "pictures.json"),
                 QStringLiteral("--force")};
    if (isVideo()) // kept below its own name, which is what the list calls the camera
        m_command << QStringLiteral("--every") << m_every->currentData().toString() << QStringLiteral("--max-frames")
                  << QString::number(kMostFrames) << QStringLiteral("--save-frames")
                  << qs(framesFolder() / toPath(QFileInfo(source).fileName()));
    m_strip->say(tr("Reading %1…").arg(weightsName(m_used)));
    m_strip->showBusy();
    m_worker.start(m_command + QStringList{QStringLiteral("--json")}, false);
    idle();
    Q_EMIT started();
}

void PictureDetection::showProgress(const QString& line) {
    const auto progress = WorkerProgress::of(line, QStringLiteral("Detecting"));
    if (!progress || m_stopAsked)
        return;
    m_strip->showProgress(*progress);
    const QString done = progress->total == 0 ? tr("Detecting: %1 frames").arg(progress->doneText)
                         : isVideo() ? tr("Detecting: %1 of %2 frames").arg(progress->doneText, progress->totalText)
                                     : tr("Detecting: %1 of %2 pictures").arg(progress->doneText, progress->totalText);
    m_strip->say(progress->left.isEmpty() ? done : tr("%1, %2 left").arg(done, progress->left));
}

void PictureDetection::stop() {
    if (!isRunning() || m_stopAsked)
        return;
    if (m_preparing) {
        m_prepare.cancel();
        m_preparing = false;
        idle();
        Q_EMIT stopped();
        return;
    }
    m_stopAsked = true;
    m_stop->setEnabled(false);
    m_strip->say(tr("Stopping…"));
    m_worker.send("stop");
    m_patience.start();
}

void PictureDetection::ended(const WorkerClient::End& end) {
    m_patience.stop();
    idle();
    if (m_stopAsked) {
        Q_EMIT stopped();
        return;
    }
    if (!end.ok && !end.crashed && end.message.contains(m_used))
        forgetWeights(m_used); // refused: not what the next start of the window begins with
    if (!end.ok) {
        if (end.crashed && end.exitCode > 0)
            Q_EMIT failed(end.message,
                          tr("Nothing was lost. Close other programs, or take fewer pictures or a smaller network."),
                          end.lastLines);
        else
            Q_EMIT failed(end.message, end.advice, {});
        return;
    }
    ++m_round;
    Found result;
    result.file = workFolder() / "pictures.json";
    result.weights = weightsName(m_used);
    result.command = m_command;
    const QFileInfo source(m_sources.first());
    result.name = m_sources.size() > 1 ? QStringLiteral("pictures") : source.isDir() ? source.fileName() : source.completeBaseName();
    const Json document = Json::parse(end.output.constBegin(), end.output.constEnd(), nullptr, false);
    const auto text = [](const Json& json, const char* key) {
        return json.is_object() && json.contains(key) && json[key].is_string() ? qs(json[key].get<std::string>()) : QString();
    };
    if (document.is_object() && document.contains("findings") && document["findings"].is_array())
        for (const Json& finding : document["findings"]) {
            if (text(finding, "code") == QStringLiteral("image-unreadable")) {
                result.unreadable << text(finding, "message");
            } else {
                result.remark = text(finding, "message");
                result.advice = text(finding, "code") == QStringLiteral("video-max-frames")
                                    ? tr("Take one frame of several at the left to get further.")
                                    : text(finding, "advice");
            }
        }
    if (isVideo() && document.is_object()) {
        m_pictures = picturesText(m_sources, document.value("images", std::int64_t{-1}));
        result.framesPerSecond = document.value("frames_per_s", 0.0);
        idle();
    }
    result.pictures = m_pictures;
    Q_EMIT found(result);
}

void PictureDetection::idle() {
    const bool running = isRunning();
    m_strip->setVisible(running);
    m_stop->setEnabled(running);
    m_weights->setEnabled(!running);
    m_every->setVisible(isVideo());
    m_every->setEnabled(!running);
    m_detect->setEnabled(!running && hasPictures() && !weights().isEmpty());
    m_detect->setToolTip(hasPictures() ? tr("Run these weights on %1 (Ctrl+Enter)").arg(m_pictures)
                                       : tr("Open pictures first, or drop them on this page"));
    m_what->setText(hasPictures() ? m_pictures : tr("Drop pictures, a folder or a video on this page."));
}

} // namespace intersect::ui

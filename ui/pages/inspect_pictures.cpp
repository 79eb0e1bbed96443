// SPDX-License-Identifier: GPL-3.0-or-later
// The user's own pictures on Inspect: dropped or opened, detected on with chosen weights, shown with or without
// verdicts.
#include <algorithm>

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSignalBlocker>
#include <QUrl>

#include "core/base/numbers.h"
#include "core/image/decode.h"
#include "ui/pages/inspect_page.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/weights_choices.h"

namespace intersect::ui {
namespace {

const QString kFolderKey = QStringLiteral("inspect/folder"); ///< where pictures were opened last
constexpr int kMostNamed = 3;

bool isListName(const QString& file) {
    return file.endsWith(QStringLiteral(".txt"), Qt::CaseInsensitive) ||
           file.endsWith(QStringLiteral(".yaml"), Qt::CaseInsensitive) ||
           file.endsWith(QStringLiteral(".yml"), Qt::CaseInsensitive);
}

} // namespace

const QString InspectPage::kPicturesItem = QStringLiteral("//pictures"); // no run's folder can be called so

void InspectPage::setUpPictures() {
    m_open = new QPushButton(tr("Open pictures…"), this);
    m_open->setObjectName(QStringLiteral("openPicturesButton"));
    auto* menu = new QMenu(m_open);
    menu->addAction(tr("Pictures, a video or a list…"), this, [this] { askForPictures(false); });
    menu->addAction(tr("A folder with all below…"), this, [this] { askForPictures(true); });
    m_open->setMenu(menu);
    m_veil = new DropVeil(this);
    setAcceptDrops(true);
    for (QLineEdit* field : findChildren<QLineEdit*>())
        field->setAcceptDrops(false); // a number's field would take a dropped path as its text
    m_problem->installEventFilter(this);
    m_leftOut->installEventFilter(this);
    m_detection->addButton(m_saving->button());
    connect(m_saving, &PictureSaving::said, this, &InspectPage::say);
    connect(m_saving, &PictureSaving::failed, this, [this](const QString& sentence, const QString& advice) {
        m_problem->show(sentence, advice);
    });
    connect(m_detection, &PictureDetection::started, this, &InspectPage::picturesStarted);
    connect(m_detection, &PictureDetection::found, this, &InspectPage::picturesFound);
    connect(m_detection, &PictureDetection::stopped, this, &InspectPage::picturesStopped);
    connect(m_detection, &PictureDetection::failed, this, &InspectPage::picturesFailed);
}

void InspectPage::askForPictures(bool folder) {
    const QString from = settings().value(kFolderKey).toString();
    QStringList chosen;
    if (folder)
        chosen << QFileDialog::getExistingDirectory(this, tr("Open a folder of pictures"), from);
    else
        chosen = QFileDialog::getOpenFileNames(
            this, tr("Open pictures"), from,
            tr("Pictures, videos and lists (*.jpg *.jpeg *.png *.bmp *.webp *.tif *.tiff *.mp4 *.m4v *.mov *.avi *.mkv *.webm *.mpg "
               "*.mpeg *.wmv *.ts *.txt *.yaml)"));
    chosen.removeAll(QString());
    if (chosen.isEmpty())
        return;
    settings().setValue(kFolderKey, folder ? chosen.first() : QFileInfo(chosen.first()).path());
    m_detection->open(chosen);
}

bool InspectPage::eventFilter(QObject* watched, QEvent* event) {
    // The messages stand apart from what is above them, but only where there is one.
    if (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent) {
        const bool any = !m_problem->isHidden() || !m_leftOut->isHidden();
        m_messages->setContentsMargins(16, any ? 12 : 0, 16, 0);
    }
    return Page::eventFilter(watched, event);
}

// --- the detection's way
// ------------------------------------------------------------------------------------------------

void InspectPage::picturesStarted() {
    m_problem->hide();
    m_leftOut->hide();
    if (!m_inspection) {
        m_empty->setSentence(tr("Detecting on your pictures…"));
        m_empty->button()->setVisible(false);
    }
    m_open->setEnabled(false);
    Q_EMIT headChanged();
}

void InspectPage::picturesFound(const PictureDetection::Found& found) {
    m_open->setEnabled(true);
    m_found = found;
    m_pictures = true;
    m_loadedFile.clear(); // the same file name, other content
    m_saving->setSource({found.file, found.name, found.framesPerSecond});
    if (!found.remark.isEmpty())
        m_leftOut->show(found.remark, found.advice);
    if (!found.unreadable.isEmpty()) {
        const auto count = static_cast<std::int64_t>(found.unreadable.size());
        m_leftOut->show(count == 1 ? tr("1 picture cannot be read and is left out.")
                                   : tr("%1 pictures cannot be read and are left out.").arg(qs(formatGrouped(count))),
                        QStringList(found.unreadable.mid(0, kMostNamed)).join(QLatin1Char('\n')) +
                            (count > kMostNamed ? QStringLiteral("\n…") : QString()));
    }
    m_saving->setOffered(true);
    refreshRuns();
}

void InspectPage::picturesStopped() {
    m_open->setEnabled(true);
    if (!m_inspection)
        showNothing();
    say(tr("Stopped: nothing was kept of it."));
    Q_EMIT headChanged();
}

void InspectPage::picturesFailed(const QString& sentence, const QString& advice, const QString& lastLines) {
    m_open->setEnabled(true);
    m_problem->show(sentence, advice, lastLines);
    if (!m_inspection)
        showNothing();
    Q_EMIT headChanged();
}

void InspectPage::leavePictures() {
    m_pictures = false;
    m_saving->setOffered(false);
    m_leftOut->hide();
    refreshRuns();
}

// --- what is shown
// ------------------------------------------------------------------------------------------------------

FrameOrder InspectPage::order() const {
    if (m_inspection && !m_inspection->anyJudged())
        return m_pictureSort->current() == 0 ? FrameOrder::Camera : FrameOrder::Found;
    return static_cast<FrameOrder>(m_sort->current());
}

QString InspectPage::shownName() const {
    return m_pictures && m_found ? m_found->weights : m_run;
}

void InspectPage::showMode() {
    const bool judged = m_inspection->anyJudged();
    m_sort->setVisible(judged && !onSuspects());
    m_pictureSort->setVisible(!judged);
    m_legend->setVisible(judged && m_viewList[static_cast<std::size_t>(m_viewSwitch->current())].ofPicture);
    m_shown->truthCheck()->setVisible(judged);
    m_heatToggle->setVisible(judged && !comparing());
    m_thresholds->setMatchShown(judged);
}

// --- dropping
// -----------------------------------------------------------------------------------------------------------

InspectPage::Dragged InspectPage::draggedOf(const QMimeData* data) {
    Dragged dragged;
    for (const QUrl& url : data->urls()) {
        const QString path = url.toLocalFile();
        if (path.isEmpty())
            continue;
        const bool folder = QFileInfo(path).isDir();
        if (!folder && isWeightsName(path)) {
            if (dragged.weights.isEmpty())
                dragged.weights = path;
        } else if (folder || image::hasImageExtension(toPath(path)) || image::isVideoName(toPath(path).native()) ||
                   (isListName(path) && data->urls().size() == 1)) {
            dragged.pictures << path;
        }
    }
    return dragged;
}

void InspectPage::tellDrop(std::int64_t count) {
    if (m_detection->isRunning()) {
        m_veil->tell(tr("A detection is running"), tr("Stop it or wait for its end, then drop again."), false);
        return;
    }
    if (!m_dragged.any()) {
        m_veil->tell(tr("Nothing to detect on"), tr("Drop pictures, folders, a video, a list, or weights (.pt, .safetensors)."),
                     false);
        return;
    }
    const QString weights = m_dragged.weights.isEmpty() ? m_detection->weights() : m_dragged.weights;
    const QString name = PictureDetection::weightsName(weights);
    if (m_dragged.pictures.isEmpty()) {
        m_veil->tell(tr("Take %1 as weights").arg(name),
                     m_detection->hasPictures() ? tr("Then press Detect.") : tr("Then drop pictures."), true);
        return;
    }
    if (count == 0) {
        m_veil->tell(tr("There is no picture in it"), m_dragged.pictures.join(QStringLiteral(", ")), false);
        return;
    }
    const bool several = m_dragged.pictures.size() > 1;
    if (several && std::ranges::any_of(m_dragged.pictures, [](const QString& path) { return image::isVideoName(toPath(path).native()); })) {
        m_veil->tell(tr("One video at a time"), tr("Drop it without anything beside it."), false);
        return;
    }
    const QString pictures = PictureDetection::picturesText(m_dragged.pictures, count);
    const QString where = m_dragged.pictures.size() == 1 ? m_dragged.pictures.first() : QString();
    if (weights.isEmpty())
        m_veil->tell(tr("Open %1").arg(pictures), tr("Choose weights at the left before or after it."), true);
    else
        m_veil->tell(tr("Detect with %1 on %2").arg(name, pictures), where, true);
}

void InspectPage::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->mimeData()->hasUrls())
        return;
    m_dragged = draggedOf(event->mimeData());
    event->acceptProposedAction(); // what is not welcome is refused on moving, so that leaving is still told
    tellDrop(-1);
    if (m_dragged.pictures.isEmpty() || m_detection->isRunning())
        return;
    m_dragJob.start([pictures = m_dragged.pictures](
                        const JobRunner::Cancelled& cancelled) { return countPictures(pictures, cancelled); },
                    [this](Result<std::int64_t> count) {
                        if (m_veil->isVisible())
                            tellDrop(count ? *count : 0);
                    });
}

void InspectPage::dragMoveEvent(QDragMoveEvent* event) {
    if (m_veil->isVisible() && m_veil->isWelcome())
        event->acceptProposedAction();
    else
        event->ignore();
}

void InspectPage::dragLeaveEvent(QDragLeaveEvent*) {
    m_dragJob.cancel();
    m_veil->hide();
}

void InspectPage::dropEvent(QDropEvent* event) {
    m_dragJob.cancel();
    m_veil->hide();
    const Dragged dropped = draggedOf(event->mimeData());
    if (!dropped.any() || m_detection->isRunning())
        return;
    event->acceptProposedAction();
    if (!dropped.weights.isEmpty())
        m_detection->setWeights(dropped.weights);
    if (!dropped.pictures.isEmpty())
        m_detection->open(dropped.pictures);
    else
        say(tr("%1 is chosen as weights.").arg(PictureDetection::weightsName(dropped.weights)));
}

void InspectPage::resizeEvent(QResizeEvent* event) {
    Page::resizeEvent(event);
    m_veil->setGeometry(rect());
}

} // namespace intersect::ui

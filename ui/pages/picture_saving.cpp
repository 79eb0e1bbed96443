// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/picture_saving.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QUrl>

#include "core/base/numbers.h"
#include "ui/settings.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

const QString kFolderKey = QStringLiteral("inspect/saveFolder"); ///< where results went last

} // namespace

PictureSaving::PictureSaving(Session& session, QWidget* parent) : QObject(parent), m_session(session) {
    m_button = new QPushButton(tr("Save results"), parent);
    m_button->setObjectName(QStringLiteral("saveResultsButton"));
    m_button->setToolTip(tr("Save what was found, at the confidence chosen, as labels, pictures or a video"));
    m_button->hide();
    auto* menu = new QMenu(m_button);
    const auto add = [&](const QString& words, const char* name, Kind kind) {
        QAction* action = menu->addAction(words, this, [this, kind] { ask(kind); });
        action->setObjectName(QString::fromUtf8(name));
    };
    add(tr("Labels (YOLO)…"), "saveLabels", Kind::Labels);
    add(tr("Labels with scores…"), "saveScoredLabels", Kind::ScoredLabels);
    add(tr("Pictures with boxes…"), "savePictures", Kind::Pictures);
    add(tr("Video with boxes…"), "saveVideo", Kind::Video);
    m_button->setMenu(menu);
    m_strip = new ProgressStrip(QStringLiteral("save"), tr("Pictures saved"), parent);
    m_stop = m_strip->addButton(tr("Stop"), QStringLiteral("stopSaveButton"));
    m_show = m_strip->addButton(tr("Open folder"), QStringLiteral("openSavedButton"));
    m_show->setToolTip(tr("Show where the results went"));
    m_close = m_strip->addButton(tr("Close"), QStringLiteral("closeSavedButton"));
    m_close->setToolTip(tr("Hide this line"));
    m_strip->hide();
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_stopAsked = true;
        m_stop->setEnabled(false);
        m_strip->say(tr("Stopping…"));
        m_worker.send("stop");
    });
    connect(m_show, &QPushButton::clicked, this, [this] {
        const QString folder = m_kind == Kind::Video ? QFileInfo(m_target).path() : m_target;
        QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
    });
    connect(m_close, &QPushButton::clicked, m_strip, &QWidget::hide);
    connect(&m_worker, &WorkerClient::progressLine, this, [this](const QString& line) {
        const auto progress = WorkerProgress::of(line, QStringLiteral("Drawing"));
        if (!progress || m_stopAsked)
            return;
        m_strip->showProgress(*progress);
        const QString done = tr("Saving: %1 of %2 pictures").arg(progress->doneText, progress->totalText);
        m_strip->say(progress->left.isEmpty() ? done : tr("%1, %2 left").arg(done, progress->left));
    });
    connect(&m_worker, &WorkerClient::ended, this, &PictureSaving::ended);
}

void PictureSaving::setSource(const Source& source) {
    m_source = source;
}

void PictureSaving::setOffered(bool offered) {
    m_button->setVisible(offered && !m_source.detections.empty());
}

QString PictureSaving::freeName(const QString& folder, const QString& wanted) {
    QString name = wanted;
    for (int number = 2; QFileInfo::exists(folder + QLatin1Char('/') + name); ++number)
        name = QStringLiteral("%1-%2").arg(wanted).arg(number);
    return name;
}

void PictureSaving::ask(Kind kind) {
    const QString from = settings().value(kFolderKey, QDir::homePath()).toString();
    QString target;
    if (kind == Kind::Video)
        target = QFileDialog::getSaveFileName(m_button, tr("Save as a video"),
                                              QStringLiteral("%1/%2-boxes.mp4").arg(from, m_source.name),
                                              tr("Videos (*.mp4 *.mov *.avi)"));
    else
        target = QFileDialog::getExistingDirectory(m_button, tr("Choose where the new folder goes"), from);
    if (target.isEmpty())
        return;
    if (kind == Kind::Video && QFileInfo(target).suffix().isEmpty()) {
        target += QStringLiteral(".mp4");
        if (QFileInfo::exists(target)) { // the dialog asked about the name without it
            Q_EMIT failed(tr("%1 exists already; nothing was saved.").arg(target), tr("Choose another name, or this one with its ending."));
            return;
        }
    }
    settings().setValue(kFolderKey, kind == Kind::Video ? QFileInfo(target).path() : target);
    save(kind, target);
}

void PictureSaving::save(Kind kind, const QString& target) {
    if (m_worker.isRunning() || m_source.detections.empty())
        return;
    m_kind = kind;
    m_stopAsked = false;
    QStringList command{QStringLiteral("predict"), QStringLiteral("--detections"), qs(m_source.detections), QStringLiteral("--conf"),
                        qs(formatShortest(m_session.confidence())), QStringLiteral("--json")};
    if (kind == Kind::Video) {
        m_target = target;
        command << QStringLiteral("--save-video") << m_target << QStringLiteral("--force");
        if (m_source.framesPerSecond >= 0.1)
            command << QStringLiteral("--fps") << qs(formatShortest(std::min(m_source.framesPerSecond, 240.0)));
    } else {
        const QString ending = kind == Kind::Pictures ? QStringLiteral("-boxes") : QStringLiteral("-labels");
        m_target = target + QLatin1Char('/') + freeName(target, m_source.name + ending);
        command << (kind == Kind::Pictures ? QStringLiteral("--save-images") : QStringLiteral("--save-txt")) << m_target;
        if (kind == Kind::ScoredLabels)
            command << QStringLiteral("--save-conf");
    }
    m_strip->say(tr("Saving…"));
    m_strip->showBusy();
    m_worker.start(command, false);
    idle(false);
    m_strip->show();
}

void PictureSaving::idle(bool done) {
    const bool running = m_worker.isRunning();
    m_button->setEnabled(!running);
    m_stop->setVisible(running);
    m_stop->setEnabled(running);
    m_show->setVisible(done);
    m_close->setVisible(done);
}

void PictureSaving::ended(const WorkerClient::End& end) {
    idle(end.ok);
    m_strip->hideBar();
    if (m_stopAsked || !end.ok) {
        m_strip->hide();
        if (m_stopAsked)
            Q_EMIT said(tr("Stopped: nothing was saved."));
        else
            Q_EMIT failed(end.message, end.advice);
        return;
    }
    const Json document = Json::parse(end.output.constBegin(), end.output.constEnd(), nullptr, false);
    const std::int64_t count = document.is_object() ? document.value("images", std::int64_t{0}) : 0;
    const QString number = qs(formatGrouped(count));
    const QString words[] = {tr("Saved %1 label files in %2").arg(number, m_target),
                             tr("Saved %1 label files with scores in %2").arg(number, m_target),
                             tr("Saved %1 pictures with boxes in %2").arg(number, m_target),
                             tr("Saved %1 pictures as the video %2").arg(number, m_target)};
    m_strip->say(words[static_cast<int>(m_kind)]);
    Q_EMIT said(words[static_cast<int>(m_kind)]);
}

} // namespace intersect::ui

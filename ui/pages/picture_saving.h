// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QAction>
#include <QPushButton>

#include "ui/session.h"
#include "ui/widgets/progress_strip.h"

namespace intersect::ui {

/// Saves what was found on the user's own pictures, at the confidence of now, as labels, pictures or a video: a button with a menu, and a strip with
/// progress, Stop and where it went. `intersect-cli predict --detections` does the work. Nothing is replaced: folders are new ones, and for a video the
/// file dialog asks. GUI thread only.
class PictureSaving : public QObject {
    Q_OBJECT
public:
    enum class Kind { Labels, ScoredLabels, Pictures, Video };
    /// What is to be saved.
    struct Source {
        std::filesystem::path detections;
        QString name;               ///< what new folders and files are called after
        double framesPerSecond = 0; ///< of a video; 0: the worker's usual rate
    };

    PictureSaving(Session& session, QWidget* parent);
    QPushButton* button() const { return m_button; }
    QWidget* strip() const { return m_strip; }
    void setSource(const Source& source);
    void setOffered(bool offered); ///< whether the button is to be seen
    /// Saves into a new folder inside `target`, a video into the file `target`. The file dialog asked before replacing one.
    void save(Kind kind, const QString& target);
    /// A name inside `folder` that nothing has yet: "clip-labels", else "clip-labels-2" and so on.
    static QString freeName(const QString& folder, const QString& wanted);

Q_SIGNALS:
    void said(const QString& sentence);
    void failed(const QString& sentence, const QString& advice);

private:
    void ask(Kind kind);
    void ended(const WorkerClient::End& end);
    void idle(bool done); ///< done: the strip tells where it went

    Session& m_session;
    Source m_source;
    QPushButton* m_button;
    ProgressStrip* m_strip;
    QPushButton *m_stop, *m_show, *m_close;
    QString m_target; ///< the new folder or the file
    Kind m_kind = Kind::Labels;
    bool m_stopAsked = false;
    WorkerClient m_worker;
};

} // namespace intersect::ui

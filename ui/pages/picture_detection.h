// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>

#include <QComboBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTimer>
#include <QWidget>

#include "ui/session.h"
#include "ui/widgets/progress_strip.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// Weights of the user's choice on pictures or a video of the user's choice: the section at the left of Inspect, and the
/// strip with progress and Stop that stands over the picture meanwhile. `intersect-cli predict` does the work. GUI
/// thread only.
class PictureDetection : public QWidget {
    Q_OBJECT
public:
    static constexpr double kFloor = 0.05; ///< detections below it are not kept; the confidence slider moves above it
    static constexpr int kMostFrames = 5000; ///< of a video: each is kept as a picture to be shown

    /// What came of it.
    struct Found {
        std::filesystem::path file; ///< the detections
        QString weights;            ///< file name, or the run they are the best of
        QString pictures;           ///< "12 pictures of 398"
        QStringList command;        ///< what gave it
        QStringList unreadable;     ///< one sentence a picture that was left out
        QString remark, advice;     ///< on a video of which not every frame was looked at
        QString name;               ///< what to call files made of it: "398", "clip"
        double framesPerSecond = 0; ///< of a video's frames; 0: pictures
    };

    explicit PictureDetection(Session& session, QWidget* parent = nullptr);
    ~PictureDetection() override;
    QWidget* strip() const { return m_strip; }
    void addButton(QPushButton* button); ///< beside Detect

    QString weights() const; ///< the file; empty: none chosen
    /// What people call a weights file: its name, for "best" and "last" of a run the run's.
    static QString weightsName(const QString& file);
    void setWeights(const QString& file);
    void chooseWeights(); ///< asks for a file
    /// Detects on these: pictures, folders (with all below), lists, a data.yaml, or one video.
    void open(const QStringList& paths);
    void detectAgain();
    void stop();
    bool isRunning() const { return m_preparing || m_worker.isRunning(); }
    bool hasPictures() const { return !m_sources.isEmpty(); }
    /// The command that runs or ran last; empty before the first.
    QStringList command() const { return m_command; }
    /// "12 pictures of 398"; `count` < 0: not known (yet).
    static QString picturesText(const QStringList& paths, std::int64_t count);

Q_SIGNALS:
    void started();
    void found(const intersect::ui::PictureDetection::Found& found);
    void stopped();
    void failed(const QString& sentence, const QString& advice, const QString& lastLines);
    void weightsChanged();

private:
    void refillWeights();
    void weightsActivated(int index);
    void startWorker(const QString& source);
    bool isVideo() const;
    void showProgress(const QString& line);
    void ended(const WorkerClient::End& end);
    void idle(); ///< buttons and strip as they stand when nothing runs
    std::filesystem::path workFolder();
    /// Where a video's frames go: never the folder of those that are shown.
    std::filesystem::path framesFolder();

    Session& m_session;
    QComboBox *m_weights, *m_every;
    QPushButton *m_detect, *m_stop;
    ThemedLabel* m_what;
    QHBoxLayout* m_buttons;
    ProgressStrip* m_strip;
    QStringList m_sources, m_command;
    QString m_pictures; ///< in words
    QString m_chosen;   ///< weights file; empty: none
    QString m_used;     ///< the weights that run
    bool m_preparing = false, m_stopAsked = false;
    int m_round = 0; ///< detections that came to an end
    JobRunner m_prepare;
    WorkerClient m_worker;
    QTimer m_patience; ///< after Stop
    std::optional<QTemporaryDir> m_work;
    std::filesystem::path m_workAt; ///< the folder that one was made in
};

/// Counts what a drop or an opening would detect on: pictures, those below folders; -1 for a list and a video, which are
/// counted by whoever reads them. Errors name what holds no picture, and a video that does not stand alone. Any thread.
Result<std::int64_t> countPictures(const QStringList& paths, const std::function<bool()>& cancelled);

} // namespace intersect::ui

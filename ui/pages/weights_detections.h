// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QObject>
#include <QString>
#include <QStringList>

#include "ui/session.h"
#include "ui/worker_client.h"

namespace intersect::ui {

/// What weights that are no run find on the frames of a run's split, so that the run can be held against them (its start weights show it
/// before training). Found once by intersect-cli, kept in the workspace's cache. GUI thread only.
class WeightsDetections : public QObject {
    Q_OBJECT
public:
    explicit WeightsDetections(Session& session, QObject* parent = nullptr);
    /// The weights a run was started with; empty where it was random or they are gone.
    QString startWeights(const QString& run) const;
    /// Where the detections are kept; the boxes before NMS stand beside them.
    std::filesystem::path file(const QString& weights, const QString& run, const QString& split) const;
    static std::filesystem::path candidatesOf(const std::filesystem::path& file);
    /// Whether they are there, and no older than the weights.
    bool areKept(const QString& weights, const QString& run, const QString& split) const;
    /// Arguments of intersect-cli that score these weights on the run's split, at the run's picture size.
    QStringList command(const QString& weights, const QString& run, const QString& split) const;
    /// Starts finding them, if nothing is being found.
    void find(const QString& weights, const QString& run, const QString& split);
    bool isRunning() const { return m_worker.isRunning(); }
    void stop();

Q_SIGNALS:
    void progress(const QString& line);
    void done(); ///< they are kept, or the search was stopped
    void failed(const QString& sentence, const QString& advice, const QString& lastLines);

private:
    int imgSize(const QString& run) const;
    Session& m_session;
    WorkerClient m_worker;
    bool m_stopped = false;
};

} // namespace intersect::ui

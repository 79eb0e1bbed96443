// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/runs/run_folder.h"
#include "ui/worker_client.h"

namespace intersect::ui {

/// Lets runs detect on splits, one after the other, each as `intersect-cli evaluate RUN --split SPLIT`. GUI thread only.
class RunDetection : public QObject {
    Q_OBJECT
public:
    struct Job {
        QString run, split;
        runs::RunPaths paths;
    };
    explicit RunDetection(QObject* parent = nullptr);
    /// Does nothing while one is running.
    void start(const std::vector<Job>& jobs);
    bool isRunning() const { return !m_jobs.empty(); }
    bool isFor(const QString& run, const QString& split) const;

Q_SIGNALS:
    void progress(const QString& text);
    void detected(const QString& run, const QString& split);
    /// The rest is given up.
    void failed(const QString& sentence, const QString& advice, const QString& lastLines);

private:
    void next();
    void takeEnd(const WorkerClient::End& end);
    std::vector<Job> m_jobs; ///< the first is running
    WorkerClient m_worker;
};

} // namespace intersect::ui

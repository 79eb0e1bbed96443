// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_detect.h"

#include <algorithm>

#include "ui/text.h"

namespace intersect::ui {

RunDetection::RunDetection(QObject* parent) : QObject(parent) {
    connect(&m_worker, &WorkerClient::progressLine, this, &RunDetection::progress);
    connect(&m_worker, &WorkerClient::ended, this, &RunDetection::takeEnd);
}

bool RunDetection::isFor(const QString& run, const QString& split) const {
    return std::any_of(m_jobs.begin(), m_jobs.end(), [&](const Job& job) { return job.run == run && job.split == split; });
}

void RunDetection::start(const std::vector<Job>& jobs) {
    if (isRunning() || jobs.empty())
        return;
    m_jobs = jobs;
    next();
}

void RunDetection::next() {
    const Job& job = m_jobs.front();
    QStringList arguments{QStringLiteral("evaluate"), qs(job.paths.folder), QStringLiteral("--split"), job.split};
    std::error_code none;
    if (std::filesystem::exists(job.paths.detections(job.split.toStdString()), none))
        arguments << QStringLiteral("--force");
    m_worker.start(arguments, false);
    Q_EMIT progress(tr("Detecting on %1 with %2").arg(job.split, job.run));
}

void RunDetection::takeEnd(const WorkerClient::End& end) {
    const Job job = m_jobs.front();
    if (!end.ok) {
        m_jobs.clear();
        Q_EMIT failed(tr("Evaluating %1 on %2 did not finish: %3").arg(job.run, job.split, end.message), end.advice, end.lastLines);
        return;
    }
    m_jobs.erase(m_jobs.begin());
    if (!m_jobs.empty())
        next();
    Q_EMIT detected(job.run, job.split);
}

} // namespace intersect::ui

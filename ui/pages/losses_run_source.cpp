// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_run_source.h"

#include <algorithm>

#include <QFile>

#include "ui/text.h"

namespace intersect::ui {
namespace {

constexpr int kSettleMs = 150; ///< a growing file is read when it was quiet for so long
constexpr int kSlowMs = 200;

} // namespace

RunSource::RunSource(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    for (const auto& [timer, ms] : {std::pair(&m_changed, kSettleMs), std::pair(&m_slow, kSlowMs)}) {
        timer->setSingleShot(true);
        timer->setInterval(ms);
    }
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_changed, qOverload<>(&QTimer::start));
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_changed, qOverload<>(&QTimer::start));
    connect(&m_changed, &QTimer::timeout, this, &RunSource::load);
    connect(&m_slow, &QTimer::timeout, this, &RunSource::slow);
    connect(&m_session, &Session::datasetChanged, this, [this] {
        if (m_truth && m_truth->trainBoxes.empty())
            load();
    });
}

void RunSource::setRun(const QString& name) {
    m_name = name;
    load();
}

void RunSource::load() {
    if (m_name.isEmpty() || !m_session.isOpen()) {
        m_job.cancel();
        m_slow.stop();
        m_truth.reset();
        watchFiles();
        Q_EMIT changed();
        return;
    }
    m_slow.start();
    m_job.start([paths = m_session.runPaths(m_name),
                 dataset = m_session.dataset()](const JobRunner::Cancelled&) { return readRunTruth(paths, dataset); },
                [this](std::shared_ptr<const RunTruth> truth) {
                    m_slow.stop();
                    m_truth = std::move(truth);
                    watchFiles();
                    Q_EMIT changed();
                });
}

void RunSource::watchFiles() {
    QStringList wanted;
    if (m_truth) {
        const runs::RunPaths paths = m_session.runPaths(m_truth->name);
        wanted << qs(paths.folder) << qs(paths.histograms());
    }
    const QStringList watched = m_watcher.files() + m_watcher.directories();
    for (const QString& path : watched)
        if (!wanted.contains(path))
            m_watcher.removePath(path);
    for (const QString& path : std::as_const(wanted))
        if (!watched.contains(path) && QFile::exists(path))
            m_watcher.addPath(path);
}

RunList::RunList(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    for (const auto signal : {&Session::workspaceChanged, &Session::runsChanged})
        connect(&m_session, signal, this, &RunList::refresh);
    refresh();
}

void RunList::refresh() {
    std::vector<runs::RunPaths> paths;
    if (m_session.isOpen())
        for (const QString& name : m_session.runNames())
            paths.push_back(m_session.runPaths(name));
    m_job.start([paths](const JobRunner::Cancelled&) { return runChoices(paths); },
                [this](const std::vector<RunChoice>& choices) {
                    m_choices = choices;
                    Q_EMIT changed();
                });
}

bool RunList::hasRecord(const QString& name) const {
    return std::any_of(m_choices.begin(), m_choices.end(),
                       [&](const RunChoice& choice) { return choice.name == name && choice.hasRecord; });
}

} // namespace intersect::ui

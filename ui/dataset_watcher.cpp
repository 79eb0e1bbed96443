// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset_watcher.h"

#include <set>

#include <QGuiApplication>
#include <QSet>

#include "ui/text.h"

namespace intersect::ui {
namespace {

constexpr int kQuietMs = 700, kAtLatestMs = 4000, kActiveEveryMs = 10000;
constexpr int kAddAtOnce = 64;
constexpr int kMostFolders = 20000;

} // namespace

QStringList watchedFolders(const data::Dataset& dataset) {
    std::set<std::string> folders{dataset.root.native()};
    for (const data::Camera& camera : dataset.cameras)
        for (std::filesystem::path folder = camera.folder; folder.native().size() > dataset.root.native().size(); folder = folder.parent_path())
            if (!folders.insert(folder.native()).second)
                break;
    QStringList list;
    for (const std::string& folder : folders)
        list << qs(std::filesystem::path(folder));
    return list;
}

DatasetWatcher::DatasetWatcher(QObject* parent) : QObject(parent) {
    m_adding.setInterval(0);
    connect(&m_adding, &QTimer::timeout, this, &DatasetWatcher::addSome);
    m_quiet.setSingleShot(true);
    connect(&m_quiet, &QTimer::timeout, this, [this] {
        m_sinceChange.invalidate();
        m_sinceLook.start();
        Q_EMIT lookAgain();
    });
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &DatasetWatcher::noteChange);
    if (auto* application = qobject_cast<QGuiApplication*>(QCoreApplication::instance()))
        connect(application, &QGuiApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
            if (state != Qt::ApplicationActive || !m_watching || (m_sinceLook.isValid() && m_sinceLook.elapsed() < kActiveEveryMs))
                return;
            m_sinceLook.start();
            Q_EMIT lookAgain();
        });
}

void DatasetWatcher::watch(const std::shared_ptr<const data::Dataset>& dataset) {
    const QStringList wanted = dataset ? watchedFolders(*dataset).mid(0, kMostFolders) : QStringList();
    m_watching = dataset != nullptr;
    m_refused = 0;
    m_sinceLook.start();
    const QStringList watched = m_watcher.directories();
    const QSet<QString> had(watched.begin(), watched.end()), want(wanted.begin(), wanted.end());
    QStringList gone;
    for (const QString& folder : watched)
        if (!want.contains(folder))
            gone << folder;
    if (!gone.isEmpty())
        m_watcher.removePaths(gone);
    m_waiting.clear();
    for (const QString& folder : wanted)
        if (!had.contains(folder))
            m_waiting << folder;
    if (!m_waiting.isEmpty())
        m_adding.start();
}

void DatasetWatcher::addSome() {
    QStringList some;
    while (!m_waiting.isEmpty() && some.size() < kAddAtOnce)
        some << m_waiting.takeLast();
    if (!some.isEmpty())
        m_refused += static_cast<int>(m_watcher.addPaths(some).size());
    if (m_waiting.isEmpty())
        m_adding.stop();
}

void DatasetWatcher::noteChange() {
    if (!m_sinceChange.isValid())
        m_sinceChange.start();
    m_quiet.start(m_sinceChange.elapsed() + kQuietMs < kAtLatestMs ? kQuietMs : 0);
}

} // namespace intersect::ui

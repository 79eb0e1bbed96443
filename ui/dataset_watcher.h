// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "core/data/dataset.h"

namespace intersect::ui {

/// Watches the camera folders of a data set and those above them, and says when it is time to look at the disk again: some quiet time after the
/// last change, at the latest a few seconds after the first. Files that are written in place tell no folder, and the system watches only so many
/// folders: so it also asks when the window becomes active again, not too often. GUI thread only; folders are added a few at a time.
class DatasetWatcher : public QObject {
    Q_OBJECT
public:
    explicit DatasetWatcher(QObject* parent = nullptr);
    /// Watches the folders of this data set instead of what was watched; null: none.
    void watch(const std::shared_ptr<const data::Dataset>& dataset);
    /// Whether every folder is watched; false beyond the system's limit, or while folders are still being added.
    bool isComplete() const { return m_waiting.isEmpty() && m_refused == 0; }
    int refused() const { return m_refused; } ///< folders that the system would not watch

Q_SIGNALS:
    void lookAgain();

private:
    void addSome();
    void noteChange();
    QFileSystemWatcher m_watcher;
    QStringList m_waiting;
    QTimer m_adding, m_quiet;
    QElapsedTimer m_sinceChange, m_sinceLook;
    int m_refused = 0;
    bool m_watching = false;
};

/// The folders to watch: root, cameras and what lies between, each once. Any thread; pure.
QStringList watchedFolders(const data::Dataset& dataset);

} // namespace intersect::ui

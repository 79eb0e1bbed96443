// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QObject>

#include "core/data/dataset.h"
#include "ui/job_runner.h"
#include "ui/worker_client.h"

namespace intersect::ui {

/// Looks at every picture of a data set in a child (`intersect-cli scan ROOT --deep --json`): decodes, hashes, compares. What it finds is kept in
/// a file of the workspace's cache, which may be deleted at any time. GUI thread only; never blocks.
class DeepScan : public QObject {
    Q_OBJECT
public:
    explicit DeepScan(QObject* parent = nullptr);
    /// Starts over `root`, a workspace or a folder of pools; what is found goes to `file`. Nothing happens while one is running.
    void start(const QString& root, const std::filesystem::path& file);
    void cancel();
    bool isRunning() const { return m_worker.isRunning() || m_keeping; }
    static QStringList command(const QString& root);

Q_SIGNALS:
    void progress(const QString& text, double part); ///< part 0..1, below 0 where it is not known
    void done();                                     ///< the file is written
    void failed(const QString& message, const QString& advice);
    void cancelled();

private:
    void takeEnd(const WorkerClient::End& end);
    WorkerClient m_worker;
    JobRunner m_keep;
    std::filesystem::path m_file;
    std::int64_t m_began = 0;
    bool m_cancelled = false, m_keeping = false;
};

/// When a kept deep scan was made, seconds since 1970; 0 where there is none.
std::int64_t deepScanTime(const std::filesystem::path& file);

/// Appends the findings of a kept deep scan that the data set does not have itself and whose files are there and unchanged since. A file that is
/// missing, damaged or of another root adds nothing. Any thread.
void addDeepFindings(data::Dataset& dataset, const std::filesystem::path& file);

} // namespace intersect::ui

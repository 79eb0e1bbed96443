// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include <QFileSystemWatcher>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "core/data/dataset.h"
#include "core/loss/class_weights.h"
#include "core/loss/loss_spec.h"
#include "core/runs/run_folder.h"
#include "core/runs/workspace.h"
#include "ui/dataset_watcher.h"
#include "ui/deep_scan.h"
#include "ui/job_runner.h"
#include "ui/worker_client.h"

namespace intersect::ui {

/// What is open now, shared by all pages: the workspace, its scanned data set, the selection and run looked at, the thresholds,
/// and the one training child. Pages read it and listen to it; the disk stays the truth. GUI thread only.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(QObject* parent = nullptr);

    // --- workspace and data ---------------------------------------------------------------------------------------
    /// Opens a workspace folder and scans its data in the background; errors come as `failed`.
    void openWorkspace(const QString& folder);
    /// Makes (or reopens) the workspace of a data set folder, `<folder>-workspace` beside it, and opens it.
    void openDataset(const QString& folder);
    /// Writes the sample (drawn cameras) with `intersect-cli sample` into the user's data folder if it is not there, and opens it.
    void openSample();
    void rescan();
    /// Looks at the disk again in the background; `datasetChanged` comes only if something is different. Also called by itself when watched folders change.
    void refresh();
    /// The deep look at every picture, a child process; what it finds joins the data set's findings when it is done.
    DeepScan& deepScan() { return m_deepScan; }
    /// The file that keeps what the last deep look found.
    std::filesystem::path deepFile() const;
    bool isScanning() const { return m_scanning; }
    bool isPreparingSample() const { return m_sampleWorker.isRunning(); }
    /// Workspace folders opened before, newest first; one that is missing on disk stays until it is removed.
    static QStringList recentWorkspaces();
    static void forgetWorkspace(const QString& folder);
    /// What people call a workspace: its folder's name without "-workspace", or of the folder around one called just "workspace".
    static QString workspaceTitle(const QString& folder);
    bool isOpen() const { return m_workspace.has_value(); }
    const std::optional<runs::Workspace>& workspace() const { return m_workspace; }
    std::shared_ptr<const data::Dataset> dataset() const { return m_dataset; } ///< null while scanning
    QString className(int classId) const;

    // --- selection --------------------------------------------------------------------------------------------------
    QString currentSelection() const { return m_selection; } ///< folder name below selections/, may be empty
    void setCurrentSelection(const QString& name);
    QStringList selectionNames() const;

    // --- runs -------------------------------------------------------------------------------------------------------
    QString currentRun() const { return m_run; } ///< folder name below runs/, may be empty
    void setCurrentRun(const QString& name);
    QStringList runNames() const; ///< newest first
    runs::RunPaths runPaths(const QString& name) const;

    // --- thresholds, shared by Evaluate and Inspect ---------------------------------------------------------------
    double confidence() const { return m_confidence; }
    double matchIou() const { return m_matchIou; }
    double nmsIou() const { return m_nmsIou; }
    void setConfidence(double value);
    void setMatchIou(double value);
    void setNmsIou(double value);

    // --- the running training ---------------------------------------------------------------------------------------
    WorkerClient& trainWorker() { return m_trainWorker; } ///< at most one training child of the window at a time
    QString trainingRun() const { return m_trainingRun; } ///< the run it writes; empty when none
    void setTrainingRun(const QString& name);

    /// Something on disk below runs/ or selections/ changed by our own doing: tell the pages.
    void noteRunsChanged();
    void noteSelectionsChanged();
    /// A line for the left of the status bar.
    void showStatus(const QString& text);

Q_SIGNALS:
    void workspaceChanged();
    void scanProgress(qint64 done, qint64 total);
    void datasetChanged();
    void currentSelectionChanged();
    void selectionsChanged();
    void currentRunChanged();
    void runsChanged();
    void thresholdsChanged();
    void trainingChanged();
    void status(const QString& text);
    void failed(const QString& message, const QString& advice);
    /// A page asks for another page ("evaluate", "inspect" …).
    void pageRequested(const QString& name);
    /// A page asks Train to take over this loss for its next run.
    void requestedLoss(const intersect::loss::LossSpec& loss);
    /// A page asks Train to weigh classes by this rule, and to draw frames by those weights or not.
    void requestedClassWeights(intersect::loss::ClassWeightRule rule, double beta, bool drawFrames);
    /// A page asks Inspect to show this frame.
    void frameRequested(const QString& path);
    /// A page asks Inspect to show only these frames of a split of the current run; `what` says in few words which they are.
    void framesRequested(const QString& split, const QStringList& paths, const QString& what);

private:
    void adopt(runs::Workspace workspace);
    void fail(const Error& error);
    void lookOnDisk(bool tellRuns, bool tellSelections);
    void watch();
    std::optional<runs::Workspace> m_workspace;
    std::shared_ptr<const data::Dataset> m_dataset;
    QString m_selection, m_run, m_trainingRun;
    QStringList m_selectionNames, m_runNames;
    double m_confidence = 0.25, m_matchIou = 0.5, m_nmsIou = 0.6; ///< NMS as `evaluate` does it
    bool m_scanning = false;
    QFileSystemWatcher m_watcher;
    QTimer m_diskTimer;
    WorkerClient m_trainWorker;
    WorkerClient m_sampleWorker;
    DatasetWatcher m_datasetWatcher;
    DeepScan m_deepScan;
    QString m_refreshProblem; ///< said already
    JobRunner m_open;
    JobRunner m_scan;
    JobRunner m_refresh;
};

} // namespace intersect::ui

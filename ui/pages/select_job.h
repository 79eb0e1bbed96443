// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include <QObject>
#include <QTimer>

#include "core/data/dataset.h"
#include "core/select/selection.h"
#include "ui/job_runner.h"
#include "ui/pages/select_state.h"
#include "ui/worker_client.h"

namespace intersect::ui {

/// The cameras' usefulness where the window can tell it by itself (boxes, a table of results); empty for everything else. Errors as select::readCameraResults.
/// Reads a file for Results; quick enough for the window's thread.
Result<std::map<std::string, double>> knownUsefulness(const data::Dataset& dataset, const SelectState& state);

/// What the table shows before anything is drawn: quotas where the choice has some without a network, else the cameras with their frames alone.
struct QuotaTable {
    std::vector<select::CameraQuota> rows;
    bool counted = false; ///< exact and quota mean something
};
Result<QuotaTable> quotaTable(const data::Dataset& dataset, const SelectState& state);

/// Chooses the frames: in the background of the window, or by `intersect-cli select` as a child where a network has to look at them. One choice at a
/// time. GUI thread only.
class SelectJob : public QObject {
    Q_OBJECT
public:
    explicit SelectJob(QObject* parent = nullptr);
    ~SelectJob() override;
    /// `workspace` gets the child's selection file in its cache, and lends pins.txt and bars.txt, which must be written already.
    void start(std::shared_ptr<const data::Dataset> dataset, const SelectState& state, const std::filesystem::path& workspace);
    void stop();
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void started();
    /// `total` 0: not known yet. `sentence` says what is done: "Comparing frames: 640 of 1,374".
    void progress(const QString& sentence, qint64 done, qint64 total);
    void chosen(const std::shared_ptr<const intersect::select::Selection>& selection, const intersect::ui::SelectState& state);
    void failed(const QString& sentence, const QString& advice, const QString& lastLines);
    void ended(); ///< after chosen and failed, and alone when stopped

private:
    void showLine(const QString& line);
    void childEnded(const WorkerClient::End& end);
    void take(Result<select::Selection> selection);
    void finish();

    bool m_running = false, m_stopAsked = false;
    SelectState m_state;
    std::filesystem::path m_out;
    JobRunner m_work;
    WorkerClient m_worker;
    QTimer m_patience; ///< after Stop
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_rows.h"
#include "ui/pages/train_job.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

/// Whether a run ended without being done or stopped.
bool broke(runs::RunState state);
/// Whether an epoch of the run is finished and kept with all that is needed to go on from it.
bool canResume(const runs::RunSummary& run);
/// The batch to offer where memory was the cause of a run's end: half as many frames; 0: it was not, or there is no smaller one.
int smallerBatch(const RunRow& run, const TrainJob::Ending* ending);

/// The box that stands instead of the run's head when its training failed: in which epoch, why, the last lines, and the ways on. GUI thread only.
class TrainFailure : public InlineMessage {
    Q_OBJECT
public:
    explicit TrainFailure(QWidget* parent = nullptr);
    /// `run` is null where its folder was never made; `logTail` stands in where the child left no last words.
    void showFailure(const RunRow* run, const TrainJob::Ending* ending, const QString& logTail);

Q_SIGNALS:
    void againAsked();             ///< resume, or start again
    void smallerAsked(int batch);  ///< the same settings with this batch
    void logAsked();

private:
    QPushButton *m_again, *m_smaller;
    int m_batch = 0;
};

} // namespace intersect::ui

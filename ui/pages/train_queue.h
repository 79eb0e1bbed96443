// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QPushButton>

#include "core/runs/queue.h"
#include "ui/models/run_rows.h"
#include "ui/session.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

class CellView;

/// The table of runs: the one that trains, those that wait in queue.yaml, and those that are over; with the ways to reorder and remove the waiting
/// ones. The file is the truth: it is read again whenever something changes. GUI thread only.
class TrainQueue : public QWidget {
    Q_OBJECT
public:
    explicit TrainQueue(Session& session, QWidget* parent = nullptr);
    /// Shows these runs and what waits now; `shown` is the selected one, `live` the one this window's child writes.
    void setRuns(const std::vector<RunRow>& runs, const QString& shown, const QString& live);
    /// Puts a run at the end; a sentence in the table's place says why it could not.
    bool append(const runs::QueuedRun& run);
    /// Takes the next one out.
    std::optional<runs::QueuedRun> takeFirst();
    /// Names of the waiting runs in their order.
    QStringList waiting() const;
    /// Reads queue.yaml again.
    void reload();
    /// The same where another process wrote it since.
    void reloadIfChanged();

Q_SIGNALS:
    void runChosen(const QString& run);
    void goOnAsked(); ///< start the first waiting run
    void settingsAsked(const QString& run);
    void compareAsked(const QString& run);
    void waitingChanged();

private:
    struct Row {
        QString run;
        bool waits = false;
    };
    bool did(const Result<void>& done);
    void moveSelected(int places);
    void removeSelected();
    void showRows();
    void showButtons();
    void showMenu(const QPoint& at);
    const Row* selected() const;

    Session& m_session;
    std::vector<RunRow> m_runs;
    std::vector<runs::QueuedRun> m_waiting;
    std::vector<Row> m_rows;
    std::filesystem::file_time_type m_read{}; ///< when the file that was read last had been written
    QString m_shown, m_live, m_selectedWaiting;
    ThemedLabel* m_caption;
    QWidget* m_tools; ///< what moves the waiting ones
    QPushButton *m_goOn, *m_sooner, *m_later, *m_remove, *m_more;
    InlineMessage* m_problem;
    CellTable* m_table;
    CellView* m_view;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QPushButton>
#include <QTimer>

#include "ui/job_runner.h"
#include "ui/models/run_rows.h"
#include "ui/pages/page.h"
#include "ui/pages/run_header.h"

class QStackedWidget;

namespace intersect::ui {

class CellView;
class EmptyState;
class InlineMessage;
class LogView;
class TrainCharts;
class TrainForm;

/// Left the settings of the next run, centre the shown run: live from its child, and always rebuilt from its folder. GUI thread only.
class TrainPage : public Page {
    Q_OBJECT
public:
    explicit TrainPage(Session& session, QWidget* parent = nullptr);

    QString name() const override { return QStringLiteral("train"); }
    QString title() const override { return tr("Train"); }
    QString subtitle() const override;
    QStringList command() const override;
    QList<QAbstractButton*> headButtons() override;
    void primary() override;
    QString helpText() const override;

private:
    QWidget* makeCentre();
    void start();
    void startAgain();
    /// Goes on with the shown run in its own folder.
    void resumeRun();
    QStringList nextArguments() const;
    QString nextRun() const;
    void appendLog(const QString& line);
    void launch(const QString& run, const QStringList& arguments);
    void takeEvent(const Json& event);
    void takeEnd(const WorkerClient::End& end);
    void reloadSoon();
    void reload();
    void showRun();
    void showFailure();
    void showLive();
    void stop();
    const RunRow* shown() const;
    bool isLive() const { return !m_liveRun.isEmpty() && m_liveRun == session().currentRun(); }
    QString runFolder(const QString& run) const;
    QString logFile() const;

    /// How a child of this window ended, kept by run for the failure box.
    struct Ending {
        QString sentence, advice, lastLines;
        int epoch = 0;
    };
    std::vector<RunRow> m_runs;
    QString m_liveRun;
    LiveProgress m_live;
    QElapsedTimer m_since;
    std::map<QString, Ending> m_endings;
    QTimer m_reloadTimer, m_liveTimer, m_watchTimer;
    JobRunner m_reading;
    QString m_statusFor;
    QStringList m_lastLogged; ///< to leave out what comes both as event and on stderr

    TrainForm* m_form;
    QStackedWidget* m_body;
    EmptyState* m_empty;
    RunHeader* m_header;
    InlineMessage* m_failure;
    QPushButton* m_again;
    TrainCharts* m_charts;
    LogView* m_log;
    CellTable* m_table;
    CellView* m_tableView;
    QPushButton* m_evaluate;
};

} // namespace intersect::ui

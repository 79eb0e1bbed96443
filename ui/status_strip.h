// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QWidget>

#include "ui/session.h"

namespace intersect::ui {

/// Left: what is shown and selected; right: the running training with epoch, bar and ETA, and the list of jobs. GUI thread only.
class StatusStrip : public QWidget {
    Q_OBJECT
public:
    explicit StatusStrip(Session& session, QWidget* parent = nullptr);
    void showText(const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void showTraining();
    void takeEvent(const Json& event);
    void takeEnd(const WorkerClient::End& end);
    void showJobs();
    Session& m_session;
    QLabel *m_text, *m_job, *m_eta;
    QProgressBar* m_bar;
    QPushButton *m_action, *m_jobs;
    QTimer m_newsTimer;
    QElapsedTimer m_since;
    QString m_whole, m_run;
    int m_epoch = 0, m_epochs = 0;
    double m_part = 0, m_etaSeconds = -1, m_map50 = -1;
};

} // namespace intersect::ui

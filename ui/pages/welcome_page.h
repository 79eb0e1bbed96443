// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVBoxLayout>
#include <QWidget>

#include "ui/job_runner.h"
#include "ui/session.h"
#include "ui/widgets/action_card.h"

namespace intersect::ui {

/// What stands before a workspace is open: three actions, recent workspaces, and what the program is for. GUI thread only.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(Session& session, QWidget* parent = nullptr);
    void fillRecent();
    static QString helpText();

Q_SIGNALS:
    void openDatasetAsked();
    void openWorkspaceAsked();

private:
    void locate(const QString& missing);
    Session& m_session;
    ActionCard* m_sample;
    QWidget* m_recent;
    QVBoxLayout* m_rows;
    JobRunner m_pictures;
};

} // namespace intersect::ui

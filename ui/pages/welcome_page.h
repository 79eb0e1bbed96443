// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QLabel>
#include <QVBoxLayout>
#include <QWidget>

#include "ui/job_runner.h"
#include "ui/session.h"

namespace intersect::ui {

/// A large action: icon, title, one line, shortcut.
class ActionCard : public QAbstractButton {
    Q_OBJECT
public:
    ActionCard(const QString& iconName, const QString& title, const QString& line, const QString& keys, QWidget* parent = nullptr);
    void setLine(const QString& line);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString m_iconName, m_line, m_keys;
};

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

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QWidget>

#include "ui/command_field.h"
#include "ui/session.h"

namespace intersect::ui {

/// The strip above the pages: which workspace and data set are open, theme and help. GUI thread only.
class TitleArea : public QWidget {
    Q_OBJECT
public:
    explicit TitleArea(Session& session, QWidget* parent = nullptr);
    QPushButton* workspaceButton() const { return m_workspace; }
    CommandField* commandField() const { return m_command; }

Q_SIGNALS:
    void openDatasetAsked();
    void openWorkspaceAsked();
    void helpAsked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    void showOpened();
    void fillMenu();
    Session& m_session;
    QPushButton* m_workspace;
    QLabel* m_dataset;
    CommandField* m_command;
    QToolButton *m_theme, *m_help;
    QMenu m_menu;
    QString m_counts;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QHash>
#include <QStackedWidget>
#include <QWidget>

#include "ui/help_panel.h"
#include "ui/nav_rail.h"
#include "ui/page_head.h"
#include "ui/session.h"
#include "ui/status_strip.h"
#include "ui/title_area.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

class WelcomePage;

/// The window: rail, title area, page head, pages, status bar. Pages are made one by one after the first paint. Remembers geometry,
/// splitters, page and workspaces. GUI thread only.
class MainWindow : public QWidget {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    Session& session() { return m_session; }
    /// Opens a workspace folder, or the workspace of a data set folder.
    void openFolder(const QString& folder);
    /// Shows a page by its name ("data", "select" …); the welcome page while nothing is open. An unknown name is ignored.
    void showPage(const QString& name);
    QString currentPageName() const { return m_current; }
    Page* page(const QString& name); ///< made if it is not there yet; null for an unknown name
    static QStringList pageNames();

protected:
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeShortcuts();
    void makeNextPage();
    void restoreSplitters(QWidget* below);
    void saveSplitters();
    void showHead();
    void showSettings();
    void askDataset();
    void askWorkspace();
    Session m_session;
    NavRail* m_rail;
    TitleArea* m_title;
    PageHead* m_head;
    InlineMessage* m_message;
    QStackedWidget* m_stack;
    StatusStrip* m_status;
    HelpPanel* m_help;
    WelcomePage* m_welcome;
    QHash<QString, Page*> m_pages;
    QString m_current, m_wanted;
    QHash<QString, QString> m_statusOf; ///< the last status line of each page
};

} // namespace intersect::ui

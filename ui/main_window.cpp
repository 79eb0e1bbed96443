// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include <array>

#include <QCloseEvent>
#include <QCoreApplication>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QMimeData>
#include <QShortcut>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/data_page.h"
#include "ui/pages/evaluate_page.h"
#include "ui/pages/inspect_page.h"
#include "ui/pages/losses_page.h"
#include "ui/pages/select_page.h"
#include "ui/pages/train_page.h"
#include "ui/pages/welcome_page.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

/// One page of the rail: its name (also its icon), its word, and how it is made.
struct PageEntry {
    const char* name;
    const char* word;
    Page* (*make)(Session& session, QWidget* parent);
};

template <class P>
Page* make(Session& session, QWidget* parent) {
    return new P(session, parent);
}

const std::vector<PageEntry>& entries() {
    static const std::vector<PageEntry> all{
        {"data", QT_TRANSLATE_NOOP("Pages", "Data"), make<DataPage>},
        {"select", QT_TRANSLATE_NOOP("Pages", "Select"), make<SelectPage>},
        {"train", QT_TRANSLATE_NOOP("Pages", "Train"), make<TrainPage>},
        {"evaluate", QT_TRANSLATE_NOOP("Pages", "Evaluate"), make<EvaluatePage>},
        {"inspect", QT_TRANSLATE_NOOP("Pages", "Inspect"), make<InspectPage>},
        {"losses", QT_TRANSLATE_NOOP("Pages", "Losses"), make<LossesPage>},
    };
    return all;
}

} // namespace

MainWindow::MainWindow(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Intersect"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/intersect.svg")));
    setAttribute(Qt::WA_StyledBackground);
    setProperty("pane", QStringLiteral("surface"));
    setAcceptDrops(true);
    setFocusPolicy(Qt::ClickFocus);
    setMinimumSize(860, 600);

    m_rail = new NavRail(this);
    m_title = new TitleArea(m_session, this);
    m_head = new PageHead(this);
    m_message = new InlineMessage(InlineMessage::Kind::Error, this);
    m_message->setObjectName(QStringLiteral("failureStrip"));
    m_stack = new QStackedWidget(this);
    m_status = new StatusStrip(m_session, this);
    m_welcome = new WelcomePage(m_session, m_stack);
    m_stack->addWidget(m_welcome);
    int number = 1;
    QList<std::pair<QString, QString>> places;
    for (const PageEntry& entry : entries()) {
        const QString word = QCoreApplication::translate("Pages", entry.word);
        m_rail->addPage(qs(entry.name), word, number++);
        places.append({qs(entry.name), word});
    }
    m_title->commandField()->setPages(places);

    auto* messageRow = new QVBoxLayout;
    messageRow->setContentsMargins(16, 0, 16, 0);
    messageRow->addWidget(m_message);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_head);
    column->addLayout(messageRow);
    column->addWidget(m_stack, 1);
    column->addWidget(m_status);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(column, 1);
    m_help = new HelpPanel(this);

    connect(m_rail, &NavRail::pageChosen, this, &MainWindow::showPage);
    connect(m_rail->settingsButton(), &QAbstractButton::clicked, this, &MainWindow::showSettings);
    connect(m_title, &TitleArea::openDatasetAsked, this, &MainWindow::askDataset);
    connect(m_title, &TitleArea::openWorkspaceAsked, this, &MainWindow::askWorkspace);
    connect(m_welcome, &WelcomePage::openDatasetAsked, this, &MainWindow::askDataset);
    connect(m_welcome, &WelcomePage::openWorkspaceAsked, this, &MainWindow::askWorkspace);
    const auto help = [this] {
        if (m_help->isVisible())
            m_help->hide();
        else if (Page* shown = m_pages.value(m_current))
            m_help->show(shown->title(), shown->helpText());
        else
            m_help->show(tr("Welcome"), WelcomePage::helpText());
    };
    connect(m_title, &TitleArea::helpAsked, this, help);
    connect(new QShortcut(QKeySequence(Qt::Key_F1), this), &QShortcut::activated, this, help);
    connect(m_head, &PageHead::copied, this,
            [this](const QString& command) { m_session.showStatus(tr("Copied: %1").arg(command)); });

    connect(m_message->addButton(tr("Dismiss"), QStringLiteral("dismissButton")), &QPushButton::clicked, m_message,
            &QWidget::hide);
    connect(&m_session, &Session::failed, this, [this](const QString& message, const QString& advice) {
        m_message->show(message, advice);
        m_status->showText(message);
    });
    connect(&m_session, &Session::status, this, [this](const QString& text) {
        m_statusOf[m_current] = text;
        m_status->showText(text);
    });
    connect(&m_session, &Session::scanProgress, this, [this](qint64 done, qint64 total) {
        m_status->showText(total > 0
                               ? tr("Reading %1 frames: %2 done").arg(qs(formatGrouped(total)), qs(formatGrouped(done)))
                               : tr("Reading the folder …"));
    });
    connect(&m_session, &Session::datasetChanged, this, [this] {
        if (const QString own = m_statusOf.value(m_current); !own.isEmpty())
            m_status->showText(own);
        else if (const auto dataset = m_session.dataset())
            m_status->showText(tr("%1 frames read, %2 boxes")
                                   .arg(qs(formatGrouped(std::int64_t(dataset->frames.size()))),
                                        qs(formatGrouped(std::int64_t(dataset->labels.size())))));
    });
    connect(&m_session, &Session::pageRequested, this, &MainWindow::showPage);
    connect(&m_session, &Session::workspaceChanged, this, [this] {
        m_message->hide();
        m_rail->setPagesEnabled(m_session.isOpen());
        setWindowTitle(tr("%1 – Intersect").arg(Session::workspaceTitle(qs(m_session.workspace()->folder))));
        if (m_current.isEmpty())
            showPage(m_wanted.isEmpty() ? pageNames().value(0) : m_wanted);
    });

    makeShortcuts();
    m_rail->setPagesEnabled(false);
    m_head->hide();
    const QByteArray geometry = settings().value(QStringLiteral("geometry")).toByteArray();
    if (geometry.isEmpty() || !restoreGeometry(geometry))
        resize(1440, 900);
    m_wanted = settings().value(QStringLiteral("page")).toString();
}

MainWindow::~MainWindow() {
    // Pages hear of the session's end no more.
    m_session.disconnect();
}

QStringList MainWindow::pageNames() {
    QStringList names;
    for (const PageEntry& entry : entries())
        names << qs(entry.name);
    return names;
}

void MainWindow::makeShortcuts() {
    const auto on = [this](const QString& keys, auto&& does) {
        auto* shortcut = new QShortcut(QKeySequence(keys), this);
        connect(shortcut, &QShortcut::activated, this, std::forward<decltype(does)>(does));
    };
    const QStringList names = pageNames();
    for (int i = 0; i < int(names.size()) && i < 9; ++i)
        on(QStringLiteral("Ctrl+%1").arg(i + 1), [this, name = names[i]] { showPage(name); });
    on(QStringLiteral("Ctrl+O"), [this] { askDataset(); });
    on(QStringLiteral("Ctrl+Shift+O"), [this] { askWorkspace(); });
    on(QStringLiteral("Ctrl+Shift+C"), [this] { m_head->copyCommand(); });
    on(QStringLiteral("Ctrl+,"), [this] { showSettings(); });
    on(QStringLiteral("Ctrl+K"), [this] { m_title->commandField()->setFocus(Qt::ShortcutFocusReason); });
    const auto primary = [this] {
        if (Page* shown = m_pages.value(m_current))
            shown->primary();
    };
    on(QStringLiteral("Ctrl+Return"), primary);
    on(QStringLiteral("Ctrl+Enter"), primary);
}

Page* MainWindow::page(const QString& name) {
    if (Page* made = m_pages.value(name))
        return made;
    for (const PageEntry& entry : entries()) {
        if (name != qs(entry.name))
            continue;
        Page* made = entry.make(m_session, m_stack);
        made->setObjectName(name + QStringLiteral("Page"));
        m_pages.insert(name, made);
        m_stack->addWidget(made);
        restoreSplitters(made);
        connect(made, &Page::headChanged, this, [this, name] {
            if (m_current == name)
                showHead();
        });
        return made;
    }
    return nullptr;
}

void MainWindow::makeNextPage() {
    // One page each time the event loop has nothing else to do: the first paint does not wait for any of them.
    for (const PageEntry& entry : entries()) {
        if (!m_pages.contains(qs(entry.name))) {
            page(qs(entry.name));
            QTimer::singleShot(0, this, &MainWindow::makeNextPage);
            return;
        }
    }
}

void MainWindow::showPage(const QString& name) {
    if (!pageNames().contains(name))
        return;
    m_wanted = name;
    if (!m_session.isOpen())
        return;
    Page* shown = page(name);
    m_current = name;
    m_rail->setCurrent(name);
    m_head->setVisible(true);
    showHead();
    m_stack->setCurrentWidget(shown);
    if (m_help->isVisible())
        m_help->show(shown->title(), shown->helpText());
    if (!m_session.isScanning())
        m_status->showText(m_statusOf.value(name));
    settings().setValue(QStringLiteral("page"), name);
}

void MainWindow::showHead() {
    if (Page* shown = m_pages.value(m_current))
        m_head->show(shown);
}

void MainWindow::openFolder(const QString& folder) {
    m_message->hide();
    if (QFileInfo::exists(QDir(folder).filePath(QStringLiteral("workspace.yaml"))))
        m_session.openWorkspace(folder);
    else
        m_session.openDataset(folder);
}

void MainWindow::askDataset() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a folder of camera folders"));
    if (!folder.isEmpty())
        openFolder(folder);
}

void MainWindow::askWorkspace() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a workspace folder"));
    if (!folder.isEmpty())
        m_session.openWorkspace(folder);
}

void MainWindow::showSettings() {
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("settingsMenu"));
    menu.addSection(tr("Theme"));
    const std::array<std::pair<Theme::Mode, QString>, 3> modes{{{Theme::Mode::System, tr("As the system")},
                                                                {Theme::Mode::Light, tr("Light")},
                                                                {Theme::Mode::Dark, tr("Dark")}}};
    for (const auto& [mode, word] : modes) {
        QAction* action = menu.addAction(word, this, [mode = mode] { Theme::instance().setMode(mode); });
        action->setCheckable(true);
        action->setChecked(Theme::instance().mode() == mode);
    }
    menu.addSeparator();
    menu.addAction(tr("Forget recent workspaces"), this, [this] {
        const QStringList all = Session::recentWorkspaces();
        for (const QString& folder : all)
            Session::forgetWorkspace(folder);
        m_welcome->fillRecent();
    });
    const QPoint corner =
        m_rail->settingsButton()->mapToGlobal(QPoint(m_rail->width(), m_rail->settingsButton()->height()));
    menu.exec(corner - QPoint(0, menu.sizeHint().height()));
}

void MainWindow::restoreSplitters(QWidget* below) {
    const QList<QSplitter*> splitters = below->findChildren<QSplitter*>();
    for (QSplitter* splitter : splitters)
        if (!splitter->objectName().isEmpty())
            splitter->restoreState(
                settings().value(QStringLiteral("splitter/") + splitter->objectName()).toByteArray());
}

void MainWindow::saveSplitters() {
    const QList<QSplitter*> splitters = findChildren<QSplitter*>();
    for (QSplitter* splitter : splitters)
        if (!splitter->objectName().isEmpty() && splitter->width() > 200)
            settings().setValue(QStringLiteral("splitter/") + splitter->objectName(), splitter->saveState());
}

void MainWindow::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    setFocus(); // no ring before the first Tab
    QTimer::singleShot(0, this, &MainWindow::makeNextPage);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    settings().setValue(QStringLiteral("geometry"), saveGeometry());
    saveSplitters();
    settings().sync();
    QWidget::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && QFileInfo(urls.first().toLocalFile()).isDir())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() != 1)
        return;
    event->acceptProposedAction();
    openFolder(urls.first().toLocalFile());
}

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/title_area.h"

#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QPainter>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

QString counted(std::size_t count, const QString& one, const QString& many) {
    return qs(formatGrouped(std::int64_t(count))) + QLatin1Char(' ') + (count == 1 ? one : many);
}

} // namespace

TitleArea::TitleArea(Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
    setObjectName(QStringLiteral("titleArea"));
    setFixedHeight(44);
    m_workspace = new QPushButton(this);
    m_workspace->setObjectName(QStringLiteral("workspaceButton"));
    m_workspace->setProperty("flat", true);
    m_workspace->setProperty("title", true);
    QFont strong = Theme::font(FontRole::Body);
    strong.setWeight(QFont::DemiBold);
    m_workspace->setFont(strong);
    m_workspace->setAccessibleName(tr("Workspace"));
    m_workspace->setToolTip(tr("Open a dataset folder, a workspace or the sample"));
    m_workspace->setIcon(Theme::instance().icon(QStringLiteral("chevron-down")));
    m_workspace->setLayoutDirection(Qt::RightToLeft); // the arrow behind the name
    m_workspace->setIconSize(QSize(14, 14));
    connect(m_workspace, &QPushButton::clicked, this, [this] {
        fillMenu();
        m_menu.popup(m_workspace->mapToGlobal(QPoint(0, m_workspace->height() + 2)));
    });
    m_dataset = new QLabel(this);
    m_dataset->setObjectName(QStringLiteral("datasetLabel"));
    m_dataset->setProperty("dim", QStringLiteral("2"));
    m_dataset->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_theme = new QToolButton(this);
    m_theme->setObjectName(QStringLiteral("themeButton"));
    m_theme->setIconSize(QSize(18, 18));
    const auto showTheme = [this] {
        const bool dark = Theme::instance().isDark();
        m_theme->setIcon(Theme::instance().icon(dark ? QStringLiteral("sun") : QStringLiteral("moon")));
        m_theme->setToolTip(dark ? tr("Light theme") : tr("Dark theme"));
        m_theme->setAccessibleName(m_theme->toolTip());
    };
    showTheme();
    connect(&Theme::instance(), &Theme::changed, this, showTheme);
    connect(m_theme, &QToolButton::clicked, this,
            [] { Theme::instance().setMode(Theme::instance().isDark() ? Theme::Mode::Light : Theme::Mode::Dark); });
    m_help = new QToolButton(this);
    m_help->setObjectName(QStringLiteral("helpButton"));
    m_help->setIcon(Theme::instance().icon(QStringLiteral("help")));
    m_help->setIconSize(QSize(18, 18));
    m_help->setToolTip(tr("Help on this page (F1)"));
    m_help->setAccessibleName(m_help->toolTip());
    connect(m_help, &QToolButton::clicked, this, &TitleArea::helpAsked);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 12, 0);
    row->setSpacing(8);
    row->addWidget(m_workspace);
    row->addSpacing(9);
    row->addWidget(m_dataset, 1);
    m_command = new CommandField(m_session, this);
    row->addWidget(m_command);
    auto* keys = new QLabel(QStringLiteral("Ctrl K"), this);
    keys->setFont(Theme::font(FontRole::Caption));
    keys->setProperty("keycap", true);
    keys->setFixedHeight(18);
    row->addWidget(keys);
    row->addSpacing(8);
    row->addWidget(m_theme);
    row->addWidget(m_help);

    connect(&m_session, &Session::workspaceChanged, this, &TitleArea::showOpened);
    connect(&m_session, &Session::datasetChanged, this, &TitleArea::showOpened);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    showOpened();
}

void TitleArea::showOpened() {
    if (!m_session.isOpen()) {
        m_workspace->setText(QStringLiteral("Intersect"));
        m_dataset->clear();
        return;
    }
    const runs::Workspace& workspace = *m_session.workspace();
    m_workspace->setText(fontMetrics().elidedText(Session::workspaceTitle(qs(workspace.folder)), Qt::ElideMiddle, 280));
    m_workspace->setToolTip(qs(workspace.folder));
    QString label = qs(workspace.dataRoot.filename());
    if (const auto dataset = m_session.dataset()) {
        label += QStringLiteral("   ") + counted(dataset->frames.size(), tr("frame"), tr("frames")) +
                 QStringLiteral(" · ") + counted(dataset->cameras.size(), tr("camera"), tr("cameras")) +
                 QStringLiteral(" · ") + counted(dataset->pools().size(), tr("pool"), tr("pools"));
    } else {
        label += QStringLiteral("   …");
    }
    m_counts = label;
    m_dataset->setToolTip(qs(workspace.dataRoot));
    resizeEvent(nullptr);
}

void TitleArea::resizeEvent(QResizeEvent*) {
    m_dataset->setText(m_dataset->fontMetrics().elidedText(
        m_counts, Qt::ElideRight, std::max(0, width() - m_workspace->sizeHint().width() - m_command->width() - 220)));
}

bool TitleArea::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest)
        update(); // the line beside the dataset's name moves with it
    return QWidget::event(event);
}

void TitleArea::fillMenu() {
    m_menu.clear();
    const Theme& theme = Theme::instance();
    m_menu
        .addAction(theme.icon(QStringLiteral("folder")), tr("Open dataset folder…"), this, &TitleArea::openDatasetAsked)
        ->setShortcut(QKeySequence(QStringLiteral("Ctrl+O")));
    m_menu.addAction(theme.icon(QStringLiteral("link")), tr("Open workspace…"), this, &TitleArea::openWorkspaceAsked)
        ->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+O")));
    m_menu.addAction(theme.icon(QStringLiteral("data")), tr("Open sample"), &m_session, &Session::openSample);
    if (m_session.isOpen())
        m_menu.addAction(tr("Read the folder again"), &m_session, &Session::rescan);
    const QStringList recent = Session::recentWorkspaces();
    bool any = false;
    for (const QString& folder : recent) {
        if (m_session.isOpen() && folder == qs(m_session.workspace()->folder))
            continue;
        if (!any)
            m_menu.addSeparator();
        any = true;
        const bool there = QFileInfo::exists(folder);
        QAction* action = m_menu.addAction(there ? Session::workspaceTitle(folder)
                                                 : tr("%1 (not found)").arg(Session::workspaceTitle(folder)),
                                           this, [this, folder] { m_session.openWorkspace(folder); });
        action->setToolTip(folder);
        action->setEnabled(there);
    }
}

void TitleArea::paintEvent(QPaintEvent*) {
    const Palette& c = Theme::instance().palette();
    QPainter painter(this);
    painter.fillRect(rect(), c.window);
    painter.fillRect(0, height() - 1, width(), 1, c.line);
    if (m_session.isOpen()) {
        const int x = m_dataset->x() - 12;
        painter.fillRect(x, 13, 1, height() - 26, c.line2);
    }
}

} // namespace intersect::ui

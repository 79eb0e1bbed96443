// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page_head.h"

#include <algorithm>

#include <QClipboard>
#include <QGuiApplication>
#include <QPainter>

#include "ui/theme.h"

namespace intersect::ui {

PageHead::PageHead(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("pageHead"));
    setFixedHeight(48);
    m_title = new QLabel(this);
    m_title->setObjectName(QStringLiteral("pageTitle"));
    m_title->setFont(Theme::font(FontRole::PageTitle));
    m_subtitle = new QLabel(this);
    m_subtitle->setObjectName(QStringLiteral("pageSubtitle"));
    m_subtitle->setProperty("dim", QStringLiteral("2"));
    m_subtitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_copy = new QPushButton(tr("Copy command"), this);
    m_copy->setObjectName(QStringLiteral("copyCommandButton"));
    m_copy->setProperty("flat", true);
    m_copy->setIcon(Theme::instance().icon(QStringLiteral("copy")));
    m_copy->setToolTip(tr("Copies the command line that does the same (Ctrl+Shift+C)"));
    connect(m_copy, &QPushButton::clicked, this, &PageHead::copyCommand);
    m_row = new QHBoxLayout(this);
    m_row->setContentsMargins(16, 0, 16, 0);
    m_row->setSpacing(8);
    m_row->addWidget(m_title);
    m_row->addSpacing(8);
    m_row->addWidget(m_subtitle, 1);
    m_row->addWidget(m_copy);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void PageHead::show(Page* page) {
    const QList<QAbstractButton*> wanted = page->headButtons();
    if (page != m_page || wanted != m_shown) {
        for (QAbstractButton* old : std::as_const(m_shown)) {
            m_row->removeWidget(old);
            old->hide();
            if (m_page != nullptr)
                old->setParent(m_page); // goes back to its page
        }
        for (QAbstractButton* button : wanted) {
            m_row->addWidget(button);
            button->show();
        }
        m_shown = wanted;
        m_page = page;
    }
    m_title->setText(page->title());
    const QStringList command = page->command();
    m_copy->setVisible(!command.isEmpty());
    m_copy->setToolTip(tr("Copies the command line that does the same (Ctrl+Shift+C):\n%1")
                           .arg(WorkerClient::commandLine(command).left(400)));
    fillSubtitle();
}

void PageHead::fillSubtitle() {
    if (m_page == nullptr)
        return;
    int taken = m_title->sizeHint().width() + (m_copy->isVisibleTo(this) ? m_copy->sizeHint().width() + 8 : 0) + 72;
    for (QAbstractButton* button : std::as_const(m_shown))
        taken += button->sizeHint().width() + 8;
    const QString whole = m_page->subtitle();
    m_subtitle->setText(m_subtitle->fontMetrics().elidedText(whole, Qt::ElideRight, std::max(40, width() - taken)));
    m_subtitle->setToolTip(whole);
}

void PageHead::resizeEvent(QResizeEvent*) {
    fillSubtitle();
}

void PageHead::copyCommand() {
    if (m_page == nullptr || m_page->command().isEmpty())
        return;
    const QString command = WorkerClient::commandLine(m_page->command());
    QGuiApplication::clipboard()->setText(command);
    Q_EMIT copied(command);
}

void PageHead::paintEvent(QPaintEvent*) {
    const Palette& c = Theme::instance().palette();
    QPainter painter(this);
    painter.fillRect(rect(), c.surface);
    painter.fillRect(0, height() - 1, width(), 1, c.line);
}

} // namespace intersect::ui

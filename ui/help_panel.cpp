// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/help_panel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/widgets/panes.h"

namespace intersect::ui {

namespace {

constexpr int kWidth = 340;

QString keysText() {
    const std::pair<QString, QString> keys[] = {
        {QStringLiteral("Ctrl 1 … 6"), HelpPanel::tr("page Data to Losses")},
        {QStringLiteral("Ctrl K"), HelpPanel::tr("go to a page, camera, run or frame")},
        {QStringLiteral("Ctrl O"), HelpPanel::tr("open a dataset folder")},
        {QStringLiteral("Ctrl Shift O"), HelpPanel::tr("open a workspace")},
        {QStringLiteral("Ctrl Enter"), HelpPanel::tr("the page's main button")},
        {QStringLiteral("Ctrl Shift C"), HelpPanel::tr("copy the command that does the same")},
        {QStringLiteral("Ctrl ,"), HelpPanel::tr("settings")},
        {QStringLiteral("F1"), HelpPanel::tr("this help")},
    };
    QString rows = QStringLiteral("<table cellspacing=0 cellpadding=2>");
    for (const auto& [key, does] : keys)
        rows +=
            QStringLiteral("<tr><td style='white-space:pre'><b>%1</b>&nbsp;&nbsp;</td><td>%2</td></tr>").arg(key, does);
    return rows + QStringLiteral("</table>");
}

} // namespace

HelpPanel::HelpPanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("helpPanel"));
    setFocusPolicy(Qt::StrongFocus);
    m_title = new QLabel(this);
    m_title->setFont(Theme::font(FontRole::ErrorSentence));
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("helpCloseButton"));
    close->setIcon(Theme::instance().icon(QStringLiteral("close")));
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close help"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    m_text = new QLabel;
    m_text->setObjectName(QStringLiteral("helpText"));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::RichText);
    m_text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_text->setContentsMargins(0, 0, 8, 0);
    m_text->setTextInteractionFlags(Qt::TextBrowserInteraction);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(m_text);
    scroll->viewport()->setAutoFillBackground(false);
    m_text->setAutoFillBackground(false);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 10, 10, 16);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(scroll, 1);
    parent->installEventFilter(this);
    hide();
}

void HelpPanel::show(const QString& title, const QString& text) {
    m_title->setText(title);
    QString body;
    const QStringList paragraphs = text.split(QStringLiteral("\n\n"), Qt::SkipEmptyParts);
    for (const QString& paragraph : paragraphs)
        body += QStringLiteral("<p style='line-height:140%'>") +
                paragraph.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")) + QStringLiteral("</p>");
    m_text->setText(body + QStringLiteral("<p><b>") + tr("Keys") + QStringLiteral("</b></p>") + keysText());
    place();
    setVisible(true);
    raise();
    setFocus();
}

void HelpPanel::place() {
    const QWidget* around = parentWidget();
    setGeometry(around->width() - kWidth, 44, kWidth, around->height() - 44 - 30);
}

bool HelpPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(watched, event);
}

void HelpPanel::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QWidget::keyPressEvent(event);
}

void HelpPanel::paintEvent(QPaintEvent*) {
    const Palette& c = Theme::instance().palette();
    QPainter painter(this);
    painter.fillRect(rect(), c.surface);
    painter.fillRect(0, 0, 1, height(), c.line2);
}

} // namespace intersect::ui

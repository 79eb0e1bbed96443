// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/inline_message.h"

#include <QHBoxLayout>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace intersect::ui {

InlineMessage::InlineMessage(Kind kind, QWidget* parent) : QFrame(parent) {
    setProperty("role", kind == Kind::Error ? QStringLiteral("error") : QStringLiteral("warning"));
    auto* icon = new QLabel(this);
    const auto paintIcon = [icon, kind] {
        const Palette& c = Theme::instance().palette();
        icon->setPixmap(Theme::instance()
                            .icon(QStringLiteral("warning"), kind == Kind::Error ? c.err : c.warn)
                            .pixmap(QSize(18, 18), icon->devicePixelRatioF()));
    };
    paintIcon();
    connect(&Theme::instance(), &Theme::changed, icon, paintIcon);

    m_sentence = new QLabel(this);
    m_sentence->setFont(Theme::font(FontRole::ErrorSentence));
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_advice = new QLabel(this);
    m_advice->setWordWrap(true);
    m_advice->setProperty("dim", QStringLiteral("2"));
    m_advice->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_lines = new QPlainTextEdit(this);
    m_lines->setReadOnly(true);
    m_lines->setFont(Theme::font(FontRole::Log));
    m_lines->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_lines->setAccessibleName(tr("The last lines of the process"));
    m_buttons = new QWidget(this);
    auto* buttonRow = new QHBoxLayout(m_buttons);
    buttonRow->setContentsMargins(0, 4, 0, 0);
    buttonRow->setSpacing(8);
    buttonRow->addStretch(1);
    m_buttons->hide();

    auto* words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_sentence);
    words->addWidget(m_advice);
    words->addWidget(m_lines);
    words->addWidget(m_buttons);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(10);
    row->addWidget(icon, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    hide();
}

void InlineMessage::show(const QString& sentence, const QString& advice, const QString& lastLines) {
    m_sentence->setText(sentence);
    m_advice->setText(advice);
    m_advice->setVisible(!advice.isEmpty());
    const QString lines = lastLines.trimmed();
    m_lines->setPlainText(lines);
    m_lines->setVisible(!lines.isEmpty());
    const int shown = qBound(1, int(lines.count(QLatin1Char('\n'))) + 1, 6);
    m_lines->setFixedHeight(shown * m_lines->fontMetrics().lineSpacing() + 20);
    m_lines->moveCursor(QTextCursor::End);
    m_lines->moveCursor(QTextCursor::StartOfLine);
    setAccessibleName(sentence);
    setAccessibleDescription(advice);
    setVisible(true);
}

QPushButton* InlineMessage::addButton(const QString& text, const QString& objectName) {
    auto* button = new QPushButton(text, m_buttons);
    button->setObjectName(objectName);
    auto* row = static_cast<QHBoxLayout*>(m_buttons->layout());
    row->insertWidget(row->count() - 1, button); // before the stretch
    m_buttons->show();
    return button;
}

QString InlineMessage::sentence() const {
    return m_sentence->text();
}

EmptyState::EmptyState(const QString& sentence, const QString& buttonText, QWidget* parent) : QWidget(parent) {
    m_label = new QLabel(sentence, this);
    m_label->setProperty("dim", QStringLiteral("2"));
    m_label->setWordWrap(true);
    m_label->setAlignment(Qt::AlignCenter);
    m_label->setMinimumWidth(240);
    m_label->setMaximumWidth(420);
    m_button = new QPushButton(buttonText, this);
    m_button->setVisible(!buttonText.isEmpty());
    auto* column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->addStretch(1);
    auto* labelRow = new QHBoxLayout;
    labelRow->addStretch(1);
    labelRow->addWidget(m_label, 10);
    labelRow->addStretch(1);
    column->addLayout(labelRow);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch(1);
}

void EmptyState::setSentence(const QString& sentence) {
    m_label->setText(sentence);
}

} // namespace intersect::ui

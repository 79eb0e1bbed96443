// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

namespace intersect::ui {

/// An error or warning that stands in the page (never a dialog): one sentence, one line of advice, the last lines, buttons. GUI thread only.
class InlineMessage : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Error, Warning };
    explicit InlineMessage(Kind kind, QWidget* parent = nullptr);
    void show(const QString& sentence, const QString& advice, const QString& lastLines = {});
    QPushButton* addButton(const QString& text, const QString& objectName);
    QString sentence() const;

private:
    QLabel* m_sentence;
    QLabel* m_advice;
    QPlainTextEdit* m_lines;
    QWidget* m_buttons;
};

/// What a page shows when it has nothing: one sentence and at most one button, in the middle.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(const QString& sentence, const QString& buttonText = {}, QWidget* parent = nullptr);
    void setSentence(const QString& sentence);
    QPushButton* button() const { return m_button; }

private:
    QLabel* m_label;
    QPushButton* m_button;
};

} // namespace intersect::ui

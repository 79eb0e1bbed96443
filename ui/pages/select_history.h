// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QUndoStack>
#include <QWidget>

#include "ui/pages/select_state.h"

namespace intersect::ui {

/// Undo and redo of the Select page: whole states, the buttons that name them, and the keys. GUI thread only.
class SelectHistory : public QObject {
    Q_OBJECT
public:
    /// The keys work inside `page`.
    explicit SelectHistory(QWidget* page);
    /// One step, which puts `after` in place at once; steps of one name that merge become one.
    void push(const SelectState& before, const SelectState& after, const QString& what, bool merge);
    void clear();
    QPushButton* undoButton() const { return m_undoButton; }
    QPushButton* redoButton() const { return m_redoButton; }

Q_SIGNALS:
    void stateAsked(const intersect::ui::SelectState& state);

private:
    void showButtons();
    QUndoStack* m_stack;
    QPushButton *m_undoButton, *m_redoButton;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_history.h"

#include <QShortcut>
#include <QUndoCommand>

#include "ui/theme.h"

namespace intersect::ui {

namespace {

/// One step that undo takes back: the whole state before and after.
class StateStep : public QUndoCommand {
public:
    StateStep(SelectHistory& history, SelectState before, SelectState after, const QString& what, bool merge)
        : QUndoCommand(what), m_history(history), m_before(std::move(before)), m_after(std::move(after)), m_merge(merge) {}
    void undo() override { Q_EMIT m_history.stateAsked(m_before); }
    void redo() override { Q_EMIT m_history.stateAsked(m_after); }
    int id() const override { return m_merge ? 1 : -1; }
    bool mergeWith(const QUndoCommand* other) override {
        if (other->text() != text())
            return false;
        m_after = static_cast<const StateStep*>(other)->m_after;
        return true;
    }

private:
    SelectHistory& m_history;
    SelectState m_before, m_after;
    bool m_merge;
};

} // namespace

SelectHistory::SelectHistory(QWidget* page) : QObject(page), m_stack(new QUndoStack(this)) {
    m_undoButton = new QPushButton(tr("Undo"), page);
    m_undoButton->setObjectName(QStringLiteral("undoButton"));
    m_redoButton = new QPushButton(tr("Redo"), page);
    m_redoButton->setObjectName(QStringLiteral("redoButton"));
    m_undoButton->setToolTip(tr("Takes the last choice back (Ctrl+Z)"));
    m_redoButton->setToolTip(tr("Puts it in place again (Ctrl+Shift+Z)"));
    for (QPushButton* button : {m_undoButton, m_redoButton})
        button->hide(); // the page head shows them
    m_undoButton->setIcon(Theme::instance().icon(QStringLiteral("undo")));
    m_redoButton->setIcon(Theme::instance().icon(QStringLiteral("redo")));
    connect(m_stack, &QUndoStack::indexChanged, this, &SelectHistory::showButtons);
    connect(m_undoButton, &QPushButton::clicked, m_stack, &QUndoStack::undo);
    connect(m_redoButton, &QPushButton::clicked, m_stack, &QUndoStack::redo);
    auto* undoKey = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Z), page);
    auto* redoKey = new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), page);
    for (QShortcut* key : {undoKey, redoKey})
        key->setContext(Qt::WidgetWithChildrenShortcut);
    connect(undoKey, &QShortcut::activated, m_stack, &QUndoStack::undo);
    connect(redoKey, &QShortcut::activated, m_stack, &QUndoStack::redo);
    showButtons();
}

void SelectHistory::push(const SelectState& before, const SelectState& after, const QString& what, bool merge) {
    m_stack->push(new StateStep(*this, before, after, what, merge));
}

void SelectHistory::clear() {
    m_stack->clear();
}

void SelectHistory::showButtons() {
    m_undoButton->setEnabled(m_stack->canUndo());
    m_undoButton->setText(m_stack->canUndo() ? tr("Undo: %1").arg(m_stack->undoText()) : tr("Undo"));
    m_redoButton->setEnabled(m_stack->canRedo());
    m_redoButton->setText(m_stack->canRedo() ? tr("Redo: %1").arg(m_stack->redoText()) : tr("Redo"));
}

} // namespace intersect::ui

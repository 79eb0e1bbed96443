// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/selection_picker.h"

#include "core/base/numbers.h"
#include "ui/error_text.h"
#include "ui/session.h"
#include "ui/text.h"

namespace intersect::ui {

SelectionPicker::SelectionPicker(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    connect(&session, &Session::workspaceChanged, this, [this] {
        m_waiting.clear();
        m_undo.clear();
        m_redo.clear();
        m_job.cancel();
        m_running = false;
    });
}

QString SelectionPicker::newName() const {
    QString name = QStringLiteral("by-hand");
    for (int number = 2; m_session.selectionNames().contains(name); ++number)
        name = QStringLiteral("by-hand-%1").arg(number);
    return name;
}

void SelectionPicker::pick(const std::vector<std::filesystem::path>& add, const std::vector<std::filesystem::path>& remove) {
    if (!m_session.isOpen() || (add.empty() && remove.empty()))
        return;
    Step step;
    step.selection = m_session.currentSelection().isEmpty() ? newName() : m_session.currentSelection();
    for (const std::filesystem::path& image : add)
        step.edit.add.push_back({image});
    step.edit.remove = remove;
    m_waiting.push_back(std::move(step));
    next();
}

void SelectionPicker::undo() {
    if (m_undo.empty())
        return;
    m_waiting.push_back(std::move(m_undo.back()));
    m_waiting.back().kind = Kind::Undo;
    m_undo.pop_back();
    next();
}

void SelectionPicker::redo() {
    if (m_redo.empty())
        return;
    m_waiting.push_back(std::move(m_redo.back()));
    m_waiting.back().kind = Kind::Redo;
    m_redo.pop_back();
    next();
}

void SelectionPicker::next() {
    if (m_running || m_waiting.empty())
        return;
    m_running = true;
    const Step step = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_job.start([folder = m_session.workspace()->selections() / toPath(step.selection),
                 edit = step.edit](const JobRunner::Cancelled&) { return runs::editSelection(folder, edit); },
                [this, step](const Result<runs::SelectionEdit>& back) { take(step, back); });
}

void SelectionPicker::take(const Step& step, const Result<runs::SelectionEdit>& back) {
    m_running = false;
    if (!back) {
        const ErrorText text = errorText(back.error());
        Q_EMIT failed(text.sentence, text.advice);
    } else if (!back->isEmpty()) {
        if (step.kind == Kind::Do)
            m_redo.clear();
        (step.kind == Kind::Undo ? m_redo : m_undo).push_back({step.selection, *back, Kind::Do});
        const auto number = [](std::size_t n) { return qs(formatGrouped(static_cast<std::int64_t>(n))); };
        const std::size_t in = back->remove.size(), out = back->add.size();
        const QString what = in == 0 ? tr("%1 removed from").arg(number(out)) : out == 0 ? tr("%1 added to").arg(number(in)) : tr("%1 added to and %2 removed from").arg(number(in), number(out));
        m_session.noteSelectionsChanged();
        if (m_session.currentSelection() != step.selection)
            m_session.setCurrentSelection(step.selection);
        Q_EMIT edited(tr("%1 selection %2. Ctrl+Z takes it back.").arg(what, step.selection));
    }
    next();
}

} // namespace intersect::ui

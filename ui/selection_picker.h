// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <filesystem>
#include <vector>

#include <QObject>

#include "core/runs/selection_edit.h"
#include "ui/job_runner.h"

namespace intersect::ui {

class Session;

/// Puts frames into the current selection and takes them out by hand, on disk, one edit after the other off the window's thread; every edit can be
/// undone. Without a current selection one called `by-hand` is made. GUI thread only.
class SelectionPicker : public QObject {
    Q_OBJECT
public:
    explicit SelectionPicker(Session& session, QObject* parent = nullptr);
    void pick(const std::vector<std::filesystem::path>& add, const std::vector<std::filesystem::path>& remove);
    void undo();
    void redo();
    bool canUndo() const { return !m_undo.empty(); }
    bool canRedo() const { return !m_redo.empty(); }

Q_SIGNALS:
    void edited(const QString& text); ///< a sentence: what was added and removed
    void failed(const QString& message, const QString& advice);

private:
    enum class Kind { Do, Undo, Redo };
    struct Step {
        QString selection;
        runs::SelectionEdit edit;
        Kind kind = Kind::Do;
    };
    void next();
    void take(const Step& step, const Result<runs::SelectionEdit>& back);
    QString newName() const;
    Session& m_session;
    std::deque<Step> m_waiting;
    std::vector<Step> m_undo, m_redo;
    bool m_running = false;
    JobRunner m_job;
};

} // namespace intersect::ui

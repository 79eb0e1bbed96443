// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>
#include <QStringList>
#include <QTimer>

namespace intersect::ui {

/// The log of a run: a few thousand lines at most, flushed by a timer so that a chatty child cannot hold up the window. GUI thread only.
class LogView : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit LogView(QWidget* parent = nullptr);
    void setLines(const QStringList& lines); ///< replaces everything
    void appendLine(const QString& line);    ///< shown with the next flush
    QStringList lastLines(int count) const;

private:
    void flush();
    QStringList m_waiting;
    QTimer m_flush;
};

} // namespace intersect::ui

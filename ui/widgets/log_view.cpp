// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/log_view.h"

#include <QScrollBar>

#include "ui/theme.h"

namespace intersect::ui {

namespace {
constexpr int kMostLines = 3000;
constexpr int kFlushMs = 150;
} // namespace

LogView::LogView(QWidget* parent) : QPlainTextEdit(parent) {
    setReadOnly(true);
    setMaximumBlockCount(kMostLines);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setFrameShape(QFrame::NoFrame);
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    setFont(Theme::font(FontRole::Log));
    setAccessibleName(tr("Log of the run"));
    m_flush.setSingleShot(true);
    m_flush.setInterval(kFlushMs);
    connect(&m_flush, &QTimer::timeout, this, &LogView::flush);
}

void LogView::setLines(const QStringList& lines) {
    m_waiting.clear();
    m_flush.stop();
    const QString text = QStringList(lines.mid(std::max<qsizetype>(0, lines.size() - kMostLines))).join(QLatin1Char('\n'));
    if (text == toPlainText())
        return;
    setPlainText(text);
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void LogView::appendLine(const QString& line) {
    m_waiting.append(line);
    if (m_waiting.size() > kMostLines)
        m_waiting.removeFirst();
    if (!m_flush.isActive())
        m_flush.start();
}

QStringList LogView::lastLines(int count) const {
    QStringList lines = toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts) + m_waiting;
    return lines.mid(std::max<qsizetype>(0, lines.size() - count));
}

void LogView::flush() {
    const bool atEnd = verticalScrollBar()->value() >= verticalScrollBar()->maximum() - 2;
    appendPlainText(m_waiting.join(QLatin1Char('\n')));
    m_waiting.clear();
    if (atEnd)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

} // namespace intersect::ui

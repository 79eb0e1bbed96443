// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QWidget>

namespace intersect::ui {

/// The colour of the run "A", "B" or "C" in the theme of now.
QColor runLetterColour(const QString& letter);
/// The chip of a run: its letter on its colour.
void paintRunLetter(QPainter& painter, const QRectF& chip, const QString& letter);

/// The chip of a run as a widget of its own. GUI thread only.
class RunLetter : public QWidget {
    Q_OBJECT
public:
    explicit RunLetter(const QString& letter, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_letter;
};

} // namespace intersect::ui

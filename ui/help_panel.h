// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QWidget>

namespace intersect::ui {

/// Help of the page, in plain words with the keys that work there; stands at the right of the window, never modal. GUI thread only.
class HelpPanel : public QWidget {
    Q_OBJECT
public:
    explicit HelpPanel(QWidget* parent);
    void show(const QString& title, const QString& text);
    void place(); ///< at the right edge of the parent

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLabel *m_title, *m_text;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QSplitter>

namespace intersect::ui {

/// A page's three panes: left what one sets, centre what one sees, right what it means (either side may be null). The window remembers the
/// widths by the object name. Where the window gets narrow (visual design, section 3) the right pane folds to a button, below 1000 px the left too. GUI thread only.
class Panes : public QSplitter {
    Q_OBJECT
public:
    Panes(const QString& objectName, QWidget* left, QWidget* centre, QWidget* right, int leftWidth, int rightWidth, QWidget* parent = nullptr);

    /// Takes the right pane away (its fold button too) while what is seen has no use for it.
    void setRightWanted(bool wanted);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fold(QWidget* pane, QPushButton*& button, bool folded, bool atRight);
    void placeButtons();
    QWidget *m_left, *m_right;
    QPushButton *m_leftButton = nullptr, *m_rightButton = nullptr;
    bool m_leftFolded = false, m_rightFolded = false, m_rightWanted = true;
};

/// An empty pane body in the side colour (token `window`), for any layout inside.
QWidget* makeSidePane(QWidget* parent = nullptr);
/// A 12 px semi-bold heading.
QLabel* makeHeading(const QString& text, QWidget* parent = nullptr);
/// A wrapping hint, 11 px, text3.
QLabel* makeHint(const QString& text, QWidget* parent = nullptr);
/// A 1 px separator line.
QWidget* makeSeparator(QWidget* parent = nullptr);

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QButtonGroup>
#include <QPushButton>
#include <QStringList>
#include <QWidget>

namespace intersect::ui {

/// A few exclusive choices side by side in one frame ("One run | Compare two"), 24 px high, and rarer ones in a menu
/// behind them. Arrow keys move the choice. GUI thread only.
class SegmentedButtons : public QWidget {
    Q_OBJECT
public:
    enum class Width { Wide, Tight };
    explicit SegmentedButtons(const QStringList& words, QWidget* parent = nullptr, Width width = Width::Wide);
    /// One more choice at the end.
    QPushButton* addButton(const QString& word);
    /// Further choices in the menu of a last button "…", numbered on; once, after all buttons.
    void addMore(const QStringList& words, const QStringList& tips);
    int current() const;
    void setCurrent(int index);           ///< emits currentChanged if it changed
    QPushButton* button(int index) const; ///< null for a choice of the menu
    QPushButton* moreButton() const { return m_more; }

Q_SIGNALS:
    void currentChanged(int index);

private:
    void shapeButtons();
    void shape(QPushButton* button) const;
    QButtonGroup* m_group;
    QPushButton* m_more = nullptr;
    Width m_width;
    int m_current = 0;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QButtonGroup>
#include <QPushButton>
#include <QStringList>
#include <QWidget>

namespace intersect::ui {

/// A few exclusive choices side by side in one frame ("One run | Compare two"), 24 px high. Arrow keys move the choice. GUI thread only.
class SegmentedButtons : public QWidget {
    Q_OBJECT
public:
    explicit SegmentedButtons(const QStringList& words, QWidget* parent = nullptr);
    /// One more choice at the end.
    QPushButton* addButton(const QString& word);
    int current() const;
    void setCurrent(int index); ///< emits currentChanged if it changed
    QPushButton* button(int index) const;

Q_SIGNALS:
    void currentChanged(int index);

private:
    void shapeButtons();
    QButtonGroup* m_group;
    int m_current = 0;
};

} // namespace intersect::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace intersect::ui {

/// A checkable pill with a word, a class glyph before it where the chip stands for a class, and a count behind it. GUI thread only.
class ChipButton : public QAbstractButton {
    Q_OBJECT
public:
    /// `classId` < 0: no glyph.
    explicit ChipButton(const QString& text, int classId = -1, QWidget* parent = nullptr);
    int classId() const { return m_classId; }
    /// A number beside the word: how many frames this choice stands for; -1: none.
    void setCount(qint64 count);
    qint64 count() const { return m_count; }
    /// Keeps room for a count of so many, so that nothing moves while counts change.
    void setMostCount(qint64 most);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void aloneWanted(); ///< double click: this one alone of its group

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;


private:
    int m_classId;
    qint64 m_count = -1, m_most = -1;
};

} // namespace intersect::ui
